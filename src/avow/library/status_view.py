"""What the workspace says about controls' status, put together for showing."""

from collections.abc import Iterable
from datetime import date

from avow.model.base import Scope, Value, Verdict
from avow.model.content import Content
from avow.model.controls import Implementation, Status


class EvidenceShown(Value):
    """A piece of evidence with its validity on the day the content is read for; `document` is "" where it is unknown."""

    id: str
    document: str
    valid_from: date | None
    valid_until: date | None
    live: bool


class EntryShown(Value):
    """One entry of the status file, its evidence looked up."""

    scope: Scope
    status: Status | None
    owner: str
    evidence: tuple[EvidenceShown, ...]
    reviewed_on: date | None
    planned_for: date | None
    notes: str


class ControlStatus(Value):
    """One control: its entries, its status in the scope asked about, and what that means for a "yes".

    `yes` is whether a "yes" may rest on the control in that scope, `why` says so in words; `yes_answers` are the
    library answers with the verdict yes that name it.
    """

    control: str
    title: str
    domain: str
    status: Status | None
    yes: bool
    why: str
    yes_answers: tuple[str, ...]
    entries: tuple[EntryShown, ...]

    @property
    def is_unset(self) -> bool:
        """Whether nobody has said anything about the control yet."""
        return all(one.status is None for one in self.entries)


def control_statuses(
    content: Content, controls: Iterable[str], product: str | None = None, region: str | None = None
) -> list[ControlStatus]:
    """The controls named, in that order, asked about for `product` and `region` (None: all of them)."""
    answers: dict[str, list[str]] = {}
    for answer in content.answers:
        if answer.verdict is Verdict.YES:
            for named in answer.controls:
                answers.setdefault(named, []).append(answer.id)
    found = []
    for identifier in controls:
        control = content.control_by_id[identifier]
        entries = content.implementations_by_control.get(identifier, ())
        status = content.status_of(identifier, product, region)
        found.append(
            ControlStatus(
                control=identifier,
                title=control.title,
                domain=control.domain,
                status=status,
                yes=status is Status.IMPLEMENTED,
                why=_why(status, entries),
                yes_answers=tuple(answers.get(identifier, ())),
                entries=tuple(_shown(one, content) for one in entries),
            )
        )
    return found


def _why(status: Status | None, entries: tuple[Implementation, ...]) -> str:
    if status is Status.IMPLEMENTED:
        return "a yes may rest on it"
    if status is not None:
        return f"no yes may rest on it: {status}"
    if any(one.status is not None for one in entries):
        return "no yes may rest on it: no entry says how it is in all of the scope"
    return "no yes may rest on it: nobody has said"


def _shown(entry: Implementation, content: Content) -> EntryShown:
    pieces = []
    for identifier in entry.evidence:
        piece = content.evidence_by_id.get(identifier)
        pieces.append(
            EvidenceShown(
                id=identifier,
                document=piece.document if piece else "",
                valid_from=piece.valid_from if piece else None,
                valid_until=piece.valid_until if piece else None,
                live=piece is not None and piece.is_live(content.as_of),
            )
        )
    return EntryShown(
        scope=entry.scope,
        status=entry.status,
        owner=entry.owner,
        evidence=tuple(pieces),
        reviewed_on=entry.reviewed_on,
        planned_for=entry.planned_for,
        notes=entry.notes,
    )
