"""What sets a question and an answer apart however alike they sound: contrasts, quantities, polarity."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from avow.matching.candidates import Asked
from avow.matching.holdings import Holding
from avow.matching.lexicon import Group, Lexicon
from avow.matching.quantities import Quantity, decoded, satisfies
from avow.matching.side import Side
from avow.model.matches import Polarity, Recommendation, Signal
from avow.model.reasons import Reason

# Read once: each look at a member of an enumeration takes its time.
_CONTRAST, _HALF_UNCOVERED = Reason.CONTRAST.value, Reason.HALF_UNCOVERED.value
_FREQUENCY_DIFFERS, _NUMBER_DIFFERS = Reason.FREQUENCY_DIFFERS.value, Reason.NUMBER_DIFFERS.value
_MEDIUM, _LOW = Recommendation.MEDIUM, Recommendation.LOW


class Cap(NamedTuple):
    """A reason why a match may not be trusted further than `level`."""

    signal: Signal
    level: Recommendation


def contrast_caps(
    asked: Asked, held: dict[str, set[str]], side: Side, numbers: Sequence[int], bag: Holding
) -> list[Cap]:
    """Caps from the contrast groups; `held` are the phrasing's values by group, `numbers` all its features.

    Where both name other members of a group, the phrasing decides. Where one side names none, the whole answer
    does: what is asked may stand anywhere in it, and what it names counts where it is about nothing else.
    """
    caps = []
    lexicon = side.lexicon
    names = _Shared(asked, side, numbers)
    for name in asked.groups.keys() | held.keys():
        ours, theirs = held.get(name), asked.groups.get(name)
        group = lexicon.groups[name]
        if group.only_with and not any(names.speak_of(concept) for concept in group.only_with):
            continue
        anywhere = bag.groups.get(name, _NONE)
        if ours and theirs:
            theirs = {v for v in theirs if v in ours or not _implies(v, group, names)} or theirs
            cap = (
                _both_named(theirs, ours, anywhere, lexicon)
                or _about_another(theirs, bag.essential_values.get(name, _NONE), group, lexicon)
                or (_other_way(name, names) if group.ordered and len(theirs & ours) > 1 else None)
            )
        else:
            if group.one_sided != "medium":
                continue
            if ours and (name not in bag.essential_groups or (asked.reading.ours and ours == {"customer"})):
                continue
            if theirs and not _missing(theirs, anywhere, lexicon):
                continue
            if _is_implied(theirs or ours or _NONE, group, names):
                continue
            cap = _one_named(theirs, ours)
        if cap:
            caps.append(cap)
    return sorted(caps, key=lambda cap: (cap.level.rank, cap.signal.note)) if len(caps) > 1 else caps


def _missing(asked: set[str], held: set[str], lexicon: Lexicon) -> set[str]:
    if asked <= held:
        return _NONE
    return {value for value in asked - held if not lexicon.inside.get(value, _NOTHING) & held}


_NONE: set[str] = set()  # never changed
_NOTHING: frozenset[str] = frozenset()


class _Shared(NamedTuple):
    """What a question and the phrasing with the features `numbers` both speak of."""

    asked: Asked
    side: Side
    numbers: Sequence[int]

    def speak_of(self, name: str) -> bool:
        return name in self.asked.names and self.side.vocabulary.get(name, -1) in self.numbers


def _is_implied(values: set[str], group: Group, shared: _Shared) -> bool:
    return all(_implies(value, group, shared) for value in values)


def _implies(value: str, group: Group, shared: _Shared) -> bool:
    """Whether what both sides speak of makes naming `value` superfluous."""
    implied = group.implied.get(value)
    return implied is not None and any(shared.speak_of(name) for name in implied)


def implied_features(asked: Asked, side: Side, numbers: Sequence[int]) -> set[str]:
    """The features, of the question or of the phrasing with `numbers`, that need not be named on both sides."""
    found: set[str] = set()
    groups = side.lexicon.groups
    names = _Shared(asked, side, numbers)
    for facts in (*asked.facts, *(side.facts(number) for number in numbers)):
        if facts.groups and all(_implies(value, groups[group], names) for group, value in facts.groups):
            found.add(facts.name)
    return found


def _both_named(asked: set[str], held: set[str], anywhere: set[str], lexicon: Lexicon) -> Cap | None:
    missing = _missing(asked, held, lexicon)
    if not missing:
        return None
    note = f"{_named(asked)} / {_named(held)}"
    if missing == asked and not asked & held:
        return Cap(Signal(_CONTRAST, -1.0, note), _LOW)
    missing = _missing(missing, anywhere, lexicon)
    if not missing:
        return None
    return Cap(
        Signal(_HALF_UNCOVERED, -0.5, f"{_named(missing)} is asked as well"),
        _MEDIUM,
    )


def _about_another(asked: set[str], essential: set[str], group: Group, lexicon: Lexicon) -> Cap | None:
    """Where one phrasing names what is asked, but the answer is about another member of the group."""
    if group.one_sided != "medium" or not essential or len(_missing(asked, essential, lexicon)) < len(asked):
        return None
    note = f"the answer is about {_named(essential)}, the question about {_named(asked)}"
    return Cap(Signal(_CONTRAST, -0.3, note), _MEDIUM)


def _other_way(group: str, shared: "_Shared") -> Cap | None:
    """From here to there is not from there to here: both sides name the same members, in another order."""
    side = shared.side
    ours = _in_order(group, (side.facts(number).groups for number in shared.numbers))
    theirs = _in_order(group, (facts.groups for facts in shared.asked.facts))
    held = [value for value in ours if value in theirs]
    asked = [value for value in theirs if value in ours]
    if held == asked:
        return None
    note = f"{', then '.join(asked)} / {', then '.join(held)}"
    return Cap(Signal(_CONTRAST, -0.3, note), _MEDIUM)


def _in_order(group: str, groups: Iterable[Iterable[tuple[str, str]]]) -> list[str]:
    """The values of a group in the order they are named."""
    return list(dict.fromkeys(value for ones in groups for name, value in ones if name == group))


def _one_named(asked: set[str] | None, held: set[str] | None) -> Cap:
    if asked:
        note = f"{_named(asked)} is asked, the answer does not name it"
    else:
        note = f"the answer speaks of {_named(held or set())}, the question does not name it"
    return Cap(Signal(_CONTRAST, -0.3, note), _MEDIUM)


def _named(values: Iterable[str]) -> str:
    return " and ".join(sorted(values))


def quantity_caps(asked: Asked, held: Sequence[str], bag: Holding, verdict: str) -> list[Cap]:
    """Caps from numbers, versions, periods and frequencies.

    The phrasing's own quantities of a kind decide; else those of the answer's other phrasings and of its text,
    which must all satisfy what is asked, as nothing says which of them is meant.
    """
    caps = []
    ours = [decoded(name) for name in held]
    phrased = [decoded(name) for name in bag.phrased_quantities]
    told = [decoded(name) for name in bag.told_quantities]
    denied = [decoded(name) for name in bag.denied_quantities]
    wanted = [decoded(name) for name in asked.quantities]
    for want in wanted:
        own = _alike(ours, want)
        elsewhere = _alike(told, want) + _alike(phrased, want)
        if any(satisfies(have, want) for have in own):
            continue
        if elsewhere:
            elsewhere += _alike(denied, want)
        if not own and elsewhere and all(satisfies(have, want) for have in elsewhere):
            continue
        caps.append(_quantity_cap(want, own or elsewhere))
    if verdict != "yes":
        # A no or a partly to "monthly" says nothing about the question that names no period.
        asked_kinds = {want[:2] for want in wanted}
        bare = bag.count > 1 and len({have[:2] for have in ours}) > 0 and not _all_name(bag)
        if not bare:
            caps += [_quantity_cap(have, []) for have in ours if have[:2] not in asked_kinds]
    return caps


def _alike(held: list[Quantity], want: Quantity) -> list[Quantity]:
    return [have for have in held if have[:2] == want[:2]]


def _all_name(bag: Holding) -> bool:
    """Whether nearly every phrasing names some quantity."""
    return bag.with_quantity >= 0.8 * bag.count


def _quantity_cap(want: Quantity, alike: list[Quantity]) -> Cap:
    code = _FREQUENCY_DIFFERS if want[0] == "f" else _NUMBER_DIFFERS
    if alike:
        note = f"{spoken(want)} / {' and '.join(spoken(have) for have in alike)}"
        return Cap(Signal(code, -1.0, note), _MEDIUM)
    return Cap(Signal(code, -0.3, f"{spoken(want)} is named on one side only"), _MEDIUM)


def spoken(quantity: Quantity) -> str:
    """A quantity as people say it: "yearly", "at least 12 months"."""
    kind, what, value, direction = quantity
    bound = {">": "at least ", "<": "at most "}.get(direction, "")
    if kind == "f":
        return _PERIODS.get(round(value), f"every {value:g} days")
    if kind == "p":
        return f"the past {value:g} days"
    if kind == "n" and what == "time":
        return f"{bound}{_duration(value)}"
    return f"{bound}{value:g} {what}".strip()


_PERIODS = {
    0: "continuously",
    1: "daily",
    7: "weekly",
    30: "monthly",
    91: "quarterly",
    182: "twice a year",
    365: "yearly",
}


def _duration(days: float) -> str:
    if days < 3.01:
        return f"{days * 24:.3g} hours"
    return f"{days:.4g} days"


class Turn(NamedTuple):
    """Which way round a phrasing asks, compared with the question, and why in plain words.

    `plain`: exactly one cue turns it, an opposite or a negation that leaves a yes or no clear ("free of", not "Do you not
    …?"), so that nothing is left to interpret.
    """

    polarity: Polarity
    why: str = ""
    plain: bool = False


def polarity_of(asked: Asked, side: Side, phrasing: int) -> Turn:
    """Which way round the phrasing asks, compared with the question."""
    reading = asked.reading
    held = side.polarity[phrasing]
    numbers = side.features_of(phrasing)
    turned = [number for number in numbers if number in asked.turned] if asked.turned else ()
    own = asked.names
    flips = 0
    for number in turned:
        name = reading.features[asked.turned[number]]
        if side.names[number] not in own and not any(side.names[n] == name for n in numbers):
            flips += 1
    if reading.negations > 1 and not held & 1:
        return Turn(Polarity.UNCLEAR, "several negations on one side")
    odd = (reading.negations & 1) ^ (held & 1) ^ (flips & 1)
    soft = (reading.soft & 1) != bool(held & 4)
    if bool(reading.subordinate) != bool(held & 2):
        return Turn(Polarity.UNCLEAR, "a negation in a condition on one side only")
    if soft:
        allows = "act-allow" in own if held & 4 else any(side.names[n] == "act-allow" for n in numbers)
        if not allows:
            return Turn(Polarity.UNCLEAR, "one side speaks of preventing, the other does not")
        odd ^= 1
    if not odd:
        return UNTURNED
    ambiguous = reading.ambiguous or reading.subordinate or held & 32
    plain = reading.negations + (held & 1) + flips == 1 and not soft and not ambiguous
    why = "the opposite is asked" if flips else "a negation on one side only"
    return Turn(Polarity.INVERTED, why, plain)


UNTURNED = Turn(Polarity.SAME)
