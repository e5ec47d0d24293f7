"""The lexicon: what the matching knows of the field's language, loaded from YAML content."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from avow.matching.words import Word, root, stem, tokens
from avow.model.vocabulary import OwnWords

_CONTENT = Path(__file__).parent / "lexicon"
_LANGUAGES = ("german", "french", "spanish")
_MAPPINGS = (
    "access",
    "data",
    "operations",
    "resilience",
    "governance",
    "words",
    "everyday",
    "paraphrases",
    "composed",
)

Document = Mapping[str, Any]
Term = tuple[str, ...]


class Entry(NamedTuple):
    """What a term means.

    `kind`: concept, negated (a concept and a negation), negation, plain-negation, soft-negation, neutral, filler,
    frequency (`value` in days), vague, at-least, at-most, past, interval, or subordinator.
    """

    kind: str
    concept: str = ""
    value: float = 0.0
    capitals: bool = False
    language: str = ""


class Group(NamedTuple):
    """Things that must not be confused; `one_sided` is `ignore` or `medium`.

    `implied`: value -> concepts beside which it need not be named; `in_text`: whether the answer's own text,
    which may speak of a member in passing, can supply one that is asked; `only_with`: where there are any, the
    group speaks only where both sides speak of one of these concepts; `ordered`: where both sides name two members, their
    order counts.
    """

    name: str
    one_sided: str
    implied: dict[str, frozenset[str]]
    in_text: bool = True
    only_with: frozenset[str] = frozenset()
    ordered: bool = False


@dataclass
class Lexicon:
    """Terms by first word, longest first, and what is known of each concept.

    `weak`, `generic` and `stop` hold stems or concepts; `soft` words (as features) that say how, not what;
    `related` the neighbours of a concept with
    the share (0 to 1) of a match they are worth; `members` the contrast groups of a concept with its value there.
    """

    terms: dict[str, list[tuple[Term, Entry]]] = field(default_factory=dict)
    stop: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    generic: set[str] = field(default_factory=set)
    soft: set[str] = field(default_factory=set)
    composed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    related: dict[str, dict[str, float]] = field(default_factory=dict)
    antonyms: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    inside: dict[str, frozenset[str]] = field(default_factory=dict)
    run_verbs: set[str] = field(default_factory=set)
    run_nouns: set[str] = field(default_factory=set)
    grammar: dict[str, frozenset[str]] = field(default_factory=dict)
    number_words: dict[str, float] = field(default_factory=dict)
    number_heads: set[str] = field(default_factory=set)
    units: dict[str, tuple[str, float]] = field(default_factory=dict)
    versioned: set[str] = field(default_factory=set)
    foreign: dict[str, str] = field(default_factory=dict)
    compounds: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    _by_second: dict[str, dict[str, list[tuple[Term, Entry]]]] = field(default_factory=dict, repr=False)

    def lookup(self, stems: Sequence[str], at: int) -> tuple[int, Entry] | None:
        """The longest term that starts at `at`: its length in words and its meaning."""
        first = stems[at]
        held = self.terms.get(first)
        if held is None:
            return None
        if len(held) > 1 and at + 1 < len(stems):
            for term, entry in self._continued(first, held).get(stems[at + 1], ()):
                size = len(term)
                if size == 2 or tuple(stems[at : at + size]) == term:
                    return size, entry
        term, entry = held[-1]  # the shortest
        if len(term) == 1:
            return 1, entry
        return (len(term), entry) if len(held) == 1 and tuple(stems[at : at + len(term)]) == term else None

    def _continued(self, first: str, held: list[tuple[Term, Entry]]) -> dict[str, list[tuple[Term, Entry]]]:
        """The terms of several words that start with `first`, by their second word, longest first."""
        known = self._by_second.get(first)
        if known is None:
            known = self._by_second[first] = {}
            for term, entry in held:
                if len(term) > 1:
                    known.setdefault(term[1], []).append((term, entry))
        return known


def load_lexicon(extra: Sequence[Document] = ()) -> Lexicon:
    """The shipped lexicon, with a workspace's own `extra` documents laid over it.

    An extra document has the sections of the shipped files (`concepts`, `related`, `groups`, `stop`, …);
    its terms win over the shipped ones. Raises ValueError where one has another shape.
    """
    if not extra:
        return _shipped()
    documents = [_checked(document) for document in extra]
    return _compiled(documents + _shipped_documents())


def lexicon_with(words: Iterable[OwnWords]) -> Lexicon:
    """The shipped lexicon with a company's own words laid over it: a term of theirs means what they say."""
    words = list(words)
    if not words:
        return load_lexicon()
    concepts = {one.concept: " | ".join(one.terms) for one in words}
    return load_lexicon(
        [{"concepts": concepts, "related": {one.concept: " | ".join(one.near) for one in words}}]
    )


