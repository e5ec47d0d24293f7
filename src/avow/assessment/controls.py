"""Where one control stands in a scope: its status, less what cannot be shown.

The rules, with their reasons, are in docs/decisions/0012-how-readiness-is-counted.md.
"""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from avow.model.base import Scope
from avow.model.content import Content
from avow.model.controls import Control, Implementation, Status
from avow.model.readiness import STATUS_DAYS, ControlAssessment, EvidenceAge, NextDate, Standing
from avow.model.reasons import Reason

_WEAKEST_FIRST = (
    None,
    Status.PLANNED,
    Status.PARTIAL,
    Status.NOT_APPLICABLE,
    Status.ALTERNATIVE,
    Status.IMPLEMENTED,
)
CLAIMED = frozenset({Status.IMPLEMENTED, Status.ALTERNATIVE, Status.PARTIAL})  # works, in part at least
NOT_REGISTERED = "not in the evidence register"
_TITLE = 44  # characters


def assess_control(
    control: Control,
    content: Content,
    product: str | None = None,
    region: str | None = None,
    *,
    status_days: int = STATUS_DAYS,
) -> ControlAssessment:
    """The control in the scope asked about (None: all products, all regions) on the content's day.

    `status_days` is how many days a review of the status holds (`avow.toml`, `[review] status_days`).

    The status is `Content.status_of`, but for parts of the scope where the control does not apply: they say
    nothing about the other parts. What else is said comes from the entries of `status.yaml` that made it:
    the first owner named (the weakest entry first), all their evidence, the oldest review, all their notes.

    `lacks`, in this order:
    `control-status-unknown` (nobody has said), `control-not-implemented` (planned) or `control-partly-implemented`;
    `owner-missing`; and, where it is claimed to work in a part of the scope at least, `evidence-not-named`,
    `evidence-expired` (a piece is not valid today), `evidence-missing` (not in the register) and
    `review-overdue` (never reviewed, or longer ago than `status_days`). What does not apply lacks nothing.

    The standing is `not-applicable`; `missing` where the status is unknown or planned; `in-place` for
    implemented and alternative where nothing is lacking; `partly` for all else.
    """
    made_of = _made_of(control.id, content, product, region)
    applying = [one for one in made_of if one.status is not Status.NOT_APPLICABLE]
    counting = sorted(applying or made_of, key=lambda one: _WEAKEST_FIRST.index(one.status))
    # Entries for parts do not add up to the whole (decision 0009).
    covered = any(one.scope.covers(product, region) for one in made_of)
    status = counting[0].status if covered else None
    owner = next((one.owner for one in counting if one.owner), "")
    evidence = tuple(_evidence(counting, content))
    reviewed_on = _oldest_review(counting)
    planned_for = next((one.planned_for for one in counting if _is_ahead(one)), None)
    claimed = any(one.status in CLAIMED for one in counting)
    stated = claimed or status is Status.NOT_APPLICABLE  # a plan and a silence need no review
    review_due = reviewed_on + timedelta(days=status_days) if reviewed_on and stated else None
    lacks = tuple(_lacks(status, owner, evidence if claimed else None, review_due, content.as_of))
    return ControlAssessment(
        control=control.id,
        title=control.title,
        scope=Scope(products=(product,) if product else (), regions=(region,) if region else ()),
        status=status,
        standing=_standing(status, lacks),
        lacks=lacks,
        owner=owner,
        evidence=evidence,
        reviewed_on=reviewed_on,
        planned_for=planned_for,
        next_date=_next_date(evidence if claimed else (), planned_for, review_due, content.as_of),
        notes=_notes(counting),
    )


def _made_of(
    control: str, content: Content, product: str | None, region: str | None
) -> tuple[Implementation, ...]:
    """The entries that make the status in the scope, as in `Content.status_of`.

    The one for the whole company is outweighed by a narrower one that covers the scope.
    """
    touching = tuple(
        one
        for one in content.implementations_by_control.get(control, ())
        if one.scope.touches(product, region)
    )
    narrow = any(one.scope.covers(product, region) and not one.scope.is_everything for one in touching)
    return tuple(one for one in touching if not (narrow and one.scope.is_everything))


