"""A framework out of an OSCAL catalogue: its identifiers, titles and headings, none of its text."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from avow.library.edits import unfit
from avow.library.oscal_controls import Entry, LeftOut, is_fit, is_withdrawn, label_of
from avow.library.oscal_prose import PlainProse, TooLongError
from avow.model.oscal import (
    NAMESPACE,
    Catalog,
    CatalogControl,
    CatalogGroup,
    Prop,
    from_markup,
    own_text,
)


class ReadFramework(NamedTuple):
    """A framework as authored: what stands at its head, its exemptions included, and its requirements."""

    head: dict[str, Any]
    requirements: list[Entry]


def own_framework(catalog: Catalog, framework_id: str | None, left_out: LeftOut) -> ReadFramework:
    """The framework of a document that `avow export oscal` wrote."""
    props = catalog.metadata.props
    exemptions: dict[str, dict[str, Any]] = {}
    for prop in props:
        if prop.ns == NAMESPACE and prop.name == "exempt":
            reason = from_markup(prop.remarks or "")
            one = exemptions.setdefault(prop.group or "", {"reason": reason, "requirements": []})
            one["requirements"].append(prop.value)
    head = {
        "id": framework_id or own_text(props, "framework-id") or "",
        "title": own_text(props, "framework-title") or "",
        "version": own_text(props, "framework-version") or "",
        "notice": from_markup(catalog.metadata.remarks or ""),
        "exemptions": list(exemptions.values()),
    }
    head = {key: value for key, value in head.items() if is_fit(f"`{key}`", value, left_out)}
    placed = sorted(_own_requirements(catalog), key=lambda one: one[0])
    requirements = [entry for _, entry in placed if is_fit(entry["id"], entry, left_out)]
    return ReadFramework(_without_blanks(head), requirements)


def _own_requirements(catalog: Catalog) -> Iterator[tuple[int, Entry]]:
    yield from _own_controls(catalog.controls, "")
    yield from _own_groups(catalog.groups, "")


def _own_groups(groups: Iterable[CatalogGroup], parent: str) -> Iterator[tuple[int, Entry]]:
    for group in groups:
        position, entry = _own_requirement(group.id or "", group.title, group.props, parent)
        yield position, {**entry, "assessable": False}
        yield from _own_controls(group.controls, entry["id"])
        yield from _own_groups(group.groups, entry["id"])


def _own_controls(controls: Iterable[CatalogControl], parent: str) -> Iterator[tuple[int, Entry]]:
    for control in controls:
        position, entry = _own_requirement(control.id, control.title, control.props, parent)
        yield position, ({**entry, "assessable": False} if control.class_ == "heading" else entry)
        yield from _own_controls(control.controls, entry["id"])


def _own_requirement(token: str, title: str, props: tuple[Prop, ...], parent: str) -> tuple[int, Entry]:
    exact, place = own_text(props, "title"), own_text(props, "position") or ""
    entry = {
        "id": label_of(props, only_ours=True) or token,
        "title": from_markup(title) if exact is None else exact,
        "group": own_text(props, "group"),
        "parent": own_text(props, "parent") or parent,
        "designation": own_text(props, "designation"),
    }
    position = int(place) if place.isascii() and place.isdigit() and len(place) < 10 else 0
    return position, _without_blanks(entry)


def _without_blanks(entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if value or key in ("id", "title", "version")}


# ── others' ────────────────────────────────────────────────────────────────────────────────────────


def foreign_framework(catalog: Catalog, framework_id: str, left_out: LeftOut) -> ReadFramework:
    """The framework in somebody else's catalogue: groups as headings, controls as requirements.

    A requirement's id is its label, where it has one that no other has; an enhancement has its control as parent.
    """
    reader = _Foreign(catalog, left_out)
    head = {
        "id": framework_id,
        "title": reader.text(catalog.metadata.title, "the catalogue's title") or framework_id,
        "version": reader.text(catalog.metadata.version, "the catalogue's version") or "",
        "notice": reader.text(catalog.metadata.remarks or "", "the catalogue's remarks") or "",
    }
    requirements = [*reader.controls(catalog.controls), *reader.groups(catalog.groups)]
    return ReadFramework(_without_blanks(head), requirements)


class _Foreign:
    def __init__(self, catalog: Catalog, left_out: LeftOut) -> None:
        self._prose = PlainProse(catalog)
        self._left_out = left_out
        self._taken: set[str] = set()
        self._tokens = set(_tokens(catalog))

    def text(self, markup: str, what: str) -> str | None:
        """The plain text; None, with `what` said to be left out, where it cannot be content."""
        try:
            text = self._prose(markup)
        except TooLongError:
            why: str | None = "too long"
        else:
            why = unfit(text)
            if why is None:
                return text
        self._left_out.things.append(f"{what}: {why}")
        return None

    def groups(self, groups: Iterable[CatalogGroup], parent: str = "", above: str = "") -> Iterator[Entry]:
        for group in groups:
            title = self.text(group.title, f"the heading {group.id or group.title!r}") or group.id or "-"
            identifier = self._identifier(group.id or title, group.props)
            entry = {"id": identifier, "title": title, "group": above, "parent": parent}
            yield {**_without_blanks(entry), "assessable": False}
            yield from self.controls(group.controls, identifier, title)
            yield from self.groups(group.groups, identifier, title)

    def controls(
        self, controls: Iterable[CatalogControl], parent: str = "", heading: str = ""
    ) -> Iterator[Entry]:
        for control in controls:
            above = parent
            title = None if is_withdrawn(control) else self.text(control.title, control.id)
            if is_withdrawn(control):
                self._left_out.things.append(f"{control.id}: withdrawn")
            if title is not None:
                above = self._identifier(control.id, control.props)
                entry = {"id": above, "title": title, "group": heading, "parent": parent}
                yield _without_blanks(entry)
            yield from self.controls(control.controls, above, heading)

    def _identifier(self, token: str, props: tuple[Prop, ...]) -> str:
        label = label_of(props, only_ours=False)
        is_free = label == token or label not in self._tokens
        wanted = label if label and is_free and not unfit(label) else token
        chosen = token if wanted in self._taken else wanted
        self._taken.add(chosen)
        return chosen


def _tokens(catalog: Catalog) -> Iterator[str]:
    def of_controls(controls: Iterable[CatalogControl]) -> Iterator[str]:
        for control in controls:
            yield control.id
            yield from of_controls(control.controls)

    def of_groups(groups: Iterable[CatalogGroup]) -> Iterator[str]:
        for group in groups:
            yield group.id or ""
            yield from of_controls(group.controls)
            yield from of_groups(group.groups)

    yield from of_controls(catalog.controls)
    yield from of_groups(catalog.groups)
