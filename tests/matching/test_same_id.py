"""The identifier a form gives a question: it helps between like questions, and never by itself."""

import pytest

from avow.matching import MatchIndex, load_lexicon, match
from avow.model.answers import LibraryAnswer
from avow.model.base import Verdict
from avow.model.matches import Recommendation

ASKED = "Do you rotate the keys that customer data is encrypted with?"


def answer(name: str, ref: str, question: str) -> LibraryAnswer:
    return LibraryAnswer(
        id=name, question=question, verdict=Verdict.YES, narrative="Yes.", ref=ref, content_hash="0"
    )


@pytest.fixture(scope="module")
def index() -> MatchIndex:
    answers = [
        answer("rotation", "CEK-12", "Are keys that encrypt customer data rotated on a schedule?"),
        answer("storage", "CEK-03", "Are keys that encrypt customer data stored in hardware?"),
        answer("visitors", "DCS-07", "Are visitors escorted in the data centre?"),
    ]
    return MatchIndex.build(answers, [], load_lexicon())


def signals(index: MatchIndex, ref: str) -> dict[str, set[str]]:
    found = match(ASKED, index, ref=ref)
    return {one.answer: {signal.name for signal in one.signals} for one in found.matches}


def test_the_same_identifier_speaks_for_a_like_question(index: MatchIndex) -> None:
    without, given = match(ASKED, index).matches[0], match(ASKED, index, ref="CEK-12").matches[0]
    assert (without.answer, given.answer) == ("rotation", "rotation")
    assert given.score > without.score
    assert "same-id" in signals(index, "CEK-12")["rotation"]


@pytest.mark.parametrize("ref", ["cek-12", " CEK-12. "])
def test_identifiers_are_compared_as_people_write_them(index: MatchIndex, ref: str) -> None:
    assert "same-id" in signals(index, ref)["rotation"]


def test_another_question_gains_nothing_by_the_identifier(index: MatchIndex) -> None:
    found = match(ASKED, index, ref="DCS-07")
    assert found.matches[0].answer == "rotation"
    assert not any("same-id" in names for names in signals(index, "DCS-07").values())


def test_the_identifier_makes_nothing_sure_that_a_contrast_speaks_against(index: MatchIndex) -> None:
    asked = "Are keys that encrypt customer data never rotated?"
    assert match(asked, index, ref="CEK-12").recommendation is not Recommendation.STRONG


def test_the_signal_can_be_turned_off(index: MatchIndex) -> None:
    off = MatchIndex.build(
        [answer("rotation", "CEK-12", "Are keys that encrypt customer data rotated on a schedule?")],
        [],
        load_lexicon(),
    )
    off.turn_off(["same-id"])
    found = match(ASKED, off, ref="CEK-12")
    assert not any(signal.name == "same-id" for one in found.matches for signal in one.signals)
