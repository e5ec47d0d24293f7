"""From model values to the columns of the work store; no database here."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from avow.model.engagements import Engagement, ReviewDecision
from avow.model.questionnaires import CellAddress, IgnoredRow, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, Citation, Draft, Outcome
from avow.model.stamps import canonical_json

Columns = dict[str, Any]

_SPREADSHEET_CELL = re.compile(r"(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,9})")
_CSV_CELL = re.compile(r"(?P<row>[0-9]{1,9}):(?P<column>[0-9]{1,9})")


class FillRecord(NamedTuple):
    """The columns of one fill, table by table, parents before children."""

    rows: list[Columns]
    writes: list[Columns]
    commitments: list[Columns]


def value_sha256(value: str) -> str:
    """The hash a written value is known by: hex SHA-256 of its UTF-8 bytes."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def fill_record(engagement: Engagement, questionnaire: Questionnaire, drafts: Sequence[Draft]) -> FillRecord:
    """Rows in the order of the input, what was written for them and what was told by them.

    Raises ValueError unless there is exactly one draft for each question, and for a start without a zone.
    """
    if engagement.started_at.utcoffset() is None:
        raise ValueError(f"an engagement's start needs a time zone: {engagement.started_at!r}")
    _require_all(questionnaire, drafts)
    record = FillRecord([], [], [])
    for position, entry in enumerate(_in_order(questionnaire, drafts)):
        place = {"engagement": engagement.id, "position": position}
        if isinstance(entry, IgnoredRow):
            record.rows.append(place | _ignored(entry))
            continue
        record.rows.append(place | _drafted(entry))
        if entry.approved is None:
            continue
        for number, write in enumerate(entry.approved.writes):
            record.writes.append(
                place
                | {
                    "number": number,
                    "sheet": write.address.sheet,
                    "cell": write.address.cell,
                    "value_sha256": value_sha256(write.value),
                }
            )
        told = _told(entry.approved, engagement.started_at)
        record.commitments.extend(place | {"number": number} | one for number, one in enumerate(told))
    return record


def engagement_columns(engagement: Engagement) -> Columns:
    """The engagement's own row. What it is part of is left out where nothing is said: filled alone, a file stays with
    those it was filled with before.
    """
    columns = engagement.model_dump() | {"sharing": engagement.sharing.value}
    return columns if engagement.part_of is not None else _without(columns, "part_of")


def _without(columns: Columns, name: str) -> Columns:
    return {key: value for key, value in columns.items() if key != name}


def decision_columns(decision: ReviewDecision) -> Columns:
    """A decision without its engagement, number and time: what makes it the same decision again."""
    return {
        "sheet": decision.address.sheet,
        "cell": decision.address.cell,
        "decision": decision.decision,
        "decided_by": decision.by,
        "stamp": decision.stamp,
        "answer_id": decision.answer,
        "verdict": decision.verdict.value if decision.verdict else None,
        "text": decision.text,
        "note": decision.note,
    }


def _require_all(questionnaire: Questionnaire, drafts: Iterable[Draft]) -> None:
    asked = Counter((one.address.sheet, one.address.cell) for one in questionnaire.questions)
    asked.subtract((one.question.address.sheet, one.question.address.cell) for one in drafts)
    for (sheet, cell), difference in asked.items():
        if difference:
            problem = "no draft for the question" if difference > 0 else "a draft without its question"
            raise ValueError(f"{problem} at {CellAddress(sheet=sheet, cell=cell)}")


def _in_order(questionnaire: Questionnaire, drafts: Sequence[Draft]) -> list[Draft | IgnoredRow]:
    """Sheet by sheet and row by row; where cells have no row number, questions come before the other rows."""
    sheets: dict[str, int] = {}
    entries: list[tuple[CellAddress, Draft | IgnoredRow]] = [(one.question.address, one) for one in drafts]
    entries += [(one.address, one) for one in questionnaire.ignored]
    for name in (*(one.sheet for one in questionnaire.layouts), *(address.sheet for address, _ in entries)):
        sheets.setdefault(name, len(sheets))

    def key(entry: tuple[CellAddress, Draft | IgnoredRow]) -> tuple[int, int, int, str]:
        sheet, cell = entry[0].sheet, entry[0].cell
        found = _SPREADSHEET_CELL.fullmatch(cell) or _CSV_CELL.fullmatch(cell)
        if not found:
            return sheets[sheet], 0, 0, ""
        return sheets[sheet], int(found["row"]), len(found["column"]), found["column"]

    return [entry for _, entry in sorted(entries, key=key)]


def _ignored(row: IgnoredRow) -> Columns:
    return {
        "sheet": row.address.sheet,
        "cell": row.address.cell,
        "ref": "",
        "section": "",
        "question": row.text,
        "outcome": Outcome.IGNORED.value,
        "reasons": _reasons((row.reason,)),
        "verdict": None,
        "answer_id": None,
        "stamp": None,
        "recommendation": None,
        "score": None,
        "parent": "",
    }


def _drafted(draft: Draft) -> Columns:
    question, matches = draft.question, draft.proposal.matches
    settled = draft.approved or draft
    citation = next(iter(_from_library(settled.citations)), None)
    return {
        "sheet": question.address.sheet,
        "cell": question.address.cell,
        "ref": question.ref,
        "section": question.section,
        "question": question.text,
        "outcome": draft.outcome.value,
        "reasons": _reasons(draft.reasons),
        "verdict": settled.verdict.value,
        "answer_id": citation.answer if citation else None,
        "stamp": citation.stamp if citation else None,
        "recommendation": draft.proposal.recommendation.value,
        "score": matches[0].score if matches else None,
        "parent": question.parent.cell if question.parent else "",
    }


def _told(approved: ApprovedResponse, told_at: datetime) -> list[Columns]:
    verdict = approved.verdict.value
    return [
        {"answer_id": one.answer, "stamp": one.stamp, "verdict": verdict, "told_at": told_at}
        for one in _from_library(approved.citations)
    ]


def _from_library(citations: tuple[Citation, ...]) -> list[Citation]:
    return [one for one in citations if one.answer]


def _reasons(reasons: tuple[Reason, ...]) -> str:
    return canonical_json([one.value for one in reasons]).decode() if reasons else "[]"
