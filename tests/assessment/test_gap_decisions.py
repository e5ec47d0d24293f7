"""What people say about gaps: what it needs, what is refused, and what a workbook's rows come to."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from asked_questions import found_in

from avow.assessment.gap_decisions import changes_of, decided
from avow.assessment.gap_register import register
from avow.model.gap_columns import Column
from avow.model.gaps import GapChange, GapDecision, GapEntry, GapRegister, GapStatus, KnownGap, RefusedChange
from small_company import TODAY, loaded

AHEAD = TODAY + timedelta(days=60)
GAPS = found_in()
ID = next(one.id for one in GAPS if one.control == "backup")
OTHER = next(one.id for one in GAPS if one.control == "rest")


def known(decision: GapDecision | None = None, **more: object) -> list[KnownGap]:
    return [
        KnownGap.model_validate(
            {
                "gap": one,
                "first_seen": TODAY,
                "last_seen": TODAY,
                "decision": decision if one.id == ID else None,
                **(more if one.id == ID else {}),
            }
        )
        for one in GAPS
    ]


def change(**said: object) -> GapChange:
    return GapChange.model_validate({"gap": ID, "by": "Dana", **said})


def after(*changes: GapChange, decision: GapDecision | None = None) -> GapDecision | None:
    whole, refused = decided(known(decision), changes, TODAY)
    assert refused == []
    return next(one.decision for one in whole if one.gap.id == ID)


def whole(decision: GapDecision | None = None) -> GapRegister:
    return register(loaded().content, known(decision), GAPS)


def entry_of(shown: GapRegister, identifier: str = ID) -> GapEntry:
    return next(one for one in shown.entries if one.gap.id == identifier)


def row(entry: GapEntry, edits: Mapping[Column, str] | None = None) -> dict[str, str]:
    cells = {
        Column.ID: entry.gap.id,
        Column.STATUS: entry.status.value,
        Column.OWNER: entry.owner,
        Column.DUE: entry.due.isoformat() if entry.due else "",
        Column.NOTE: entry.note,
        Column.STAMP: entry.stamp,
    }
    return {column.value: text for column, text in (cells | dict(edits or {})).items()}


def test_a_decision_has_who_and_when() -> None:
    assert after(change(status="in-progress", owner=" Kim ", note="started\r\nyesterday ")) == GapDecision(
        gap=ID,
        status=GapStatus.IN_PROGRESS,
        owner="Kim",
        note="started\nyesterday",
        by="Dana",
        decided_on=TODAY,
    )


def test_what_is_not_said_stays_and_what_is_emptied_goes() -> None:
    before = GapDecision(gap=ID, status=GapStatus.IN_PROGRESS, owner="Kim", due=AHEAD, note="x", by="Lee")
    assert after(change(note="y"), decision=before) == before.model_copy(
        update={"note": "y", "by": "Dana", "decided_on": TODAY}
    )
    emptied = after(change(owner="", due=None), decision=before)
    assert emptied is not None
    assert (emptied.owner, emptied.due, emptied.note, emptied.status) == (
        "",
        None,
        "x",
        GapStatus.IN_PROGRESS,
    )


def test_saying_the_same_again_decides_nothing_anew() -> None:
    before = GapDecision(gap=ID, owner="Kim", by="Lee", decided_on=date(2026, 1, 1))
    assert after(change(owner="Kim"), decision=before) == before
    assert after(change(status="open", owner="")) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"gap": "G-NONE"}, "there is no gap 'G-NONE'"),
        ({"by": " "}, "who decides is missing"),
        ({"status": "closed"}, "closes by itself"),
        ({"status": "risk-accepted", "due": AHEAD}, "needs a note"),
        ({"status": "risk-accepted", "note": " \n", "due": AHEAD}, "needs a note"),
        ({"status": "risk-accepted", "note": "small"}, "needs a due date ahead"),
        (
            {"status": "risk-accepted", "note": "small", "due": TODAY - timedelta(days=1)},
            "needs a due date ahead",
        ),
        ({"note": "gnp\u202eexe"}, "invisible or control"),
        ({"owner": "a\x07"}, "invisible or control"),
        ({"note": "x" * 4001}, "more than 4,000 characters"),
    ],
)
def test_what_a_decision_lacks_is_said_and_nothing_is_changed(said: dict[str, object], why: str) -> None:
    before = known()
    left, (refused,) = decided(before, [change(**said)], TODAY)
    assert why in refused.why
    assert left == before


def test_an_acceptance_may_not_lose_what_it_needs() -> None:
    accepted = GapDecision(gap=ID, status=GapStatus.RISK_ACCEPTED, due=AHEAD, note="small", by="Lee")
    _, refused = decided(known(accepted), [change(note=""), change(due=None)], TODAY)
    assert len(refused) == 2


def test_a_closed_gap_is_not_decided_about() -> None:
    _, (refused,) = decided(known(closed_on=TODAY), [change(owner="Kim")], TODAY)
    assert "is closed since 2026-11-23" in refused.why


def test_one_bad_change_spoils_no_other() -> None:
    left, refused = decided(known(), [change(gap="G-NONE", where="row 9"), change(owner="Kim")], TODAY)
    assert [one.where for one in refused] == ["row 9"]
    assert next(one.decision for one in left if one.gap.id == ID) is not None


def test_an_untouched_workbook_changes_nothing() -> None:
    shown = whole()
    assert changes_of([row(one) for one in shown.entries], shown, "Dana") == ([], [])


def test_edited_cells_become_changes_and_only_they() -> None:
    shown = whole()
    edits = {Column.STATUS: "Risk-Accepted ", Column.DUE: "2027-06-30 00:00:00", Column.NOTE: "small\r\n"}
    (one,), refused = changes_of([row(entry_of(shown), edits)], shown, "Dana")
    assert refused == []
    assert one.model_dump(exclude_unset=True) == {
        "gap": ID,
        "by": "Dana",
        "where": f"row 2, {ID}",
        "status": GapStatus.RISK_ACCEPTED,
        "due": date(2027, 6, 30),
        "note": "small",
    }


def test_an_emptied_cell_takes_back_what_was_said() -> None:
    shown = whole(GapDecision(gap=ID, owner="Kim", due=AHEAD, by="Lee"))
    (one,), _ = changes_of([row(entry_of(shown), {Column.OWNER: "", Column.DUE: " "})], shown, "Dana")
    assert (one.owner, one.due) == ("", None)
    assert {"owner", "due"} <= one.model_fields_set


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ({Column.ID: "G-NONE"}, "there is no such gap"),
        ({Column.ID: ""}, "there is no such gap"),
        ({Column.STATUS: "done"}, "the status 'done' is not known; use open, in-progress, risk-accepted"),
        ({Column.DUE: "31/12/2027"}, "the due date '31/12/2027' is not a date"),
        ({Column.DUE: "2027-02-30"}, "is not a date"),
        ({Column.OWNER: "Kim", Column.STAMP: "sha256-1:00"}, "changed since this workbook was made"),
        ({Column.OWNER: "Kim", Column.STAMP: ""}, "changed since this workbook was made"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_others_are_taken(
    edits: dict[Column, str], why: str
) -> None:
    shown = whole()
    rows = [row(entry_of(shown), edits), row(entry_of(shown, OTHER), {Column.OWNER: "Kim"})]
    changes, refused = changes_of(rows, shown, "Dana")
    assert [one.gap for one in changes] == [OTHER]
    assert len(refused) == 1
    assert refused[0].where.startswith("row 2")
    assert why in refused[0].why


def test_rows_nobody_touched_are_no_concern_though_others_decided_meanwhile() -> None:
    before = whole()
    meanwhile = whole(GapDecision(gap=ID, owner="Kim", by="Lee"))
    assert changes_of([row(entry_of(before))], meanwhile, "Dana") == ([], [])
    changes, refused = changes_of([row(entry_of(before), {Column.NOTE: "mine"})], meanwhile, "Dana")
    assert changes == []
    assert isinstance(refused[0], RefusedChange)


def test_a_workbook_handed_in_twice_is_taken_once() -> None:
    edited = row(entry_of(whole()), {Column.OWNER: "Kim"})
    (one,), _ = changes_of([edited], whole(), "Dana")
    decision = after(one)
    assert changes_of([edited], whole(decision), "Dana") == ([], [])


def test_blank_rows_are_passed_over() -> None:
    assert changes_of([dict.fromkeys(Column, ""), {}], whole(), "Dana") == ([], [])
