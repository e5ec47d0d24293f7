"""What a paragraph's text says about its part in a form: a question, a label, a heading, a part of a list."""

import re
from collections.abc import Sequence

from avow.formats.asking import instructs_in_text
from avow.formats.docx.blocks import Paragraph
from avow.formats.docx.numbering import BULLET
from avow.formats.headings import asks

# A number alone ("90 days") is no reference: one has a full stop, a bracket or a tab behind it, or several levels.
_TYPED_REF = re.compile(
    r"^\s*(?P<ref>(?:Q(?:uestion)?\.?\s*)#?\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?[.):]{0,2}|"
    r"#?\d{1,3}(?:\.\d{1,3}){0,4}\.?[a-z]{0,3}(?:[.):]{1,2}|(?=\t))|"
    r"\d{1,3}(?:\.\d{1,3}){1,4}(?=\s+[A-ZÄÖÜ])|\d{1,3}(?:\.\d{1,3}){0,3}\.?[a-z](?=\s+[A-ZÄÖÜ])|"
    r"\(\d{1,3}\)|\(?[a-zA-Z][.)]|\([ivx]{1,4}\)|[ivx]{1,4}[.)]|"
    r"[A-Z]{1,5}[-.]?\d{1,3}(?:[.-]\d{1,3}){0,3}(?:[.):]{1,2}|(?=\t)))(?:\s+[–-])?\s+(?=\S)"
)
_OPEN_END = re.compile(r"(?:[:;,]|\b(?:and|or|und|oder|et|ou|y|o))\s*$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-–—•·▪◦*o➢]\s+\S")
_INTERROGATIVE = re.compile(
    r"^\W*(do|does|did|is|are|was|were|has|have|had|can|could|will|would|shall|should|may|who|what|when|where|which|why|how|"
    r"haben|hat|ist|sind|gibt|wie|was|wer|wo|welche[rs]?|werden|verfügt|est-ce|avez|disposez|"
    r"quel\w*|comment|qué|cuál|cómo|tiene)\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"^\s*(?:(?:answer|response|reply|antwort|réponse|respuesta)\s*:\s*\S|"
    r"(?:yes|no|partly|partially|partial|n/a|not applicable|ja|nein|oui|non|teilweise)\s*(?:[.,;:!–—-]|$))",
    re.IGNORECASE,
)
_ANSWER_LABEL = re.compile(
    r"^\W*((your |vendor |supplier )?"
    r"(answer|response|reply|comments?|explanation|details|antwort|kommentar|réponse|respuesta))\s*:?\W*$",
    re.IGNORECASE,
)


def typed_ref(text: str) -> tuple[str, str]:
    """(reference typed before a text, the text without it): `1.a  Do you…` -> `1.a`, `Do you…`."""
    found = _TYPED_REF.match(text)
    if found is None:
        return "", text
    return found["ref"].strip(" .):(\t"), text[found.end() :].strip()


def is_bullet(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a point of a list that has no numbers."""
    return paragraph.label == BULLET or bool(_BULLET.match(paragraph.text))


def ends_asking(text: str) -> bool:
    """Whether a text, or one of its lines, ends with a question mark."""
    return any(
        line.rstrip(' \t)"”').endswith(("?", "？", "؟")) and len(line.split()) >= 2
        for line in text.split("\n")
    )


def is_interrogative(text: str) -> bool:
    """Whether a text opens as a question does, with or without a question mark at its end."""
    return len(text.split()) >= 3 and bool(_INTERROGATIVE.match(text)) and not _OPEN_END.search(text)


def is_asking(text: str) -> bool:
    """Whether a text asks outright: by its end, or by its first word."""
    return ends_asking(text) or is_interrogative(text)


def is_wanting(text: str) -> bool:
    """Whether a text wants something: a question, or "Describe…"; instructions on how to fill the form do not count."""
    return is_asking(text) or (asks(text) and not instructs_in_text(text))


def answers(text: str) -> bool:
    """Whether a text reads like an answer: it opens with yes, no or the like, or with the word "Answer:"."""
    return bool(_ANSWERS.match(text))


def is_answer_label(text: str) -> bool:
    """Whether a text only says that here goes the answer."""
    return bool(_ANSWER_LABEL.match(text))


def labels_a_place(text: str) -> bool:
    """Whether a text beside something to fill in says what goes there; a title with a date picker in it does not."""
    plain = text.strip()
    if len(plain.strip(" :")) < 2 or (instructs_in_text(plain) and not ends_asking(plain)):
        return False
    return is_wanting(plain) or plain.endswith(":") or (len(plain) <= 60 and "\n" not in plain)


def split_said(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """(what asks, the answer below it that stands there already); empty paragraphs are left out."""
    shown = [one for one in paragraphs if not one.empty]
    at = next((at for at, one in enumerate(shown) if at and (one.said or answers(one.text))), len(shown))
    return shown[:at], shown[at:]
