"""Where the answer to a question of a list goes: its member, the choices it may take, a place for comments."""

from collections import Counter

from avow.formats.headings import COMMENT, QUESTION, REF, SECTION
from avow.formats.json.names import ANSWER, CHOICES, TEXT, TYPE, VALUE, plain_name, role_of
from avow.formats.json.slots import Slot
from avow.formats.json.syntax import Document, Member, Node, pointer, strings_below
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress
from avow.model.reasons import Reason

_TRUE_OR_FALSE = frozenset({"boolean", "bool"})
_YES_OR_NO = frozenset({"yesno", "yes no", "yes/no", "yes-no", "yes_no"})


class Places:
    """Finds the places for answers of one document; keeps them by their address, and what their members are named."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.slots: dict[str, Slot] = {}
        self.answer_names: Counter[str] = Counter()
        self.comment_names: Counter[str] = Counter()

    def place(self, node: Node, path: str, asked: Member | None) -> tuple[AnswerPlace, set[str]]:
        """The answer place of a question's object, and the names of the members it takes."""
        told = roles_of(node)
        answer = next(iter(told.get(ANSWER, [])), None)
        if answer is None and VALUE in told:
            answer = told[VALUE][0]
        choices_in = next((one for one in told.get(CHOICES, []) if one is not answer), None)
        if answer is None and choices_in is not None and choices_in.value.kind not in ("array", "object"):
            choices_in = None
        choices, spelled = self._choices(node, choices_in)
        comment = next(iter(told.get(COMMENT, [])), None)
        taken = {one.name for one in (answer, choices_in, comment) if one is not None}
        taken |= {one.name for role in (REF, SECTION, TYPE) for one in told.get(role, [])}
        if answer is not None and answer.value.kind == "object":
            place, _ = self.place(answer.value, pointer(path, answer.name), None)
            if choices is not None and place.answer is not None:
                self.slots[place.answer.cell].spelled.update(spelled)
                place = place.model_copy(update={"choices": choices})
            return place, taken
        note, note_path = "", None
        if comment is not None and comment.value.kind in ("string", "null"):
            note, note_path = comment.value.said.strip(), pointer(path, comment.name)
            self.slots[note_path] = Slot(value=comment.value)
            self.comment_names[comment.name] += 1
        if answer is not None:
            place = self.at_value(answer, pointer(path, answer.name), spelled)
            if role_of(answer.name) == ANSWER:
                self.answer_names[answer.name] += 1
        elif asked is not None:
            added = pointer(path, free_name(node))
            self.slots[added] = Slot(after=asked, name=free_name(node), spelled=spelled)
            place = AnswerPlace(answer=CellAddress(sheet="", cell=added))
        else:
            place = AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        update = {
            "choices": choices,
            "comment": CellAddress(sheet="", cell=note_path) if note_path else None,
            "existing_comment": note,
        }
        return place.model_copy(update=update), taken

    def at_value(self, member: Member, path: str, spelled: dict[str, str] | None = None) -> AnswerPlace:
        """The place that a member's own value is; `spelled` are choices written as something else than their label."""
        value = member.value
        if value.kind == "object":
            return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        self.slots[path] = Slot(value=value, spelled=spelled or {}, listed=value.kind == "array")
        existing = ", ".join(strings_below(value)) if value.kind == "array" else value.said.strip()
        raw = self._document.text[value.start : value.end]
        existing = next((label for label, said in (spelled or {}).items() if said == raw), existing)
        return AnswerPlace(answer=CellAddress(sheet="", cell=path), existing=existing)

    def _choices(self, node: Node, member: Member | None) -> tuple[AnswerChoices | None, dict[str, str]]:
        """The choices an object gives for its answer, and how each is written where it is no text."""
        spelled: dict[str, str] = {}
        labels: list[str] = []
        if member is not None and member.value.kind == "array":
            for item in member.value.items:
                label, raw = self._choice(item)
                if label:
                    labels.append(label)
                    if raw:
                        spelled[label] = raw
        elif member is not None and member.value.kind == "object":
            for one in member.value.members:
                label = one.value.said.strip() or one.name
                labels.append(label)
                if label != one.name:
                    spelled[label] = self._document.text[one.start : one.end]
        if labels:
            return AnswerChoices(options=tuple(dict.fromkeys(labels)), source="validation"), spelled
        kinds = {
            one.value.text.strip().casefold()
            for one in roles_of(node).get(TYPE, [])
            if one.value.kind == "string"
        }
        if kinds & _TRUE_OR_FALSE:
            return AnswerChoices(options=("Yes", "No"), source="validation"), {"Yes": "true", "No": "false"}
        if kinds & _YES_OR_NO:
            return AnswerChoices(options=("Yes", "No"), source="validation"), {}
        return None, {}

    def _choice(self, item: Node) -> tuple[str, str]:
        if item.kind != "object":
            raw = self._document.text[item.start : item.end]
            return item.said.strip(), "" if item.kind == "string" else raw
        told = roles_of(item)
        label = next(
            (one.value.said for role in (TEXT, ANSWER) for one in told.get(role, []) if one.value.said), ""
        )
        value = next(
            (one.value for role in (VALUE, REF) for one in told.get(role, []) if one.value.said), None
        )
        if value is None:
            return label.strip(), ""
        return (label or value.said).strip(), self._document.text[value.start : value.end]


def roles_of(node: Node) -> dict[str, list[Member]]:
    """The members of an object by what their names say."""
    found: dict[str, list[Member]] = {}
    for member in node.members:
        role = role_of(member.name)
        if (
            role == ANSWER
            and len(member.value.items) > 1
            and plain_name(member.name) in ("answers", "responses")
        ):
            role = CHOICES
        if role and _fits(role, member.value):
            found.setdefault(role, []).append(member)
    return found


def _fits(role: str, value: Node) -> bool:
    if role in (QUESTION, TEXT):
        return value.kind in ("string", "object")
    if role in (REF, SECTION):
        return value.kind in ("string", "number")
    if role in (CHOICES,):
        return value.kind in ("array", "object")
    if role == COMMENT:
        return value.kind in ("string", "null")
    return True


def free_name(node: Node) -> str:
    """A name for an answer's member that an object does not have yet."""
    taken = {one.name for one in node.members}
    return next(
        name for name in ("answer", "response", "answer_1", "answer_2", "answer_3") if name not in taken
    )
