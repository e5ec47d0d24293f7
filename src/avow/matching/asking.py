"""What a question asks, for telling whether two ask the same."""

from avow.matching.normalise import Reader
from avow.matching.words import tokens
from avow.model.gaps import QuestionKey


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
    return QuestionKey(" ".join(sorted(words)), tuple(sorted(apart)), reading.substance)
