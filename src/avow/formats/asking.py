"""What a text is by its words: an instruction to whoever answers, an item that was taken out, a follow-up."""

import re

_FOLLOW_UP = re.compile(
    r"^\W*(if (yes|so|no|not|applicable|compliant|implemented|the answer is|you answered|answered)\b|when yes\b|where yes\b|"
    r"in that case\b|if .{1,25}, (please )?(describe|explain|provide|specify|state|list|how|what|which)\b|"
    r"wenn (ja|nein)\b|falls (ja|nein)\b|si (oui|non)\b|en caso (afirmativo|negativo)\b)",
    re.IGNORECASE,
)
_REMARKS = re.compile(
    r"^\W*(please |kindly )?(describe|explain|elaborate|specify|provide (details|evidence|a description)|how often|how so|"
    r"what is the frequency|by whom|since when|give details|details|erläutern sie|précisez)\W*$",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"^\s*[\[(]?\s*(deleted|removed|withdrawn|intentionally (left )?blank|not used|reserved|moved to)\b",
    re.IGNORECASE,
)
_INSTRUCTS = re.compile(
    r"^\W*(note\b|instructions?\b|please (complete|answer|fill|use|select|note|return|read|choose)\b|"
    r"for (each|every|any) .{0,60}(please|answer|select)|guidance\b|legend\b|how to\b)",
    re.IGNORECASE,
)
# What running text says beside that: documents and mails speak of themselves, and to their reader.
_ALSO_INSTRUCTS = re.compile(
    r"\W*(?:notes:|please (?:tick|check|mark|sign|contact|send|respond|reply|let (?:me|us) know|find|see|do not|don't|"
    r"feel free)\b|hint\b|example\b|e\.g\.|"
    r"(?:this|these|the following|the present|in this) (?:document|questionnaire|section|form|part|chapter|annex|appendix|"
    r"questions?|assessment|checklist)\b|the purpose of\b|"
    r"(?:bitte|wir bitten)\b.{0,30}\b(?:beantworten|ausfüllen|füllen|senden|beachten|lesen|ankreuzen|markieren|zurück\w*)\b|"
    r"(?:hinweise?|anleitung|remarque|nota|instrucciones)\b|"
    r"(?:veuillez|merci de)\b.{0,30}\b(?:répondre|remplir|compléter|retourner|renvoyer|cocher|lire)\b|"
    r"(?:por favor,? )?(?:responda|complete|rellene|devuelva|lea)\b.{0,40}\b(?:todas|preguntas|cuestionario|formulario)\b)",
    re.IGNORECASE,
)


def follows_up(text: str) -> bool:
    """Whether a question belongs to the one above it ("If yes, describe…", "Please explain")."""
    return bool(_FOLLOW_UP.match(text)) or names_remarks(text)


def names_remarks(text: str) -> bool:
    """Whether a text asks for words on the question before, and for nothing else: "Please explain"."""
    return bool(_REMARKS.match(text))


def is_removed(text: str) -> bool:
    """Whether an item says that it was taken out of the form."""
    return bool(_REMOVED.match(text))


def instructs(text: str) -> bool:
    """Whether a text in a table tells how to answer rather than asks."""
    return bool(_INSTRUCTS.match(text))


def instructs_in_text(text: str) -> bool:
    """Whether a paragraph of running text tells how to answer rather than asks; a question mark at its end makes it
    ask."""
    return (instructs(text) or bool(_ALSO_INSTRUCTS.match(text))) and not text.rstrip().endswith("?")
