"""A text's lines with their places, and what each line is by its looks."""

import re
from dataclasses import dataclass

from avow.formats.headings import asks
from avow.formats.text.words import (
    ANSWER_LABEL,
    BOX,
    COMMENT_LABEL,
    GREETING,
    HEADING,
    MAIL_HEADER,
    MARKER,
    QUOTE,
    REQUIRES,
    SIGN_OFF,
    TABLE_RULE,
    UNDERLINE,
    WROTE,
)

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")


@dataclass(slots=True, frozen=True)
class Line:
    """One line: its number (1-based), where it starts, its text without what ends it, and what ends it."""

    number: int
    start: int
    text: str
    ending: str

    @property
    def end(self) -> int:
        """Where its text ends."""
        return self.start + len(self.text)

    @property
    def after(self) -> int:
        """Where the next line starts."""
        return self.end + len(self.ending)


@dataclass(slots=True)
class Unit:
    """Lines that belong together: a question, an answer, a heading.

    `kind`: text, heading, answer, comment, boxes, table, quote, header, greeting, sign-off or rule. `text` is the words,
    wrapped lines joined, without `marker` and its `ref`.
    """

    kind: str
    lines: list[Line]
    text: str = ""
    ref: str = ""
    marker: str = ""
    bullet: bool = False


@dataclass(slots=True)
class _Open:
    """The unit being read, if more lines may belong to it; `blank`: an empty line came since."""

    unit: Unit | None = None
    blank: bool = True


def lines_of(text: str) -> list[Line]:
    """The lines of a text; line feeds, carriage returns and both together end one."""
    found = []
    position = number = 0
    while position < len(text):
        match = _LINE.match(text, position)
        assert match is not None  # noqa: S101  # it matches anywhere
        number += 1
        found.append(Line(number, position, match[1], match[2]))
        position = match.end()
    return found


def units_of(lines: list[Line], *, quoted: bool) -> list[Unit]:
    """The lines in units. `quoted`: lines behind `>` are read like any other; else they are units of their own."""
    units: list[Unit] = []
    state = _Open()
    widest = max((len(line.text) for line in lines if len(line.text) <= 100), default=0)
    at = 0
    while at < len(lines):
        line = lines[at]
        text = QUOTE.sub("", line.text, count=1) if quoted else line.text
        if not text.strip():
            state.blank = True
            at += 1
            continue
        size = _table_size(lines, at)
        if size and not (state.unit and _belongs(state.unit, "table", state.blank, text, widest)):
            units.append(Unit("table", lines[at : at + size]))
            state, at = _Open(), at + size
            continue
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        _take(units, state, line, text, following, widest, quoted=quoted)
        at += 1
    return units


def _take(
    units: list[Unit], state: _Open, line: Line, text: str, following: str, widest: int, *, quoted: bool
) -> None:
    """Add a line to the open unit, or open another with it."""
    kind = _kind(text, following, quoted=quoted)
    inner = state.unit
    if inner is not None and _belongs(inner, kind, state.blank, text, widest):
        inner.lines.append(line)
        inner.text = _joined(inner, text)
    elif kind == "quote" and inner is not None and inner.kind == "quote" and not state.blank:
        inner.lines.append(line)
        inner.text = f"{inner.text}\n{QUOTE.sub('', text, count=1).strip()}".strip()
    else:
        inner = _opened(kind, line, text)
        units.append(inner)
        state.unit = inner if kind in ("text", "answer", "comment", "quote") else None
    state.blank = False


def _kind(text: str, following: str, *, quoted: bool) -> str:
    if not quoted and QUOTE.match(text):
        return "quote"
    if UNDERLINE.match(text):
        return "rule"
    underlined = re.fullmatch(r"[ \t]{0,3}(?:={3,}|-{3,})[ \t]*", following) and len(text) <= 90
    if HEADING.match(text) or (underlined and not asks(text)):
        return "heading"
    if (label := ANSWER_LABEL.match(text)) and not (len(label["label"]) <= 1 and text.rstrip().endswith("?")):
        return "answer"
    if COMMENT_LABEL.match(text):
        return "comment"
    if WROTE.match(text) or MAIL_HEADER.match(text):
        return "header"
    if GREETING.match(text) and len(text.split()) <= 8:
        return "greeting"
    if SIGN_OFF.match(text):
        return "sign-off"
    if _is_boxes(text):
        return "boxes"
    return "text"


