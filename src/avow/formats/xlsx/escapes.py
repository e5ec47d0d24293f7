"""Spreadsheet escapes in stored text."""

import re

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def holds_escape(text: str) -> bool:
    """Whether the text holds something spreadsheet programs would decode, such as `_x000D_`."""
    return "_x" in text and _ESCAPE.search(text) is not None


def decode_escapes(text: str) -> str:
    """`_xHHHH_` decoded, `_x005F_` to an underscore; pairs of surrogates joined, lone ones left escaped."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return _ESCAPE.sub(lambda found: found[0] if found[1][0] in "dD" else chr(int(found[1], 16)), text)
