"""Controls out of OSCAL catalogues: exactly as exported where they are Avow's, else as well as they fit."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from avow.library.edits import unfit
from avow.library.oscal_prose import MAX_TEXT, PlainProse, TooLongError
from avow.model.oscal import (
    IDENTIFIER,
    NAMESPACE,
    Catalog,
    CatalogControl,
    CatalogGroup,
    Part,
    Prop,
    from_markup,
    own_text,
)

Entry = dict[str, Any]


class Domain(NamedTuple):
    """The controls of one content file, as authored; `file` is the wanted name without extension, if any."""

    title: str
    file: str
    controls: list[Entry]


@dataclass
class LeftOut:
    """What of a catalogue was not taken: single things in words, and kinds of things with their number."""

    things: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def said(self) -> list[str]:
        """All of it in words, kinds first."""
        return [*(f"{kind}: {number}" for kind, number in sorted(self.kinds.items())), *self.things]


def label_of(props: Iterable[Prop], *, only_ours: bool) -> str | None:
    """The id that a property `label` gives: ours that stands in for the token, or else the plain one."""
    labels = [prop for prop in props if prop.name == "label" and prop.ns is None]
    wanted = (IDENTIFIER,) if only_ours else (IDENTIFIER, None)
    return next((one.value for kind in wanted for one in labels if one.class_ == kind), None)


# ── our own ────────────────────────────────────────────────────────────────────────────────────────


def own_domains(catalog: Catalog, left_out: LeftOut) -> list[Domain]:
    """The domains of a catalogue that `avow export oscal` wrote."""
    frameworks = {
        prop.class_: prop.value if prop.remarks is None else from_markup(prop.remarks)
        for prop in catalog.metadata.props
        if prop.ns == NAMESPACE and prop.name == "framework"
    }
    domains = []
    for group in catalog.groups:
        title = _own_title(group.props, group.title)
        entries = [_own_entry(one, frameworks) for one in group.controls]
        fit = [one for one in entries if is_fit(one["id"], one, left_out)]
        domains.append(Domain(title, own_text(group.props, "file") or "", fit))
    return [one for one in domains if one.controls]


def _own_title(props: tuple[Prop, ...], title: str) -> str:
    exact = own_text(props, "title")
    return from_markup(title) if exact is None else exact


def _own_entry(control: CatalogControl, frameworks: dict[str | None, str]) -> Entry:
    def prose(name: str) -> str:
        return next((from_markup(part.prose or "") for part in control.parts if part.name == name), "")

    methods = [part for part in control.parts if part.name == "assessment-method"]
    examined = [part for part in methods if part.parts]
    entry: Entry = {
        "id": label_of(control.props, only_ours=True) or control.id,
        "title": _own_title(control.props, control.title),
        "statement": prose("statement"),
        "objective": prose("objective"),
        **{
            key: own_text(control.props, name)
            for key, name in (("type", "type"), ("owner_role", "owner-role"), ("frequency", "frequency"))
        },
        "guidance": prose("guidance"),
        "evidence_requests": [
            {
                "artefact": from_markup(part.parts[0].prose or ""),
                "freshness": own_text(part.props, "freshness") or "",
            }
            for part in examined
        ],
        "tests": [from_markup(part.prose or "") for part in methods if not part.parts],
        "questions": [from_markup(part.prose or "") for part in control.parts if part.name == "question"],
        "mappings": [
            {
                "framework": frameworks.get(prop.class_, prop.class_ or ""),
                "requirement": prop.value,
                "relationship": prop.group or "",
                "rationale": from_markup(prop.remarks or ""),
            }
            for prop in control.props
            if prop.ns == NAMESPACE and prop.name == "mapping"
        ],
    }
    return _said(entry)


def _said(entry: Entry) -> Entry:
    """An entry without what says nothing; title and statement are there even where they are empty."""
    return {key: value for key, value in entry.items() if value or key in ("title", "statement")}


def is_fit(name: str, value: Any, left_out: LeftOut) -> bool:
    """Whether all texts in a value can be content; where one cannot, it is said to be left out under `name`."""
    why = next((why for text in _texts(value) if (why := unfit(text))), None)
    if why is not None:
        left_out.things.append(f"{name}: {why}")
    return why is None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


# ── others' ────────────────────────────────────────────────────────────────────────────────────────

_TEST_WORDS = {"TEST": "Test", "INTERVIEW": "Interview"}
_TAKEN = ("statement", "guidance", "assessment-method", "assessment")


def foreign_domains(catalog: Catalog, left_out: LeftOut) -> list[Domain]:
    """The domains of somebody else's catalogue: its groups that hold controls, in its order.

    An enhancement becomes a control of its own; what is withdrawn or has no place here is left out.
    """
    reader = _Foreign(catalog, left_out)
    found = []
    if catalog.controls:
        title = reader.text(catalog.metadata.title, "the catalogue's title") or "Controls"
        found.append(Domain(title, "", list(reader.entries(catalog.controls))))
    found += reader.domains(catalog.groups)
    return [one for one in found if one.controls]


class _Foreign:
    def __init__(self, catalog: Catalog, left_out: LeftOut) -> None:
        self._prose = PlainProse(catalog)
        self._left_out = left_out

    def domains(self, groups: Iterable[CatalogGroup]) -> Iterator[Domain]:
        for group in groups:
            self._count(group.parts, group.links, taken=())
            name = group.id or group.title
            title = self.text(group.title, f"the title of {name!r}") or name
            if unfit(title):
                title = "Controls"
            yield Domain(title, group.id or "", list(self.entries(group.controls)))
            yield from self.domains(group.groups)

    def entries(self, controls: Iterable[CatalogControl]) -> Iterator[Entry]:
        for control in controls:
            if is_withdrawn(control):
                self._left_out.things.append(f"{control.id}: withdrawn")
            else:
                entry = self._entry(control)
                if entry is not None:
                    yield entry
            yield from self.entries(control.controls)

    def _entry(self, control: CatalogControl) -> Entry | None:
        title = self.text(control.title, f"{control.id}: the control, with its title")
        if title is None:
            return None
        statement = self._joined(control, "statement")
        if statement is None:
            return None
        if not statement:
            self._left_out.things.append(f"{control.id}: has no statement; its title stands for it")
        self._count(control.parts, control.links, taken=_TAKEN)
        methods = [part for part in control.parts if part.name in ("assessment-method", "assessment")]
        return _said(
            {
                "id": control.id,
                "title": title,
                "statement": statement or title,
                "guidance": self._joined(control, "guidance") or "",
                "evidence_requests": [
                    {"artefact": line, "freshness": ""}
                    for part in methods
                    if _method(part) == "EXAMINE"
                    for line in self._objects(control, part)
                ],
                "tests": [
                    f"{_TEST_WORDS.get(_method(part), 'Assess')}: {'; '.join(lines)}"
                    for part in methods
                    if _method(part) != "EXAMINE" and (lines := self._objects(control, part))
                ],
            }
        )

    def text(self, markup: str, what: str) -> str | None:
        """The plain text; None, with `what` said to be left out, where it cannot be content."""
        return self._fit(lambda: self._prose(markup), what)

    def _fit(self, read: Callable[[], str], what: str) -> str | None:
        try:
            text = read()
        except TooLongError:
            why: str | None = f"it is longer than {MAX_TEXT:,} characters"
        else:
            why = unfit(text)
            if why is None:
                return text
        self._left_out.things.append(f"{what}: {why}")
        return None

    def _joined(self, control: CatalogControl, name: str) -> str | None:
        """All parts of this name as one text, items with their labels; empty where there are none."""

        def read() -> str:
            text = " ".join(self._words(part) for part in control.parts if part.name == name)
            if len(text) > MAX_TEXT:
                raise TooLongError
            return text.strip()

        return self._fit(read, f"{control.id}: its {name}" if name != "statement" else control.id)

    def _words(self, part: Part) -> str:
        label = label_of(part.props, only_ours=False)
        own = (self._prose(label) if label else "", self._prose(part.prose or ""))
        return " ".join(text for text in (*own, *(self._words(one) for one in part.parts)) if text)

    def _objects(self, control: CatalogControl, part: Part) -> list[str]:
        """What an assessment method is about, a line each; what cannot be content is left out."""
        found = []
        for prose in (part.prose, *(one.prose for one in part.parts)):
            try:
                lines = self._prose.lines(prose or "")
            except TooLongError:
                self._left_out.things.append(f"{control.id}: an assessment method too long")
                continue
            for line in lines:
                why = unfit(line)
                if why is None:
                    found.append(line)
                else:
                    self._left_out.things.append(f"{control.id}: an assessment object: {why}")
        return found

    def _count(self, parts: Iterable[Part], links: Iterable[object], *, taken: tuple[str, ...]) -> None:
        for part in parts:
            if part.name not in taken:
                self._left_out.kinds[f"parts named {part.name[:40]!r}"] += 1
        for _ in links:
            self._left_out.kinds["links"] += 1


def is_withdrawn(control: CatalogControl) -> bool:
    """Whether a catalogue says that the control is not to be used any more."""
    return any(prop.name == "status" and prop.value.casefold() == "withdrawn" for prop in control.props)


def _method(part: Part) -> str:
    return next((prop.value.upper() for prop in part.props if prop.name == "method"), "")
