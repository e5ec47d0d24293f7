"""Lists of questions: any JSON whose objects hold a question and a place for its answer under common names.

The schema is in docs/formats/question-lists.md. Addresses are JSON pointers.
"""

import re
from collections import Counter
from dataclasses import dataclass

from avow.formats.asking import follows_up
from avow.formats.headings import COMMENT, LONGEST_HEADING, QUESTION, REF, SECTION, asks
from avow.formats.json.names import (
    ANSWER,
    ASKS_OUTRIGHT,
    CHOICES,
    GUIDANCE,
    TEXT,
    VALUE,
    names_a_topic,
    plain_name,
    role_of,
)
from avow.formats.json.places import Places, roles_of
from avow.formats.json.slots import Reading
from avow.formats.json.syntax import Document, Member, Node, pointer, strings_below
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import (
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    Question,
    SheetLayout,
)
from avow.model.reasons import Reason

_SHOWN = 200
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_TITLES = ("title", "name", "heading", "label", "text")
_TEXT_ORDER = (
    "statement",
    "requirement",
    "control",
    "check",
    "item",
    "criterion",
    "criteria",
    "text",
    "label",
    "title",
)


def read_lists(document: Document) -> Reading:
    """The questions of a document with their places, and a reason for every other text in it."""
    reader = _Reader(document)
    reader.walk(document.root, "", _Around())
    return reader.result()


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds a value: the section's title, the question it is nested in, the name it stands under."""

    section: str = ""
    parent: CellAddress | None = None
    name: str = ""


@dataclass(slots=True)
class _Asked:
    """The member with a question's text, and the text."""

    member: Member
    text: str
    path: str = ""  # below the member's own value, where the text is one of several languages


