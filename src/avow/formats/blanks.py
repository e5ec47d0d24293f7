"""Cells that hold something and yet are empty: boxes not ticked, prompts, and choices still to be made."""

import re
from functools import lru_cache

from avow.formats.headings import option_label

_EMPTY_BOX = "\u2610\u25a1\u25fb\u2b1c\u25cb\u274f\u2751\u26aa"  # ☐ □ ◻ ⬜ ○ ❏ ❑ ⚪
_TICKED_BOX = "\u2611\u2612\u2714\u2713\u2705\u25a0\u25cf\u25c9\u2b1b\u2716"  # ☑ ☒ ✔ ✓ ✅ ■ ● ◉ ⬛ ✖
_NO_WORDS = re.compile(rf"[\s{_EMPTY_BOX}._…\u2013\u2014-]*|[\[(]\s*[\])]|<\s*>")
_BOX = re.compile(rf"([{_EMPTY_BOX}{_TICKED_BOX}]|[\[(]\s*[xX✓✔]?\s*[\])])")
_PROMPT = re.compile(
    r"\W*(?:(?:please |kindly |bitte )?(?:select|choose|pick)"
    r"(?: (?:one|an? \w+|your \w+|option|answer|value|here)){0,3}(?: from .{1,30})?|"
    r"(?:click|tap|double[- ]click)(?: or tap)?(?: here)? to (?:enter|add|choose|select|insert)(?: .{0,30})?|"
    r"(?:please )?(?:enter|insert|type|add|provide|write|fill in|put)(?: (?:your|the|an?))?"
    r"(?: (?:answer|response|reply|text|comments?|explanation|details?|information|value|description))(?: here)?|"
    r"(?:your|vendor|supplier|provider) (?:answer|response|reply|comments?)(?: here)?|(?:answer|response|text|comments?) here|"
    r"to be (?:completed|filled in|answered)(?: by (?:the )?(?:vendor|supplier|provider|bidder|respondent))?|"
    r"auswählen|bitte (?:aus)?wählen|sélectionner|à compléter|choisir|seleccion(?:e|ar)|elija(?: una opción)?)\W*",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:[/|;\n]|,(?=\s)|\s{3,}|\bor\b|\boder\b|\bou\b)\s*", re.IGNORECASE)
_NOT_APPLICABLE = re.compile(r"\bn\s?/\s?a\b", re.IGNORECASE)
_LONGEST = 160
UNTICKED = "FALSE"  # the value of a box drawn in a cell, or of the cell a form control is linked to


@lru_cache(maxsize=4096)
def says_nothing(text: str) -> bool:
    """Whether a text stands in an answer cell only for somebody to write over: an empty box, a line, "Select one"."""
    return len(text) <= _LONGEST and bool(_NO_WORDS.fullmatch(text) or _PROMPT.fullmatch(text))


@lru_cache(maxsize=4096)
def choices_to_make(text: str) -> tuple[str, ...]:
    """The options an answer cell offers in its own text, none of them chosen: `☐ Yes ☐ No`, `Yes / No / N/A`; else ().

    A text with a ticked box has been answered.
    """
    if len(text) > _LONGEST:
        return ()
    parts = _BOX.split(text)
    if len(parts) > 1:
        boxes, labels = parts[1::2], [part.strip(" \t\n:;,/|") for part in parts[2::2]]
        if any(_is_ticked(box) for box in boxes) or parts[0].strip():
            return ()
    else:
        shielded = _NOT_APPLICABLE.sub("N\0A", text.strip())
        labels = [part.strip().replace("\0", "/") for part in _SEPARATORS.split(shielded)]
    known = len(labels) >= 2 and all(option_label(label) for label in labels)
    return tuple(dict.fromkeys(labels)) if known and len(set(labels)) == len(labels) else ()


def _is_ticked(box: str) -> bool:
    return box in _TICKED_BOX or bool(re.search("[xX✓✔]", box))
