"""What is recorded comes back, on either database."""

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import recorded_fills
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.model.base import Sharing, Verdict
from avow.model.engagements import ReviewDecision
from avow.model.matches import Recommendation
from avow.model.questionnaires import CellAddress, IgnoredRow, LayoutOverride, Question
from avow.model.reasons import Reason
from avow.model.responses import Citation, Draft, Outcome
from avow.store.records import RecordedCommitment
from avow.store.repository import WorkStore

HOSTILE = [
    "'; DROP TABLE rows; --",
    "%s %(name)s :name ? {0} $1 \\",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "nul\x00inside, and \x10 the escape itself, \x100000",
    "lone surrogates \ud800 \udfff",
    "bidi \u202e gnp.exe, zero width \u200b, non-character \uffff, emoji 🐝",
    "\r\n\t line ends \x0b\x0c\x85\u2028",
    "x" * 32_767,
    "",
]


def test_a_fill_comes_back_row_by_row_in_the_order_of_the_input(url: str) -> None:
    drafts = [recorded_fills.answered(12), recorded_fills.in_review(9), recorded_fills.gap(101)]
    form = recorded_fills.questionnaire(
        drafts, recorded_fills.heading(8), recorded_fills.heading(100, "Other")
    )
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), form, drafts)
        assert store.engagements() == [recorded_fills.engagement()]
        rows = store.rows("acme-1")

    assert [str(row.address) for row in rows] == [
        "Security!A8",
        "Security!B9",
        "Security!B12",
        "Security!A100",
        "Security!B101",
    ]
    assert [row.position for row in rows] == [0, 1, 2, 3, 4]
    heading, review, answered, _, gap = rows
    assert (heading.outcome, heading.reasons) == (Outcome.IGNORED, (Reason.SECTION_HEADING,))
    assert (heading.verdict, heading.recommendation, heading.score) == (None, None, None)
    assert review.reasons == (Reason.WEAK_MATCH, Reason.CONTRAST)
    assert (review.answer, review.score, review.writes) == ("mfa-workforce", 0.41, ())
    assert (answered.ref, answered.section, answered.question) == (
        "IAM-12",
        "Access",
        "Is MFA enforced for staff?",
    )
    assert (answered.verdict, answered.recommendation) == (Verdict.YES, Recommendation.STRONG)
    assert (answered.answer, answered.stamp) == (
        recorded_fills.CITATION.answer,
        recorded_fills.CITATION.stamp,
    )
    assert (gap.outcome, gap.answer, gap.verdict) == (Outcome.GAP, None, Verdict.NEEDS_INPUT)


@pytest.mark.parametrize(
    "order",
    [
        ["Zebra!B9", "Zebra!B10", "Zebra!AA10", "Alpha!B1"],
        ["9:2", "10:2", "10:11"],
        ["body!paragraph[9]", "body!table[1]/row[2]/cell[1]", "body!paragraph[10]"],
    ],
    ids=["workbook", "csv", "document"],
)
def test_rows_come_sheet_by_sheet_and_by_number(tmp_path: Path, order: list[str]) -> None:
    """The reader's order is kept where cells have no row number; else any order comes out as the form's."""
    found = [IgnoredRow(address=_address(one), text="x", reason=Reason.INSTRUCTION) for one in order]
    if "body" not in order[0]:
        found.reverse()
    form = recorded_fills.questionnaire([], *found, sheets=("Zebra", "Alpha"))
    with WorkStore.in_workspace(tmp_path) as store:
        store.record_fill(recorded_fills.engagement(), form, [])
        assert [str(row.address) for row in store.rows("acme-1")] == order


def test_a_written_cell_is_proven_by_its_hash_and_no_answer_is_copied(url: str) -> None:
    drafts = [recorded_fills.answered(5)]
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), recorded_fills.questionnaire(drafts), drafts)
        (row,) = store.rows("acme-1")
    assert [(str(one.address), one.value_sha256) for one in row.writes] == [
        ("Security!D5", hashlib.sha256(b"Yes").hexdigest()),
        ("Security!E5", hashlib.sha256(b"Row 5: MFA is enforced.").hexdigest()),
    ]
    assert "MFA is enforced" not in row.model_dump_json()


