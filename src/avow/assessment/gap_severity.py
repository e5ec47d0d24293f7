"""How much a gap matters, by the rules of `model.gaps.SeverityRule`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from avow.model.content import Content
from avow.model.gaps import AskedBy, GapSeverity, SeverityRule
from avow.model.reasons import Reason

SOON, LATER = 14, 45  # days until a customer's due date
NOT_THERE = frozenset({Reason.CONTROL_STATUS_UNKNOWN, Reason.CONTROL_NOT_IMPLEMENTED})
_UNPROVEN = frozenset({Reason.EVIDENCE_NOT_NAMED, Reason.EVIDENCE_EXPIRED, Reason.EVIDENCE_MISSING})
_UPKEEP = frozenset({Reason.OWNER_MISSING, Reason.REVIEW_OVERDUE})
_RANKS = {severity: rank for rank, severity in enumerate(GapSeverity)}


def rank(severity: GapSeverity) -> int:
    """0 for the most severe."""
    return _RANKS[severity]


def severity_rule(
    reason: Reason, asked_by: Sequence[AskedBy], on: date, *, owed: bool = False, relied_on: bool = False
) -> SeverityRule:
    """The most severe rule that applies, the first of equals.

    `owed`: a requirement the company owes rests on what is missing; `relied_on`: something that was approved or
    told rests on it. Days count from `on`; a due date that is past makes nothing urgent.
    """
    found = [*_of_content(reason, owed=owed, relied_on=relied_on), *_of_customers(asked_by, on)]
    return min(found, key=lambda rule: rank(rule.severity))


def first_due(asked_by: Iterable[AskedBy], on: date) -> date | None:
    """The earliest due date still ahead, else the latest that is past; None where no customer named one."""
    days = sorted(one.due for one in asked_by if one.due is not None)
    return next((day for day in days if day >= on), days[-1] if days else None)


def customers_of(asked_by: Iterable[AskedBy]) -> list[str]:
    """Each customer's name once, however it is written; who gave no name counts as one."""
    return list({" ".join(one.customer.split()).casefold(): one.customer for one in asked_by}.values())


def owed_requirements(content: Content) -> set[tuple[str, str]]:
    """(framework, requirement) of all that a control is owed for and that applies to the company."""
    set_aside = {
        (decision.framework, requirement)
        for decision in content.applicability
        if not decision.applicable
        for requirement in decision.requirements
    }
    owed = {(framework.id, one.id) for framework in content.frameworks for one in framework.owed}
    return owed - set_aside


def _of_content(reason: Reason, *, owed: bool, relied_on: bool) -> Iterator[SeverityRule]:
    if reason in NOT_THERE and owed:
        yield SeverityRule.OWED_CONTROL
    if reason is Reason.EVIDENCE_EXPIRED and relied_on:
        yield SeverityRule.RELIED_ON_EVIDENCE
    if reason is Reason.CONTROL_PARTLY_IMPLEMENTED:
        yield SeverityRule.PARTLY_THERE
    if reason in _UNPROVEN:
        yield SeverityRule.UNPROVEN
    yield SeverityRule.UPKEEP if reason in _UPKEEP else SeverityRule.OTHERWISE


def _of_customers(asked_by: Sequence[AskedBy], on: date) -> Iterator[SeverityRule]:
    count = len(customers_of(asked_by))
    due = first_due(asked_by, on)
    left = (due - on).days if due is not None and due >= on else None
    if count >= 3:
        yield SeverityRule.ASKED_BY_THREE
    if left is not None and left <= SOON:
        yield SeverityRule.DUE_SOON
    if count == 2:
        yield SeverityRule.ASKED_BY_TWO
    if left is not None and left <= LATER:
        yield SeverityRule.DUE_LATER
