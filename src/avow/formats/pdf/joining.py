"""Lines of running text put together again, with words that were divided at a line's end made whole."""

import re
from collections.abc import Sequence

_DIVIDED = re.compile(r"(\w+)-$")
# First halves of words that keep their hyphen wherever the line breaks.
_KEEPS = re.compile(
    r"all|anti|back|built|co|cross|data|day|de|e|end|ex|first|full|fully|hard|high|in|inter|intra|large|life|long|low|mid|multi|"
    r"non|off|on|one|open|out|over|peer|per|post|pre|privacy|public|re|read|real|risk|role|round|run|security|self|semi|short|"
    r"single|so|state|sub|system|step|third|time|top|two|un|up|user|well|write|year|zero",
    re.IGNORECASE,
)


def joined(lines: Sequence[str]) -> str:
    """One text of several lines: a blank between them, none where a word was divided at the end of one.

    A hyphen after a word that takes one ("third-party") stays, as it does before a capital or a digit.
    """
    text = ""
    for line in (one.strip() for one in lines):
        if not line:
            continue
        divided = _DIVIDED.search(text)
        if not text:
            text = line
        elif not divided:
            text = f"{text} {line}"
        elif line[0].islower() and not _KEEPS.fullmatch(divided[1]) and divided[1].isalpha():
            text = text[:-1] + line
        else:
            text += line
    return text
