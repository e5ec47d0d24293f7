"""Where two texts on one question state different numbers or dates of the same thing."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from avow.matching.contrast import spoken
from avow.matching.normalise import Reader
from avow.matching.quantities import Quantity, decoded

_READ = 2200  # characters of a text; what an answer comes down to stands at its beginning
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
# Shares of what two sentences speak of; numbers without a unit count all manner of things.
_SAME_THING, _SAME_SENTENCE = 0.6, 0.8
_SLACK = 0.03  # a month is 30 or 31 days
_ASKS_HOW_MUCH = frozenset({"time-period", "asked-frequency"})

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DATES = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b"),
    re.compile(rf"\b(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)? )?{_MONTH},? (?P<year>(?:19|20)\d\d)\b", re.I),
    re.compile(rf"\b{_MONTH} (?P<day>[0-3]?\d)(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)\b", re.I),
)


class _Date(NamedTuple):
    year: int
    month: int
    day: int  # 0: the whole month
    text: str


class _Sentence(NamedTuple):
    """What a sentence speaks of, with its quantities and dates."""

    about: frozenset[str]
    quantities: tuple[Quantity, ...]
    dates: tuple[_Date, ...]


def stated_differently(one: str, other: str, question: str, reader: Reader) -> list[str]:
    """`number 30 days / 90 days`, `date June 2026 / May 2026`: what two answers to `question` state differently, each
    once. Only sentences on the same thing are compared; and where the question asks how long or how often,
    the only period of either text.
    """
    ours, theirs = list(_sentences(one, reader)), list(_sentences(other, reader))
    found: dict[str, None] = {}
    for mine in ours:
        for yours in theirs:
            likeness = _likeness(mine.about, yours.about)
            if likeness >= _SAME_THING:
                found.update(dict.fromkeys(_dates_apart(mine.dates, yours.dates)))
                found.update(dict.fromkeys(_apart(mine.quantities, yours.quantities, likeness)))
    if not found and not _ASKS_HOW_MUCH.isdisjoint(reader.read(question).features):
        found.update(dict.fromkeys(_only_ones_apart(ours, theirs)))
    return list(found)


def _sentences(text: str, reader: Reader) -> Iterator[_Sentence]:
    for sentence in _SENTENCE.split(text[:_READ]):
        dates, rest = _dates_of(sentence)
        features = reader.read(rest).features
        about = frozenset(name for name in features if name[1:2] != ":" or name[0] == "w")
        quantities = (decoded(name) for name in features if name not in about)
        yield _Sentence(about, tuple(one for one in quantities if not _is_year(one)), dates)


def _is_year(quantity: Quantity) -> bool:
    return quantity[0] == "#" and 1900 <= quantity[2] <= 2100


def _dates_of(sentence: str) -> tuple[tuple[_Date, ...], str]:
    """The dates of a sentence, and the sentence without them."""
    dates: list[_Date] = []
    for pattern in _DATES:
        for found in pattern.finditer(sentence):
            parts = found.groupdict()
            month = int(parts.get("number") or 0) or _MONTHS.index(parts["month"].casefold()) + 1
            dates.append(_Date(int(parts["year"]), month, int(parts["day"] or 0), found[0]))
        sentence = pattern.sub(" ", sentence)
    return tuple(dates), sentence


def _likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Share of what both sentences speak of, 0 to 1."""
    whole = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / whole if whole else 0.0


def _dates_apart(ours: Iterable[_Date], theirs: Iterable[_Date]) -> Iterator[str]:
    mine, yours = tuple(ours), tuple(theirs)
    left = [one for one in mine if not any(_one_day(one, other) for other in yours)]
    right = [one for one in yours if not any(_one_day(one, other) for other in mine)]
    if len(left) == len(right) == 1:
        yield f"date {left[0].text} / {right[0].text}"


def _one_day(one: _Date, other: _Date) -> bool:
    return one[:2] == other[:2] and (one.day == other.day or 0 in (one.day, other.day))


def _apart(ours: Iterable[Quantity], theirs: Iterable[Quantity], likeness: float) -> Iterator[str]:
    """Quantities of one kind that only one of two sentences states, where each has exactly one such."""
    mine, yours = list(ours), list(theirs)
    for kind in dict.fromkeys(one[:2] for one in mine):
        if kind[0] == "#" and likeness < _SAME_SENTENCE:
            continue
        left = [one for one in mine if one[:2] == kind and not _agrees(one, yours)]
        right = [one for one in yours if one[:2] == kind and not _agrees(one, mine)]
        if len(left) == len(right) == 1:
            yield f"number {spoken(left[0])} / {spoken(right[0])}"


def _agrees(quantity: Quantity, others: Iterable[Quantity]) -> bool:
    return any(
        quantity[:2] == other[:2] and abs(quantity[2] - other[2]) <= _SLACK * max(quantity[2], other[2])
        if quantity[0] in {"f", "p"} or quantity[1] == "time"
        else quantity[:3] == other[:3]
        for other in others
    )


def _only_ones_apart(ours: Iterable[_Sentence], theirs: Iterable[_Sentence]) -> Iterator[str]:
    """A kind of period or frequency that either text states once."""
    mine = [one for sentence in ours for one in sentence.quantities if one[0] == "f" or one[1] == "time"]
    yours = [one for sentence in theirs for one in sentence.quantities if one[0] == "f" or one[1] == "time"]
    for kind in dict.fromkeys(one[:2] for one in mine):
        of_kind = [[one for one in held if one[:2] == kind] for held in (mine, yours)]
        if all(len(held) == 1 for held in of_kind):
            yield from _apart(of_kind[0], of_kind[1], 1.0)
