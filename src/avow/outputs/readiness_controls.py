"""What is behind a requirement, as rows show it: controls worst first, their evidence, who answers for them."""

from collections.abc import Iterable, Sequence
from datetime import date

from avow.model.readiness import (
    ControlAssessment,
    EvidenceAge,
    FrameworkReadiness,
    Readiness,
    RequirementReadiness,
    Standing,
)

SET_ASIDE = frozenset({Readiness.NOT_APPLICABLE, Readiness.NOT_OWED})  # not in the score
_WORST_FIRST = (Standing.MISSING, Standing.PARTLY, Standing.IN_PLACE, Standing.NOT_APPLICABLE)


def controls_of(row: RequirementReadiness, whole: FrameworkReadiness) -> list[ControlAssessment]:
    """The controls behind a requirement, the worst first."""
    found = [whole.assessments[one.control] for one in row.controls]
    return sorted(found, key=lambda one: (_WORST_FIRST.index(one.standing), one.control))


def evidence_of(controls: Iterable[ControlAssessment]) -> list[EvidenceAge]:
    """The evidence behind controls, each piece once: what is not valid first, then what expires first."""
    pieces = {piece.evidence: piece for one in controls for piece in one.evidence}
    return sorted(
        pieces.values(), key=lambda piece: (piece.live, piece.valid_until or date.max, piece.evidence)
    )


def evidence_words(piece: EvidenceAge, on: date) -> str:
    """A piece of evidence with its age and how long it is valid, on one line."""
    said = age_words(piece, on)
    return f"{piece.document} ({said})" if said else piece.document


def evidence_lines(piece: EvidenceAge, on: date) -> str:
    """The same for a narrow column: its age on a line of its own, so that no date is broken."""
    said = age_words(piece, on)
    return f"• {piece.document}\n   {said}" if said else f"• {piece.document}"


def age_words(piece: EvidenceAge, on: date) -> str:
    """How old the evidence is and how long it is valid; empty where neither is known."""
    said = []
    if piece.age_days is not None:
        said.append(f"{_days(piece.age_days)} old" if piece.age_days >= 0 else "not valid yet")
    if piece.valid_until is not None:
        expired = piece.valid_until < on
        said.append(f"EXPIRED {piece.valid_until}" if expired else f"until {piece.valid_until}")
    return ", ".join(said)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def owners_of(controls: Sequence[ControlAssessment]) -> list[str]:
    """Who answers for what is lacking; where nothing is, who answers for what applies."""
    applies = [one for one in controls if one.standing is not Standing.NOT_APPLICABLE] or list(controls)
    lacking = [one for one in applies if one.lacks]
    return list(dict.fromkeys(one.owner for one in lacking or applies if one.owner))


def in_place_of(controls: Sequence[ControlAssessment]) -> tuple[int, int]:
    """How many of the controls that apply are in place, and how many apply."""
    applies = [one for one in controls if one.standing is not Standing.NOT_APPLICABLE]
    return sum(1 for one in applies if one.standing is Standing.IN_PLACE), len(applies)


def sum_words(whole: FrameworkReadiness) -> str:
    """The score's formula with this framework's figures in it."""
    ready, partly = whole.counts.get(Readiness.READY, 0), whole.counts.get(Readiness.PARTLY, 0)
    applying = sum(count for state, count in whole.counts.items() if state not in SET_ASIDE)
    return f"({ready} ready + {partly} partly / 2) / {applying} that apply"
