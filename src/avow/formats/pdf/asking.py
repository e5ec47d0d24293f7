"""What a paragraph is by its words: an instruction to whoever answers, an item that was taken out, a follow-up."""

import re

from avow.formats.layout import _BARE_FOLLOW_UP, _FOLLOW_UP, _INSTRUCTS, _REMOVED

# What running text says beside the instructions that sheets have.
_ALSO_INSTRUCTS = re.compile(
    r"\W*(?:(?:this|these|the following|the present|in this) (?:document|questionnaire|section|form|part|chapter|annex|appendix|"
    r"questions?|assessment|checklist)\b|the purpose of\b|"
    r"(?:bitte|wir bitten)\b.{0,30}\b(?:beantworten|ausfüllen|füllen|senden|beachten|lesen|ankreuzen|markieren|zurück\w*)\b|"
    r"(?:hinweise?|anleitung|instructions|remarque|nota|instrucciones)\b|"
    r"(?:veuillez|merci de)\b.{0,30}\b(?:répondre|remplir|compléter|retourner|renvoyer|cocher|lire)\b|"
    r"(?:por favor,? )?(?:responda|complete|rellene|devuelva|lea)\b.{0,40}\b(?:todas|preguntas|cuestionario|formulario)\b)",
    re.IGNORECASE,
)


def instructs(text: str) -> bool:
    """Whether a text tells how to answer rather than asks; a question mark at its end makes it ask."""
    return bool(_INSTRUCTS.match(text) or _ALSO_INSTRUCTS.match(text)) and not text.rstrip().endswith("?")


def is_removed(text: str) -> bool:
    """Whether an item says that it was taken out of the form."""
    return bool(_REMOVED.match(text))


def names_remarks(text: str) -> bool:
    """Whether a text asks for words on the question before, and for nothing else: "Please explain"."""
    return bool(_BARE_FOLLOW_UP.match(text))


def follows(text: str) -> bool:
    """Whether a question is about the one before: "If yes, …"."""
    return bool(_FOLLOW_UP.match(text)) or names_remarks(text)
