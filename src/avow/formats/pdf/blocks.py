"""Lines as paragraphs, headings, numbered items and answer lines: what a flat page consists of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from avow.formats.headings import option_label
from avow.formats.pdf.joining import joined
from avow.formats.pdf.lines import Line

NUMBER = re.compile(
    r"(?P<ref>(?:(?:Q|Question|Frage|Item)\s?\.?\s?#?)?\d{1,3}(?:\.\d{1,3}){0,5}[a-z]?)(?P<mark>[.):]*)\s+(?=\S)|"
    r"(?P<code>[A-Z]{1,6}(?:[-.][A-Z]{1,6}){0,3}[-. ]?\d{1,4}(?:[.-]\d{1,3}){0,4})(?P<after>[.):]*)\s+(?=\S)|"
    r"(?P<letter>\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{2,5})[.)])\s+(?=\S)|"
    r"(?P<bullet>[•▪●◦‣·–—*\uf0b7\u27a2\u2713-])\s+(?=\S)"
)
_ENDS = re.compile(r"[.?!:;…]['\")\]»”]*$")
_BOXES = "☐☑☒□■▢❏❑❒◻◼○●◯⬜✓✔✗✘\uf06f\uf0a8\uf0fe"
_TICKED = "☑☒■◼●✓✔✗✘\uf0fe"
_OPTION = re.compile(rf"(?P<box>[{_BOXES}]|\[\s?[xX]?\s?\]|\(\s?[xX]?\s?\))\s*(?P<label>[^{_BOXES}\[\](]*)")
_LEADER = re.compile(r"(?:_\s?){3,}|(?:\.\s?){6,}|…{2,}")
_ANSWER_LABEL = re.compile(
    r"\s*(?:(?:your|vendor|supplier|provider|company|our|the)(?:'?s)?\s+)?"
    r"(?:answer|response|reply|comments?|remarks?|explanation|details|antwort|bemerkung(?:en)?|kommentar|réponse|respuesta|a)"
    r"\s*(?:\([^)]{0,40}\)\s*)?[:.]\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Block:
    """Lines that belong together. `ref` is the number in front as printed, `text` the rest.

    `options` are the choices to tick in it, `ticked` those that are. `blank`: it leaves room to write on.
    """

    lines: list[Line]
    ref: str = ""
    text: str = ""
    printed: str = ""  # the number in front with what follows it: "1.", "Q4)"
    options: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    blank: bool = False
    bullet: bool = False

    @property
    def page(self) -> int:
        """Where it begins."""
        return self.lines[0].page

    @property
    def number(self) -> int:
        """The number of its first line."""
        return self.lines[0].number

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)

    @property
    def size(self) -> float:
        """The height of its letters."""
        return median(line.size for line in self.lines)

    @property
    def hidden(self) -> bool:
        """Whether any of it is not to be seen on the page."""
        return any(line.hidden for line in self.lines)

    @property
    def answer(self) -> str | None:
        """What stands after "Answer:"; None for a block that is no answer line."""
        found = _ANSWER_LABEL.fullmatch(self.text)
        return found["text"].strip() if found else None

    @property
    def only_to_write_on(self) -> bool:
        """Whether nothing is left of it but choices to tick or a line to write on."""
        return not self.text and (self.blank or bool(self.options))


@dataclass(slots=True)
class _Edges:
    """How far the lines of each column reach to the right."""

    right: dict[tuple[int, int], float] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "_Edges":
        edges = cls()
        for line in lines:
            key = (line.page, line.column)
            edges.right[key] = max(edges.right.get(key, 0.0), line.box.x1)
        return edges

    def is_short(self, line: Line, share: float) -> bool:
        """Whether a line ends well before its column does."""
        right = self.right[line.page, line.column]
        return line.box.x1 < right - share * max(1.0, right - line.box.x0)


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """Lines in reading order as blocks; running headers and footers are left out by the caller."""
    edges = _Edges.of(lines)
    found: list[Block] = []
    for line in lines:
        if not found or _begins(line, found[-1].lines, edges):
            found.append(Block([line]))
        else:
            found[-1].lines.append(line)
    for block in found:
        _read(block)
    return found


def _begins(line: Line, before: list[Line], edges: _Edges) -> bool:
    """Whether a line begins a new block after the lines of the one before."""
    last, first = before[-1], before[0]
    if line.hidden != last.hidden or line.bold != last.bold:
        return True
    if abs(line.size - last.size) > 0.12 * max(line.size, last.size):
        return True
    ended = bool(_ENDS.search(last.text))
    if _numbered(line, ended) or _to_write_on(line) or _to_write_on(last):
        return True
    if _ANSWER_LABEL.match(line.text) and ended:
        return True
    capital = not line.text[:1].islower()
    goes_up = line.page != last.page or (line.column != last.column and line.box.top < last.box.top)
    if goes_up:  # to the next column or page
        return ended or (capital and (last.bold or edges.is_short(last, 0.3)))
    gap = line.box.top - last.box.bottom
    if gap < -0.6 * min(line.box.height, last.box.height):
        return True  # beside it
    if gap > 0.55 * line.size:
        return True
    if line.box.x0 < first.box.x0 - 3 and ended:
        return True
    if last.text.rstrip().endswith("?") and capital:
        return True
    if ended and capital and edges.is_short(last, 0.2):
        return True
    return capital and edges.is_short(last, 0.45) and not last.text.rstrip().endswith((",", "-", "/"))


def _numbered(line: Line, ended: bool) -> bool:
    """Whether a line begins with a number of its own, not with one that the sentence before ran on to."""
    found = NUMBER.match(line.text)
    if not found:
        return False
    if found["letter"] or found["bullet"]:
        return True
    follows = line.text[found.end() :]
    apart = len(line.segments) > 1 and line.segments[0].text.strip() == found[0].strip()
    marked = bool(found["mark"] or found["after"])
    if apart or (marked and (ended or follows[:1].isupper())):
        return True
    deep = "." in (found["ref"] or "") or bool(found["code"])
    return deep and follows[:1].isupper() and (ended or bool(found["ref"]))


def _to_write_on(line: Line) -> bool:
    """Whether a line consists of choices to tick, or of an empty line to write on."""
    rest = _LEADER.sub("", line.text).strip(" :")
    return not rest or bool(line.text[:1] in _BOXES or re.match(r"\[\s?[xX]?\s?\]", line.text))


def _read(block: Block) -> None:
    apart = [_labels_apart(line) for line in block.lines]
    text = joined(
        [
            " ".join(segment.text for segment in line.segments[: len(line.segments) - len(labels)])
            for line, labels in zip(block.lines, apart, strict=True)
        ]
    )
    block.options = tuple(dict.fromkeys(label for labels in apart for label in labels))
    if _numbered(block.lines[0], True):
        found = NUMBER.match(text)
        assert found is not None  # noqa: S101  # it matched the first line
        block.bullet = bool(found["bullet"])
        block.ref = "" if block.bullet else (found["ref"] or found["code"] or found["letter"] or "")
        block.printed = "" if block.bullet else found[0].strip()
        text = text[found.end() :]
    shorter = _LEADER.sub(" ", text)
    block.blank = shorter != text
    text = " ".join(shorter.split())
    options = [(one["box"], one["label"].strip(" ,;:/|")) for one in _OPTION.finditer(text)]
    labels = [label for _, label in options if label and len(label) <= 60]
    if labels and (len(labels) >= 2 or option_label(labels[0])):
        first = _OPTION.search(text)
        assert first is not None  # noqa: S101
        text = text[: first.start()].strip()
        block.options = tuple(dict.fromkeys(labels))
        block.ticked = tuple(label for box, label in options if label and _is_ticked(box))
    block.text = text


def _labels_apart(line: Line) -> list[str]:
    """The choices that stand at the end of a line, each well apart: "Is it so?     Yes     No"."""
    labels: list[str] = []
    for segment in reversed(line.segments):
        label = option_label(segment.text.strip(" :;,."))
        if label is None:
            break
        labels.insert(0, label)
    return labels if len(labels) > 1 else []


def _is_ticked(box: str) -> bool:
    return box in _TICKED or "x" in box.casefold()
