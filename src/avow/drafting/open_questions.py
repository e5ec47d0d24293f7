"""Which questions ask for more than yes or no, and which of them no choice alone can answer."""

import re

from avow.model.base import Verdict
from avow.model.questionnaires import AnswerChoices

_NUMBER = r"(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-z])[.):]{1,2}\s+|\d{1,3}(?:\.\d{1,3}){1,4}\s+)?"
_POLITE = r"(?:(?:please|kindly|bitte|veuillez|merci de|por favor),?\s+)"
_WHEN = r"(?:when|where|wenn|wo|cuando|quand)"
# "If yes, …", "For production systems, …": what a question may begin with before it asks.
_LEAD = (
    r"(?:(?:(?:if|wenn|falls|si) (?:yes|so|no|not|applicable|ja|nein|oui|non)\W+)|"
    r"(?:(?:if|for|in|within|during|upon|after|before|with|as|on|under|at|falls|bei|für|pour|para)\b|"
    + _WHEN
    + r"\b)[^,?.]{1,80},\s*)?"
)
_AT = (
    r"(?:(?:by|in|within|until|since|for|from|at|on|under|with|to|through|of|after|before|"
    r"bis|seit|mit|depuis|dans|desde|en)\s+)?"
)
_ASKED = (
    r"(?:what|how|which|where|when|who|whom|whose|why|wie|wieviele?|welche[rsnm]?|wo|wer|wen|wem|wann|warum|weshalb|womit|"
    r"was (?:ist|sind|wird|werden|passiert|geschieht|tun|tut|machen|macht|unternehmen|verstehen|gilt|für)|"
    r"quel(?:le)?s?|lesquel(?:le)?s|comment|combien|pourquoi|quand|où|qui|"
    r"cómo|qué|cuál(?:es)?|cuánt[oa]s?|cuándo|dónde|quién(?:es)?)\b"
)
# Verbs that ask for words.
_TELL = (
    r"(?:describe|explain|elaborate|outline|specify|detail|tell|list|state(?!-| of\b)|beschreib(?:en|e|t)|erläuter(?:n|e|t)|"
    r"erklär(?:en|e|t)|nenne[nt]?|décri(?:re|vez)|expliqu(?:er|ez|e|en)|précis(?:er|ez)|describa[n]?|detalle[n]?)\b"
)
# Verbs that ask for words where somebody is spoken to, and else begin requirements: "Provide training to all staff".
_GIVE = r"(?:provide|identify|give|name|indicate|geben|gebt|fourni(?:r|ssez)|indiqu(?:er|ez|e|en)|proporcione[n]?)\b"
_SPOKEN_TO = r"(?=.*\b(?:your|you|us|ihre?[nrsm]?|votre|vos|sus?)\b)"
_NOT_WHETHER = r"(?!\s+(?:us )?(?:whether|if|ob|si)\b)"  # "Please state whether…" takes a yes or a no
_OPEN = re.compile(
    rf"^\W*{_NUMBER}{_LEAD}{_POLITE}?(?:{_AT}{_ASKED}|(?:{_TELL}|{_GIVE}){_NOT_WHETHER})", re.IGNORECASE
)
_WANTS_WORDS = re.compile(
    rf"^\W*{_NUMBER}{_LEAD}(?:{_POLITE}?{_AT}{_ASKED}|{_POLITE}?{_TELL}{_NOT_WHETHER}|"
    rf"{_POLITE}{_GIVE}{_NOT_WHETHER}|{_GIVE}{_NOT_WHETHER}{_SPOKEN_TO})",
    re.IGNORECASE | re.DOTALL,
)
# "When an employee leaves, is access removed?" is closed, and "Where feasible, data is encrypted." no question at all.
_CLAUSE = re.compile(
    rf"^\W*{_NUMBER}{_WHEN}\b[^?,;]*,\s*(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|shall|should|must|"
    rf"may|ist|sind|wird|werden|haben|hat)\b|(?!{_POLITE}?(?:{_AT}{_ASKED}|{_TELL}|{_GIVE}))[^?]*$)",
    re.IGNORECASE,
)
# A grade is asked for: choices that know one between yes and no say all that is wanted.
_GRADE = re.compile(
    rf"^\W*{_NUMBER}(?:to (?:what|which) (?:extent|degree)|inwieweit|inwiefern|dans quelle mesure|en qué medida|"
    r"what is (?:the |your )?(?:\w+ ){0,2}(?:status|(?:level|degree|extent) of (?:compliance|implementation|conformity)))\b",
    re.IGNORECASE,
)


def is_open(question: str) -> bool:
    """Whether a question asks for more than yes or no ("What is your RTO?", "By when…?", "Describe…")."""
    return not _CLAUSE.match(question) and bool(_OPEN.match(question) or _GRADE.match(question))


def wants_words(question: str, choices: AnswerChoices | None) -> bool:
    """Whether a choice alone would answer something else than what is asked: "Complete" to "Describe…".

    Not so where the question asks for a grade and the choices are grades, nor for requirements, whatever verb they
    begin with ("Provide training to all staff").
    """
    if _CLAUSE.match(question):
        return False
    if _GRADE.match(question):
        return choices is None or Verdict.PARTIAL not in map(choices.meaning_of, choices.options)
    return bool(_WANTS_WORDS.match(question))
