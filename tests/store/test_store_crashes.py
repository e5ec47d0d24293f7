"""Killed, crowded or broken: the store holds whole fills or none, and says what to do."""

import os
import signal
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import recorded_fills
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Engine

from avow.errors import AvowError
from avow.model.questionnaires import LayoutOverride
from avow.model.responses import Draft
from avow.store.connection import open_engine, parsed_url, writing
from avow.store.place import database_path
from avow.store.repository import WorkStore

OLD = [recorded_fills.answered(5)]
NEW = [recorded_fills.in_review(5), recorded_fills.answered(6), recorded_fills.gap(7)]


def test_killed_between_any_two_statements_a_fill_is_there_whole_or_not_at_all(url: str) -> None:
    with WorkStore.at(url) as store:
        _record(store, OLD)
        before = _state(store)

    def job(survived: int) -> Callable[[], None]:
        def run() -> None:
            store = WorkStore.at(url)
            _kill_after(survived)
            _record(store, NEW)

        return run

    deaths = 0
    while recorded_fills.in_processes(job(deaths)) == [-signal.SIGKILL]:
        deaths += 1
        with WorkStore.at(url) as store:
            assert _state(store) == before
    assert deaths >= 9  # an upsert, a look at decisions, four deletes and at least three inserts
    with WorkStore.at(url) as store:
        assert [len(part) for part in _state(store)] == [1, 3, 1, 1]


def test_killed_while_the_database_is_made_the_next_one_makes_it(url: str) -> None:
    def job(survived: int) -> Callable[[], None]:
        def run() -> None:
            _kill_after(survived)
            WorkStore.at(url)

        return run

    survived = 0
    while recorded_fills.in_processes(job(survived)) == [-signal.SIGKILL]:
        engine = open_engine(parsed_url(url), 5)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
        survived += 1
    assert survived >= 8  # six tables, an index, the mark
    with WorkStore.at(url) as store:
        _record(store, OLD)
        assert len(store.rows("acme-1")) == 1


def test_an_error_in_the_middle_rolls_everything_back(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with WorkStore.at(url) as store:
        _record(store, OLD)
        before = _state(store)
        draft = recorded_fills.answered(6)
        assert draft.approved
        broken = draft.model_copy(update={"outcome": "undecided"})
        monkeypatch.setattr("avow.store.recording._drafted", _drafted_as)
        with pytest.raises(Exception, match="outcome"):
            _record(store, [broken])
        assert _state(store) == before


def _drafted_as(draft: Draft) -> dict[str, object]:
    columns = dict.fromkeys(("ref", "section", "question"), "")
    nothing = dict.fromkeys(("verdict", "answer_id", "stamp", "recommendation", "score"))
    return {
        "sheet": "Security",
        "cell": "B6",
        "outcome": str(draft.outcome),
        "reasons": "[]",
        **columns,
        **nothing,
    }


def test_two_processes_that_make_the_database_and_write_at_once_both_succeed(url: str) -> None:
    drafts = [recorded_fills.answered(row) for row in range(1, 41)]

    def job(name: str) -> Callable[[], None]:
        def run() -> None:
            with WorkStore.at(url) as store:
                for number in range(10):
                    _record(store, drafts, f"{name}-{number}")
                    _record(store, drafts[: number + 1], "both")
                    store.remember_layout("both", LayoutOverride(question=name))

        return run

    assert recorded_fills.in_processes(job("a"), job("b"), job("c")) == [0, 0, 0]
    with WorkStore.at(url) as store:
        names = {one.id for one in store.engagements()}
        assert names == {f"{name}-{number}" for name in "abc" for number in range(10)} | {"both"}
        assert {len(store.rows(name)) for name in names - {"both"}} == {40}
        assert len(store.rows("both")) == 10
        assert len(store.commitments()) == 30 * 40 + 10


def test_a_reader_never_sees_a_fill_half_replaced(url: str) -> None:
    """The fill is replaced between the reader's two queries, and the reader still sees the earlier one whole."""
    replaced: list[bool] = []

    def replace(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not replaced and statement.startswith("SELECT writes"):
            replaced.append(True)
            with WorkStore.at(url) as other:
                _record(other, NEW)

    with WorkStore.at(url) as store:
        _record(store, OLD)
        event.listen(Engine, "after_cursor_execute", replace)
        try:
            rows = store.rows("acme-1")
        finally:
            event.remove(Engine, "after_cursor_execute", replace)
        assert replaced
        assert [(str(row.address), len(row.writes)) for row in rows] == [("Security!B5", 2)]
        assert len(store.rows("acme-1")) == 3


def test_a_locked_store_says_so_in_one_line(url: str) -> None:
    with WorkStore.at(url, busy_seconds=0.2) as store:
        _record(store, OLD)
        other = open_engine(parsed_url(url), 5)
        with writing(other).begin() as connection:
            connection.execute(text("UPDATE engagements SET customer = 'x'"))
            with pytest.raises(AvowError, match=r"is busy: .*; try again when it is done") as caught:
                _record(store, NEW)
            assert len(store.rows("acme-1")) == 1  # readers are not held up
        other.dispose()
        assert "\n" not in str(caught.value)
        _record(store, NEW)
        assert len(store.rows("acme-1")) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 not a database at all" * 100, "is not a work store"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, r"is (not a work store|damaged)"),
    ],
)
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes, message: str) -> None:
    path = database_path(tmp_path)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(AvowError, match=message) as caught:
        WorkStore.in_workspace(tmp_path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_damaged_store_is_explained(tmp_path: Path) -> None:
    with WorkStore.in_workspace(tmp_path) as store:
        _record(store, [recorded_fills.answered(row) for row in range(1, 500)])
    path = database_path(tmp_path)
    data = bytearray(path.read_bytes())
    data[4096 * 3 :] = b"\xa5" * (len(data) - 4096 * 3)
    path.write_bytes(bytes(data))
    with pytest.raises(AvowError, match="is damaged; restore it"), WorkStore.in_workspace(tmp_path) as store:
        store.rows("acme-1")


def test_the_workspace_folder_is_private_and_kept_out_of_git(tmp_path: Path) -> None:
    with WorkStore.in_workspace(tmp_path) as store:
        _record(store, OLD)
        folder = tmp_path / ".avow"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(one.stat().st_mode) for one in folder.glob("work.db*")} == {0o600}
        assert (folder / ".gitignore").read_text() == "*\n"
    with WorkStore.in_workspace(tmp_path) as store:
        assert len(store.engagements()) == 1


