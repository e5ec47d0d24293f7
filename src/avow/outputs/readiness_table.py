"""Readiness for programs: one JSON document, and a csv file with one line a requirement."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from avow import __version__
from avow.model.base import Scope
from avow.model.readiness import (
    SCORE_FORMULA,
    ControlAssessment,
    FrameworkReadiness,
    MappedControl,
    NextDate,
    NextStep,
    Readiness,
    RequirementReadiness,
)
from avow.outputs.gaps_csv import inert
from avow.outputs.readiness_controls import SET_ASIDE, controls_of, evidence_of, evidence_words, owners_of

HEADER = (
    "framework", "as of", "id", "title", "group", "designation", "state", "included", "justification",
    "controls", "lacking", "evidence", "owner", "next date", "what is due",
)  # fmt: skip


def readiness_document(frameworks: Sequence[FrameworkReadiness]) -> dict[str, Any]:
    """The readiness of frameworks of one company in one scope, in plain values: see docs/formats/readiness.md."""
    first = frameworks[0] if frameworks else None
    scope = first.scope if first else Scope()
    return {
        "avow": __version__,
        "company": first.company if first else None,
        "as_of": first.as_of.isoformat() if first else None,
        "scope": {
            "product": next(iter(scope.products), None),
            "region": next(iter(scope.regions), None),
        },
        "frameworks": [_framework(one) for one in frameworks],
    }


def readiness_json(frameworks: Sequence[FrameworkReadiness]) -> bytes:
    """The document as JSON: UTF-8, indented, one line feed at the end."""
    text = json.dumps(readiness_document(frameworks), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def readiness_csv(frameworks: Sequence[FrameworkReadiness]) -> bytes:
    """One line a requirement: UTF-8 with a byte order mark, CRLF, one header line, nothing a spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for whole in frameworks:
        for row in whole.requirements:
            writer.writerow([inert(field) for field in _fields(row, whole)])
    return out.getvalue().encode("utf-8-sig")


def _framework(whole: FrameworkReadiness) -> dict[str, Any]:
    return {
        "id": whole.framework,
        "title": whole.title,
        "version": whole.version,
        "score": None if whole.score is None else round(whole.score, 4),
        "score_formula": SCORE_FORMULA,
        "counts": {state.value: whole.counts.get(state, 0) for state in Readiness},
        "requirements": [_requirement(row, whole) for row in whole.requirements],
        "next_steps": [_step(step) for step in whole.next_steps],
    }


def _requirement(row: RequirementReadiness, whole: FrameworkReadiness) -> dict[str, Any]:
    requirement = row.requirement
    return {
        "id": requirement.id,
        "title": requirement.title,
        "group": requirement.group,
        "designation": requirement.designation,
        "state": row.readiness.value,
        "included": row.readiness not in SET_ASIDE,
        "justification": row.justification,
        "controls": [_control(one, whole.assessments[one.control]) for one in row.controls],
        "owner": "; ".join(owners_of(controls_of(row, whole))),
        "next_date": _day(row.next_date),
    }


def _control(mapped: MappedControl, assessed: ControlAssessment) -> dict[str, Any]:
    return {
        "control": assessed.control,
        "title": assessed.title,
        "relationship": mapped.relationship.value,
        "rationale": mapped.rationale,
        "status": assessed.status.value if assessed.status else None,
        "standing": assessed.standing.value,
        "lacks": [reason.value for reason in assessed.lacks],
        "owner": assessed.owner,
        "evidence": [
            {
                "id": piece.evidence,
                "document": piece.document,
                "live": piece.live,
                "age_days": piece.age_days,
                "valid_until": piece.valid_until.isoformat() if piece.valid_until else None,
            }
            for piece in assessed.evidence
        ],
        "reviewed_on": assessed.reviewed_on.isoformat() if assessed.reviewed_on else None,
        "planned_for": assessed.planned_for.isoformat() if assessed.planned_for else None,
        "next_date": _day(assessed.next_date),
        "notes": assessed.notes,
    }


def _step(step: NextStep) -> dict[str, Any]:
    return {
        "control": step.control,
        "title": step.title,
        "lacks": [reason.value for reason in step.lacks],
        "owner": step.owner,
        "planned_for": step.planned_for.isoformat() if step.planned_for else None,
        "unlocks": list(step.unlocks),
        "advances": list(step.advances),
    }


def _day(day: NextDate | None) -> dict[str, str] | None:
    return {"on": day.on.isoformat(), "what": day.what} if day else None


def _fields(row: RequirementReadiness, whole: FrameworkReadiness) -> tuple[str, ...]:
    requirement, controls = row.requirement, controls_of(row, whole)
    lacking = [f"{one.control}: {', '.join(one.lacks)}" for one in controls if one.lacks]
    return (
        whole.framework,
        whole.as_of.isoformat(),
        requirement.id,
        requirement.title,
        requirement.group,
        requirement.designation or "",
        row.readiness.value,
        "no" if row.readiness in SET_ASIDE else "yes",
        row.justification,
        "; ".join(f"{one.control} ({one.standing.value})" for one in controls),
        "; ".join(lacking),
        "; ".join(evidence_words(piece, whole.as_of) for piece in evidence_of(controls)),
        "; ".join(owners_of(controls)),
        row.next_date.on.isoformat() if row.next_date else "",
        row.next_date.what if row.next_date else "",
    )
