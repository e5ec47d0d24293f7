"""Text that may not be what it looks like: invisible, bidirectional, control and look-alike characters."""

import re

from avow.model.reasons import Reason

CELL_LIMIT = 32_767  # UTF-16 units in one cell (Excel specifications and limits)

_INVISIBLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ufffe\uffff\U000e0000-\U000e007f]"
)
# Greek mu stands before units and is no disguise; a joiner is one unless it joins emoji.
_LOOK_ALIKE = re.compile(
    "[A-Za-z][\u0370-\u03bb\u03bd-\u03ff\u0400-\u04ff]|[\u0370-\u03bb\u03bd-\u03ff\u0400-\u04ff][A-Za-z]|[\uff01-\uff5e]{2}"
)
_JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")
_MOJIBAKE = re.compile("Ã[\u00a0-\u00bf]|â€[\u0153\u2122\u201c\u201d˜\u009d\u0093\u0094]|Â[\u00a0-\u00bf]")
_STACKED = re.compile("[\u0300-\u036f]{4}")


def text_flags(text: str) -> tuple[Reason, ...]:
    """Findings about a text: `suspicious-text`, `text-too-long`; empty for the common case."""
    if text.isascii() and len(text) <= CELL_LIMIT and text.isprintable():
        return ()
    found = []
    suspects = (_INVISIBLE, _LOOK_ALIKE, _JOINER, _MOJIBAKE, _STACKED)
    if any(pattern.search(text) for pattern in suspects):
        found.append(Reason.SUSPICIOUS_TEXT)
    if len(text) > CELL_LIMIT or len(text.encode("utf-16-le", "surrogatepass")) // 2 > CELL_LIMIT:
        found.append(Reason.TEXT_TOO_LONG)
    return tuple(found)
