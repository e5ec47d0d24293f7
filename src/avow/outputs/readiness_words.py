"""How readiness is said to people: states, statuses, relationships, days, and how old evidence is."""

from datetime import date
from typing import NamedTuple

from avow.model.base import Scope
from avow.model.controls import Relationship, Status
from avow.model.readiness import EvidenceAge, Readiness, Standing
from avow.outputs.plain_words import human_date

STATES = {
    Readiness.READY: "Ready",
    Readiness.PARTLY: "Partly ready",
    Readiness.NOT_READY: "Not ready",
    Readiness.NOT_APPLICABLE: "Not applicable",
    Readiness.NOT_OWED: "Not owed",
}
MEANINGS = {
    Readiness.READY: "every control behind it is in place, and can be proven to be",
    Readiness.PARTLY: "a control behind it is in place, or partly so, but not all are",
    Readiness.NOT_READY: "no control behind it is in place, or there is none",
    Readiness.NOT_APPLICABLE: "left out by the company, with its reason",
    Readiness.NOT_OWED: "addressed to somebody else",
}
STANDINGS = {
    Standing.IN_PLACE: Readiness.READY,
    Standing.PARTLY: Readiness.PARTLY,
    Standing.MISSING: Readiness.NOT_READY,
    Standing.NOT_APPLICABLE: Readiness.NOT_APPLICABLE,
}
STATUSES = {
    Status.IMPLEMENTED: "implemented",
    Status.PARTIAL: "partly implemented",
    Status.PLANNED: "planned",
    Status.ALTERNATIVE: "met in another way",
    Status.NOT_APPLICABLE: "not applicable",
    None: "no status yet",
}
RELATIONSHIPS = {
    Relationship.EQUAL: "it asks the same",
    Relationship.EQUIVALENT: "it asks the same in other words",
    Relationship.SUBSET: "it gives a part of the requirement",
    Relationship.SUPERSET: "it gives the requirement and more",
    Relationship.INTERSECTS: "it overlaps with the requirement",
}


class Day(NamedTuple):
    """A day for people and for machines; `past` where it lies before the day of the page."""

    words: str
    iso: str
    past: bool = False


def day(on: date, today: date) -> Day:
    """`2027-06-23` -> `23 June 2027`."""
    return Day(human_date(on.isoformat()), on.isoformat(), on < today)


def scope_words(scope: Scope) -> str:
    """The scope on one line; the whole company where nothing narrows it."""
    if scope.is_everything:
        return "The whole company"
    return ", ".join((*scope.products, *scope.regions))


def counted(count: int, one: str, more: str = "") -> str:
    """`1 requirement`, `2 requirements`."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def span(days: int) -> str:
    """A number of days as people say it: days up to two months, then whole months, from two years on years."""
    if days < 61:
        return counted(days, "day")
    months = int(days / 30.4375)
    return counted(months, "month") if months < 24 else counted(int(days / 365.25), "year")


def evidence_age(piece: EvidenceAge, today: date) -> tuple[str, Day | None]:
    """How old the evidence is and how long it holds: words, and the day they end with.

    `("4 months old, valid until", 23 June 2027)`, `("expired 12 days ago, on", 11 November 2026)`.
    """
    until = day(piece.valid_until, today) if piece.valid_until else None
    if until is not None and until.past and piece.valid_until is not None:
        return f"expired {span((today - piece.valid_until).days)} ago, on", until
    if piece.age_days is not None and piece.age_days < 0:
        return f"valid in {span(-piece.age_days)} only", None
    if not piece.live:
        return "", None
    age = (
        "" if piece.age_days is None else f"{span(piece.age_days)} old, " if piece.age_days else "new today, "
    )
    return (f"{age}valid until", until) if until else (f"{age}no end date", None)


def percent(score: float) -> str:
    """A share as whole percent; 0 and 100 only where it is exactly that."""
    rounded = round(100 * score)
    if rounded in {0, 100} and score not in {0.0, 1.0}:
        rounded = 1 if rounded == 0 else 99
    return f"{rounded} %"
