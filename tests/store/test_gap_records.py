"""What is known of gaps, and the rows nobody could answer, on either database."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import date

import pytest
import recorded_fills
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Engine

from avow.model.base import Scope
from avow.model.gaps import (
    AskedBy,
    FoundGap,
    GapDecision,
    GapKind,
    GapSeverity,
    GapStatus,
    KnownGap,
    OpenQuestion,
)
from avow.model.questionnaires import Question
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome
from avow.store.connection import open_engine, parsed_url, writing
from avow.store.repository import WorkStore
from avow.store.schema import HEAD
from avow.store.tables import metadata

DAY = date(2026, 11, 23)


def found(identifier: str = "G-AAAAAAAA", **changes: object) -> FoundGap:
    fields: dict[str, object] = {
        "id": identifier,
        "kind": GapKind.CONTROL,
        "reason": Reason.REVIEW_OVERDUE,
        "subject": "Backups",
        "detail": "reviewed last on 2025-01-01",
        "severity": GapSeverity.LOW,
        "severity_rule": "upkeep",
        "control": "backup",
        "controls": ("backup",),
        "scope": Scope(products=("Quill",)),
        "due": date(2027, 1, 1),
        "requirements": {"soc2": ["CC6.1", "CC7.2"]},
        "asked_by": (AskedBy(customer="Acme", engagement="acme-1", due=DAY, sheet="Security", cell="B5"),),
        "told": ("Globex",),
    }
    return FoundGap.model_validate(fields | changes)


def known(identifier: str = "G-AAAAAAAA", decision: GapDecision | None = None, **changes: object) -> KnownGap:
    fields: dict[str, object] = {"gap": found(identifier), "first_seen": DAY, "last_seen": DAY}
    return KnownGap.model_validate(fields | {"decision": decision} | changes)


def decided(identifier: str = "G-AAAAAAAA", **changes: object) -> GapDecision:
    fields: dict[str, object] = {
        "gap": identifier,
        "status": GapStatus.RISK_ACCEPTED,
        "owner": "Kim",
        "due": date(2027, 6, 1),
        "note": "small; see minutes",
        "by": "Dana",
        "decided_on": DAY,
    }
    return GapDecision.model_validate(fields | changes)


def put(store: WorkStore, *ones: KnownGap) -> None:
    store.update_gaps(lambda _: list(ones))


def test_what_is_known_of_a_gap_comes_back_longest_known_first(url: str) -> None:
    later = known("G-BBBBBBBB", decided("G-BBBBBBBB"), first_seen=date(2026, 12, 1), closed_on=DAY)
    with WorkStore.at(url) as store:
        assert store.gaps() == []
        put(store, later, known(reopened_on=DAY))
        assert store.gaps() == [known(reopened_on=DAY), later]


def test_what_a_change_leaves_out_stays_as_it_is(url: str) -> None:
    with WorkStore.at(url) as store:
        put(store, known(), known("G-BBBBBBBB"))
        put(store, known(last_seen=date(2026, 12, 24)))
        assert [(one.gap.id, one.last_seen) for one in store.gaps()] == [
            ("G-AAAAAAAA", date(2026, 12, 24)),
            ("G-BBBBBBBB", DAY),
        ]


def test_the_last_decision_holds_and_the_earlier_ones_are_kept(url: str) -> None:
    second = decided(status=GapStatus.OPEN, note="")
    with WorkStore.at(url) as store:
        put(store, known())
        put(store, known(decision=decided()))
        put(store, known(decision=decided()))
        put(store, known("G-BBBBBBBB", decided("G-BBBBBBBB")))
        put(store, known(decision=second))
        assert store.gaps()[0].decision == second
        assert store.gap_decisions("G-AAAAAAAA") == [decided(), second]
        assert store.gap_decisions("G-BBBBBBBB") == [decided("G-BBBBBBBB")]
        assert store.gap_decisions("'; --") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "'; DROP TABLE gaps; --",
        "nul\x00 and \x10",
        "lone \ud800",
        "bidi \u202e 🐝",
        "x" * 40_000,
        '{"a": "\\u0000"}',
    ],
)
def test_hostile_text_of_a_gap_comes_back_as_it_was(url: str, hostile: str) -> None:
    gap = found(subject=hostile, detail=hostile, asked_by=(AskedBy(customer=hostile, engagement=hostile),))
    one = known(decision=decided(note=hostile, owner=hostile, by=hostile)).model_copy(update={"gap": gap})
    with WorkStore.at(url) as store:
        put(store, one)
        assert store.gaps() == [one]


def test_an_error_while_changing_leaves_everything_as_it_was(url: str) -> None:
    def change(before: list[KnownGap]) -> list[KnownGap]:
        raise RuntimeError(len(before))

    with WorkStore.at(url) as store:
        put(store, known())
        with pytest.raises(RuntimeError):
            store.update_gaps(change)
        bad = known("G-BBBBBBBB", decided("G-BBBBBBBB", status=GapStatus.CLOSED))
        with pytest.raises(Exception, match="status"):
            put(store, bad)
        assert store.gaps() == [known()]


def test_two_who_change_the_gaps_at_once_see_each_others_changes(url: str) -> None:
    """The second waits until the first is done, and starts from what the first left."""
    entered, others = threading.Event(), []

    def slow(before: list[KnownGap]) -> list[KnownGap]:
        entered.set()
        threading.Event().wait(0.3)
        return [*before, known("G-BBBBBBBB")]

    def second() -> None:
        entered.wait(5)
        with WorkStore.at(url) as store:
            store.update_gaps(lambda before: others.append([one.gap.id for one in before]) or before)

    with WorkStore.at(url) as store:
        put(store, known())
        thread = threading.Thread(target=second)
        thread.start()
        store.update_gaps(slow)
        thread.join(20)
    assert others == [["G-AAAAAAAA", "G-BBBBBBBB"]]


def test_rows_nobody_could_answer_come_over_all_engagements_with_customer_and_due(url: str) -> None:
    follow_up = _with_text(recorded_fills.gap(9), "If yes, since when?")
    drafts = [recorded_fills.gap(5), recorded_fills.answered(7), follow_up, recorded_fills.in_review(12)]
    heading = recorded_fills.heading(8, "Bees")
    unread = _with_text(recorded_fills.gap(6), "")
    later = recorded_fills.engagement(
        "globex-1", customer="Globex", due=None, started_at=recorded_fills.STARTED.replace(year=2027)
    )
    with WorkStore.at(url) as store:
        _fill(store, later, [recorded_fills.gap(3), unread])
        _fill(store, recorded_fills.engagement(), drafts, heading)
        assert store.open_questions() == [
            OpenQuestion(
                asked_by=_asked("B5"),
                text="Do you hold a licence to keep bees?",
                reasons=(Reason.NO_MATCH,),
            ),
            OpenQuestion(
                asked_by=_asked("B9"),
                text="If yes, since when?",
                before="Is MFA enforced for staff?",
                reasons=(Reason.NO_MATCH,),
            ),
            OpenQuestion(
                asked_by=AskedBy(customer="Globex", engagement="globex-1", sheet="Security", cell="B3"),
                text="Do you hold a licence to keep bees?",
                reasons=(Reason.NO_MATCH,),
            ),
        ]


def test_a_row_for_review_counts_only_where_nothing_fitted(url: str) -> None:
    weak = recorded_fills.in_review(5)
    nothing = recorded_fills.in_review(6).model_copy(
        update={"reasons": (Reason.HIDDEN_CONTENT, Reason.NO_MATCH)}
    )
    with WorkStore.at(url) as store:
        _fill(store, recorded_fills.engagement(), [weak, nothing])
        assert [one.asked_by.cell for one in store.open_questions()] == ["B6"]


def test_a_file_filled_again_does_not_count_twice(url: str) -> None:
    with WorkStore.at(url) as store:
        _fill(store, recorded_fills.engagement(), [recorded_fills.gap(5)])
        _fill(store, recorded_fills.engagement(), [recorded_fills.gap(5)])
        assert len(store.open_questions()) == 1
        _fill(store, recorded_fills.engagement(), [recorded_fills.answered(5)])
        assert store.open_questions() == []


def test_a_store_of_the_first_schema_gets_the_gaps_and_keeps_what_it_holds(url: str) -> None:
    engine = open_engine(parsed_url(url), 5)
    with writing(engine).begin() as connection:
        metadata.create_all(
            connection, tables=[one for name, one in metadata.tables.items() if not name.startswith("gap")]
        )
        connection.execute(
            text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
        connection.execute(text("ALTER TABLE rows DROP COLUMN parent"))  # of a later schema
        connection.execute(text("ALTER TABLE engagements DROP COLUMN part_of"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        connection.execute(text("INSERT INTO layouts VALUES ('f1', '{}')"))
    with WorkStore.at(url) as store:
        put(store, known(decision=decided()))
        assert store.gaps() == [known(decision=decided())]
        assert list(store.layouts()) == ["f1"]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        assert {"gaps", "gap_decisions"} <= set(inspect(connection).get_table_names())
    engine.dispose()


def test_killed_between_any_two_statements_a_change_is_there_whole_or_not_at_all(url: str) -> None:
    with WorkStore.at(url) as store:
        put(store, known())

    def job(survived: int) -> Callable[[], None]:
        def run() -> None:
            store = WorkStore.at(url)
            left = [survived]

            @event.listens_for(Engine, "after_cursor_execute")
            def _count(*_: object) -> None:
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1

            put(store, known(decision=decided(), closed_on=DAY), known("G-BBBBBBBB"))

        return run

    deaths = 0
    while recorded_fills.in_processes(job(deaths)) == [-signal.SIGKILL]:
        deaths += 1
        with WorkStore.at(url) as store:
            assert store.gaps() == [known()]
    assert deaths >= 5  # two looks, an update, two inserts
    with WorkStore.at(url) as store:
        assert store.gaps() == [known(decision=decided(), closed_on=DAY), known("G-BBBBBBBB")]


def _asked(cell: str) -> AskedBy:
    return AskedBy(
        customer="Acme Bank", engagement="acme-1", due=date(2026, 4, 1), sheet="Security", cell=cell
    )


def _with_text(draft: Draft, text: str) -> Draft:
    question = Question(address=draft.question.address, text=text)
    assert draft.outcome is Outcome.GAP
    return draft.model_copy(update={"question": question})


def _fill(store: WorkStore, engagement: object, drafts: list[Draft], *ignored: object) -> None:
    store.record_fill(engagement, recorded_fills.questionnaire(drafts, *ignored), drafts)  # type: ignore[arg-type]
