"""Large libraries: the extra takes over the search, finds what the bounded search misses, and is missed by name."""

import itertools
import random
import sys
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from made_content import answer

from avow.matching import Lexicon, MatchIndex, load_lexicon, match
from avow.matching import side as sides
from avow.matching.candidates import asked_of, candidate_phrasings
from avow.matching.scale import PAYS_FROM, advice, is_installed
from avow.matching.side import Side
from avow.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
REWORDED = ROOT / "benchmarks" / "reworded_example.yaml"
# Three words for each of eight places: every word stands in a third of 6,561 questions, and only all eight tell which.
WORDS = [[f"{start}{end}" for end in ("abon", "enik", "orut")] for start in "bdfgklmp"]

Hidden = Callable[[], None]


@pytest.fixture
def without_numpy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hidden]:
    """Hides numpy from now on, as where the extra is not installed."""

    def hide() -> None:
        is_installed.cache_clear()
        monkeypatch.setitem(sys.modules, "numpy", None)

    yield hide
    is_installed.cache_clear()


@pytest.fixture
def every_library_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "PAYS_FROM", 1)


@pytest.fixture(scope="module")
def stored() -> bytes:
    """The index of 6,561 answers whose questions share all their words with thousands of others."""
    asked = enumerate(itertools.product(*WORDS))
    answers = [answer(f"a{number}", f"Is there {' '.join(words)}?") for number, words in asked]
    return MatchIndex.build(answers, (), load_lexicon()).to_bytes()


def asked_otherwise() -> list[tuple[str, str]]:
    """Questions with the id of the answer each is about: its words in another order, among others."""
    dice = random.Random(7)  # noqa: S311
    combinations = list(enumerate(itertools.product(*WORDS)))
    asked = []
    for number, words in dice.sample(combinations, 30):
        mixed = dice.sample(words, len(words))
        asked.append((f"Please describe the {' '.join(mixed)} and the zylophones.", f"a{number}"))
    return asked


def share_found(index: MatchIndex) -> float:
    asked = asked_otherwise()
    return sum(about in [one.answer for one in match(text, index).matches] for text, about in asked) / len(
        asked
    )


# ── what it finds ──────────────────────────────────────────────────────────────────────────────────


def test_the_extra_finds_what_the_bounded_search_misses(
    stored: bytes, lexicon: Lexicon, without_numpy: Hidden
) -> None:
    assert share_found(MatchIndex.from_bytes(stored, lexicon)) == 1
    without_numpy()
    plain = MatchIndex.from_bytes(stored, lexicon)
    assert plain.answers.searcher is None
    assert share_found(plain) < 0.8


def test_without_the_extra_a_rare_word_is_enough(lexicon: Lexicon, without_numpy: Hidden) -> None:
    without_numpy()
    filling = [answer(f"f{number}", f"Is the {a} {b} {c} kept?") for number, (a, b, c) in enumerate(
        itertools.product((f"r{n}abon" for n in range(20)), (f"s{n}enik" for n in range(20)), (f"t{n}orut" for n in range(13)))
    )]  # fmt: skip
    sought = answer("sought", "Is the r1abon s1enik widget kept?")
    index = MatchIndex.build([*filling, sought], (), lexicon)
    assert index.answers.is_large and index.answers.searcher is None
    assert match("Describe how you keep a widget with r1abon.", index).matches[0].answer == "sought"


def test_without_the_extra_those_with_a_rare_word_are_judged_by_all_words(
    lexicon: Lexicon, without_numpy: Hidden
) -> None:
    without_numpy()
    combinations = list(itertools.product(*WORDS))
    filling = [
        answer(f"f{number}", f"Is there {' '.join(words)}?")
        for number, words in enumerate(combinations[:6_000])
    ]
    rare = [
        answer(f"r{number}", f"Is there a widget {' '.join(words)}?")
        for number, words in enumerate(combinations[6_000:6_300])
    ]
    index = MatchIndex.build([*filling, *rare], (), lexicon)
    dice = random.Random(11)  # noqa: S311
    for number in range(0, 300, 20):
        words = combinations[6_000 + number]
        text = f"Describe how {' '.join(dice.sample(words, 8))} has a widget."
        assert f"r{number}" in [one.answer for one in match(text, index).matches]


def test_the_words_as_written_tell_apart_what_reads_the_same(
    index_of: Callable[..., MatchIndex], every_library_is_large: None
) -> None:
    asked = ("management plane", "admin panel", "admin console")
    side = (index := index_of(*(f"Is the {name} insured?" for name in asked), alone=True)).answers
    assert len({tuple(index.reader.read(text).features) for text in side.texts}) == 1
    for number, name in enumerate(asked):
        wanted = asked_of(index.reader.read(f"Which insurance has the {name}?"), side)
        assert candidate_phrasings(wanted, side, 3)[0] == number


def test_on_the_sample_library_the_first_candidate_is_the_same_with_the_extra(
    monkeypatch: pytest.MonkeyPatch, lexicon: Lexicon
) -> None:
    content = Workspace(ROOT).content
    asked = list(yaml.safe_load(REWORDED.read_text(encoding="utf-8")).values())
    assert len(asked) > 50

    def firsts() -> list[tuple[str, str]]:
        index = MatchIndex.build(content.answers, content.controls, lexicon)
        proposals = [match(text, index) for text in asked]
        return [(one.matches[0].answer, one.recommendation.value) for one in proposals]

    plain = firsts()
    monkeypatch.setattr(sides, "PAYS_FROM", 1)
    assert firsts() == plain


