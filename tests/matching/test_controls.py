"""Which controls a question is about."""

import pytest
from made_content import control

from avow.matching import MatchIndex, match
from avow.matching.affinity import Affinity, control_matches
from avow.matching.many import Asked, match_many

CONTROLS = (
    control(
        "crypto-rest",
        "Encryption at rest",
        "Customer data on disks, in databases and in backups is encrypted with keys that the company manages, so "
        "that a stolen disk or a copied snapshot tells nothing to whoever holds it.",
        "Is data at rest encrypted?",
    ),
    control(
        "iam-joiners",
        "Joiners and leavers",
        "Access is granted when somebody joins and withdrawn on the day they leave.",
        "Is access removed when staff leave?",
    ),
    control(
        "phys-visitors",
        "Visitors",
        "Visitors sign in at the reception desk, wear a badge and are escorted.",
        "Are visitors escorted?",
    ),
)


@pytest.fixture
def index(index_of):
    return index_of("Do you keep a register of suppliers?", controls=CONTROLS)


def controls_of(question, index):
    return [one.control for one in match(question, index).controls]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Could somebody with a stolen disk or a copied snapshot learn anything?", "crypto-rest"),
        ("On which day is access withdrawn from people who leave?", "iam-joiners"),
        ("What happens at the reception desk?", "phys-visitors"),
        ("Werden gespeicherte Daten verschlüsselt?", "crypto-rest"),
    ],
)
def test_all_that_a_control_says_counts(index, question, expected):
    assert controls_of(question, index)[0] == expected


def test_a_controls_own_question_makes_it_sure_and_first(index):
    first, *others = match("Are visitors escorted?", index).controls
    assert (first.control, first.score) == ("phys-visitors", 1.0)
    assert all(one.score < first.score for one in others)


def test_scores_fall_and_stay_between_0_and_1(index):
    scores = [one.score for one in match("Is access to disks, badges and data removed?", index).controls]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("question", ["", "?", "Kangaroos juggling marmalade?"])
def test_a_question_about_nothing_has_no_control(index, question):
    assert match(question, index).controls == ()


def test_where_the_two_measures_differ_only_a_near_copy_decides(index):
    reading = index.reader.read("What happens at the reception desk?")
    rest, visitors = 0, "phys-visitors"

    def found(closeness):
        return control_matches(reading, index.controls, index.topics, Affinity(((rest, 1.0),), closeness), 3)

    assert [one.control for one in found(0.95)][:2] == ["crypto-rest", visitors]
    assert found(0.8)[0].control == visitors
    assert found(0.8)[0].score < 0.75  # nothing is sure of it


def test_the_stored_index_finds_the_same_controls(index, lexicon):
    loaded = MatchIndex.from_bytes(index.to_bytes(), lexicon)
    question = "What happens at the reception desk when visitors leave?"
    assert match(question, loaded).controls == match(question, index).controls


def test_the_collector_runs_again_after_many_questions(index):
    import gc

    assert gc.isenabled()
    match_many([Asked("Are visitors escorted?")], index, top=1)
    assert gc.isenabled()
