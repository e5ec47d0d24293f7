"""What differs between two catalogues, field by field, for a person to read before anything is replaced."""

import difflib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from avow.model.base import Value
from avow.model.content import Content
from avow.model.controls import Control, ControlMapping
from avow.model.frameworks import Framework

_OF_CONTROL = tuple(name for name in Control.model_fields if name not in ("id", "mappings"))
_OF_FRAMEWORK = ("title", "version", "notice")
_OF_REQUIREMENT = ("title", "group", "parent", "assessable", "designation")


class Kind(StrEnum):
    """How something differs."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Difference(Value):
    """One part: its name, and its text before and after (None: it was or will not be there).

    `changed_by` is `here`, `release` or `both` where it is known who changed it since it was shipped.
    """

    part: str
    old: str | None
    new: str | None
    changed_by: str = ""


class ControlDiff(Value):
    """How one control differs; `file` is where it stands, or stood."""

    control: str
    title: str
    kind: Kind
    file: str
    fields: tuple[Difference, ...] = ()
    mappings: tuple[Difference, ...] = ()


class FrameworkDiff(Value):
    """How one framework differs."""

    framework: str
    kind: Kind
    file: str
    fields: tuple[Difference, ...] = ()
    requirements: tuple[Difference, ...] = ()
    exemptions: tuple[Difference, ...] = ()


class FileDiff(Value):
    """How a text file differs: lines added and removed, and the unified diff ("" where it is not text)."""

    file: str
    kind: Kind
    added: int
    removed: int
    diff: str


Places = Mapping[str, tuple[str, int]]


def control_diffs(old: Content, new: Content, old_places: Places, new_places: Places) -> list[ControlDiff]:
    """The controls that differ, by id; places are those of the two contents (`library.loader.Loaded`)."""
    found = []
    for identifier in sorted(old.control_by_id.keys() | new.control_by_id.keys()):
        before, after = old.control_by_id.get(identifier), new.control_by_id.get(identifier)
        if before == after:
            continue
        shown = after or before
        assert shown is not None  # noqa: S101  # the id is from one of the two
        places = new_places if after else old_places
        both = before is not None and after is not None
        found.append(
            ControlDiff(
                control=identifier,
                title=shown.title,
                kind=_kind(before, after),
                file=places.get(f"control:{identifier}", ("", 0))[0],
                fields=tuple(_fields(before, after, _OF_CONTROL)) if both else (),
                mappings=tuple(_keyed(_mappings(before), _mappings(after))) if both else (),
            )
        )
    return found


def framework_diffs(
    old: Content, new: Content, old_places: Places, new_places: Places
) -> list[FrameworkDiff]:
    """The frameworks that differ, by id."""
    found = []
    for identifier in sorted(old.framework_by_id.keys() | new.framework_by_id.keys()):
        before, after = old.framework_by_id.get(identifier), new.framework_by_id.get(identifier)
        if before == after:
            continue
        places = new_places if after else old_places
        both = before is not None and after is not None
        found.append(
            FrameworkDiff(
                framework=identifier,
                kind=_kind(before, after),
                file=places.get(f"framework:{identifier}", ("", 0))[0],
                fields=tuple(_fields(before, after, _OF_FRAMEWORK)) if both else (),
                requirements=tuple(_keyed(_requirements(before), _requirements(after))) if both else (),
                exemptions=tuple(_keyed(before.exempt, after.exempt)) if before and after else (),
            )
        )
    return found


def file_diff(name: str, old: bytes | None, new: bytes | None) -> FileDiff:
    """How one file differs; None: it was or will not be there."""
    try:
        before, after = ((one or b"").decode().splitlines() for one in (old, new))
    except UnicodeDecodeError:
        return FileDiff(file=name, kind=_kind(old, new), added=0, removed=0, diff="")
    lines = list(difflib.unified_diff(before, after, "here", "release", lineterm="", n=1))
    return FileDiff(
        file=name,
        kind=_kind(old, new),
        added=sum(1 for line in lines[2:] if line.startswith("+")),
        removed=sum(1 for line in lines[2:] if line.startswith("-")),
        diff="\n".join(lines),
    )


def _kind(old: object, new: object) -> Kind:
    return Kind.NEW if old is None else Kind.GONE if new is None else Kind.CHANGED


def _fields(old: Value | None, new: Value | None, names: tuple[str, ...]) -> Iterator[Difference]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Difference(part=name, old=_text(before), new=_text(after))


def _keyed(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield Difference(part=key, old=old.get(key), new=new.get(key))


def _mappings(control: Control | None) -> dict[str, str]:
    ones: tuple[ControlMapping, ...] = control.mappings if control else ()
    return {f"{one.framework} {one.requirement}": f"{one.relationship}: {one.rationale}" for one in ones}


def _requirements(framework: Framework | None) -> dict[str, str]:
    ones = framework.requirements if framework else ()
    return {one.id: "; ".join(_text(getattr(one, name)) or "-" for name in _OF_REQUIREMENT) for one in ones}


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " | ".join(_text(one) for one in value)
    if isinstance(value, Value):
        return ", ".join(_text(getattr(value, name)) for name in type(value).model_fields)
    return "" if value is None else str(value)
