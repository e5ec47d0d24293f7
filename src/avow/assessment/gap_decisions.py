"""What people say about gaps: checked, and put on what is known of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from avow.model.gap_columns import Column
from avow.model.gaps import (
    GapChange,
    GapDecision,
    GapEntry,
    GapRegister,
    GapStatus,
    KnownGap,
    RefusedChange,
    decision_stamp,
)

SETTABLE = (GapStatus.OPEN, GapStatus.IN_PROGRESS, GapStatus.RISK_ACCEPTED)
LONGEST = 4_000  # characters of a note; more belongs into a document of its own
_SAID = ("status", "owner", "due", "note")
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00)?$")  # a spreadsheet may make a time of a date
_EDITED = {"status": Column.STATUS, "owner": Column.OWNER, "due": Column.DUE, "note": Column.NOTE}


def decided(
    known: Sequence[KnownGap], changes: Iterable[GapChange], on: date
) -> tuple[list[KnownGap], list[RefusedChange]]:
    """What is known after the changes, and the changes that were not taken; one bad change spoils no other."""
    memory = {one.gap.id: one for one in known}
    refused: list[RefusedChange] = []
    for change in changes:
        held = memory.get(change.gap)
        decision = _merged(held, change, on)
        why = _why_not(held, change, decision, on)
        if why:
            refused.append(RefusedChange(change.where or change.gap, why))
        elif held is not None and _differs(held.decision, decision):
            memory[change.gap] = held.model_copy(update={"decision": decision})
    return list(memory.values()), refused


def _merged(held: KnownGap | None, change: GapChange, on: date) -> GapDecision:
    """The decision that holds with what was said now put in its place."""
    before = held.decision if held is not None and held.decision else GapDecision(gap=change.gap)
    said = {name: getattr(change, name) for name in _SAID if name in change.model_fields_set}
    if said.get("status", GapStatus.OPEN) is None:
        said.pop("status")
    for name in ("owner", "note"):
        if name in said:
            said[name] = _plain(said[name])
    return before.model_copy(update={**said, "by": change.by.strip(), "decided_on": on})


def _differs(before: GapDecision | None, after: GapDecision) -> bool:
    earlier = before or GapDecision(gap=after.gap)
    return any(getattr(earlier, name) != getattr(after, name) for name in _SAID)


def _why_not(held: KnownGap | None, change: GapChange, decision: GapDecision, on: date) -> str:
    if held is None:
        return f"there is no gap {change.gap!r}; `avow gaps` lists them"
    if held.closed_on is not None:
        return f"{change.gap} is closed since {held.closed_on}: it is not found any more"
    if not decision.by:
        return "who decides is missing"
    if decision.status not in SETTABLE:
        return f"a gap closes by itself, once it is not found any more; use {', '.join(SETTABLE)}"
    for text in (decision.owner, decision.note, decision.by):
        if len(text) > LONGEST:
            return f"a text of more than {LONGEST:,} characters"
        if not all(char.isprintable() or char in "\n\t" for char in text):
            return "a text holds invisible or control characters"
    if decision.status is GapStatus.RISK_ACCEPTED:
        if not decision.note:
            return "accepting a risk needs a note that says why"
        if decision.due is None or decision.due < on:
            return "accepting a risk needs a due date ahead, the day it is looked at again"
    return ""


def changes_of(
    rows: Iterable[Mapping[str, str]], register: GapRegister, by: str
) -> tuple[list[GapChange], list[RefusedChange]]:
    """What was edited in a register's workbook (column heading -> text, a mapping a row), and the rows refused.

    A row is edited where it does not say what its own stamp was made over. It counts only against the register
    its reader saw: where the gap says something else by now, the row is refused as stale, unless it says the same.
    """
    entries = {one.gap.id: one for one in register.entries}
    changes: list[GapChange] = []
    refused: list[RefusedChange] = []
    for number, row in enumerate(rows, start=2):
        name = row.get(Column.ID, "").strip()
        said = {field: _plain(row.get(column, "")) for field, column in _EDITED.items()}
        if not name and not any(said.values()):
            continue
        said["due"] = _DAY.sub(r"\1", said["due"])
        where = f"row {number}" + (f", {name[:40]}" if name else "")
        stamp = row.get(Column.STAMP, "").strip()
        if stamp == decision_stamp(name, said["status"], said["owner"], said["due"], said["note"]):
            continue
        change = _change(entries.get(name), said, stamp, GapChange(gap=name, by=by, where=where))
        if isinstance(change, RefusedChange):
            refused.append(change)
        elif change is not None:
            changes.append(change)
    return changes, refused


def _change(
    entry: GapEntry | None, said: dict[str, str], stamp: str, base: GapChange
) -> GapChange | RefusedChange | None:
    """`base` with what an edited row says otherwise than the entry; None where it says the same."""
    if entry is None:
        return RefusedChange(base.where, "there is no such gap")
    edited = {name: text for name, text in said.items() if text != _shown(entry, name)}
    if not edited:
        return None
    if stamp != entry.stamp:
        why = (
            "its status, owner, due date or note changed since this workbook was made; make the register anew"
        )
        return RefusedChange(base.where, why)
    update: dict[str, object] = {name: text for name, text in edited.items() if name in ("owner", "note")}
    if "status" in edited:
        status = edited["status"].casefold()
        if status not in set(GapStatus):
            why = f"the status {edited['status'][:40]!r} is not known; use {', '.join(SETTABLE)}"
            return RefusedChange(base.where, why)
        update["status"] = GapStatus(status)
    if "due" in edited:
        try:
            update["due"] = date.fromisoformat(edited["due"]) if edited["due"] else None
        except ValueError:
            why = f"the due date {edited['due'][:40]!r} is not a date; write it as 2027-01-15"
            return RefusedChange(base.where, why)
    return base.model_copy(update=update)


def _shown(entry: GapEntry, name: str) -> str:
    """What a column that people edit says for an entry."""
    if name == "due":
        return entry.due.isoformat() if entry.due else ""
    return entry.status.value if name == "status" else str(getattr(entry, name))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
