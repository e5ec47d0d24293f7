"""Questionnaires of VSAQ, the Vendor Security Assessment Questionnaire application (github.com/google/vsaq).

A questionnaire is a tree of items; answers are a flat object of item id -> value, which the application saves and
loads as a file of its own. Values (vsaq/static/questionnaire/*item.js): text of a `line` or `box`, `yes` or `no` of a
`yesno`, `checked` of a `check`, a `radio`, or a choice of a `radiogroup` or `checkgroup`.

Answers are put into the questionnaire's own root object, beside `questionnaire`. The application then takes the one
file both ways: as a questionnaire it looks at nothing but `questionnaire`, and as answers at nothing but known ids.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from avow.formats.json.conditions import ANSWERED, asked_under, ids_in
from avow.formats.json.slots import Reading, Slot, edited
from avow.formats.json.syntax import Document, Node, parsed, pointer
from avow.formats.suspicion import text_flags
from avow.model.base import Verdict
from avow.model.questionnaires import (
    AnswerChoices,
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    Note,
    OptionCell,
    Question,
    SheetLayout,
)
from avow.model.reasons import Reason

CHECKED, YES, NO = "checked", "yes", "no"
MARK = "X"  # how drafting marks an option; here it is written as `checked`

_GROUPS = ("radiogroup", "checkgroup")
_WORDED = ("line", "box", "yesno", "check", "upload", *_GROUPS)
_KINDS = frozenset({*_WORDED, "block", "info", "tip", "spacer", "radio"})


def is_vsaq(root: Node) -> bool:
    """Whether a document is a questionnaire of the application, or an extension of one."""
    items = _items_of(root)
    return bool(items) and all(one.kind == "object" and _said(one, "type") in _KINDS for one in items)


def plain_document(document: Document, name: str) -> tuple[Document, list[Note]]:
    """The document as plain JSON: the application reads answers as that, and questionnaires in a looser notation."""
    if not document.edits:
        return document, []
    message = (
        "comments and joined texts of the application's own notation are written as plain JSON in the filled file, "
        "so that the application can load it as answers; no text differs"
    )
    note = Note(reason=Reason.REWRITTEN_AS_JSON, message=message)
    return parsed(edited(document.text, document.edits), name), [note]


def read_vsaq(document: Document) -> Reading:
    """The questions of a questionnaire with their places among the answers, and a reason for every other item."""
    reader = _Reader(document.root)
    reader.read()
    return reader.reading


@dataclass(frozen=True, slots=True)
class _Around:
    """The blocks around an item: their titles, the nearest condition, and what they forbid."""

    sections: tuple[str, ...] = ()
    condition: str = ""
    blocked: tuple[Reason, ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class _Lead:
    """The text before an item that has none of its own ("What standards do you apply?", then the boxes)."""

    node: Node | None = None
    path: str = ""


class _Reader:
    """Goes through the items in their order."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._held = {member.name: member.value for member in root.members}
        self._ids = frozenset(_each_id(_items_of(root)))
        self._owner: dict[str, CellAddress] = {}
        self._shown_by: dict[
            str, dict[Verdict, bool]
        ] = {}  # what an id of a choice is, by its question's verdict
        self._boxes = ""  # the path of the group of boxes just read
        self.reading = Reading()

    def read(self) -> None:
        """Sort every item into questions and ignored rows."""
        for member in self._root.members:
            path = pointer("", member.name)
            if member.name in ("questionnaire", "extensions"):
                self._items(member.value.items, path, _Around())
            elif (
                member.value.kind in ("string",)
                and member.value.text.strip()
                and member.name not in self._ids
            ):
                self._ignore(path, member.value.text.strip(), Reason.NOT_A_QUESTION)
        if self.reading.questions:
            self.reading.layout = SheetLayout(sheet="", question="text", answer="id", confidence=0.95)

    def _items(self, items: list[Node], path: str, around: _Around) -> None:
        lead = _Lead()
        for number, item in enumerate(items):
            below = pointer(path, number)
            kind = _said(item, "type")
            if (
                lead.node is not None
                and kind not in _GROUPS
                and not (kind in _WORDED and not _said(item, "text"))
            ):
                self._aside(lead.node, lead.path)
                lead = _Lead()
            if kind == "block":
                self._block(item, below, around)
            elif kind == "info" and _text_of(item):
                if lead.node is not None:
                    self._aside(lead.node, lead.path)
                lead = _Lead(item, below)
            elif kind in _WORDED:
                self._value(item, below, kind, around, lead)
                lead = _Lead()
            elif kind == "radio":
                self._value(item, below, "check", around, lead)
            else:
                self._aside(item, below)
        if lead.node is not None:
            self._aside(lead.node, lead.path)

    def _block(self, item: Node, path: str, around: _Around) -> None:
        title = _text_of(item)
        if title:
            self._ignore(pointer(path, "text"), title, Reason.SECTION_HEADING)
        inner = item.get("items")
        self._items(
            inner.items if inner else [],
            pointer(path, "items"),
            _Around(
                (*around.sections, title) if title else around.sections,
                _said(item, "cond") or around.condition,
                around.blocked,
                around.hidden or _is_hidden(item),
            ),
        )

    def _value(self, item: Node, path: str, kind: str, around: _Around, lead: _Lead) -> None:
        text, address = _text_of(item), pointer(path, "text")
        if lead.node is not None and not text:
            text, address = _text_of(lead.node), pointer(lead.path, "text")
        elif lead.node is not None:
            self._aside(lead.node, lead.path)
        unsure: tuple[Reason, ...] = ()
        if not text and kind in _GROUPS and _choices(item):
            if kind == "checkgroup" and self._goes_on(item, path):
                return
            # Boxes without a word before them say themselves what they ask.
            text, address = " / ".join(label for _, label in _choices(item)), path
            unsure = (Reason.LAYOUT_UNSURE,)
        if not text:
            self._ignore(path, _said(item, "id") or kind, Reason.NO_QUESTION_TEXT)
            return
        if around.hidden or _is_hidden(item):
            self._ignore(address, text, Reason.SKIPPED_BY_FORM)
            return
        at = CellAddress(sheet="", cell=address)
        place = self._place(item, kind)
        if _said(item, "auth") == "readonly":
            place = place.model_copy(update={"blocked": (Reason.ANSWER_CELL_LOCKED,)})
        condition = _said(item, "cond") or around.condition
        parent = self._parent(condition)
        sections = around.sections[1:] if len(around.sections) > 1 else around.sections
        self.reading.questions.append(
            Question(
                address=at,
                text=text,
                section=" / ".join(sections),
                ref=_said(item, "id"),
                place=place,
                parent=parent,
                asked_if=self._asked_if(condition, parent),
                flags=(*text_flags(text), *unsure),
            )
        )
        self._boxes = path if kind == "checkgroup" else ""
        for one in (_said(item, "id"), *(choice for choice, _ in _choices(item))):
            if one:
                self._owner.setdefault(one, at)
        self._shown_by.update(_said_by(item, kind, place))

    def _goes_on(self, item: Node, path: str) -> bool:
        """Boxes right behind other boxes: a second column of the same question's."""
        number = path.rpartition("/")
        if not self._boxes or self._boxes != pointer(number[0], int(number[2]) - 1):
            return False
        asked, more = self.reading.questions[-1], self._options(item, "boxes")
        if more.blocked or asked.place.blocked:
            return False
        options = (*asked.place.options, *more.options)
        existing = "\n".join(one for one in (asked.place.existing, more.existing) if one)
        choices = AnswerChoices(options=tuple(one.label for one in options), source="boxes")
        place = asked.place.model_copy(update={"options": options, "choices": choices, "existing": existing})
        self.reading.questions[-1] = asked.model_copy(update={"place": place})
        self._boxes = path
        for name, _ in _choices(item):
            self._owner.setdefault(name, asked.address)
        return True

    def _parent(self, condition: str) -> CellAddress | None:
        """The question whose answer a condition speaks of first."""
        for found in ids_in(condition):
            owner = self._owner.get(re.sub(r"/(yes|no|value)$", "", found))
            if owner is not None:
                return owner
        return None

    def _asked_if(self, condition: str, parent: CellAddress | None) -> tuple[Verdict, ...]:
        """The parent's verdicts under which the condition can hold; empty where that is all of them, or unknown."""
        if parent is None:
            return ()
        known = {
            name: said
            for name, said in self._shown_by.items()
            if self._owner.get(re.sub(r"/(yes|no)$", "", name)) == parent
        }
        return asked_under(condition, known)

    # ── places ─────────────────────────────────────────────────────────────────────────────────

    def _place(self, item: Node, kind: str) -> AnswerPlace:
        if kind in _GROUPS:
            return self._options(item, "columns" if kind == "radiogroup" else "boxes")
        name = _said(item, "id")
        address = self._slot(name) if kind != "upload" else None
        if address is None:
            return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        held = self._answer(item, name)
        if kind == "check":
            self.reading.slots[address.cell].spelled[MARK] = f'"{CHECKED}"'
            return AnswerPlace(
                choices=AnswerChoices(options=("Yes",), source="columns"),
                options=(OptionCell(label="Yes", address=address),),
                existing="Yes" if held == CHECKED else "",
            )
        if kind == "yesno":
            labels = {YES: _plain(_said(item, "yes")) or "Yes", NO: _plain(_said(item, "no")) or "No"}
            spelled = {label: f'"{value}"' for value, label in labels.items()}
            self.reading.slots[address.cell].spelled.update(spelled)
            choices = AnswerChoices(options=tuple(labels.values()), source="validation")
            return AnswerPlace(answer=address, choices=choices, existing=labels.get(held, held))
        return AnswerPlace(answer=address, existing=held.strip())

    def _options(self, item: Node, source: str) -> AnswerPlace:
        """One place a choice; the application gives each an id of its own."""
        cells, marked = [], []
        for name, label in _choices(item):
            address = self._slot(name)
            if address is None:
                return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
            self.reading.slots[address.cell].spelled[MARK] = f'"{CHECKED}"'
            cells.append(OptionCell(label=label, address=address))
            value = self._held.get(name)
            if value is not None and (value.text == CHECKED or value.kind == "true"):
                marked.append(label)
        if not cells:
            return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        return AnswerPlace(
            choices=AnswerChoices(options=tuple(one.label for one in cells), source=source),
            options=tuple(cells),
            existing="\n".join(marked),
        )

    def _slot(self, name: str) -> CellAddress | None:
        """The place of an id among the root's members; None where the id is missing or taken by something else."""
        address = pointer("", name)
        held = self._held.get(name)
        if (
            not name
            or address in self.reading.slots
            or (held is not None and held.kind in ("array", "object", "number"))
        ):
            return None
        self.reading.slots[address] = (
            Slot(value=held) if held is not None else Slot(inside=self._root, name=name)
        )
        return CellAddress(sheet="", cell=address)

    def _answer(self, item: Node, name: str) -> str:
        """The answer that is there: one saved, or else the value that the form shows until there is one."""
        saved = self._held.get(name)
        if saved is not None and saved.said.strip():
            return saved.said
        default = item.get("default")
        return default.said if default is not None else ""

    # ── what is left alone ─────────────────────────────────────────────────────────────────────

    def _aside(self, item: Node, path: str) -> None:
        """An item that only informs, with its text or, of one unknown, the texts it has."""
        text = _text_of(item)
        spoken_of = self._parent(_said(item, "cond"))
        if _said(item, "id") and spoken_of is not None:
            self._owner.setdefault(_said(item, "id"), spoken_of)
        if text:
            self._ignore(pointer(path, "text"), text, Reason.INSTRUCTION)
        elif _said(item, "type") not in ("spacer",):
            words = ", ".join(one.value.text for one in item.members if one.value.kind == "string")
            if words:
                self._ignore(path, words, Reason.NOT_A_QUESTION)

    def _ignore(self, path: str, text: str, reason: Reason) -> None:
        self.reading.ignored.append(
            IgnoredRow(address=CellAddress(sheet="", cell=path), text=text, reason=reason)
        )


