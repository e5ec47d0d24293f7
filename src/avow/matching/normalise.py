"""Text to a `Reading`: concepts and words that matter, numbers, frequencies, negations, the form of the question."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from avow.matching.lexicon import Entry, Lexicon
from avow.matching.quantities import Quantities
from avow.matching.words import MAX_CHARACTERS, Word, cleaned, root, words_and_marks

_MARKS = frozenset(";?!:.(),%")
_NEGATIONS = frozenset({"negation", "plain-negation", "negated"})


class Form(StrEnum):
    """How a question is put."""

    QUESTION = "question"
    IMPERATIVE = "imperative"
    REQUIREMENT = "requirement"
    FRAGMENT = "fragment"


@dataclass(slots=True)
class Reading:
    """What a text says, as far as the lexicon can tell.

    `features`: concepts as they are named in the lexicon, other words as `w:root`, numbers and
    frequencies as `quantities` encodes them; in the order of the text, each once.
    Words that carry no substance stand in `key` only, which is compared as wording.
    `words`: the words as features, also those that a concept of several words took up.
    `places`: (feature, word position) for splitting; `joints`: positions of "and", ";" and sentence ends.
    `negations` and `subordinate` count cues in the main clause and in conditions; `soft` the words that
    negate only a permission; `ambiguous`: a negation leaves open what a yes would mean ("Do you not …?").
    `universal`: it speaks of every, all or only; `limits` and `excepts`: words such
    as "new" or "some", and "except" or "planned"; `specific`: it asks which, who, where or when, not whether;
    `elsewhere`: it points at something said before ("these components");
    `ours`: it speaks of "our" things, as a customer does of its own.
    `understood` is the share of words that the lexicon or English grammar knows.
    """

    features: tuple[str, ...] = ()
    key: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)
    joints: list[int] = field(default_factory=list)
    words: tuple[str, ...] = ()
    negations: int = 0
    ambiguous: bool = False
    subordinate: int = 0
    soft: int = 0
    form: Form = Form.FRAGMENT
    language: str = "en"
    understood: float = 1.0
    truncated: bool = False
    word_count: int = 0
    universal: bool = False
    limits: bool = False
    excepts: bool = False
    elsewhere: bool = False
    specific: bool = False
    ours: bool = False

    @property
    def substance(self) -> int:
        """How many features are concepts or words, quantities not counted."""
        return sum(1 for feature in self.features if feature[1:2] != ":" or feature[0] == "w")


def literal_features(stems: Iterable[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The words that carry substance, as features, whatever the lexicon makes of them."""
    stop, weak = lexicon.stop, lexicon.weak
    return tuple(
        ["w:" + root(stem) for stem in stems if len(stem) > 2 and stem not in stop and stem not in weak]
    )