def test_a_workspace_with_an_odd_name_works(tmp_path: Path) -> None:
    odd = tmp_path / "50% off? #1 & [x] é"
    odd.mkdir()
    with WorkStore.in_workspace(odd) as store:
        _record(store, OLD)
    assert database_path(odd).stat().st_size > 0


def test_sqlite_keeps_foreign_keys_and_writes_ahead(tmp_path: Path) -> None:
    WorkStore.in_workspace(tmp_path).close()
    connection = sqlite3.connect(database_path(tmp_path))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    engine = open_engine(parsed_url(f"sqlite:///{database_path(tmp_path)}"), 5)
    with pytest.raises(Exception, match="FOREIGN KEY"), writing(engine).begin() as own:
        own.execute(text("INSERT INTO writes VALUES ('none', 0, 0, 's', 'c', 'h')"))
    engine.dispose()


@pytest.mark.parametrize("obstacle", ["missing", "file"])
def test_a_place_where_no_store_can_be_made_is_explained(tmp_path: Path, obstacle: str) -> None:
    workspace = tmp_path / "workspace"
    if obstacle == "file":
        workspace.mkdir()
        (workspace / ".avow").write_text("in the way")
    with pytest.raises(AvowError, match="the work store cannot be made here") as caught:
        WorkStore.in_workspace(workspace)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "postgresql://someone:s3cret@127.0.0.1:1/none",
            r"someone:\*\*\*@127.0.0.1:1/none cannot be reached",
        ),
        ("postgres://someone:s3cret@127.0.0.1:1/none", "cannot be reached"),
        ("mysql://someone:s3cret@127.0.0.1/none", "cannot be kept in mysql: use SQLite or PostgreSQL"),
        ("someone:s3cret is no url", "is not a URL"),
        ("postgresql://someone:s3cret@host:port/none", "is not a URL"),
        ("sqlite:////nowhere/at/all/work.db", "cannot be opened; make the file and its folder"),
    ],
)
def test_an_address_that_does_not_work_is_explained_without_its_password(address: str, message: str) -> None:
    if address.startswith("postgres") and "none" in address:
        pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    with pytest.raises(AvowError, match=message) as caught:
        WorkStore.at(address)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def _record(store: WorkStore, drafts: list[Draft], identifier: str = "acme-1") -> None:
    decisions = [recorded_fills.decision(5, note=str(len(drafts)))]
    store.record_fill(
        recorded_fills.engagement(identifier), recorded_fills.questionnaire(drafts), drafts, decisions
    )


def _state(store: WorkStore) -> list[list[object]]:
    return [
        [*store.engagements()],
        [*store.rows("acme-1")],
        [*store.decisions("acme-1")],
        [*store.commitments()],
    ]


def _kill_after(survived: int) -> None:
    """Have this process killed when its next writing statement but `survived` is done; reads count too."""
    left = [survived]

    @event.listens_for(Engine, "after_cursor_execute")
    def _count(*_: object) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
