"""Identifiers of exported documents: the same thing has the same identifier in every export."""

import re
from collections.abc import Iterable
from uuid import UUID, uuid5

# uuid5(NAMESPACE_URL, "urn:avow:oscal:1"), written out so that it can never change.
_SPACE = UUID("2b282821-fc45-50d8-8ba4-b38315ab653b")
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")
_SEPARATOR = "\x1f"


def stable_uuid(company: str, *names: str) -> str:
    """The UUID (version 5) of something of a company's, told by its names, such as `"gap"` and the gap's id."""
    return str(uuid5(_SPACE, _SEPARATOR.join((company, *names))))


def token(text: str) -> str:
    """`text` as an OSCAL token: letters, digits, `.`, `_` and `-`, beginning with a letter or `_`."""
    made = _NO_TOKEN.sub("-", text).strip("-") or "_"
    return made if made[0].isalpha() or made[0] == "_" else f"_{made}"


def tokens(texts: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A token for each text, all different and none of `taken`; a text that is a token stays as it is."""
    wanted = list(dict.fromkeys(texts))
    held = set(taken)
    found = {text: text for text in wanted if token(text) == text and text not in held}
    held.update(found)
    for text in wanted:
        if text not in found:
            found[text] = _free(token(text), held)
            held.add(found[text])
    return found


def _free(base: str, held: set[str]) -> str:
    number, made = 1, base
    while made in held:
        number += 1
        made = f"{base}-{number}"
    return made