def _items_of(root: Node) -> list[Node]:
    found = (root.get("questionnaire") or root.get("extensions")) if root.kind == "object" else None
    return found.items if found is not None and found.kind == "array" else []


def _said_by(item: Node, kind: str, place: AnswerPlace) -> dict[str, dict[Verdict, bool]]:
    """Which ids of an item hold under which verdict of its question, as far as its choices' words say."""
    name = _said(item, "id")
    if kind == "check":
        return {name: {Verdict.YES: True, Verdict.NO: False}}
    if kind == "yesno":
        labels = [(f"{name}/{value}", _plain(_said(item, value)) or value.title()) for value in (YES, NO)]
    elif kind == "radiogroup":
        labels = _choices(item)
    else:
        return {}
    taken = {one: place.choices.choice_for(one) for one in ANSWERED} if place.choices is not None else {}
    return {
        found: {verdict: label == choice for verdict, choice in taken.items() if choice is not None}
        for found, label in labels
    }


def _each_id(items: list[Node]) -> Iterator[str]:
    waiting = [*items]
    while waiting:
        item = waiting.pop()
        yield _said(item, "id")
        yield from (name for name, _ in _choices(item))
        inner = item.get("items")
        waiting += inner.items if inner is not None else []


def _said(item: Node, name: str) -> str:
    found = item.get(name) if item.kind == "object" else None
    return found.text if found is not None and found.kind == "string" else ""


def _text_of(item: Node) -> str:
    return _plain(_said(item, "text"))


def _is_hidden(item: Node) -> bool:
    return _said(item, "auth") == "admin" or "vsaq-invisible" in _said(item, "className").split()


def _choices(item: Node) -> list[tuple[str, str]]:
    """A group's choices: each an object with one member, its id and its text."""
    found = item.get("choices") if item.kind == "object" else None
    ones = [one.members[0] for one in found.items if one.members] if found is not None else []
    return [(one.name, _plain(one.value.text) or one.name) for one in ones]


class _Words(HTMLParser):
    """The words of a text with markup, as a browser shows them."""

    _BREAKS = frozenset({"br", "p", "li", "ul", "ol", "div", "tr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self._BREAKS:
            self.words.append("\n")


def _plain(text: str) -> str:
    """A text without its markup: the application shows all texts as HTML."""
    if "<" not in text and "&" not in text:
        return text.strip()
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = ("".join(reader.words)).split("\n")
    return "\n".join(line for one in lines if (line := " ".join(one.split())))
