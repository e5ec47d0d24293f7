"""OSCAL catalogs sent as questionnaires: each control's statement is a row.

A catalog has no place for an answer, so the answers go into the companion workbook. Controls nested in another are rows
where they belong to the same catalogue (enhancements), and mappings to other frameworks where their class says so.
Source: NIST OSCAL 1.1, catalog model (`catalog`, `groups`, `controls`, `parts`, `props`, `params`).
"""

import re
from dataclasses import dataclass

from avow.formats.json.slots import Reading
from avow.formats.json.syntax import Node, pointer, strings_below
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import AnswerPlace, CellAddress, IgnoredRow, Note, Question, SheetLayout
from avow.model.reasons import Reason

_PARAMETER = re.compile(r"\{\{\s*(?:insert:\s*)?param(?:,|:)\s*([^\s}]+)\s*\}\}")
_SHOWN = 200


def is_catalog(root: Node) -> bool:
    """Whether a document is an OSCAL catalog."""
    catalog = root.get("catalog") if root.kind == "object" else None
    return (
        catalog is not None
        and catalog.kind == "object"
        and bool(catalog.get("groups") or catalog.get("controls"))
    )


def other_model(root: Node) -> str:
    """The name of another OSCAL model that a document is; "" where it is none."""
    models = ("profile", "component-definition", "system-security-plan", "assessment-plan", "assessment-results",
              "plan-of-action-and-milestones", "mapping-collection")  # fmt: skip
    found = [one.name for one in root.members if one.name in models and one.value.get("uuid") is not None]
    return found[0].replace("-", " ") if found and root.kind == "object" else ""


def read_catalog(root: Node) -> Reading:
    """The controls of a catalog as questions without a place, and a reason for all else."""
    reader = _Reader()
    catalog = root.get("catalog")
    assert catalog is not None  # noqa: S101  # `is_catalog` saw it
    reader.container(catalog, "/catalog", _Around())
    reading = reader.reading
    if reading.questions:
        message = "a catalog of controls has no place for answers; they are in the companion workbook"
        reading.notes.append(Note(reason=Reason.NO_ANSWER_PLACE, message=message))
        reading.layout = SheetLayout(sheet="", question="statement", ref="label", confidence=0.9)
    return reading


@dataclass(frozen=True, slots=True)
class _Around:
    section: str = ""
    family: str | None = None  # the class of the control around, where there is one
    nested: bool = False


class _Reader:
    def __init__(self) -> None:
        self.reading = Reading()
        self._labels: dict[str, str] = {}

    def container(self, node: Node, path: str, around: _Around) -> None:
        """A catalog or a group: its title is a heading, its controls and groups are read, the rest is left alone."""
        title = _said(node, "title")
        if title:
            self._ignore(pointer(path, "title"), title, Reason.SECTION_HEADING)
        inner = _Around(" / ".join(part for part in (around.section, title) if part))
        for member in node.members:
            below = pointer(path, member.name)
            if member.name in ("groups", "controls") and member.value.kind == "array":
                for number, item in enumerate(member.value.items):
                    read = self.container if member.name == "groups" else self._control
                    read(item, pointer(below, number), inner)
            elif member.name not in ("title", "id", "class", "uuid"):
                self._leave(member.value, below, Reason.NOT_A_QUESTION)

    def _control(self, node: Node, path: str, around: _Around) -> None:
        family = _said(node, "class") or None
        if around.nested and not _same_family(family, around.family):
            self._leave(node, path, Reason.NOT_A_QUESTION)
            return
        self._take_parameters(node)
        title, label = _said(node, "title"), _label(node)
        statement, at = self._statement(node, path)
        if _said_status(node) == "withdrawn":
            self._ignore(at, statement or title, Reason.SKIPPED_BY_FORM)
        elif statement or title:
            text = statement or title
            question = Question(
                address=CellAddress(sheet="", cell=at),
                text=text,
                section=" / ".join(part for part in (around.section, title if statement else "") if part),
                ref=label or _said(node, "id"),
                place=AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,)),
                flags=text_flags(text),
            )
            self.reading.questions.append(question)
        for member in node.members:
            below = pointer(path, member.name)
            if member.name == "controls":
                inner = _Around(around.section, family, nested=True)
                for number, item in enumerate(member.value.items):
                    self._control(item, pointer(below, number), inner)
            elif member.name == "parts":
                for number, part in enumerate(member.value.items):
                    if _said(part, "name") != "statement":
                        self._leave(part, pointer(below, number), Reason.INSTRUCTION)
            elif member.name not in ("title", "id", "class", "props", "params"):
                self._leave(member.value, below, Reason.NOT_A_QUESTION)

    def _statement(self, node: Node, path: str) -> tuple[str, str]:
        """The words of a control's statement parts, and the address of the first; of the title where there are none."""
        parts = node.get("parts")
        found: list[str] = []
        at = pointer(path, "title")
        for number, part in enumerate(parts.items if parts is not None else []):
            if _said(part, "name") == "statement":
                words = self._prose(part)
                if words and not found:
                    at = pointer(pointer(path, "parts"), number)
                found += words
        return "\n".join(found), at

    def _prose(self, part: Node) -> list[str]:
        prose = _PARAMETER.sub(
            lambda one: f"[{self._labels.get(one[1], 'to be assigned')}]", _said(part, "prose").strip()
        )
        label = _label(part)
        words = [f"{label} {prose}" if label and prose else prose] if prose else []
        inner = part.get("parts")
        for one in inner.items if inner is not None else []:
            words += self._prose(one)
        return words

    def _take_parameters(self, node: Node) -> None:
        given = node.get("params")
        for one in given.items if given is not None else []:
            label = _said(one, "label") or next(iter(strings_below(one.get("select") or one)), "")
            self._labels[_said(one, "id")] = label

    def _leave(self, node: Node, path: str, reason: Reason) -> None:
        texts = [text.strip() for text in strings_below(node) if text.strip()]
        if texts:
            shown = _said(node, "prose") or _said(node, "title") or ", ".join(texts[:6])
            self._ignore(path, shown.strip()[:_SHOWN], reason)

    def _ignore(self, path: str, text: str, reason: Reason) -> None:
        self.reading.ignored.append(
            IgnoredRow(address=CellAddress(sheet="", cell=path), text=text, reason=reason)
        )


def _same_family(family: str | None, around: str | None) -> bool:
    """Whether a nested control is of its parent's catalogue: the same class, or one made from it (`…-enhancement`)."""
    return family == around or (family is not None and around is not None and family.startswith(around))


def _said(node: Node, name: str) -> str:
    found = node.get(name) if node.kind == "object" else None
    return found.text if found is not None and found.kind == "string" else ""


def _property(node: Node, name: str) -> str:
    given = node.get("props") if node.kind == "object" else None
    return next(
        (
            _said(one, "value")
            for one in (given.items if given is not None else [])
            if _said(one, "name") == name
        ),
        "",
    )


def _label(node: Node) -> str:
    return _property(node, "label").strip()


def _said_status(node: Node) -> str:
    return _property(node, "status").casefold()
