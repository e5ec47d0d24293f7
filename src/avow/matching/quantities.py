"""Numbers, periods, frequencies and versions of a text, as features that compare."""

from functools import lru_cache

from avow.matching.lexicon import Lexicon
from avow.matching.words import Word

# How the features read: `f:365:=` a frequency in days, `n:time:72:<` an amount of a unit's family,
# `p:1095` a period looked back on, `v:tls:1.2:>` a version, `#:5` a number without a unit.
Quantity = tuple[str, str, float, str]


_CURRENCIES = frozenset({"eur", "usd", "gbp", "chf"})


class Quantities:
    """Collects the quantities of one text, in the order they are met."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.found: list[Quantity] = []
        self.direction = "="
        self.is_past = False
        self.is_interval = False

    def cue(self, kind: str) -> None:
        """A word such as "at least", "within" or "past"; after a number, "or higher" speaks of that number."""
        if kind == "at-least":
            self._direct(">")
        elif kind == "at-most":
            self._direct("<")
        elif kind == "past":
            self.is_past = True
        elif kind == "interval":
            self.is_interval = True

    def _direct(self, direction: str) -> None:
        self.direction = direction

    def frequency(self, days: float) -> None:
        """A frequency word: once in `days` days."""
        self.found.append(("f", "", days, "="))
        self.direction = "="

    def number(self, words: list[Word], at: int, last_concept: str) -> int:
        """The number at `at`, its unit and how many words they take; 0 where it is none."""
        value, size = self._value(words, at)
        if value is None:
            return 0
        family, factor, unit_size = self._unit(words, at + size)
        if not family and words[at].lower.endswith("%"):
            family, factor = "percent", 1.0
        every = self.is_interval or (
            at > 0 and words[at - 1].lower in {"every", "each", "alle", "cada", "tous"}
        )
        direction = self._trailing_direction(words, at + size + unit_size) or self.direction
        if family == "people" and value == 1:
            pass  # "one person" means each, or anybody; it is no amount
        elif family == "time" and every:
            self.found.append(("f", "", value * factor, "="))
        elif family == "time" and self.is_past:
            self.found.append(("p", "", round(value * factor), "="))
        elif family:
            self.found.append(("n", family, value * factor, direction))
        elif last_concept in self.lexicon.versioned and value < 100:
            self.found.append(("v", last_concept, value, direction))
        elif not words[at].lower.isalpha() and not self._is_name(words, at):
            self.found.append(("#", "", value, direction))
        self.direction, self.is_past, self.is_interval = "=", False, False
        return size + unit_size

    def _is_name(self, words: list[Word], at: int) -> bool:
        """Whether a number belongs to a name: "Article 28(3)", "SAML 2.0", "FIPS 140", "NIST SP 800-88", ":2022"."""
        before = words[at - 1] if at else None
        if before is None:
            return False
        if before.lower in {":", "("} and at > 1:
            before = words[at - 2]
            if before.lower[:1].isdigit():
                return True
        if before.lower[:1].isdigit() or before.lower in self.lexicon.grammar["numbered"]:
            return True
        if before.lower in {"or", "and"} and at > 1 and words[at - 2].lower[:1].isdigit():
            return self._is_name(words, at - 2)  # "FIPS 140-2 or 140-3"
        return before.capitals and before.lower not in _CURRENCIES

    def _trailing_direction(self, words: list[Word], at: int) -> str:
        if at + 1 < len(words) and words[at].lower in {"or", "and", "oder", "ou", "o"}:
            word = words[at + 1].lower
            if word in {
                "more",
                "higher",
                "above",
                "greater",
                "later",
                "newer",
                "longer",
                "better",
                "stronger",
                "hoher",
            }:
                return ">"
            if word in {"less", "fewer", "lower", "below", "faster", "shorter"}:
                return "<"
        return ""

    def _value(self, words: list[Word], at: int) -> tuple[float | None, int]:
        lower = words[at].lower
        if lower[0].isdigit():
            text = lower.rstrip("%")
            if text.count(",") and all(len(part) == 3 for part in text.split(",")[1:]):
                text = text.replace(",", "")
            text = text.replace(",", ".")
            try:
                return float(text) if text.count(".") < 2 else None, 1
            except ValueError:
                return None, 1
        return self._spelled(words, at)

    def _spelled(self, words: list[Word], at: int) -> tuple[float | None, int]:
        numbers = self.lexicon.number_words
        if at + 1 < len(words):
            pair = numbers.get(f"{words[at].lower} {words[at + 1].lower}")
            if pair is not None:
                # "seventy-two (72) hours": the figure in brackets repeats the words
                return pair, 2 + self._bracketed(words, at + 2)
        value = numbers.get(words[at].lower)
        return value, 1 + (self._bracketed(words, at + 1) if value is not None else 0)

    def _bracketed(self, words: list[Word], at: int) -> int:
        inside = at + 2 < len(words) and words[at].lower == "(" and words[at + 2].lower == ")"
        return 3 if inside and words[at + 1].lower[0].isdigit() else 0

    def _unit(self, words: list[Word], at: int) -> tuple[str, float, int]:
        units = self.lexicon.units
        for size in (2, 1):
            if at + size <= len(words):
                unit = units.get(" ".join(word.stem for word in words[at : at + size]))
                if unit:
                    return unit[0], unit[1], size
        if at + 1 < len(words) and words[at].lower in self.lexicon.grammar["unit-adjectives"]:
            family, factor, size = self._unit(words, at + 1)
            return (family, factor, size + 1) if family else ("", 1.0, 0)
        return "", 1.0, 0

    def encoded(self) -> list[str]:
        """The quantities as features."""
        return [f"{kind}:{what}:{value:g}:{direction}" for kind, what, value, direction in self.found]


@lru_cache(maxsize=4096)
def decoded(feature: str) -> Quantity:
    """The quantity an encoded feature stands for."""
    kind, what, value, direction = feature.split(":")
    return kind, what, float(value), direction


def satisfies(held: Quantity, asked: Quantity) -> bool:
    """Whether a yes to `held` is a yes to `asked`, both of one kind: monthly satisfies at least quarterly,
    within 24 hours satisfies within 72 hours, at least 14 characters satisfies at least 12.
    """
    kind, what, have, have_direction = held
    _, _, want, want_direction = asked
    # A month is 30 or 31 days; 99.9 % is not 99.95 %, and 4.0 is not 4.1.
    slack = 0.03 if kind in {"f", "p"} or what == "time" else 0.00001
    if abs(have - want) <= slack * max(have, want):
        return have_direction == want_direction or "=" in (have_direction, want_direction)
    if kind == "f":
        return have < want
    if kind == "n" and want_direction == "<" and have_direction in "<=":
        return have < want
    if kind in {"n", "v"} and want_direction == ">" and have_direction in ">=":
        return have > want
    return False