def test_an_answered_row_with_a_library_answer_is_a_commitment_and_no_other_row_is(url: str) -> None:
    uncited = recorded_fills.answered(7)
    assert uncited.approved
    uncited = uncited.model_copy(
        update={
            "approved": uncited.approved.model_copy(update={"citations": (Citation(answer="", stamp=""),)})
        }
    )
    other = Citation(answer="backup", stamp="sha256-1:" + "12" * 16)
    drafts = [
        recorded_fills.answered(5),
        recorded_fills.in_review(6),
        uncited,
        recorded_fills.answered(8, citation=other),
    ]
    form = recorded_fills.questionnaire(drafts, recorded_fills.heading(4))
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), form, drafts)
        later = recorded_fills.STARTED + timedelta(days=1)
        globex = recorded_fills.engagement("globex-1", customer="Globex", started_at=later)
        store.record_fill(globex, recorded_fills.questionnaire(drafts[:1]), drafts[:1])

        assert store.commitments("Acme Bank") == [
            RecordedCommitment(
                engagement="acme-1",
                customer="Acme Bank",
                address=recorded_fills.at(f"B{row}"),
                question="Is MFA enforced for staff?",
                verdict=Verdict.YES,
                answer=citation.answer,
                stamp=citation.stamp,
                told_at=recorded_fills.STARTED,
            )
            for row, citation in ((5, recorded_fills.CITATION), (8, other))
        ]
        assert [one.customer for one in store.commitments()] == ["Acme Bank", "Acme Bank", "Globex"]
        assert [one.customer for one in store.commitments(answer="mfa-workforce")] == ["Acme Bank", "Globex"]
        assert store.commitments("acme bank; --") == []


def test_recording_again_changes_nothing(url: str) -> None:
    drafts = [recorded_fills.answered(5), recorded_fills.in_review(6)]
    form = recorded_fills.questionnaire(drafts, recorded_fills.heading(4))
    decisions = [
        recorded_fills.decision(5),
        recorded_fills.decision(5),
        recorded_fills.decision(6, decision="gap", note="later"),
    ]
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), form, drafts, decisions)
        before = _everything(store)
        store.record_fill(recorded_fills.engagement(), form, drafts, decisions)
        assert _everything(store) == before


def test_recording_again_replaces_what_was_recorded_and_leaves_other_engagements_alone(url: str) -> None:
    drafts = [recorded_fills.answered(5), recorded_fills.answered(6)]
    with WorkStore.at(url) as store:
        for identifier in ("acme-1", "globex-1"):
            form = recorded_fills.questionnaire(drafts)
            store.record_fill(
                recorded_fills.engagement(identifier), form, drafts, [recorded_fills.decision(5)]
            )
        changed = [recorded_fills.in_review(5)]
        replaced = recorded_fills.engagement(customer="Acme Bank plc", sharing=Sharing.PUBLIC, due=None)
        store.record_fill(replaced, recorded_fills.questionnaire(changed), changed)

        assert [one.customer for one in store.engagements()] == ["Acme Bank plc", "Acme Bank"]
        assert store.engagements()[0] == replaced
        assert [row.outcome for row in store.rows("acme-1")] == [Outcome.REVIEW]
        assert store.decisions("acme-1") == []
        assert len(store.rows("globex-1")) == 2
        assert len(store.decisions("globex-1")) == 1
        assert {one.engagement for one in store.commitments()} == {"globex-1"}


def test_decisions_come_back_and_keep_their_first_time(url: str) -> None:
    drafts = [recorded_fills.in_review(5), recorded_fills.in_review(6)]
    form = recorded_fills.questionnaire(drafts)
    edit = recorded_fills.decision(
        5,
        decision="edit",
        answer="mfa-workforce",
        verdict=Verdict.PARTIAL,
        text="Only staff.",
        note="asked IT",
    )
    later = recorded_fills.STARTED + timedelta(days=2)
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(), form, drafts, [edit])
        store.record_fill(
            recorded_fills.engagement(started_at=later), form, drafts, [recorded_fills.decision(6), edit]
        )
        recorded = store.decisions("acme-1")
    assert [one.decision for one in recorded] == [recorded_fills.decision(6), edit]
    assert [one.decided_at for one in recorded] == [later, recorded_fills.STARTED]


@pytest.mark.parametrize(
    "moment",
    [
        recorded_fills.STARTED,
        recorded_fills.STARTED.astimezone(timezone(timedelta(hours=5, minutes=45))),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=timezone(timedelta(hours=1))),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_times_survive_the_round_trip(url: str, moment: datetime) -> None:
    drafts = [recorded_fills.answered(5)]
    with WorkStore.at(url) as store:
        form = recorded_fills.questionnaire(drafts)
        store.record_fill(
            recorded_fills.engagement(started_at=moment), form, drafts, [recorded_fills.decision(5)]
        )
        times = [
            store.engagements()[0].started_at,
            store.commitments()[0].told_at,
            store.decisions("acme-1")[0].decided_at,
        ]
    assert times == [moment] * 3
    assert [one.utcoffset() for one in times] == [timedelta(0)] * 3


def test_engagements_are_ordered_by_the_moment_not_by_the_wall_clock(url: str) -> None:
    east = recorded_fills.STARTED.replace(tzinfo=timezone(timedelta(hours=9)))
    with WorkStore.at(url) as store:
        for identifier, moment in (("utc", recorded_fills.STARTED), ("east", east)):
            form = recorded_fills.questionnaire([], recorded_fills.heading(1))
            store.record_fill(recorded_fills.engagement(identifier, started_at=moment), form, [])
        assert [one.id for one in store.engagements()] == ["east", "utc"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back_as_it_was(url: str, text: str) -> None:
    with WorkStore.at(url) as store:
        _round_trip(store, text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None, categories=["Cs", "Cc", "Lu", "Ll", "Nd", "Cf", "Po"]), max_size=40))
