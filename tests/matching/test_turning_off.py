"""Each signal can be turned off, and then no longer speaks."""

import pytest

from avow.matching.matcher import match
from avow.matching.scoring import SIGNALS
from avow.model.matches import Polarity, Recommendation


@pytest.mark.parametrize(
    ("signal", "held", "asked"),
    [
        ("contrast", "Is data encrypted at rest?", "Is data encrypted in transit?"),
        ("numbers", "Are backups kept for 30 days?", "Are backups kept for 90 days?"),
        ("polarity", "Are laptops encrypted?", "Are laptops not encrypted?"),
        ("parts", "Is access reviewed?", "Is access reviewed and are visitors escorted in the data centre?"),
    ],
)
def test_a_cap_that_is_turned_off_is_silent(index_of, signal, held, asked):
    index = index_of(held)
    with_it = {cap.name for cap in match(asked, index).caps}
    index.turn_off([signal])
    without_it = {cap.name for cap in match(asked, index).caps}
    assert with_it - without_it


def test_polarity_turned_off_sees_every_question_the_same_way_round(index_of):
    index = index_of("Are laptops encrypted?")
    assert match("Are any laptops unencrypted?", index).matches[0].polarity is Polarity.INVERTED
    index.turn_off(["polarity"])
    assert match("Are any laptops unencrypted?", index).matches[0].polarity is Polarity.SAME


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_can_be_turned_off_alone(index_of, signal):
    index = index_of("Is data encrypted at rest?", "Are backups tested every quarter?")
    index.turn_off([signal])
    first = match("Is data encrypted at rest?", index)
    assert (first.matches[0].answer, first.recommendation) == ("a0", Recommendation.STRONG)


def test_all_of_them_off_is_no_error(index_of):
    index = index_of("Is data encrypted at rest?")
    index.turn_off(SIGNALS)
    assert match("Is stored data encrypted?", index).matches


def test_an_unknown_signal_is_named_with_those_there_are(index_of):
    with pytest.raises(ValueError, match="there is no signal 'luck'; choose from question-covered"):
        index_of("Is data encrypted at rest?").turn_off(["luck"])
