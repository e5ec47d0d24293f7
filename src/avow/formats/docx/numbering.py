"""The numbers Word puts before paragraphs, counted as Word counts them (ECMA-376 part 1, 17.9)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from avow.formats.docx.names import child, name, number, value

BULLET = "•"


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    indent: int | None = None


@dataclass(slots=True)
class _List:
    abstract: str
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document. Ask for labels in the order of the document: each question counts on."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        for one in root if root is not None else ():
            if name(one) == "abstractNum":
                self._levels[value(one, "abstractNumId") or ""] = {
                    number(level, "ilvl"): _level(level) for level in one if name(level) == "lvl"
                }
            elif name(one) == "num":
                found = _List(value(child(one, "abstractNumId")) or "")
                for override in one:
                    start = child(override, "startOverride")
                    if name(override) == "lvlOverride" and start is not None:
                        found.starts[number(override, "ilvl")] = number(start, default=1)
                self._lists[value(one, "numId") or ""] = found

    def indent(self, identifier: str, level: int) -> int | None:
        """How far in the text of a list's level stands, in twentieths of a point."""
        held = self._lists.get(identifier)
        own = self._levels.get(held.abstract, {}).get(level) if held else None
        return own.indent if own else None

    def label(self, identifier: str, level: int) -> str:
        """The label of the next paragraph of a list: `1.`, `b)`, `BULLET` for any bullet, "" for none."""
        held = self._lists.get(identifier)
        if held is None or identifier == "0":
            return ""
        levels = self._levels.get(held.abstract, {})
        own = levels.get(level)
        if own is None or own.form == "none":
            return ""
        if own.form == "bullet":
            return BULLET
        counts = self._counts.setdefault(held.abstract, {})
        if identifier not in self._begun:
            self._begun.add(identifier)
            for at, start in held.starts.items():
                counts[at] = start - 1
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]

        def filled(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            step = levels.get(at, _Level())
            return _worded(counts.get(at, step.start), step.form)

        return re.sub(r"%([1-9])", filled, own.text).strip()


def _level(element: etree._Element) -> _Level:
    form = value(child(element, "numFmt")) or "decimal"
    moved = child(element, "pPr", "ind")
    indent = None if moved is None else number(moved, "left", number(moved, "start"))
    return _Level(
        number(child(element, "start"), default=1), form, value(child(element, "lvlText")) or "", indent
    )


def _worded(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        # After z comes aa, then bb (17.18.59).
        letter = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1) if 0 < count < 800 else str(count)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        return _roman(count) if form == "lowerRoman" else _roman(count).upper()
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    signs = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
        (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    words = ""
    for worth, sign in signs:
        words += sign * (count // worth)
        count %= worth
    return words
