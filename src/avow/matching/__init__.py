"""Matching: a question's text to library answers and controls, with named signals and a recommendation.

`match(text, index)` is the whole of it; `MatchIndex.build` or `MatchIndex.from_bytes` makes the index and
`load_lexicon` the lexicon it reads with.
"""

from avow.matching.index import MatchIndex
from avow.matching.lexicon import Lexicon, lexicon_with, load_lexicon
from avow.matching.matcher import match

__all__ = ["Lexicon", "MatchIndex", "lexicon_with", "load_lexicon", "match"]
