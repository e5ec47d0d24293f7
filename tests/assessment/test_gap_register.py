"""The register over time: since when, what people decided, closed by itself and open again."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from asked_questions import asked, found_in

from avow.assessment.gap_register import narrowed, register, remembered
from avow.model.gaps import (
    FoundGap,
    GapDecision,
    GapEntry,
    GapFilter,
    GapRegister,
    GapSeverity,
    GapStatus,
    KnownGap,
    SeverityRule,
)
from small_company import TODAY, changed, loaded

CONTENT = loaded().content


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def on(day: date, known: list[KnownGap], found: list[FoundGap]) -> GapRegister:
    return register(changed(CONTENT, as_of=day), known, found)


def one_gap() -> FoundGap:
    return next(one for one in found_in() if one.control == "backup")


def known_gap(**said: object) -> KnownGap:
    decision = GapDecision.model_validate({"gap": one_gap().id, "by": "Dana", "decided_on": TODAY, **said})
    return KnownGap(gap=one_gap(), first_seen=TODAY, last_seen=TODAY, decision=decision if said else None)


def only(whole: GapRegister) -> GapEntry:
    (entry,) = whole.entries
    return entry


def test_the_day_a_gap_was_first_found_stays_when_the_register_is_made_anew() -> None:
    known = remembered([], [one_gap()], TODAY)
    again = remembered(known, [one_gap()], days(40))
    assert [(one.first_seen, one.last_seen) for one in again] == [(TODAY, days(40))]
    entry = only(on(days(40), again, [one_gap()]))
    assert (entry.first_seen, entry.age_days, entry.status, entry.found) == (TODAY, 40, GapStatus.OPEN, True)


def test_a_gap_shows_as_it_is_found_now() -> None:
    entry = only(on(TODAY, [known_gap()], [one_gap().model_copy(update={"detail": "new words"})]))
    assert entry.gap.detail == "new words"


def test_without_a_memory_every_gap_is_new() -> None:
    entry = only(on(TODAY, [], [one_gap()]))
    assert (entry.first_seen, entry.age_days, entry.owner, entry.due) == (
        TODAY,
        0,
        "Head of IT",
        date(2027, 3, 31),
    )


def test_what_people_decided_goes_before_what_the_content_says() -> None:
    said = {"status": "in-progress", "owner": "Kim", "due": days(9), "note": "started"}
    entry = only(on(TODAY, [known_gap(**said)], [one_gap()]))
    assert (entry.status, entry.owner, entry.due) == (GapStatus.IN_PROGRESS, "Kim", days(9))
    assert (entry.note, entry.decided_by, entry.decided_on) == ("started", "Dana", TODAY)


@pytest.mark.parametrize(("day", "status"), [(days(30), GapStatus.RISK_ACCEPTED), (days(31), GapStatus.OPEN)])
def test_an_acceptance_of_risk_runs_out(day: date, status: GapStatus) -> None:
    known = known_gap(status="risk-accepted", due=days(30), note="small")
    assert only(on(day, [known], [one_gap()])).status is status


def test_an_acceptance_without_a_date_is_none() -> None:
    assert only(on(TODAY, [known_gap(status="risk-accepted")], [one_gap()])).status is GapStatus.OPEN


def test_a_gap_that_is_not_found_any_more_is_closed_and_keeps_its_age() -> None:
    known = remembered([known_gap(status="in-progress", owner="Kim")], [], days(5))
    later = remembered(known, [], days(50))
    entry = only(on(days(50), later, []))
    assert (entry.status, entry.found, entry.closed_on, entry.age_days) == (
        GapStatus.CLOSED,
        False,
        days(5),
        5,
    )
    assert (entry.gap.subject, entry.owner) == ("Backups", "Kim")


def test_found_again_it_is_open_again_since_the_first_day_with_its_owner_and_note() -> None:
    accepted = known_gap(status="risk-accepted", owner="Kim", due=days(300), note="small")
    closed = remembered([accepted], [], days(5))
    again = remembered(closed, [one_gap()], days(9))
    entry = only(on(days(9), again, [one_gap()]))
    assert (entry.status, entry.first_seen, entry.age_days) == (GapStatus.OPEN, TODAY, 9)
    assert (entry.owner, entry.note, entry.reopened_on, entry.closed_on) == ("Kim", "small", days(9), None)
    assert (entry.due, entry.decided_by) == (date(2027, 3, 31), "")


def test_a_look_at_an_earlier_day_changes_nothing_that_is_known() -> None:
    known = remembered([known_gap()], [], days(5))
    assert remembered(known, [one_gap()], days(4)) == known
    assert remembered([known_gap()], [], days(-1)) == [known_gap()]
    assert only(on(days(-3), [known_gap()], [one_gap()])).age_days == 0


def test_entries_come_worst_first_and_closed_ones_last() -> None:
    gaps = [
        _gap("G-LOW", GapSeverity.LOW, due=days(1)),
        _gap("G-LATE", GapSeverity.HIGH, due=days(9)),
        _gap("G-NEVER", GapSeverity.HIGH, due=None),
        _gap("G-ACCEPTED", GapSeverity.HIGH, due=None),
        _gap("G-SOON", GapSeverity.HIGH, due=days(2)),
    ]
    accepted = GapDecision(gap="G-ACCEPTED", status=GapStatus.RISK_ACCEPTED, due=days(1), note="x", by="y")
    known = [KnownGap(gap=gaps[3], first_seen=TODAY, last_seen=TODAY, decision=accepted)]
    known += [
        KnownGap(gap=_gap("G-GONE", GapSeverity.HIGH), first_seen=TODAY, last_seen=TODAY, closed_on=TODAY)
    ]
    assert [one.gap.id for one in on(TODAY, known, gaps).entries] == [
        "G-SOON",
        "G-LATE",
        "G-NEVER",
        "G-ACCEPTED",
        "G-LOW",
        "G-GONE",
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, 5),
        ({"closed": True}, 6),
        ({"severity": "high"}, 1),
        ({"customer": "ACME bank"}, 1),
        ({"customer": "Globex"}, 2),
        ({"customer": "Acme"}, 0),
        ({"control": "rest"}, 3),
        ({"framework": "soc2"}, 4),
        ({"framework": "soc2", "control": "rest", "severity": "low"}, 2),
    ],
)
def test_a_register_is_narrowed_to_what_is_wanted(wanted: dict[str, object], expected: int) -> None:
    """`rest` lacks evidence, a review and, for this, an owner; `backup` is planned; one question is open."""
    ownerless = {
        "controls/status.yaml": "status:\n  - {control: rest, status: implemented}\n"
        "  - {control: backup, status: planned, owner: IT}\n"
    }
    found = found_in(ownerless, [asked("Do you keep bees?")], told={"encrypted": ["Globex"]})
    assert len(found) == 5
    found = [one.model_copy(update={"told": ()}) if one.reason == "owner-missing" else one for one in found]
    gone = KnownGap(gap=_gap("G-GONE", GapSeverity.LOW), first_seen=TODAY, last_seen=TODAY, closed_on=TODAY)
    whole = on(TODAY, [gone], found)
    assert len(narrowed(whole, GapFilter.model_validate(wanted)).entries) == expected


def test_the_page_has_every_severity_rule_in_its_words() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/gap-register.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    missing = [
        rule
        for rule in SeverityRule
        if not any(line.startswith(f"| {rule.severity} | {rule.words}") for line in rows)
    ]
    assert missing == []


def _gap(identifier: str, severity: GapSeverity, due: date | None = None) -> FoundGap:
    return one_gap().model_copy(
        update={"id": identifier, "severity": severity, "due": due, "requirements": {}, "controls": ()}
    )