class _Reader:
    """Goes through a document in its order and sorts every object and text."""

    def __init__(self, document: Document) -> None:
        self._places = Places(document)
        self._reading = Reading(slots=self._places.slots)
        self._holds: dict[int, bool] = {}
        self._last: CellAddress | None = None
        self._question_names: Counter[str] = Counter()

    def result(self) -> Reading:
        """What was found; members still to be added get the name that the file's other answers have."""
        reading = self._reading
        usual = self._places.answer_names.most_common(1)[0][0] if self._places.answer_names else "answer"
        renamed: dict[str, str] = {}
        for address, slot in list(reading.slots.items()):
            if slot.after is not None and usual != slot.name:
                del reading.slots[address]
                renamed[address] = address.rpartition("/")[0] + pointer("", usual)
                slot.name = usual
                reading.slots[renamed[address]] = slot
        reading.questions = [_renamed(question, renamed) for question in reading.questions]
        if reading.questions:
            first = {
                "question": self._question_names,
                "answer": self._places.answer_names,
                "comment": self._places.comment_names,
            }
            said = {role: names.most_common(1)[0][0] for role, names in first.items() if names}
            reading.layout = SheetLayout(sheet="", confidence=0.9, **said)
        return reading

    # ── walking ────────────────────────────────────────────────────────────────────────────────

    def walk(self, node: Node, path: str, around: _Around) -> None:
        """Sort a value and all below it."""
        if node.kind == "array":
            for number, item in enumerate(node.items):
                self._item(item, pointer(path, number), around)
        elif node.kind == "object":
            asked = self._asked(node)
            if asked is None:
                self._container(node, path, around)
            else:
                self._question(node, path, asked, around)
        elif node.kind == "string":
            self._text(node, path, around)

    def _item(self, item: Node, path: str, around: _Around) -> None:
        if item.kind in ("object", "array") and not self._has_questions(item, around.name):
            self._ignore_all(item, path, around.name)
        else:
            self.walk(item, path, around)

    def _text(self, node: Node, path: str, around: _Around) -> None:
        text = node.text.strip()
        if not text:
            return
        if _is_asked(text, around.name):
            self._ask(text, path, AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,)), around)
        else:
            self._ignore(path, text, _why(around.name, text))

    def _container(self, node: Node, path: str, around: _Around) -> None:
        title = _title(node)
        section = " / ".join(part for part in (around.section, title) if part) if path else around.section
        for member in node.members:
            below, value = pointer(path, member.name), member.value
            inner = _Around(section, around.parent, member.name)
            if (
                asks(member.name)
                and value.kind not in ("array",)
                and self._asked_by_name(member, below, inner)
            ):
                continue
            if value.kind in ("object", "array"):
                if self._has_questions(value, member.name):
                    if names_a_topic(member.name):
                        inner = _Around(
                            " / ".join(part for part in (section, member.name) if part),
                            around.parent,
                            member.name,
                        )
                    self.walk(value, below, inner)
                else:
                    self._ignore_all(value, below, member.name)
            elif value.kind == "string" and value.text.strip():
                text = value.text.strip()
                if asks(text) and text.endswith("?"):
                    self._ask(text, below, AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,)), inner)
                else:
                    reason = Reason.SECTION_HEADING if text == title else _why(member.name, text)
                    self._ignore(below, text, reason)

    def _asked_by_name(self, member: Member, path: str, around: _Around) -> bool:
        """A member whose name is the question and whose value is the answer."""
        value = member.value
        if value.kind == "object" and (
            self._has_questions(value, "") or roles_of(value).keys() - {ANSWER, COMMENT, VALUE}
        ):
            return False
        if value.kind == "object":
            place, _ = self._places.place(value, path, None)
            if place.blocked:
                return False
        else:
            place = self._places.at_value(member, path)
        self._ask(member.name.strip(), path, place, around)
        return True

    def _question(self, node: Node, path: str, asked: _Asked, around: _Around) -> None:
        place, taken = self._places.place(node, path, asked.member)
        self._question_names[asked.member.name] += 1
        told = roles_of(node)
        refs = [one.value.said.strip() for one in told.get(REF, []) if one.value.said.strip() != asked.text]
        own = [one.value.said.strip() for one in told.get(SECTION, []) if one.value.said.strip()]
        section = " / ".join(own) or around.section
        address = self._ask(
            asked.text,
            pointer(path, asked.member.name) + asked.path,
            place,
            _Around(section, around.parent, around.name),
            ref=next((ref for ref in refs if len(ref) <= LONGEST_HEADING), ""),
        )
        for member in node.members:
            if member is asked.member or member.name in taken:
                continue
            below = pointer(path, member.name)
            if member.value.kind in ("object", "array") and self._has_questions(member.value, member.name):
                self.walk(member.value, below, _Around(section, address, member.name))
            elif member.value.kind == "string" and _asks_aside(member, asked.text):
                blocked = AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
                self._ask(member.value.text.strip(), below, blocked, _Around(section, address), unsure=True)

    def _ask(
        self,
        text: str,
        path: str,
        place: AnswerPlace,
        around: _Around,
        *,
        ref: str = "",
        unsure: bool = False,
    ) -> CellAddress:
        address = CellAddress(sheet="", cell=path)
        follows = follows_up(text)
        flags = (*text_flags(text), *((Reason.LAYOUT_UNSURE,) if unsure else ()))
        parent = around.parent or (self._last if follows else None)
        self._reading.questions.append(
            Question(
                address=address,
                text=text,
                section=around.section,
                ref=ref,
                place=place,
                parent=parent,
                flags=flags,
            )
        )
        if not follows and around.parent is None:
            self._last = address
        return address

    # ── what an object is ──────────────────────────────────────────────────────────────────────

    def _asked(self, node: Node) -> _Asked | None:
        """The question an object asks, or None for one that only contains others."""
        told = roles_of(node)
        answered = ANSWER in told
        nested = any(
            one.value.kind in ("array", "object")
            and role_of(one.name) != CHOICES
            and self._has_questions(one.value, one.name)
            for one in node.members
        )
        texts = sorted(told.get(TEXT, []), key=_text_place)
        worded = [found for member in texts if (found := _worded(member))]
        asking = next((found for found in worded if asks(found.text)), None)
        outright = sorted(
            told.get(QUESTION, []), key=lambda one: not ASKS_OUTRIGHT.fullmatch(plain_name(one.name))
        )
        said = [found for member in outright if (found := _worded(member))]
        whole = [found for found in said if len(found.text.split()) >= 2 or found.text.endswith("?")]
        # A single word ("question": "MFA") is one where an answer stands beside it and no other text asks.
        for found in whole or (said if answered and asking is None else []):
            return found if not nested or answered or asks(found.text) else None
        field = answered or (
            VALUE in told and any(plain_name(one.name) in ("label", "text") for one in texts)
        )
        if asking is not None:
            return asking
        if not field or nested or not worded:
            return None
        named_for = [one for one in worded if len(one.text.split()) >= 2]
        return (named_for or worded)[0]

    def _has_questions(self, node: Node, name: str) -> bool:
        """Whether a value holds a question anywhere."""
        known = self._holds.get(node.start)
        if known is not None:
            return known
        if node.kind == "string":
            return _is_asked(node.text.strip(), name)
        found = (
            any(self._has_questions(item, name) for item in node.items)
            or any(
                (asks(one.name) and one.value.kind != "array")
                or (one.value.kind in ("object", "array") and self._has_questions(one.value, one.name))
                or (
                    one.value.kind == "string"
                    and one.value.text.rstrip().endswith("?")
                    and asks(one.value.text)
                )
                for one in node.members
            )
            or (node.kind == "object" and self._asked(node) is not None)
        )
        self._holds[node.start] = found
        return found

    # ── what is left alone ─────────────────────────────────────────────────────────────────────

    def _ignore(self, path: str, text: str, reason: Reason) -> None:
        row = IgnoredRow(address=CellAddress(sheet="", cell=path), text=text[:_SHOWN], reason=reason)
        self._reading.ignored.append(row)

    def _ignore_all(self, node: Node, path: str, name: str) -> None:
        """One row for a value without any question in it."""
        texts = [text.strip() for text in strings_below(node) if text.strip()]
        if not texts:
            return
        empty = node.kind == "object" and QUESTION in roles_of(node)
        reason = Reason.NO_QUESTION_TEXT if empty else _why(name, texts[0])
        self._ignore(path, ", ".join(texts[:8]), reason)


