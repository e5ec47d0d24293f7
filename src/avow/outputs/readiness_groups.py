"""A framework's requirements by its groups: what each group is called, in which order it is read, its anchors."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from avow.model.readiness import RequirementReadiness

_UNNAMED = "Requirements"
_STEP = re.compile(r"[.( ]?[^.( ]+")
_NO_ANCHOR = re.compile(r"[^A-Za-z0-9.]+")


class Anchors:
    """Gives out anchors that are unique on a page and safe in a link, whatever the identifiers hold.

    They have no underscore, so that a page may use one in its own.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, *parts: str) -> str:
        """`soc2`, `CC6.1` -> `soc2-CC6.1`."""
        wanted = "-".join(_NO_ANCHOR.sub("-", part).strip("-") or "x" for part in parts)
        anchor, number = wanted, 1
        while anchor in self._taken:
            number += 1
            anchor = f"{wanted}-{number}"
        self._taken.add(anchor)
        return anchor


class Group(NamedTuple):
    """A group's code, its name, and its requirements, each after the one it is a part of."""

    code: str
    name: str
    rows: list[RequirementReadiness]


def grouped(rows: Iterable[RequirementReadiness]) -> list[Group]:
    """The requirements by group, in the framework's order.

    The code is written before the group's name (`Chapter II - Principles`) or is what its requirements' ids
    have in common (`CC6`, `A.5`); where another group shares that, it is the range of the ids.
    """
    named: dict[str, list[RequirementReadiness]] = {}
    for row in rows:
        named.setdefault(row.requirement.group or _UNNAMED, []).append(row)
    common = {name: _common(ones) for name, ones in named.items()}
    found: list[Group] = []
    for name, ones in named.items():
        code, dash, rest = name.partition(" - ")
        shared = any(one[: len(common[name])] == common[name] for key, one in common.items() if key != name)
        if not dash or not rest:
            code, rest = _range(ones, len(common[name])) if shared else "".join(common[name]), name
        found.append(Group(code.strip(), rest.strip(), _nested(ones)))
    return found


def family(code: str) -> str:
    """What groups stand together by: the letters a code begins with."""
    return "".join(takewhile(str.isalpha, code))


def _steps(identifier: str) -> list[str]:
    """`164.308(a)(1)` -> `164`, `.308`, `(a)`, `(1)`."""
    return _STEP.findall(identifier)


def _common(rows: Sequence[RequirementReadiness]) -> list[str]:
    held = _steps(rows[0].requirement.id)[:-1]
    for row in rows[1:]:
        pairs = zip(held, _steps(row.requirement.id)[:-1], strict=False)
        held = [mine for mine, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return held


def _range(rows: Sequence[RequirementReadiness], depth: int) -> str:
    first, last = ("".join(_steps(row.requirement.id)[: depth + 1]) for row in (rows[0], rows[-1]))
    return first if first == last else f"{first} – {last}"


def _nested(rows: Sequence[RequirementReadiness]) -> list[RequirementReadiness]:
    held = {row.requirement.id for row in rows}
    parts: dict[str, list[RequirementReadiness]] = {}
    waiting: list[RequirementReadiness] = []
    for row in rows:
        parent = row.requirement.parent
        if parent is not None and parent in held:
            parts.setdefault(parent, []).append(row)
        else:
            waiting.append(row)
    waiting.reverse()
    ordered: list[RequirementReadiness] = []
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(parts.pop(row.requirement.id, []))
    # Requirements that name each other as parents are in a ring that nothing leads to; they are not lost for it.
    return [*ordered, *(row for ring in parts.values() for row in ring)]