def test_any_text_comes_back_as_it_was(url: str, text: str) -> None:
    with WorkStore.at(url) as store:
        _round_trip(store, text)


def test_a_fill_without_a_draft_for_every_question_is_refused_and_leaves_no_trace(url: str) -> None:
    drafts = [recorded_fills.answered(5), recorded_fills.answered(6)]
    with WorkStore.at(url) as store:
        with pytest.raises(ValueError, match="no draft for the question at Security!B6"):
            store.record_fill(recorded_fills.engagement(), recorded_fills.questionnaire(drafts), drafts[:1])
        with pytest.raises(ValueError, match="a draft without its question at Security!B6"):
            store.record_fill(recorded_fills.engagement(), recorded_fills.questionnaire(drafts[:1]), drafts)
        naive = recorded_fills.engagement(started_at=recorded_fills.STARTED.replace(tzinfo=None))
        with pytest.raises(ValueError, match="zone"):
            store.record_fill(naive, recorded_fills.questionnaire(drafts), drafts)
        assert store.engagements() == []


def test_layouts_are_remembered_and_overwritten(url: str) -> None:
    first = LayoutOverride(sheet="Security \ud800", question="B", answer="D", header_row=3)
    second = LayoutOverride(question="C")
    with WorkStore.at(url) as store:
        assert store.layouts() == {}
        store.remember_layout("f1", first)
        store.remember_layout("f2", first)
        store.remember_layout("f1", second)
    with WorkStore.at(url) as store:
        assert store.layouts() == {"f1": second, "f2": first}
        assert store.layouts(["f2", "f3"]) == {"f2": first}
        assert store.layouts([]) == {}
        assert store.layouts(f"f{number}" for number in range(100_000)) == {"f1": second, "f2": first}


def test_a_form_as_large_as_a_sheet_holds_is_recorded(tmp_path: Path) -> None:
    """More rows than a statement may have parameters, and the same cell twice."""
    drafts = [recorded_fills.gap(row) for row in range(1, 4_001)]
    form = recorded_fills.questionnaire(drafts, recorded_fills.heading(1), recorded_fills.heading(1))
    with WorkStore.in_workspace(tmp_path) as store:
        store.record_fill(recorded_fills.engagement(), form, drafts)
        assert len(store.rows("acme-1")) == 4_002


def _round_trip(store: WorkStore, text: str) -> None:
    address = CellAddress(sheet=text, cell=text)
    question = Question(address=address, text=text, ref=text, section=text)
    base = recorded_fills.in_review(5)
    drafts: list[Draft] = [base.model_copy(update={"question": question})]
    engagement = recorded_fills.engagement(customer=text, product=text, region=text, source_name=text)
    decision = ReviewDecision(
        address=address, decision=text, by=text, stamp=text, answer=text, text=text, note=text
    )
    store.record_fill(engagement, recorded_fills.questionnaire(drafts), drafts, [decision])
    assert store.engagements() == [engagement]
    (row,) = store.rows("acme-1")
    assert (row.address, row.question, row.ref, row.section) == (address, text, text, text)
    assert [one.decision for one in store.decisions("acme-1")] == [decision]


def _everything(store: WorkStore) -> list[object]:
    known = store.engagements()
    rows = [store.rows(one.id) for one in known]
    return [known, rows, [store.decisions(one.id) for one in known], store.commitments(), store.layouts()]


def _address(text: str) -> CellAddress:
    sheet, _, cell = text.rpartition("!")
    return CellAddress(sheet=sheet, cell=cell)


def test_filled_alone_again_an_engagement_stays_part_of_what_it_was(url: str) -> None:
    drafts = [recorded_fills.answered(5)]
    form = recorded_fills.questionnaire(drafts)
    with WorkStore.at(url) as store:
        store.record_fill(recorded_fills.engagement(part_of="first-1"), form, drafts)
        store.record_fill(recorded_fills.engagement(due=None), form, drafts)
        (known,) = store.engagements()
        assert (known.part_of, known.due) == ("first-1", None)
        store.record_fill(recorded_fills.engagement(part_of="other-1"), form, drafts)
        assert store.engagements()[0].part_of == "other-1"
