"""The condition a follow-up question begins with: "If yes, describe…", "Falls nein, …"."""

import re

from avow.model.base import Verdict

_IF = re.compile(
    r"^\W*(?:if|where|when|falls|wenn|si|en caso) ?(?:the answer is |you answered )?\W*"
    r"(yes|so|no|not|compliant|implemented|ja|nein|oui|non|afirmativo|negativo)\b",
    re.IGNORECASE,
)
_NOS = frozenset({"no", "not", "nein", "non", "negativo"})


def condition_in(text: str) -> tuple[Verdict, ...]:
    """The verdicts of the question before under which a text asks; empty where it does not say.

    A part is both: what is there is asked for after "if yes", and what is missing after "if no".
    """
    found = _IF.match(text)
    if not found:
        return ()
    said = Verdict.NO if found[1].casefold() in _NOS else Verdict.YES
    return said, Verdict.PARTIAL