def _is_boxes(text: str) -> bool:
    """Whether a line is nothing but boxes to tick, each with a short label."""
    bare = re.sub(r"^[ \t]*[-*+•][ \t]+", "", text)
    if sum(map(bare.count, "[(☐☑☒□■")) > MOST_BOXES:
        return False
    if not BOX.match(bare.lstrip()):
        return False
    labels = [part.strip() for part in BOX.split(bare)[2::2]]
    return bool(labels) and all(label and len(label) <= 60 and not asks(label) for label in labels)


def _belongs(inner: Unit, kind: str, blank: bool, text: str, widest: int) -> bool:
    """Whether a line goes on with the unit before it."""
    if len(inner.lines) >= MOST_LINES:
        return False
    indent = len(text) - len(text.lstrip())
    before = inner.lines[-1].text.rstrip()
    marker = MARKER.match(text)
    if inner.kind in ("answer", "comment"):
        own = len(inner.lines[0].text) - len(inner.lines[0].text.lstrip())
        if asks(text[marker.end() :] if marker else text):
            return False
        if indent >= own + 2:
            return True
        wrapped = text.lstrip()[:1].islower() or (
            len(before) >= 40 and not before.endswith((".", "!", "?", ":"))
        )
        return kind == "text" and not blank and not marker and wrapped and not requires(text)
    if blank or kind != "text" or inner.kind != "text" or marker:
        return False
    if before.endswith(("?", "!", ":", ";")) or (before.endswith(".") and not indent):
        return (
            bool(inner.marker) and indent >= len(inner.marker) and not asks(text) and not before.endswith("?")
        )
    first = text.lstrip()[:1]
    if first.islower() or first in "(,&/" or (inner.marker and indent >= len(inner.marker)):
        return True
    return len(before) >= 40 and len(before) >= 0.7 * min(widest, 100)


def requires(text: str) -> bool:
    """Whether a text reads like a requirement: "Access must be reviewed"."""
    return REQUIRES.search(text) is not None and len(text.split()) >= 4


def _joined(inner: Unit, text: str) -> str:
    if inner.kind == "text":
        return f"{inner.text} {text.strip()}".strip()
    own = len(inner.lines[0].text) - len(inner.lines[0].text.lstrip()) + CONTINUED
    indent = len(text) - len(text.lstrip())
    skipped = inner.lines[-1].number - inner.lines[-2].number - 1
    return inner.text + "\n" * (1 + skipped) + text[min(indent, own) :]


MOST_LINES = 400  # of one question or answer; a page has sixty
MOST_BOXES = 40  # on one line
MOST_COLUMNS = 200  # of a Markdown table
CONTINUED = 3  # blanks before the second and later lines of an answer


def _opened(kind: str, line: Line, text: str) -> Unit:
    unit = Unit(kind, [line], text.strip())
    if kind == "heading":
        found = HEADING.match(text)
        unit.text = found["title"] if found else text.strip()
    elif kind in ("answer", "comment"):
        label = (ANSWER_LABEL if kind == "answer" else COMMENT_LABEL).match(text)
        unit.text = text[label.end() :].strip(" \t_") if label else text.strip()
    elif kind == "quote":
        unit.text = QUOTE.sub("", text, count=1).strip()
    elif kind == "text" and (found := MARKER.match(text)):
        unit.marker, unit.text = found[0], text[found.end() :].strip()
        unit.ref = found["ref"] or found["dotted"] or found["hash"] or ""
        unit.bullet = bool(found["bullet"])
    return unit


def _table_size(lines: list[Line], at: int) -> int:
    """How many lines from here on are a Markdown table: a heading line, the rule below it, and its rows."""
    bars = lines[at].text.count("|")
    if at + 1 >= len(lines) or not 0 < bars <= MOST_COLUMNS or not TABLE_RULE.match(lines[at + 1].text):
        return 0
    size = 2
    while at + size < len(lines) and 0 < lines[at + size].text.count("|") <= MOST_COLUMNS:
        size += 1
    return size