@lru_cache(maxsize=1)
def _shipped() -> Lexicon:
    return _compiled(_shipped_documents())


@lru_cache(maxsize=1)
def _raw() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(_CONTENT.glob("*.yaml"))}


def _shipped_documents() -> list[Document]:
    raw = _raw()
    names = [*_MAPPINGS, "polarity", "numbers", "related", "contrasts", *_LANGUAGES]
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text it was written as
    return [yaml.load(raw[name], Loader=loader) for name in names]  # noqa: S506


def _checked(document: Document) -> Document:
    if not isinstance(document, Mapping):
        raise ValueError("a lexicon document is a mapping of sections")  # noqa: TRY004
    for name in ("concepts", "related", "groups"):
        if name in document and not isinstance(document[name], Mapping):
            raise ValueError(f"lexicon section {name!r} is a mapping")
    return document


def _compiled(documents: Sequence[Document]) -> Lexicon:
    lexicon = Lexicon()
    digest = hashlib.sha256()
    for document in documents:
        digest.update(repr(sorted(document.items(), key=str)).encode())
    lexicon.fingerprint = digest.hexdigest()[:16]
    builder = _Builder(lexicon, _case_sensitive(documents))
    for document in documents:
        builder.add_cues(document)
    for document in documents:
        builder.add_concepts(document)
    for document in documents:
        builder.add_relations(document)
    builder.finish()
    return lexicon


def _case_sensitive(documents: Iterable[Document]) -> set[str]:
    return {word.casefold() for doc in documents for word in str(doc.get("case_sensitive", "")).split()}


def _words(document: Document, name: str) -> list[Word]:
    """The words of a section that is a plain list of them, however long it is: `tokens` reads the beginning of a text."""
    return [word for one in str(document.get(name, "")).split() for word in tokens(one)]


