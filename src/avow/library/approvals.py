"""Approvals: stamps over an answer, its controls and its evidence, kept in one ledger.

`answer_library/approvals.yaml` is written by `avow approve` only. Checking never writes to it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from avow.model.answers import Approval, LibraryAnswer
from avow.model.approvals import answer_stamp
from avow.model.content import Content

LEDGER = "approvals.yaml"
_HEADER = """\
# Who approved which answer, and the stamp of what they approved: the answer, its controls' statements and
# status, and its evidence. Written by `avow approve`; an edit to any of these voids the approval.
"""


def with_approvals(
    ledger: Mapping[str, Approval], answers: Iterable[LibraryAnswer], content: Content, by: str, on: date
) -> dict[str, Approval]:
    """The ledger with `answers` approved by the person `by` on the day `on`, as the content stands now."""
    fresh = {answer.id: Approval(by=by, on=on, stamp=answer_stamp(answer, content)) for answer in answers}
    return {**ledger, **fresh}


def write_ledger(root: Path, ledger: Mapping[str, Approval]) -> None:
    """Write the ledger below the workspace `root`, sorted by answer, replacing the old one atomically."""
    lines = [_HEADER, "approvals:\n" if ledger else "approvals: {}\n"]
    for answer_id in sorted(ledger):
        approval = ledger[answer_id]
        lines.append(f"  {_quoted(answer_id)}:\n")
        lines.append(f"    by: {_quoted(approval.by)}\n")
        lines.append(f"    on: {approval.on.isoformat()}\n")
        lines.append(f"    stamp: {approval.stamp}\n")
    path = root / "answer_library" / LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text("".join(lines), encoding="utf-8")
    partial.replace(path)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else " " for char in escaped) + '"'