# ── that it searches right ─────────────────────────────────────────────────────────────────────────


def side_of(postings: list[list[int]], sizes: list[int]) -> Side:
    """A side with made-up postings; every feature is an unknown word."""
    side = Side(load_lexicon(), MatchIndex.build((), (), load_lexicon()).scoring)
    side.owner_of = array("I", range(len(sizes)))
    side.offsets = array("I", [0, *itertools.accumulate(sizes)])
    side.postings = array("I", itertools.chain.from_iterable(postings))
    side.post_offsets = array("I", [0, *itertools.accumulate(map(len, postings))])
    side._norms = [1 / (0.5 + size / 8) for size in sizes]
    return side


@pytest.mark.parametrize("count", [1, 19, 400, 5_000])
def test_the_best_are_those_of_adding_up_everything(count: int, every_library_is_large: None) -> None:
    dice = random.Random(count)  # noqa: S311
    postings = [
        sorted(dice.sample(range(count), dice.randint(1, max(1, count // 2 if n % 3 else count // 50))))
        for n in range(12)
    ]
    side = side_of(postings, [dice.randint(1, 12) for _ in range(count)])
    gains = [(dice.choice((0.5, 1.25, 2.0, 4.5)), number) for number in range(12)]
    scores = [0.0] * count
    for gain, number in gains:
        for phrasing in postings[number]:
            scores[phrasing] += gain
    scores = [score * norm for score, norm in zip(scores, side.norms, strict=True)]
    wanted = sorted((round(score, 3) for score in scores if score), reverse=True)[:20]
    searcher = side.searcher
    assert searcher is not None
    found = searcher.best(gains, (), 20)
    assert [round(scores[phrasing], 3) for phrasing in found] == wanted
    assert len(set(found)) == len(found)


def test_of_equals_the_first_in_the_library_comes_first(every_library_is_large: None) -> None:
    side = side_of([list(range(3_000)), [2_999, 2_998, 1_234]], [5] * 3_000)
    assert side.searcher is not None
    assert side.searcher.best([(1.0, 0), (2.0, 1)], (), 6) == [1_234, 2_998, 2_999, 0, 1, 2]


def test_what_shares_nothing_has_no_candidates(stored: bytes, lexicon: Lexicon) -> None:
    index = MatchIndex.from_bytes(stored, lexicon)
    for text in ("", "?", "Quokkas everywhere", "\x00\ud800"):
        assert match(text, index).matches == ()


# ── storing ────────────────────────────────────────────────────────────────────────────────────────


def test_a_stored_large_index_answers_like_the_built_one(
    index_of: Callable[..., MatchIndex], lexicon: Lexicon, every_library_is_large: None
) -> None:
    built = index_of(
        "Is MFA enforced?", "Are backups tested?", "Wo liegen die Daten – in Zürich?", alone=True
    )
    loaded = MatchIndex.from_bytes(built.to_bytes(), lexicon)
    assert loaded.to_bytes() == built.to_bytes()
    assert loaded.answers.spelled.names == built.answers.spelled.names != []
    for text in ("Is 2FA mandatory?", "Do you test backups?", "Liegen Daten in Zürich?"):
        assert match(text, loaded) == match(text, built)


def test_a_small_index_keeps_nothing_for_the_extra(index_of: Callable[..., MatchIndex]) -> None:
    side = index_of("Is MFA enforced?", "Are backups tested?", alone=True).answers
    assert (side.searcher, side.spelled.names, len(side.spelled.postings)) == (None, [], 0)


@pytest.mark.parametrize(
    ("offsets", "postings"),
    [
        ([0], [0, 1]),
        ([0, 1, 3], [0, 1]),
        ([0, 2, 1, 2], [0, 1]),
        ([0, 1, 1, 2], [0, 9_999]),
    ],
)
def test_words_that_do_not_belong_to_the_phrasings_are_refused(
    offsets: list[int],
    postings: list[int],
    index_of: Callable[..., MatchIndex],
    lexicon: Lexicon,
    every_library_is_large: None,
) -> None:
    index = index_of("Is MFA enforced?", "Are backups tested?", alone=True)
    assert len(index.answers.spelled.names) == 3
    index.answers.spelled.offsets, index.answers.spelled.postings = array("I", offsets), array("I", postings)
    with pytest.raises(ValueError, match="damaged"):
        MatchIndex.from_bytes(index.to_bytes(), lexicon)


# ── what a person hears ────────────────────────────────────────────────────────────────────────────


def test_a_large_library_without_the_extra_is_told_of_it(
    stored: bytes, lexicon: Lexicon, without_numpy: Hidden
) -> None:
    assert MatchIndex.from_bytes(stored, lexicon).advice() == ""
    without_numpy()
    said = MatchIndex.from_bytes(stored, lexicon).advice()
    assert "6,561 phrasings" in said
    assert "pip install 'avow[scale]'" in said


def test_a_library_that_plain_python_carries_is_told_nothing(
    index_of: Callable[..., MatchIndex], without_numpy: Hidden
) -> None:
    without_numpy()
    assert index_of("Is MFA enforced?").advice() == ""
    assert advice(PAYS_FROM - 1) == ""
    assert advice(PAYS_FROM) != ""
