"""The `scale` extra: in a large library, candidates from all that it holds, with numpy.

Plain Python can look at a few thousand entries a question. numpy adds up all of them in less time, and reads the
words as written as well: where thousands of answers speak of the same concepts, the very words tell them apart.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from avow.matching.side import Side

# Phrasings. Below, plain Python sees nearly all of the library, and loading numpy takes longer than it saves.
PAYS_FROM = 5_000
# What a word as written counts beside the concept or word it was read as.
_SPELLED = 0.7
# Entries up to which a list is joined with others before it is added.
_SHORT = 2_000
# Scores are laid out in stripes of so many to find the best of each at once.
_STRIPE = 64


@cache
def is_installed() -> bool:
    """Whether numpy can be loaded."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        return False
    return True


def advice(phrasings: int) -> str:
    """What to tell a person who asks a library of so many phrasings without the extra; empty where it is no loss."""
    if phrasings < PAYS_FROM:
        return ""
    return (
        f"the library has {phrasings:,} phrasings; each question is held against some thousands of them. "
        "With the extra for large libraries it is held against all: pip install 'avow[scale]'"
    )


class Spelled:
    """The words of a large side's texts as written, whatever they were read as, with the phrasings that hold each.

    `postings[offsets[i]:offsets[i + 1]]` are those of `names[i]`. Empty for a side below `PAYS_FROM`.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.offsets = array("I", [0])
        self.postings = array("I")
        self._gathered: dict[str, array[int]] = {}

    def add(self, phrasing: int, words: Iterable[str]) -> None:
        """Notes the words of a phrasing, while the side is being built."""
        for word in dict.fromkeys(words):
            held = self._gathered.get(word)
            if held is None:
                held = self._gathered[word] = array("I")
            held.append(phrasing)

    def finish(self, *, wanted: bool) -> None:
        """Puts what was gathered in order, or forgets it where it is not `wanted`."""
        for word, held in self._gathered.items() if wanted else ():
            self.names.append(word)
            self.postings.extend(held)
            self.offsets.append(len(self.postings))
        self._gathered = {}

    def holds_together(self, phrasings: int) -> bool:
        """Whether the numbers are those of so many phrasings."""
        return (
            len(self.offsets) == len(self.names) + 1
            and self.offsets[-1] == len(self.postings)
            and list(self.offsets) == sorted(self.offsets)
            and (not self.postings or max(self.postings) < phrasings)
        )


class Searcher:
    """All postings of a side as numpy arrays."""

    def __init__(self, side: "Side") -> None:
        """Reads the postings of a side that is finished."""
        import numpy as np

        self._phrasings = len(side.owner_of)
        self._across = -(-self._phrasings // _STRIPE)
        # numpy indexes with integers of the machine's size; any others it would convert each time.
        self._postings: Any = np.asarray(side.postings, dtype=np.intp)
        self._starts = side.post_offsets
        self._spelled: Any = np.asarray(side.spelled.postings, dtype=np.intp)
        self._norms: Any = np.zeros(self._across * _STRIPE, dtype=np.float32)
        self._norms[: self._phrasings] = side.norms
        self._words: dict[str, tuple[float, int, int]] = {}
        offsets = side.spelled.offsets
        for number, word in enumerate(side.spelled.names):
            start, end = offsets[number], offsets[number + 1]
            self._words[word] = (_SPELLED * side.rarity(end - start), start, end)

    def best(self, gains: Sequence[tuple[float, int]], words: Iterable[str], top: int) -> list[int]:
        """The `top` phrasings that gain most, best first; of equals the one that stands first in the library.

        `gains`: (gain, feature number); `words` as a reading has them.
        """
        import numpy as np

        starts, postings = self._starts, self._postings
        held = [(gain, postings[starts[number] : starts[number + 1]]) for gain, number in gains]
        for word in dict.fromkeys(words):
            known = self._words.get(word)
            if known is not None:
                gain, start, end = known
                held.append((gain, self._spelled[start:end]))
        scores = self._added_up(held)
        scores *= self._norms
        chosen = np.flatnonzero(scores >= self._floor(scores, top))
        order = np.argsort(-scores[chosen], kind="stable")
        found: list[int] = chosen[order[:top]].tolist()
        return found

    def _added_up(self, held: Sequence[tuple[float, Any]]) -> Any:
        """What each phrasing gains altogether. Short lists are joined: each call of numpy has its price."""
        import numpy as np

        scores = np.zeros(len(self._norms), dtype=np.float32)
        short = []
        for gain, posted in held:
            if len(posted) > _SHORT:
                np.add.at(scores, posted, np.float32(gain))
            else:
                short.append((gain, posted))
        if short:
            each = np.array([gain for gain, _ in short], dtype=np.float32)
            sizes = [len(posted) for _, posted in short]
            np.add.at(scores, np.concatenate([posted for _, posted in short]), np.repeat(each, sizes))
        return scores

    def _floor(self, scores: Any, top: int) -> float:
        """A score above 0 that at least `top` phrasings reach, as far as so many score at all.

        So many of the best of each stripe are at least as good: finding those is cheaper than sorting all.
        """
        import numpy as np

        least = float(np.finfo(np.float32).tiny)
        if self._across < top:
            return least
        best = scores.reshape(_STRIPE, self._across).max(axis=0)
        return max(least, float(np.partition(best, -top)[-top]))
