"""A fill's report: every row of the file accounted for, as a dict in the contract's shape and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from typing import Any

from avow import __version__
from avow.model.content import Content
from avow.model.engagements import Request
from avow.model.matches import ControlMatch, Match
from avow.model.questionnaires import CellAddress, IgnoredRow, Question, Questionnaire, SheetLayout
from avow.model.responses import Draft, Outcome
from avow.outputs.form_order import form_order

ABOUT = 0.4  # a control match below this says little about what a row is about
ALTERNATIVES = 3


def build_report(
    questionnaire: Questionnaire,
    drafts: Sequence[Draft],
    content: Content,
    request: Request | None = None,
    *,
    library_revision: str | None = None,
    written: Set[CellAddress] | None = None,
) -> dict[str, Any]:
    """Everything said about a file, made of dicts, lists, text and numbers.

    `drafts` holds one a question; `written` the cells really written (None: every cell of every approved
    response). Rows come in the file's order. The four outcomes add up to `rows`.
    """
    order = form_order(questionnaire)
    reading = _Reading(content, written)
    placed = [
        *((order(draft.question.address), reading.drafted(draft)) for draft in drafts),
        *((order(row.address), _ignored(row)) for row in questionnaire.ignored),
    ]
    placed.sort(key=lambda one: one[0])
    rows = [row for _, row in placed]
    counts = Counter(row["outcome"] for row in rows)
    return {
        "avow": __version__,
        "as_of": content.as_of.isoformat(),
        "company": content.company,
        "source": _source(questionnaire),
        "library": {"revision": library_revision or content.revision},
        "request": (request or Request()).model_dump(mode="json"),
        "summary": {"rows": len(rows), **{outcome.value: counts[outcome.value] for outcome in Outcome}},
        "layouts": [_layout(layout) for layout in questionnaire.layouts],
        "notes": [
            {"reason": note.reason.value, "message": note.message, "where": note.where}
            for note in questionnaire.notes
        ],
        "names": reading.names(rows),
        "rows": rows,
    }


def report_json(report: dict[str, Any]) -> bytes:
    """The report as UTF-8 JSON, one line a row: equal reports give equal bytes, and a diff reads by rows."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
    head = ",\n".join(f"{encode(key)}: {encode(value)}" for key, value in report.items() if key != "rows")
    rows = ",\n".join(map(encode, report["rows"]))
    # A lone surrogate has no UTF-8; its backslash form is also its JSON escape.
    return f'{{\n{head},\n"rows": [\n{rows}\n]\n}}\n'.encode("utf-8", "backslashreplace")


