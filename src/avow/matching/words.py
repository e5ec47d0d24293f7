"""Text to words: cleaning, splitting, stemming. Knows no lexicon."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# More than this says nothing about what is asked, and bounds the time a text can take.
MAX_CHARACTERS = 4000

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХаеорсухікјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυχ",
    "ABEKMHOPCTYXaeopcyxikjsdqwhABEZHIKMNOPTYXoaivpux",
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:\d[^\W_]*)?|[;?!:.(),%]")
_SPLIT_DIGITS = re.compile(r"\b(aes|tls|ssl|sha)v?(?=\d)", re.IGNORECASE)
_DOTTED = re.compile(r"(?<=[A-Za-z])(?=\d+\.\d)")
_NEGATED_VERB = re.compile(r"\b(ca|wo|sha)?n['’]t\b|n['’]t\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_PUNCTUATION = frozenset(";?!:.(),%")
_ELISION = re.compile(r"\b([dljmnst]|qu)['’](?=\w)", re.IGNORECASE)


class Word(NamedTuple):
    """One word: its stem, its lower-case form without accents, and whether it stood in capitals."""

    stem: str
    lower: str
    capitals: bool


def cleaned(text: str) -> str:
    """The text without invisible characters, look-alike letters of mixed-script words made Latin, NFKC.

    Cut to `MAX_CHARACTERS`.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Mn", "Cc"} or c in "\n\t ")
    text = " ".join(_latinised(word) for word in text.split())
    return text[:MAX_CHARACTERS]


def _latinised(word: str) -> str:
    if word.isascii():
        return word
    plain = word.translate(_LOOK_ALIKES)
    latin = any(c.isascii() and c.isalpha() for c in word)
    return plain if plain.isascii() and (latin or len(word) == 1) else word


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def words_and_marks(text: str) -> list[Word]:
    """The words of a cleaned text in order, sentence and clause marks among them as words of their own."""
    if "'" in text or "’" in text:
        text = text.replace("can't", "can not").replace("won't", "will not").replace("Can't", "can not")
        text = _NEGATED_VERB.sub(" not", text)
        text = _POSSESSIVE.sub("", text)
        text = _ELISION.sub(r"\1 ", text)
    text = _DOTTED.sub(" ", _SPLIT_DIGITS.sub(r"\1 ", text))
    lower = text.casefold()
    if not text.isascii():
        lower = _without_accents(lower)
        text = _without_accents(text)
    found = _WORD.findall(lower)
    if len(lower) != len(text):
        return [_word(word, False) for word in found]
    return [_word(word, _WORD_CAPITALS(raw)) for word, raw in zip(found, _WORD.findall(text), strict=True)]


def _WORD_CAPITALS(raw: str) -> bool:  # noqa: N802
    return len(raw) > 1 and raw.isupper()


@lru_cache(maxsize=65536)
def _word(lower: str, capitals: bool) -> Word:
    return Word(stem(lower), lower, capitals)


def tokens(text: str) -> list[Word]:
    """The words of any text, cleaned, without marks."""
    return [word for word in words_and_marks(cleaned(text)) if word.lower not in _PUNCTUATION]


# "monthly" is a frequency, "month" is not.
_PERIODS = frozenset(
    ["hourly", "weekly", "biweekly", "fortnightly", "monthly", "quarterly", "yearly", "nightly", "bimonthly"]
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A light English stem: plural, -ed, -ing, -ly and a final e go; what they hang on must have a vowel."""
    if len(word) < 4 or not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            root = word[: -len(ending)]
            if len(root) >= 3 and any(c in "aeiouy" for c in root):
                word = _undoubled(root)
            break
    if word.endswith("ly") and len(word) > 5 and word not in _PERIODS:
        word = word[:-2]
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("oes"):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _undoubled(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeioulsz":
        return root[:-1]
    return root


_ENDINGS = (
    "ization", "isation", "ational", "ability", "ibility", "fulness", "ousness", "iveness", "ation", "ition",
    "ement", "ments", "ment", "ness", "ance", "ence", "able", "ible", "ity", "ive", "ize", "ise", "ion", "al",
    "ic", "at", "er", "or", "iz", "is", "i",
)  # fmt: skip


@lru_cache(maxsize=65536)
def root(stemmed: str) -> str:
    """A coarser stem for words the lexicon does not know, so that `configuration` meets `configured`."""
    if not stemmed.isascii():
        return stemmed
    for ending in _ENDINGS:
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= 4:
            return stemmed[: -len(ending)]
    return stemmed