def _title(node: Node) -> str:
    """The title of an object that contains questions; "" where it has none."""
    said = [one for one in node.members if one.value.kind == "string" and one.value.text.strip()]
    named = {plain_name(one.name): one.value.text.strip() for one in reversed(said)}
    found = next((named[name] for name in _TITLES if name in named), "")
    return found or next((one.value.text.strip() for one in said if role_of(one.name) == SECTION), "")


def _worded(member: Member) -> _Asked | None:
    """The text of a member, or of its English, or first, version."""
    if member.value.kind == "string":
        return _Asked(member, member.value.text.strip()) if member.value.text.strip() else None
    versions = member.value.members
    named = [one.name for one in versions if _LANGUAGE.fullmatch(one.name) and not role_of(one.name)]
    if not named or len(named) < len(versions) or any(one.value.kind != "string" for one in versions):
        return None
    best = next((one for one in versions if one.name.casefold().startswith("en")), versions[0])
    text = best.value.text.strip()
    return _Asked(member, text, pointer("", best.name)) if text else None


def _text_place(member: Member) -> int:
    plain = plain_name(member.name)
    return _TEXT_ORDER.index(plain) if plain in _TEXT_ORDER else len(_TEXT_ORDER)


def _is_asked(text: str, name: str) -> bool:
    """Whether a text that stands by itself is a question: it asks, or it stands in a list of questions."""
    return asks(text) or (role_of(name.removesuffix("s")) == QUESTION and len(text.split()) >= 2)


def _asks_aside(member: Member, asked: str) -> bool:
    """Whether another text beside a question asks something itself ("followUp": "Since when?")."""
    text = member.value.text.strip()
    if role_of(member.name) in (GUIDANCE, COMMENT, ANSWER, CHOICES, REF, SECTION) or text == asked:
        return False
    return text.endswith("?") and asks(text)


def _why(name: str, text: str) -> Reason:
    instructs = role_of(name) == GUIDANCE or len(text) > LONGEST_HEADING
    return Reason.INSTRUCTION if instructs else Reason.NOT_A_QUESTION


def _renamed(question: Question, renamed: dict[str, str]) -> Question:
    answer = question.place.answer
    if answer is None or answer.cell not in renamed:
        return question
    moved = CellAddress(sheet="", cell=renamed[answer.cell])
    return question.model_copy(update={"place": question.place.model_copy(update={"answer": moved})})