class _Reading:
    """Looks things up in the content once, however many rows ask."""

    def __init__(self, content: Content, written: Set[CellAddress] | None) -> None:
        self._content = content
        self._written = written
        self._requirements: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def drafted(self, draft: Draft) -> dict[str, Any]:
        question, proposal = draft.question, draft.proposal
        first = proposal.matches[0] if proposal.matches else None
        about = _about(proposal.controls)
        cited = tuple(dict.fromkeys(control for one in draft.citations for control in one.controls))
        ignored = draft.outcome is Outcome.IGNORED
        row = {
            **_place(question.address, question.ref, question.section, question.text),
            "kind": "question",
            "outcome": draft.outcome.value,
            "reasons": [reason.value for reason in draft.reasons],
            "verdict": draft.verdict.value,
            "text": draft.text,
            "written": self._cells(draft),
            "citations": [
                {
                    "answer": one.answer,
                    "stamp": one.stamp,
                    "controls": list(one.controls),
                    "evidence": list(one.evidence),
                }
                for one in draft.citations
            ],
            "requirements": {} if ignored else self._requirements_of(cited or about),
            "recommendation": proposal.recommendation.value,
            "score": round(first.score, 4) if first else 0.0,
            "signals": _signals(first),
            "caps": [_signal(*cap) for cap in proposal.caps],
            "choices": _choices(question),
            "proposed": [
                {"answer": match.answer, "score": round(match.score, 4)}
                for match in proposal.matches[:ALTERNATIVES]
            ],
            "controls": [] if ignored else list(cited or about),
            "owner": self._owner(draft),
        }
        if draft.approved is not None:
            row["approved_by"] = draft.approved.approved_by
        if question.place.existing:
            row["existing"] = question.place.existing
        if draft.contradicts:
            row["contradicts"] = draft.contradicts
        if question.context:
            row["context"] = question.context
        if question.parent is not None:
            row["parent"] = str(question.parent)
        if draft.gap is not None:
            row["gap"] = {
                "reason": draft.gap.reason.value,
                "control": draft.gap.control,
                "due": draft.gap.due.isoformat() if draft.gap.due else None,
            }
        return row

    def _cells(self, draft: Draft) -> list[dict[str, str]]:
        if draft.approved is None or draft.outcome is not Outcome.ANSWERED:
            return []
        return [
            {"sheet": one.address.sheet, "cell": one.address.cell, "value": one.value}
            for one in draft.approved.writes
            if self._written is None or one.address in self._written
        ]

    def _requirements_of(self, controls: tuple[str, ...]) -> dict[str, list[str]]:
        if controls not in self._requirements:
            self._requirements[controls] = self._content.requirements_of(controls)
        return self._requirements[controls]

    def _owner(self, draft: Draft) -> str:
        """Who is asked: the gap's owner, or the owner of the answer that waits for a person."""
        if draft.gap is not None:
            return draft.gap.owner
        if draft.outcome is not Outcome.REVIEW or not draft.citations:
            return ""
        answer = self._content.answer_by_id.get(draft.citations[0].answer)
        return answer.owner if answer else ""

    def names(self, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """What identifiers in the rows stand for: id -> title, the answers' by their question."""
        controls = {one for row in rows for one in row["controls"]}
        controls |= {row["gap"]["control"] for row in rows if row.get("gap", {}).get("control")}
        evidence = {one for row in rows for citation in row["citations"] for one in citation["evidence"]}
        answers = {citation["answer"] for row in rows for citation in row["citations"]}
        return {
            "answers": _titles(answers, {one.id: one.question for one in self._content.answers}),
            "frameworks": {one.id: one.title for one in self._content.frameworks},
            "controls": _titles(controls, {one.id: one.title for one in self._content.controls}),
            "evidence": _titles(evidence, {one.id: one.document for one in self._content.evidence}),
        }


def _source(questionnaire: Questionnaire) -> dict[str, Any]:
    source, form = questionnaire.source.model_dump(mode="json"), questionnaire.form
    if form is None:
        return source
    known = form.model_dump(mode="json", include={"id", "title", "version", "match", "likeness"})
    return {**source, "form": known}


def _titles(wanted: Iterable[str], titles: dict[str, str]) -> dict[str, str]:
    return {one: titles[one] for one in sorted(wanted) if one in titles}


def _place(address: CellAddress, ref: str, section: str, text: str) -> dict[str, Any]:
    return {"sheet": address.sheet, "cell": address.cell, "ref": ref, "section": section, "question": text}


def _ignored(row: IgnoredRow) -> dict[str, Any]:
    return {
        **_place(row.address, "", "", row.text),
        "kind": "other",
        "outcome": Outcome.IGNORED.value,
        "reasons": [row.reason.value],
        "verdict": "needs-input",
        "text": "",
        "written": [],
        "citations": [],
        "requirements": {},
        "recommendation": "none",
        "score": 0.0,
        "signals": [],
        "caps": [],
        "choices": [],
        "proposed": [],
        "controls": [],
        "owner": "",
    }


def _about(controls: Sequence[ControlMatch]) -> tuple[str, ...]:
    """The controls a row is about: the best match and those nearly as good, three at the most."""
    if not controls or controls[0].score < ABOUT:
        return ()
    return tuple(one.control for one in controls[:3] if one.score >= 0.85 * controls[0].score)


def _choices(question: Question) -> list[str]:
    place = question.place
    if place.options:
        return [option.label for option in place.options]
    return list(place.choices.options) if place.choices else []


def _signals(match: Match | None) -> list[dict[str, Any]]:
    return [_signal(*one) for one in match.signals] if match else []


def _signal(name: str, value: float, note: str = "") -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "note": note}


def _layout(layout: SheetLayout) -> dict[str, Any]:
    return layout.model_dump(mode="json", exclude_defaults=True) | {"confidence": round(layout.confidence, 3)}
