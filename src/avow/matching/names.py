"""Names of the customer, the company and its products in a question: they say who asks whom, nothing more."""

import re
from collections.abc import Sequence
from functools import lru_cache

from avow.matching.lexicon import load_lexicon
from avow.matching.words import tokens

_FORMS = (
    r"(?:\s+(?:plc|ltd|limited|inc|llc|llp|gmbh|ag|sa|sas|se|bv|nv|ab|oy|spa|kg|corp|corporation|co)\b\.?)?"
)
_LEAST = 4


def without_names(text: str, names: Sequence[str]) -> str:
    """The text with each of the names, with a legal form behind it, replaced by "us"."""
    if not names or not text:
        return text
    pattern = _pattern(tuple(names))
    return pattern.sub("us", text) if pattern else text


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    whole = sorted({" ".join(name.split()) for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    firsts = {name.split()[0] for name in whole if len(name.split()) > 1}
    heads = sorted(word for word in firsts if _is_distinctive(word))
    # A name of one word may be an everyday word as well: it must be written as a name.
    choices = [rf"(?i:{re.escape(n)})" if " " in n else re.escape(n) for n in whole]
    choices += [re.escape(word) for word in heads]
    return re.compile(rf"\b(?:{'|'.join(choices)})\b{_FORMS}") if choices else None


def _is_distinctive(word: str) -> bool:
    """Whether a word is a proper name by itself: capitalised and none the lexicon knows."""
    lexicon = load_lexicon()
    stems = [token.stem for token in tokens(word)]
    known = [s for s in stems if s in lexicon.terms or s in lexicon.stop or s in lexicon.weak]
    return len(word) >= _LEAST and word[:1].isupper() and len(stems) == 1 and not known