def _is_ahead(one: Implementation) -> bool:
    """Whether the entry's planned date is still to come true; on one that is done it is history."""
    return one.planned_for is not None and one.status is not Status.IMPLEMENTED


def _evidence(counting: Sequence[Implementation], content: Content) -> Iterator[EvidenceAge]:
    for identifier in dict.fromkeys(name for one in counting for name in one.evidence):
        piece = content.evidence_by_id.get(identifier)
        if piece is None:
            yield EvidenceAge(evidence=identifier, document=NOT_REGISTERED, live=False)
            continue
        yield EvidenceAge(
            evidence=identifier,
            document=piece.document,
            live=piece.is_live(content.as_of),
            age_days=(content.as_of - piece.valid_from).days if piece.valid_from else None,
            valid_until=piece.valid_until,
        )


def _oldest_review(counting: Sequence[Implementation]) -> date | None:
    """The day since when every part of the scope that is claimed to work has been reviewed."""
    asked = [one for one in counting if one.status in CLAIMED] or counting
    days = [one.reviewed_on for one in asked if one.reviewed_on is not None]
    return min(days) if days and len(days) == len(asked) else None


def _lacks(
    status: Status | None,
    owner: str,
    evidence: Sequence[EvidenceAge] | None,
    review_due: date | None,
    on: date,
) -> Iterator[Reason]:
    """`evidence` is None where nothing is claimed to work, so that none is asked for."""
    if status is Status.NOT_APPLICABLE:
        return
    if status is None:
        yield Reason.CONTROL_STATUS_UNKNOWN
    elif status is Status.PLANNED:
        yield Reason.CONTROL_NOT_IMPLEMENTED
    elif status is Status.PARTIAL:
        yield Reason.CONTROL_PARTLY_IMPLEMENTED
    if not owner.strip():
        yield Reason.OWNER_MISSING
    if evidence is None:
        return
    if not evidence:
        yield Reason.EVIDENCE_NOT_NAMED
    if any(not one.live and one.document != NOT_REGISTERED for one in evidence):
        yield Reason.EVIDENCE_EXPIRED
    if any(one.document == NOT_REGISTERED for one in evidence):
        yield Reason.EVIDENCE_MISSING
    if review_due is None or review_due < on:
        yield Reason.REVIEW_OVERDUE


def _standing(status: Status | None, lacks: Sequence[Reason]) -> Standing:
    if status is Status.NOT_APPLICABLE:
        return Standing.NOT_APPLICABLE
    if status not in CLAIMED:
        return Standing.MISSING
    return Standing.PARTLY if lacks else Standing.IN_PLACE


def _next_date(
    evidence: Sequence[EvidenceAge], planned_for: date | None, review_due: date | None, on: date
) -> NextDate | None:
    """The earliest of what falls due, past days included: they are overdue, and come first."""
    found: list[NextDate] = []
    for one in evidence:
        if one.valid_until is not None:
            verb = "expires" if one.valid_until >= on else "expired"
            what = f"{short_title(one.document)} {verb}"
            found.append(NextDate(on=one.valid_until, what=what, evidence=one.evidence))
    if planned_for is not None:
        found.append(NextDate(on=planned_for, what="planned" if planned_for >= on else "was planned"))
    if review_due is not None:
        what = "status review due" if review_due >= on else "status review overdue"
        found.append(NextDate(on=review_due, what=what))
    return min(found, key=lambda one: (one.on, one.what), default=None)


def short_title(title: str) -> str:
    """A title as it goes into a narrow column: the first words of a long one, with an ellipsis."""
    if len(title) <= _TITLE:
        return title
    words = textwrap.shorten(title, _TITLE - 1, placeholder="") or title[: _TITLE - 1]
    return words.rstrip(" ,;:") + "…"


def _notes(counting: Sequence[Implementation]) -> str:
    """All notes, each with the part of the company it is about where there are several entries."""
    noted = [one for one in counting if one.notes]
    if len(counting) == 1:
        return noted[0].notes if noted else ""
    lines = [f"{_where(one.scope)}{one.notes}" for one in noted]
    return "\n".join(dict.fromkeys(lines))


def _where(scope: Scope) -> str:
    return f"{', '.join((*scope.products, *scope.regions))}: " if not scope.is_everything else ""
