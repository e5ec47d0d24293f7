"""Where in a JSON text an answer goes, and putting it there: everything else of the text stays."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from avow.formats.json.syntax import Document, Edit, Member, Node
from avow.model.questionnaires import IgnoredRow, Note, Question, SheetLayout
from avow.model.responses import CellWrite

_BLANK_BEFORE = re.compile(r"[ \t\r\n]*\Z")


@dataclass(slots=True)
class Slot:
    """A place for one text, as it is known by its address.

    `value` is replaced where it is there; else the member `name` is added, after the member `after`, or as the first
    of `inside`. `spelled`: texts that are written as another JSON value. `listed`: the text goes into an array.
    """

    value: Node | None = None
    after: Member | None = None
    inside: Node | None = None
    name: str = ""
    spelled: dict[str, str] = field(default_factory=dict)
    listed: bool = False


@dataclass(slots=True)
class Reading:
    """What a document was understood to hold, and its places for answers by their address."""

    questions: list[Question] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    layout: SheetLayout = SheetLayout(sheet="")  # noqa: RUF009  # a frozen value


def spliced(document: Document, slots: dict[str, Slot], writes: Sequence[CellWrite]) -> str:
    """The document's text with the writes in their places. Raises ValueError for an address that is no place in it."""
    edits = []
    first: dict[int, list[Edit]] = {}
    ascii_only = document.text.isascii() and "\\u" in document.text
    for write in writes:
        slot = slots.get(write.address.cell)
        if slot is None:
            raise ValueError(f"the file has no place {write.address.cell}")
        literal = slot.spelled.get(write.value) or json.dumps(write.value, ensure_ascii=ascii_only)
        if slot.listed:
            literal = f"[{literal}]"
        if slot.value is not None:
            edits.append(Edit(slot.value.start, slot.value.end, literal))
        elif slot.after is not None:
            edits.append(_added_after(document.text, slot.after, slot.name, literal, ascii_only=ascii_only))
        elif slot.inside is not None:
            added = _added_first(document, slot.inside, slot.name, literal, ascii_only=ascii_only)
            first.setdefault(slot.inside.start, []).append(added)
    for ones in first.values():
        text = "".join(one.text for one in ones)
        edits.append(Edit(ones[0].start, ones[0].end, text))
    return edited(document.text, edits)


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made; they do not overlap."""
    pieces = []
    done = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])


def _added_after(text: str, after: Member, name: str, literal: str, *, ascii_only: bool) -> Edit:
    """A new member behind `after`, spaced like it."""
    before = _BLANK_BEFORE.search(text, 0, after.start)
    blank = before[0] if before else ""
    colon = text[after.end : after.value.start]
    added = f",{blank}{json.dumps(name, ensure_ascii=ascii_only)}{colon}{literal}"
    return Edit(after.value.end, after.value.end, added)


def _added_first(document: Document, inside: Node, name: str, literal: str, *, ascii_only: bool) -> Edit:
    """A new member before the first of an object, spaced like it."""
    at = inside.start + 1
    first = inside.members[0]
    blank = document.text[at : first.start]
    colon = document.text[first.end : first.value.start]
    added = f"{blank}{json.dumps(name, ensure_ascii=ascii_only)}{colon}{literal},"
    return Edit(at, at, added)
