"""Answers put into a text: below each question, behind its "Answer:", into its boxes and table cells; all else stays."""

import re
from collections.abc import Sequence

from avow.formats.text.lines import CONTINUED
from avow.formats.text.reader import Slot, TextReading
from avow.formats.text.tables import written
from avow.model.responses import CellWrite

LABEL = "A: "
_BREAK = re.compile(r"\r\n|\r|\n")


def filled_text(text: str, reading: TextReading, writes: Sequence[CellWrite]) -> str:
    """The text with the writes in their places. Raises ValueError for an address that is no place in it."""
    newline = _usual_ending(text)
    edits = []
    for write in writes:
        slot = reading.slots.get((write.address.sheet, write.address.cell))
        if slot is None:
            raise ValueError(f"the file has no place {write.address}")
        edits.append((slot.start, slot.end, _put(text, slot, write.value, newline)))
    pieces: list[str] = []
    done = 0
    for start, end, put in sorted(edits):
        pieces += [text[done:start], put]
        done = end
    return "".join([*pieces, text[done:]])


def _put(text: str, slot: Slot, value: str, newline: str) -> str:
    lines = _BREAK.split(value)
    goes_on = newline + slot.indent + " " * CONTINUED
    said = newline.join(
        [lines[0], *(f"{goes_on.removeprefix(newline)}{line}" if line else "" for line in lines[1:])]
    )
    if slot.kind == "below":
        return f"{newline * (2 if slot.apart else 1)}{slot.indent}{LABEL}{said}"
    if slot.kind == "label":
        return f" {said}"
    if slot.kind == "box":
        before = text[slot.start : slot.end]
        return {"☐": "☒", "□": "■"}.get(before) or f"{before[0]}x{before[-1]}"
    return written(value)


def _usual_ending(text: str) -> str:
    counts = {"\r\n": text.count("\r\n")}
    counts["\n"] = text.count("\n") - counts["\r\n"]
    counts["\r"] = text.count("\r") - counts["\r\n"]
    return max(counts, key=lambda ending: counts[ending]) if any(counts.values()) else "\n"
