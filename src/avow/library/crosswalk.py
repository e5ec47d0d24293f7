"""Our mappings against an outside crosswalk: pairs of requirements that others join, and that one control should too.

An outside crosswalk is facts for checking, never content: it is read, compared, and not kept.
"""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from avow.errors import InputRefusedError
from avow.model.base import Value
from avow.model.content import Content
from avow.model.controls import Control, ControlMapping
from avow.model.reasons import Reason

MAX_BYTES = 8 * 1024 * 1024
MAX_PAIRS = 100_000
_ROLLED_UP = frozenset({"hipaa"})  # outside lists name the standard, not the specifications below it

Pair = frozenset[tuple[str, str]]  # two of (framework id, requirement id)


class OutsidePair(Value):
    """Two requirements that `votes` independent publishers join."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    from_: str = Field(alias="from", max_length=200)
    from_id: str = Field(max_length=200)
    to: str = Field(max_length=200)
    to_id: str = Field(max_length=200)
    votes: int = 0


class MissedPair(Value):
    """An outside pair that no control carries both ends of; `unknown` names ends that are in none of our lists."""

    pair: OutsidePair
    unknown: tuple[str, ...] = ()


class CoMapped(Value):
    """Two requirements that a control joins and no outside pair does: for a person to read."""

    control: str
    first: ControlMapping
    second: ControlMapping


class FrameworkPair(Value):
    """Counts for two frameworks. `outside_pairs` 0: nobody outside was asked about these two."""

    first: str
    second: str
    outside_pairs: int
    found: int
    ours_alone: int


class CrosswalkReport(Value):
    """`recall`: the share, from 0 to 1, of the outside pairs that one control carries both ends of.

    `ours_alone` begins with the framework pairs outside sources speak of at all.
    """

    pairs: int
    found: int
    recall: float
    missed: tuple[MissedPair, ...]
    framework_pairs: tuple[FrameworkPair, ...]
    ours_alone: tuple[CoMapped, ...]


def read_pairs(path: Path) -> list[OutsidePair]:
    """The pairs of the JSON file at `path`: {"pairs": [{"from", "from_id", "to", "to_id", "votes"}, …]}.

    Raises InputRefusedError for a file that is missing, too large, no JSON, or of another shape.
    """
    try:
        with path.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise InputRefusedError(path.name, Reason.FILE_MISSING, message) from None
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 2**20} MiB"
        raise InputRefusedError(path.name, Reason.FILE_TOO_LARGE, message)
    try:
        held: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = f"is not readable as JSON: {str(error).splitlines()[0]}"
        raise InputRefusedError(path.name, Reason.FILE_DAMAGED, message) from None
    entries = held.get("pairs") if isinstance(held, dict) else None
    if not isinstance(entries, list) or not entries:
        message = 'is no crosswalk: write {"pairs": [{"from": …, "from_id": …, "to": …, "to_id": …}]}'
        raise InputRefusedError(path.name, Reason.FILE_TYPE_MISMATCH, message)
    if len(entries) > MAX_PAIRS:
        message = f"has more than {MAX_PAIRS} pairs"
        raise InputRefusedError(path.name, Reason.LIMIT_REACHED, message)
    return [_pair(path.name, number, entry) for number, entry in enumerate(entries, start=1)]


def _pair(name: str, number: int, entry: object) -> OutsidePair:
    try:
        return OutsidePair.model_validate(entry)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the pair"
        message = f"pair {number}: {where}: {first['msg']}"
        raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, message) from None


def compare(content: Content, outside: list[OutsidePair]) -> CrosswalkReport:
    """Recall of our mappings against the outside pairs, what they miss, and what they join alone.

    A HIPAA specification counts for the standard it stands under as well, because outside lists are rolled up.
    """
    carried = [_Carried(control, content) for control in content.controls]
    ours = {pair for one in carried for pair in one.pairs}
    wanted = {_ends(pair): pair for pair in outside}
    missed = [
        MissedPair(pair=pair, unknown=_unknown(pair, content))
        for ends, pair in wanted.items()
        if ends not in ours
    ]
    asked = {frozenset(framework for framework, _ in pair) for pair in wanted}
    alone = [found for one in carried for found in one.alone(wanted)]
    alone.sort(key=lambda one: frozenset((one.first.framework, one.second.framework)) not in asked)
    return CrosswalkReport(
        pairs=len(wanted),
        found=len(wanted) - len(missed),
        recall=(len(wanted) - len(missed)) / len(wanted),
        missed=tuple(missed),
        framework_pairs=tuple(_counts(content, list(wanted), ours, alone)),
        ours_alone=tuple(alone),
    )


class _Carried:
    """The pairs one control carries, by what each of its mappings counts for."""

    def __init__(self, control: Control, content: Content) -> None:
        self._control = control
        ends = [_counts_for(mapping, content) for mapping in control.mappings]
        self._joined = [
            (a, b, {frozenset((x, y)) for x in ends[i] for y in ends[j]})
            for (i, a), (j, b) in combinations(enumerate(control.mappings), 2)
            if a.framework != b.framework
        ]
        self.pairs: set[Pair] = {pair for _, _, pairs in self._joined for pair in pairs}

    def alone(self, wanted: dict[Pair, OutsidePair]) -> list[CoMapped]:
        """The pairs of mappings of which no outside pair speaks, in the order of the mappings."""
        return [
            CoMapped(control=self._control.id, first=a, second=b)
            for a, b, pairs in self._joined
            if not any(pair in wanted for pair in pairs)
        ]


def _ends(pair: OutsidePair) -> Pair:
    return frozenset(((pair.from_, pair.from_id), (pair.to, pair.to_id)))


def _counts_for(mapping: ControlMapping, content: Content) -> list[tuple[str, str]]:
    """The requirement itself and, where the framework is rolled up, each assessable one it stands under."""
    found = [(mapping.framework, mapping.requirement)]
    framework = content.framework_by_id.get(mapping.framework)
    if framework is None or framework.id not in _ROLLED_UP:
        return found
    requirement = framework.requirement_by_id.get(mapping.requirement)
    seen = {mapping.requirement}
    while requirement is not None and requirement.parent and requirement.parent not in seen:
        seen.add(requirement.parent)
        requirement = framework.requirement_by_id.get(requirement.parent)
        if requirement is not None and requirement.assessable:
            found.append((framework.id, requirement.id))
    return found


def _unknown(pair: OutsidePair, content: Content) -> tuple[str, ...]:
    found = []
    for framework_id, identifier in ((pair.from_, pair.from_id), (pair.to, pair.to_id)):
        framework = content.framework_by_id.get(framework_id)
        if framework is None or identifier not in framework.requirement_by_id:
            found.append(f"{framework_id} {identifier}")
    return tuple(found)


def _counts(
    content: Content, wanted: list[Pair], ours: set[Pair], alone: list[CoMapped]
) -> list[FrameworkPair]:
    outside = Counter(frozenset(framework for framework, _ in pair) for pair in wanted)
    found = Counter(frozenset(framework for framework, _ in pair) for pair in wanted if pair in ours)
    single = Counter(frozenset((one.first.framework, one.second.framework)) for one in alone)
    return [
        FrameworkPair(first=a, second=b, outside_pairs=outside[key], found=found[key], ours_alone=single[key])
        for a, b in combinations([one.id for one in content.frameworks], 2)
        if (key := frozenset((a, b))) in outside or key in single
    ]
