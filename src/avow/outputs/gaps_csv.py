"""The rows nobody can answer yet, as a csv file a spreadsheet opens without running anything."""

import csv
import io
import re
from collections.abc import Sequence

from avow.model.content import Content
from avow.model.responses import Draft, Gap, Outcome
from avow.outputs.shown_text import shown

HEADER = (
    "sheet", "cell", "ref", "section", "question", "reason", "explanation",
    "control", "control title", "owner", "due", "requirements",
)  # fmt: skip

# What a spreadsheet may take for a formula (CWE-1236), full-width signs included.
_RUNS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def gaps_csv(drafts: Sequence[Draft], content: Content) -> bytes:
    """The gaps in the order given: UTF-8 with a byte order mark, CRLF, one header line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for draft in drafts:
        if draft.outcome is Outcome.GAP:
            writer.writerow([inert(field) for field in _fields(draft, content)])
    return out.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """The text as a csv field that no spreadsheet runs: an apostrophe goes before a formula's first sign."""
    text = shown(text)
    return f"'{text}" if _RUNS.match(text) else text


def _fields(draft: Draft, content: Content) -> tuple[str, ...]:
    question = draft.question
    reason = draft.gap.reason if draft.gap else (draft.reasons[0] if draft.reasons else None)
    control = _control(draft)
    title = content.control_by_id[control].title if control in content.control_by_id else ""
    found = content.requirements_of((control,)) if control else {}
    due = draft.gap.due if draft.gap else None
    return (
        question.address.sheet,
        question.address.cell,
        question.ref,
        question.section,
        question.text,
        reason.value if reason else "",
        reason.explanation if reason else "",
        control,
        title,
        draft.gap.owner if draft.gap else "",
        due.isoformat() if due else "",
        "; ".join(f"{framework}: {', '.join(ids)}" for framework, ids in found.items()),
    )


def _control(draft: Draft) -> str:
    """The gap's control, or the one the question is most about."""
    gap: Gap | None = draft.gap
    if gap is not None and gap.control:
        return gap.control
    first = draft.proposal.controls[0] if draft.proposal.controls else None
    return first.control if first and first.score >= 0.4 else ""
