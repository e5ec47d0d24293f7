"""The work store: what was asked, answered, written, decided and told, in SQLite or PostgreSQL."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, RowMapping, Table, delete, insert, select
from sqlalchemy.sql.dml import Insert

from avow.model.base import Verdict
from avow.model.engagements import Engagement, ReviewDecision
from avow.model.gaps import GapDecision, KnownGap, OpenQuestion
from avow.model.questionnaires import CellAddress, LayoutOverride, Questionnaire
from avow.model.responses import Draft
from avow.store import gap_records, tables
from avow.store.connection import explained, open_engine, parsed_url, reading, writing
from avow.store.place import prepare
from avow.store.recording import Columns, decision_columns, engagement_columns, fill_record
from avow.store.records import RecordedCommitment, RecordedDecision, RecordedRow, RecordedWrite
from avow.store.schema import bring_up

BUSY_SECONDS = 10.0


class WorkStore:
    """A work store that is open; a context manager that closes it.

    Every method is one transaction, and raises AvowError where the database is locked, unreadable or away.
    """

    def __init__(self, url: URL, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open, and create or migrate where needed. `at` and `in_workspace` are the usual ways here."""
        self._url = url
        self._engine = open_engine(url, busy_seconds)
        self._reader, self._writer = reading(self._engine), writing(self._engine)
        try:
            with explained(url):
                bring_up(self._engine, url)
        except BaseException:
            self.close()
            raise

    @classmethod
    def at(cls, url: str, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """The store at a database URL such as `postgresql://…`; writers wait up to `busy_seconds`."""
        return cls(parsed_url(url), busy_seconds=busy_seconds)

    @classmethod
    def in_workspace(cls, workspace: Path, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """The workspace's own store, `.avow/work.db`, made where it is missing."""
        path = prepare(workspace.resolve())
        return cls(URL.create("sqlite+pysqlite", database=str(path)), busy_seconds=busy_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def record_fill(
        self,
        engagement: Engagement,
        questionnaire: Questionnaire,
        drafts: Sequence[Draft],
        decisions: Sequence[ReviewDecision] = (),
    ) -> None:
        """Record one fill whole, in place of an earlier record of the same engagement id.

        What is told is told at `engagement.started_at`; a decision recorded before keeps its first time.
        Raises ValueError unless there is exactly one draft for each question.
        """
        record = fill_record(engagement, questionnaire, drafts)
        with self._writing() as connection:
            # First, since it makes others recording the same engagement wait until this one is whole.
            connection.execute(_upsert(connection, tables.engagements, engagement_columns(engagement)))
            decided = _decision_rows(connection, engagement, decisions)
            for table in (tables.commitments, tables.writes, tables.decisions, tables.rows):
                connection.execute(delete(table).where(table.c.engagement == engagement.id))
            _insert_all(connection, tables.rows, record.rows)
            _insert_all(connection, tables.writes, record.writes)
            _insert_all(connection, tables.commitments, record.commitments)
            _insert_all(connection, tables.decisions, decided)

    def engagements(self) -> list[Engagement]:
        """All engagements, oldest first."""
        table = tables.engagements
        with self._reading() as connection:
            found = connection.execute(select(table).order_by(table.c.started_at, table.c.id)).mappings()
            return [Engagement(**row) for row in found]

    def rows(self, engagement_id: str) -> list[RecordedRow]:
        """An engagement's rows in the order of the input; none where it is not known."""
        rows, writes = tables.rows, tables.writes
        of_rows = select(rows).where(rows.c.engagement == engagement_id).order_by(rows.c.position)
        of_writes = (
            select(writes)
            .where(writes.c.engagement == engagement_id)
            .order_by(writes.c.position, writes.c.number)
        )
        written: dict[int, list[RecordedWrite]] = defaultdict(list)
        with self._reading() as connection:
            for one in connection.execute(of_writes).mappings():
                written[one["position"]].append(
                    RecordedWrite(address=_address(one), value_sha256=one["value_sha256"])
                )
            return [
                _row(one, tuple(written[one["position"]])) for one in connection.execute(of_rows).mappings()
            ]

    def decisions(self, engagement_id: str) -> list[RecordedDecision]:
        """The people's decisions on an engagement, in the order they were handed in."""
        with self._reading() as connection:
            return [_decision(one) for one in _decisions_of(connection, engagement_id)]

    def commitments(
        self, customer: str | None = None, *, answer: str | None = None
    ) -> list[RecordedCommitment]:
        """What was told, oldest first: to this customer (by exact name), and from this library answer."""
        told, rows, engagements = tables.commitments, tables.rows, tables.engagements
        query = (
            select(told, rows.c.sheet, rows.c.cell, rows.c.question, engagements.c.customer)
            .join(rows, (rows.c.engagement == told.c.engagement) & (rows.c.position == told.c.position))
            .join(engagements, engagements.c.id == told.c.engagement)
            .order_by(told.c.told_at, told.c.engagement, told.c.position, told.c.number)
        )
        if customer is not None:
            query = query.where(engagements.c.customer == customer)
        if answer is not None:
            query = query.where(told.c.answer_id == answer)
        with self._reading() as connection:
            return [_commitment(one) for one in connection.execute(query).mappings()]

    def open_questions(self) -> list[OpenQuestion]:
        """The rows nobody could answer, over all engagements, oldest engagement first."""
        with self._reading() as connection:
            return gap_records.open_questions(connection)

    def gaps(self) -> list[KnownGap]:
        """All gaps ever found, longest known first, each with the decision that holds."""
        with self._reading() as connection:
            return gap_records.known_gaps(connection)

    def update_gaps(self, change: Callable[[list[KnownGap]], list[KnownGap]]) -> list[KnownGap]:
        """Replace what is known of the gaps by what `change` makes of it, with nobody writing in between.

        What `change` leaves out stays as it is; an error in it leaves everything as it was. Out: what it gave.
        """
        with self._writing() as connection:
            gap_records.lock_gaps(connection)
            before = gap_records.known_gaps(connection)
            after = change(before)
            gap_records.put_gaps(connection, before, after)
            return after

    def gap_decisions(self, gap: str) -> list[GapDecision]:
        """All decisions ever made on a gap, oldest first."""
        with self._reading() as connection:
            return gap_records.gap_decisions(connection, gap)

    def remember_layout(self, fingerprint: str, override: LayoutOverride) -> None:
        """Keep the columns a person chose for forms with this header fingerprint, in place of any before."""
        columns = {"fingerprint": fingerprint, "columns": json.dumps(override.model_dump(exclude_none=True))}
        with self._writing() as connection:
            connection.execute(_upsert(connection, tables.layouts, columns))

    def layouts(self, fingerprints: Iterable[str] | None = None) -> dict[str, LayoutOverride]:
        """Remembered columns by header fingerprint: all, or those of `fingerprints` that are remembered.

        `fingerprints` may be as many as a file has rows, far more than there are layouts or than a query takes.
        """
        wanted = None if fingerprints is None else set(fingerprints)
        with self._reading() as connection:
            found = connection.execute(
                select(tables.layouts).order_by(tables.layouts.c.fingerprint)
            ).mappings()
            return {
                one["fingerprint"]: LayoutOverride(**json.loads(one["columns"]))
                for one in found
                if wanted is None or one["fingerprint"] in wanted
            }

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._url), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._url), self._writer.begin() as connection:
            yield connection


def _upsert(connection: Connection, table: Table, columns: Columns) -> Insert:
    """Insert, or overwrite the row with the same primary key."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in columns.items() if name not in key}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).values(columns).on_conflict_do_update(index_elements=key, set_=rest)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).values(columns).on_conflict_do_update(index_elements=key, set_=rest)


def _insert_all(connection: Connection, table: Table, rows: list[Columns]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _decision_rows(
    connection: Connection, engagement: Engagement, decisions: Sequence[ReviewDecision]
) -> list[Columns]:
    """The decisions' columns, each with the time of the fill that first took it in."""
    before: dict[ReviewDecision, datetime] = {}
    if decisions:
        recorded = [_decision(one) for one in _decisions_of(connection, engagement.id)]
        before = {one.decision: one.decided_at for one in recorded}
    return [
        decision_columns(decision)
        | {
            "engagement": engagement.id,
            "number": number,
            "decided_at": before.get(decision, engagement.started_at),
        }
        for number, decision in enumerate(decisions)
    ]


def _decisions_of(connection: Connection, engagement_id: str) -> Sequence[RowMapping]:
    table = tables.decisions
    query = select(table).where(table.c.engagement == engagement_id).order_by(table.c.number)
    return connection.execute(query).mappings().all()


def _address(row: Mapping[Any, Any]) -> CellAddress:
    return CellAddress(sheet=row["sheet"], cell=row["cell"])


def _row(row: RowMapping, writes: tuple[RecordedWrite, ...]) -> RecordedRow:
    return RecordedRow(
        position=row["position"],
        address=_address(row),
        ref=row["ref"],
        section=row["section"],
        question=row["question"],
        outcome=row["outcome"],
        reasons=tuple(json.loads(row["reasons"])),
        verdict=row["verdict"],
        answer=row["answer_id"],
        stamp=row["stamp"],
        recommendation=row["recommendation"],
        score=row["score"],
        parent=row["parent"],
        writes=writes,
    )


def _decision(row: RowMapping) -> RecordedDecision:
    decision = ReviewDecision(
        address=_address(row),
        decision=row["decision"],
        by=row["decided_by"],
        stamp=row["stamp"],
        answer=row["answer_id"],
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        text=row["text"],
        note=row["note"],
    )
    return RecordedDecision(decision=decision, decided_at=row["decided_at"])


def _commitment(row: RowMapping) -> RecordedCommitment:
    return RecordedCommitment(
        engagement=row["engagement"],
        customer=row["customer"],
        address=_address(row),
        question=row["question"],
        verdict=row["verdict"],
        answer=row["answer_id"],
        stamp=row["stamp"],
        told_at=row["told_at"],
    )
