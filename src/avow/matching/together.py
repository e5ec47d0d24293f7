"""Several questions in one row: the ones that can stand by themselves, each to be matched for itself."""

import re

_MOST = 4
# A new question begins after a question mark, or after "and" with a word that opens one. "Is it encrypted and tested?"
# has no second question that could stand alone.
_OPENERS = (
    "do|does|did|is|are|was|were|can|could|has|have|will|would|may|must|shall|should|"
    "how|what|which|when|who|where|within how|to what"
)
_NEXT = re.compile(
    rf"(?<=\?)\s+(?=\w)|\s*[,;]?\s+(?:and|or|und|et|y)(?:\s+if\s+so,?)?\s+(?=(?:{_OPENERS})\b)", re.IGNORECASE
)
_STARTS = re.compile(rf"\W*(?:{_OPENERS})\b", re.IGNORECASE)
_IF_SO = re.compile(r"\bif (?:so|yes|not|no)\b", re.IGNORECASE)


def whole_questions(text: str) -> tuple[str, ...]:
    """The questions of a text that asks several, each complete in itself, in order; empty where it asks one.

    A condition ("and if so, how often?") makes the second depend on the first: such a text is not split. A text with
    more than four is not either.
    """
    if not text.rstrip().endswith("?") or _IF_SO.search(text):
        return ()
    parts = [part.strip(" \t\r\n,;") for part in _NEXT.split(text)]
    if not 1 < len(parts) <= _MOST or not all(_STARTS.match(part) for part in parts):
        return ()
    return tuple(part if part.endswith("?") else f"{part}?" for part in parts)