class Reader:
    """Reads texts with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.vocabulary: frozenset[str] = frozenset()

    def read(self, text: str) -> Reading:
        """The reading of any text, however long or strange; empty text gives an empty reading."""
        plain = cleaned(text)
        words = words_and_marks(plain)
        reading = Reading(truncated=len(text) > MAX_CHARACTERS)
        if words:
            words = _without_runs(words, self.lexicon)
            _Pass(self.lexicon, words, reading).run()
            reading.form = _form(words)
            reading.specific = _is_specific(words, self.lexicon.grammar["specifics"])
            if reading.language == "en":
                _judge_script(plain, reading)
        return reading


def _is_specific(words: list[Word], specifics: frozenset[str]) -> bool:
    """Whether a text asks which, who, where or when; "To what extent is …" and "When …, do you …?" ask whether."""
    asks = [word.lower for word in words if word.lower not in {"please", "the"}][:3]
    if "extent" in asks or (asks[:1] in (["when"], ["where"]) and any(word.lower == "," for word in words)):
        return False
    return not specifics.isdisjoint(asks[:2])


def _without_runs(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """The words without strings of boilerplate such as "established, documented, approved and maintained"."""
    for members, least in ((lexicon.run_verbs, 4), (lexicon.run_nouns, 3)):
        if not members.isdisjoint([word.stem for word in words]):
            words = _cut_runs(words, members, least)
    return words


def _cut_runs(words: list[Word], members: set[str], least: int) -> list[Word]:
    if sum([word.stem in members for word in words]) < least:
        return words
    kept: list[Word] = []
    run: list[Word] = []
    count = 0
    for word in [*words, Word("", "", False)]:
        if word.stem in members:
            run.append(word)
            count += 1
        elif run and word.lower in {",", "and", "or", "/"}:
            run.append(word)
        else:
            if count < least:
                kept += run
            elif run[-1].lower == "and":
                kept.append(run[-1])
            run, count = [], 0
            if word.lower:
                kept.append(word)
    return kept


def _form(words: list[Word]) -> Form:
    lowers = [word.lower for word in words]
    first = lowers[0]
    if first in {"describe", "explain", "list", "provide", "please", "detail", "outline", "state", "confirm"}:
        return Form.IMPERATIVE
    if lowers[-1] == "?":
        return Form.QUESTION if len(lowers) > 5 else Form.FRAGMENT
    if "must" in lowers or "shall" in lowers:
        return Form.REQUIREMENT
    if first in {
        "do",
        "does",
        "is",
        "are",
        "have",
        "has",
        "how",
        "what",
        "which",
        "who",
        "when",
        "where",
        "can",
    }:
        return Form.QUESTION
    return Form.FRAGMENT if len(lowers) < 7 else Form.REQUIREMENT


def _judge_script(plain: str, reading: Reading) -> None:
    if plain.isascii():
        return
    letters = sum(1 for c in plain if c.isalpha())
    foreign = sum(1 for c in plain if c.isalpha() and c > "\u024f")
    if letters and foreign / letters > 0.3:
        reading.language = "?"
        reading.understood = min(reading.understood, 1 - foreign / letters)


class _Pass:
    """One walk over the words of a text."""

    def __init__(self, lexicon: Lexicon, words: list[Word], reading: Reading) -> None:
        self.lexicon = lexicon
        self.grammar = lexicon.grammar
        self.words = words
        self.stems = [word.stem for word in words]
        self.reading = reading
        self.features: dict[str, None] = {}
        self.weak: dict[str, None] = {}
        self.clause_is_subordinate = False
        self.languages: Counter[str] = Counter()
        self.known = 0
        self.lowers = [word.lower for word in words]
        self.all_capitals = all(
            word.capitals or not word.lower.isalpha() or len(word.lower) == 1 for word in words
        )
        known = self.grammar["english"]
        self.english = english = sum([lower in known for lower in self.lowers])
        foreign = sum([stem in lexicon.foreign for stem in self.stems]) if english else 0
        self.is_english = english > 0 and english >= foreign

    def run(self) -> None:
        quantities = Quantities(self.lexicon)
        self._extent()
        own = self._own_party()
        at, last_concept = self._subject(), ""
        words, stems, lexicon = self.words, self.stems, self.lexicon
        size = len(words)
        while at < size:
            word = words[at]
            lower = word.lower
            if lower in _MARKS:
                if lower not in "()%":
                    self.clause_is_subordinate = False
                    if lower not in ",:":
                        self.reading.joints.append(at)
                at += 1
                continue
            if at in own:
                self.known += own[at]
                at += own[at]
                continue
            if lower in self.grammar["joints"]:
                self.reading.joints.append(at)
            if lower[0].isdigit() or lower in lexicon.number_heads:
                taken = self._term_with_digits(at, quantities) or quantities.number(words, at, last_concept)
                if taken:
                    self.known += taken
                    at += taken
                    continue
            found = lexicon.lookup(stems, at)
            if found and not self._applies(found[1], word):
                found = None
            if found:
                last_concept = self._meaning(found[1], at, quantities) or last_concept
                self.known += found[0]
                at += found[0]
                continue
            self._word(word, at)
            at += 1
        self._finish(quantities)

    def _extent(self) -> None:
        """Words that say how far a text reaches."""
        lowers = self.lowers
        present = set(lowers)
        # "New features are modelled" limits; "asked at every new session" does not.
        self.reading.limits = not (
            present.isdisjoint(self.grammar["limits"])
            and self.grammar["subject-limits"].isdisjoint(lowers[:3])
        )
        self.reading.elsewhere = self._opens_with_a_pronoun() or (
            not present.isdisjoint(self.grammar["elsewhere"]) and self._points_elsewhere()
        )
        self.reading.ours = not present.isdisjoint(self.grammar["ours"])
        self.reading.excepts = not present.isdisjoint(self.grammar["excepts"])
        for at, lower in enumerate(lowers):
            if lower in self.grammar["universals"]:
                after = lowers[at + 1] if at + 1 < len(lowers) else ""
                # "every two months", "all year": a period, not an extent
                if not (
                    after[:1].isdigit()
                    or after in self.lexicon.number_heads
                    or after in self.grammar["period-words"]
                    or self.lexicon.units.get(self.stems[min(at + 1, len(lowers) - 1)], ("",))[0] == "time"
                ):
                    self.reading.universal = True

    def _opens_with_a_pronoun(self) -> bool:
        """Whether the question's subject is "it" or "they": "Has it …?". "Is it ensured that …?" has another."""
        first, second = [*self.lowers[:2], "", ""][:2]
        return first in self.grammar["pronoun-openers"] and second in self.grammar["pronouns"]

    def _points_elsewhere(self) -> bool:
        """Whether "these" or "those" speaks of something said before; "those who own them" says itself whom it means."""
        explained = self.grammar["explains"]
        return any(
            lower in self.grammar["elsewhere"] and after not in explained
            for lower, after in zip(self.lowers, [*self.lowers[1:], ""], strict=True)
        )

    def _own_party(self) -> dict[int, int]:
        """Where "the supplier" in a customer's words means the company asked: position -> how many words.

        It does not where the text also speaks of "a supplier", of suppliers or to "you": then it is a third party, but for
        what one is ("as a processor").
        """
        lowers = self.lowers
        parties, addressed = self.grammar["parties"], self.grammar["addressed"]
        found: dict[int, int] = {}
        if parties.isdisjoint(lowers):
            return found
        is_addressed = not addressed.isdisjoint(lowers)
        for at, lower in enumerate(lowers):
            if lower.removesuffix("s") in parties and lower not in parties:
                return {}
            if lower not in parties:
                continue
            start = at - 1 if at and lowers[at - 1] == "service" else at
            before = lowers[start - 1] if start else ""
            if start > 1 and lowers[start - 2] == "as":
                found[start - 1] = (
                    at + 2 - start
                )  # "as a service provider": whoever else is spoken of, it is a role
            elif before == "the" and not is_addressed:
                found[start] = at + 1 - start
            elif before in self.grammar["any-one"]:
                return {}
        return found

    def _subject(self) -> int:
        """How many words at the start only name the company asked: "The provider shall …", "Does the vendor …"."""
        lowers = self.lowers[:6]
        at = 1 if lowers[0] in self.grammar["openers"] else 0
        at += 1 if lowers[at : at + 1] in (["the"], ["your"], ["this"]) else 0
        at += (
            1
            if lowers[at : at + 1] in (["service"], ["cloud"]) and lowers[at + 1 : at + 2] == ["provider"]
            else 0
        )
        if lowers[at : at + 1] and lowers[at] in self.grammar["selves"]:
            after = lowers[at + 1] if at + 1 < len(lowers) else ""
            if (
                lowers[0] in self.grammar["openers"]
                or after in self.grammar["modals"]
                or (after.endswith("s") and after in self.grammar["own-verbs"])
            ):
                self.known += at + 1
                return at + 1
        return 0

    def _applies(self, entry: Entry, word: Word) -> bool:
        if entry.capitals and not (word.capitals or self.all_capitals):
            return False
        return not (entry.language and self.is_english)

    def _term_with_digits(self, at: int, quantities: Quantities) -> int:
        found = self.lexicon.lookup(self.stems, at)
        if found and found[1].kind == "concept":
            self._concept(found[1].concept, at)
            return found[0]
        if found and found[1].kind == "frequency":
            quantities.frequency(found[1].value)
            return found[0]
        return 0

    def _meaning(self, entry: Entry, at: int, quantities: Quantities) -> str:
        kind = entry.kind
        reading = self.reading
        if kind == "concept":
            self._concept(entry.concept, at)
            return entry.concept
        if kind in _NEGATIONS:
            reading.ambiguous |= kind == "negation"
            # Far into a long text a "not" seldom turns the question itself.
            if self.clause_is_subordinate or at > 14:
                reading.subordinate += 1
            else:
                reading.negations += 1
            if entry.concept:
                self._concept(entry.concept, at)
        elif kind == "soft-negation":
            reading.soft += 1
        elif kind == "subordinator":
            # The opening word of a question ("When …?", "Which …?") asks; it opens no condition.
            self.clause_is_subordinate = at > 0
        elif kind == "frequency":
            quantities.frequency(entry.value)
        else:
            quantities.cue(kind)
        return ""

    def _concept(self, concept: str, at: int) -> None:
        for part in self.lexicon.composed.get(concept, (concept,)):
            self.features[part] = None
            self.reading.places.append((part, at))

    def _word(self, word: Word, at: int) -> None:
        stemmed, lower = word.stem, word.lower
        lexicon = self.lexicon
        if stemmed in lexicon.foreign:
            self.languages[lexicon.foreign[stemmed]] += 1
        if stemmed in lexicon.stop or stemmed in lexicon.weak:
            self.known += 1
            carries = stemmed in lexicon.weak and stemmed not in lexicon.stop
            if carries and (stemmed not in lexicon.foreign or self.is_english):
                self.weak[stemmed] = None
            return
        if (len(lower) == 1 and lower.isalpha()) or self._is_bare_unit(stemmed):
            return
        concepts = self._compound(lower)
        if concepts:
            self.known += 1
            self.languages["de"] += 1
            for concept in concepts:
                self._concept(concept, at)
            return
        feature = "w:" + root(stemmed)
        self.features[feature] = None
        self.reading.places.append((feature, at))

    def _is_bare_unit(self, stemmed: str) -> bool:
        """A unit without a number ("in hours", "(characters)") says how to answer, not what is asked."""
        family, _ = self.lexicon.units.get(stemmed, ("", 0.0))
        return family in {"time", "characters", "bits", "percent"}

    def _compound(self, lower: str) -> list[str]:
        parts = self.lexicon.compounds
        if len(lower) < 6:
            return []
        for ending in ("", "en", "es", "er", "em", "n", "e", "s"):
            stemmed = lower.removesuffix(ending) if ending else lower
            if stemmed in parts:
                return [parts[stemmed]]
        if len(lower) < 10:
            return []
        for cut in range(len(lower) - 4, 3, -1):
            head = lower[:cut]
            left = parts.get(head) or parts.get(head.removesuffix("s")) or parts.get(head.removesuffix("n"))
            if left:
                for ending in ("", "en", "n", "e", "s"):
                    tail = lower[cut:].removesuffix(ending) if ending else lower[cut:]
                    if tail in parts:
                        return [left, parts[tail]]
        return []

    def _finish(self, quantities: Quantities) -> None:
        reading = self.reading
        for encoded in quantities.encoded():
            self.features[encoded] = None
        reading.features = tuple(self.features)
        reading.key = " ".join([*(f for f in self.features if f[1:2] != ":" or f[0] == "w"), *self.weak])
        reading.words = literal_features(self.stems, self.lexicon)
        reading.word_count = sum([lower not in _MARKS for lower in self.lowers])
        reading.understood = self.known / reading.word_count if reading.word_count else 1.0
        english = self.english
        if self.languages:
            language, count = self.languages.most_common(1)[0]
            if count > english:
                reading.language = language
        if english == 0 and reading.language == "en" and reading.understood < 0.34 and reading.word_count > 3:
            reading.language = "?"
