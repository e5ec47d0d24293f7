"""The gaps of the register in the work store: what is known of them, and the rows they come from."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, text, update

from avow.model.gaps import AskedBy, FoundGap, GapDecision, GapStatus, KnownGap, OpenQuestion
from avow.model.reasons import Reason
from avow.model.responses import Outcome
from avow.store import tables

# A row for review is a gap of the library only where nothing was proposed for it.
_UNANSWERED = (Reason.NO_MATCH, Reason.MARKED_GAP)


def lock_gaps(connection: Connection) -> None:
    """Make others who write gaps wait; on SQLite a writer's transaction does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE gaps IN SHARE ROW EXCLUSIVE MODE"))


def known_gaps(connection: Connection) -> list[KnownGap]:
    """All gaps ever found, longest known first, each with the decision that holds."""
    gaps, decisions = tables.gaps, tables.gap_decisions
    held = {
        one["gap"]: _decision(one)
        for one in connection.execute(select(decisions).order_by(decisions.c.number)).mappings()
    }
    found = connection.execute(select(gaps).order_by(gaps.c.first_seen, gaps.c.id)).mappings()
    return [
        KnownGap(
            gap=FoundGap.model_validate(json.loads(one["last_found"])),
            first_seen=one["first_seen"],
            last_seen=one["last_seen"],
            closed_on=one["closed_on"],
            reopened_on=one["reopened_on"],
            decision=held.get(one["id"]),
        )
        for one in found
    ]


def put_gaps(connection: Connection, before: Iterable[KnownGap], after: Iterable[KnownGap]) -> None:
    """Write what differs; a decision that differs is added to the earlier ones."""
    known = {one.gap.id: one for one in before}
    decided = []
    for one in after:
        earlier = known.get(one.gap.id)
        if one == earlier:
            continue
        columns = _columns(one)
        if earlier is None:
            connection.execute(insert(tables.gaps).values(columns))
        elif columns != _columns(earlier):
            connection.execute(update(tables.gaps).where(tables.gaps.c.id == one.gap.id).values(columns))
        if one.decision is not None and (earlier is None or one.decision != earlier.decision):
            decided.append(one.decision)
    if decided:
        _add_decisions(connection, decided)


def gap_decisions(connection: Connection, gap: str) -> list[GapDecision]:
    """All decisions on one gap, oldest first."""
    table = tables.gap_decisions
    query = select(table).where(table.c.gap == gap).order_by(table.c.number)
    return [_decision(one) for one in connection.execute(query).mappings()]


def open_questions(connection: Connection) -> list[OpenQuestion]:
    """The rows nobody could answer, over all engagements, oldest first and in the order of their files."""
    rows, engagements = tables.rows, tables.engagements
    before = func.lag(rows.c.question).over(
        partition_by=(rows.c.engagement, rows.c.sheet), order_by=rows.c.position
    )
    # Only questions have a recommendation; headings and notes are not what a follow-up follows.
    questions = select(*rows.c, before.label("before")).where(rows.c.recommendation.is_not(None)).subquery()
    unanswered = or_(
        *(questions.c.reasons.contains(f'"{one.value}"', autoescape=True) for one in _UNANSWERED)
    )
    query = (
        select(questions, engagements.c.customer, engagements.c.due)
        .join(engagements, engagements.c.id == questions.c.engagement)
        .where(
            questions.c.question != "",
            (questions.c.outcome == Outcome.GAP.value)
            | ((questions.c.outcome == Outcome.REVIEW.value) & unanswered),
        )
        .order_by(engagements.c.started_at, engagements.c.id, questions.c.position)
    )
    return [_open_question(one) for one in connection.execute(query).mappings()]


def _columns(known: KnownGap) -> dict[str, object]:
    return {
        "id": known.gap.id,
        "first_seen": known.first_seen,
        "last_seen": known.last_seen,
        "closed_on": known.closed_on,
        "reopened_on": known.reopened_on,
        "last_found": json.dumps(known.gap.model_dump(mode="json", exclude_defaults=True), sort_keys=True),
    }


def _add_decisions(connection: Connection, decided: Iterable[GapDecision]) -> None:
    table = tables.gap_decisions
    counted = select(table.c.gap, func.count()).group_by(table.c.gap)
    numbers = {row[0]: row[1] for row in connection.execute(counted)}
    connection.execute(
        insert(table),
        [
            {
                "gap": one.gap,
                "number": numbers.get(one.gap, 0),
                "status": one.status.value,
                "owner": one.owner,
                "due": one.due,
                "note": one.note,
                "decided_by": one.by,
                "decided_on": one.decided_on,
            }
            for one in decided
        ],
    )


def _decision(row: RowMapping) -> GapDecision:
    return GapDecision(
        gap=row["gap"],
        status=GapStatus(row["status"]),
        owner=row["owner"],
        due=row["due"],
        note=row["note"],
        by=row["decided_by"],
        decided_on=row["decided_on"],
    )


def _open_question(row: RowMapping) -> OpenQuestion:
    return OpenQuestion(
        asked_by=AskedBy(
            customer=row["customer"],
            engagement=row["engagement"],
            due=row["due"],
            sheet=row["sheet"],
            cell=row["cell"],
        ),
        text=row["question"],
        before=row["before"] or "",
        reasons=tuple(json.loads(row["reasons"])),
        answer=row["answer_id"],
    )
