"""The conditions of VSAQ items: under which answers an item is shown at all.

A condition is made of ids with `!`, `&&`, `||` and brackets, as the application's own questionnaires have them. The id is
that of a box or a choice, or `id/yes` and `id/no` of a `yesno`. Any other sign, such as `^`, makes it one that is not known.
"""

import re
from collections.abc import Mapping

from avow.model.base import Verdict

ANSWERED = (Verdict.YES, Verdict.PARTIAL, Verdict.NO, Verdict.NOT_APPLICABLE)

_ID = re.compile(r"[^\s()!&|,^\"]+")
_TOKEN = re.compile(r"\s*(&&|\|\||[()!]|[^\s()!&|,^\"]+)")
_DEEPEST = 50

Truth = bool | None  # None: it cannot be known


def ids_in(condition: str) -> list[str]:
    """The ids a condition speaks of, in its order."""
    return _ID.findall(condition)


def asked_under(condition: str, known: Mapping[str, Mapping[Verdict, bool]]) -> tuple[Verdict, ...]:
    """The verdicts of one question under which a condition may hold; empty where that is all of them, or none.

    `known`: for ids of that question, which verdict makes them true or false. Whatever else a condition speaks of may
    be either, and so may all of one that cannot be read.
    """
    tokens = _tokens(condition)
    if tokens is None:
        return ()
    may = []
    for verdict in ANSWERED:
        held = {name: said[verdict] for name, said in known.items() if verdict in said}
        reader = _Reader(tokens, held)
        truth = reader.whole()
        if reader.failed:
            return ()
        if truth is not False:
            may.append(verdict)
    return tuple(may) if 0 < len(may) < len(ANSWERED) else ()


def _tokens(condition: str) -> list[str] | None:
    found, at, end = [], 0, len(condition.rstrip())
    while at < end:
        token = _TOKEN.match(condition, at)
        if token is None:
            return None
        found.append(token[1])
        at = token.end()
    return found


class _Reader:
    """Works out one condition. `failed`: it is not written as conditions are."""

    def __init__(self, tokens: list[str], held: Mapping[str, bool]) -> None:
        self._tokens = [*tokens, ""]
        self._held = held
        self._at = 0
        self._depth = 0
        self.failed = False

    def whole(self) -> Truth:
        """What the condition comes to."""
        truth = self._either()
        self.failed |= self._at != len(self._tokens) - 1
        return truth

    def _next(self, token: str) -> bool:
        if self._tokens[self._at] != token:
            return False
        self._at += 1
        return True

    def _either(self) -> Truth:
        parts = [self._both()]
        while self._next("||"):
            parts.append(self._both())
        return True if True in parts else None if None in parts else False

    def _both(self) -> Truth:
        parts = [self._one()]
        while self._next("&&"):
            parts.append(self._one())
        return False if False in parts else None if None in parts else True

    def _one(self) -> Truth:
        self._depth += 1
        if self._depth > _DEEPEST or self._tokens[self._at] in ("", ")", "&&", "||"):
            self.failed = True
            return None
        if self._next("!"):
            truth = self._one()
            truth = None if truth is None else not truth
        elif self._next("("):
            truth = self._either()
            self.failed |= not self._next(")")
        else:
            truth = self._held.get(self._tokens[self._at])
            self._at += 1
        self._depth -= 1
        return truth