def _alternatives(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


class _Builder:
    """Fills a lexicon; the first meaning given to a term stands."""

    def __init__(self, lexicon: Lexicon, case_sensitive: set[str]) -> None:
        self.lexicon = lexicon
        self.case_sensitive = case_sensitive
        self.seen: dict[Term, Entry] = {}

    def term(self, text: str, entry: Entry) -> None:
        words = tokens(text)
        if not words:
            return
        key = tuple(word.stem for word in words)
        if len(words) == 1 and entry.kind == "concept" and words[0].lower in self.case_sensitive:
            entry = entry._replace(capitals=True)
        if key in self.seen:
            return
        self.seen[key] = entry
        self.lexicon.terms.setdefault(key[0], []).append((key, entry))

    def terms(self, text: str, entry: Entry) -> None:
        for alternative in _alternatives(text):
            self.term(alternative, entry)

    def add_cues(self, document: Document) -> None:
        for filler in document.get("filler", ()):
            self.term(filler, Entry("filler"))
        for kind in ("at_least", "at_most", "past", "interval"):
            self.terms(document.get(kind, ""), Entry(kind.replace("_", "-")))
        for phrase in document.get("neutral", ()):
            self.term(phrase, Entry("neutral"))
        for text, concept in document.get("negated_concepts", {}).items():
            self.term(text, Entry("negated", concept))
        for concept, text in document.get("opposite_terms", {}).items():
            self.terms(text, Entry("negated", concept))
        language = document.get("language") or ""
        self.terms(document.get("negations", ""), Entry("negation", language=language))
        self.terms(document.get("plain_negations", ""), Entry("plain-negation", language=language))
        self.terms(document.get("soft_negations", ""), Entry("soft-negation"))
        for text in str(document.get("subordinators", "")).split():
            self.term(text, Entry("subordinator"))
        for text, days in document.get("frequencies", {}).items():
            self.terms(text, Entry("frequency", value=float(days), language=language))
        self.terms(document.get("vague", ""), Entry("vague"))
        for name, words in document.get("grammar", {}).items():
            self.lexicon.grammar.setdefault(name, frozenset(words.split()))
        for name in ("stop", "weak"):
            stems = {word.stem for word in _words(document, name)}
            getattr(self.lexicon, name).update(stems)
            if language:
                self.lexicon.foreign.update(dict.fromkeys(stems, language))
        self.lexicon.soft.update("w:" + root(word.stem) for word in _words(document, "soft"))
        for name in ("run_verbs", "run_nouns"):
            getattr(self.lexicon, name).update(word.stem for word in _words(document, name))
        self.lexicon.generic.update(str(document.get("generic", "")).split())

    def add_concepts(self, document: Document) -> None:
        language = document.get("language")
        for concept, text in document.get("concepts", {}).items():
            self.terms(text, Entry("concept", concept, language=language or ""))
            if not language:
                self.term(concept.removeprefix("act-").replace("-", " "), Entry("concept", concept))
            if language == "de":
                self._add_compound_parts(concept, text)

    def _add_compound_parts(self, concept: str, text: str) -> None:
        for alternative in _alternatives(text):
            words = tokens(alternative)
            if len(words) == 1 and len(words[0].lower) > 4:
                self.lexicon.compounds.setdefault(words[0].lower, concept)

    def add_relations(self, document: Document) -> None:
        for concept, text in document.get("composed", {}).items():
            self.lexicon.composed.setdefault(concept, tuple(text.split()))
        for concept, text in document.get("related", {}).items():
            for alternative in _alternatives(text):
                other, _, share = alternative.partition(" ")
                self._relate(concept, other, float(share or 0.5))
        for left, right in document.get("antonyms", {}).items():
            self.lexicon.antonyms[left] = right
            self.lexicon.antonyms[right] = left
        for name, group in document.get("groups", {}).items():
            self.lexicon.groups[name] = Group(
                name,
                group.get("one_sided", "ignore"),
                {value: frozenset(_alternatives(text)) for value, text in group.get("implied", {}).items()},
                group.get("in_text", "yes") != "ignore",
                frozenset(_alternatives(group.get("only_with", ""))),
                group.get("ordered", "no") == "yes",
            )
            for value, text in group["values"].items():
                for concept in _alternatives(text):
                    self.lexicon.members.setdefault(concept, []).append((name, value))
        for value, text in document.get("inside", {}).items():
            self.lexicon.inside[value] = frozenset(_alternatives(text))
        for word, number in document.get("number_words", {}).items():
            self.lexicon.number_words[word] = float(number)
            self.lexicon.number_heads.add(word.split()[0])
        for family, names in document.get("units", {}).items():
            for name, factor in names.items():
                words = tokens(name)
                key = " ".join(word.stem for word in words) or name
                self.lexicon.units[key] = (family, float(factor))
        self.lexicon.versioned.update(str(document.get("versioned", "")).split())

    def _relate(self, left: str, right: str, share: float) -> None:
        for one, other in ((left, right), (right, left)):
            neighbours = self.lexicon.related.setdefault(one, {})
            neighbours[other] = max(share, neighbours.get(other, 0.0))

    def finish(self) -> None:
        for candidates in self.lexicon.terms.values():
            candidates.sort(key=lambda item: -len(item[0]))
        # Words that are stems of number words are read as numbers, never as stop words.
        self.lexicon.stop -= {stem(word) for word in self.lexicon.number_words} - {"one", "a"}
