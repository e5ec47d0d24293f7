"""What a question asks, for telling whether two ask the same."""

import re

from avow.matching.normalise import Reader
from avow.matching.words import tokens
from avow.model.gaps import QuestionKey

# "If yes, …", "Where not, …", "Wenn ja, …": what it is about stands in the question before.
_CONDITION = re.compile(
    r"\W*(?:if|where|when|wenn|falls|si|en caso)\b.{0,20}?\b(?:yes|no|not|so|ja|nein|oui|non)\b", re.I
)


def question_key(text: str, reader: Reader) -> QuestionKey:
    """The key of a question's text, its customers' names taken out before. Never raises for a text."""
    reading = reader.read(text)
    lexicon = reader.lexicon
    said = {feature for feature in reading.features if feature[1:2] != ":" or feature[0] == "w"}
    words = {word.removeprefix("w:") for word in reading.key.split()}
    if reading.language == "?" or not words:
        words = {token.lower for token in tokens(text)} or set(text.casefold().split())
    opposites = lexicon.antonyms.keys() | set(lexicon.antonyms.values())
    apart = {feature for feature in said if feature in lexicon.members or feature in opposites}
    apart.update(feature for feature in reading.features if feature not in said)  # numbers and periods
    marks = {
        "not": reading.negations & 1,
        "not, in a condition": reading.subordinate & 1,
        "not, of a permission": reading.soft & 1,
        "except": reading.excepts,
        "which": reading.specific,
    }
    apart.update(mark for mark, there in marks.items() if there)
    return QuestionKey(
        " ".join(sorted(words)), tuple(sorted(apart)), _is_complete(text, said, lexicon.generic)
    )


def _is_complete(text: str, said: set[str], generic: set[str]) -> bool:
    """Two words of substance say what is asked; of a single one it takes one that is no everyday word."""
    if len(said) != 1:
        return bool(said)
    return said.isdisjoint(generic) and not _CONDITION.match(text)
