"""The façade: candidates from both sides, follow-ups, the margin, strange texts."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_content import answer, control

from avow.matching import MatchIndex, match
from avow.model.matches import Recommendation


def test_a_question_that_matches_a_control_finds_that_controls_answers(index_of):
    backups = control(
        "res-backup", "Backups", "Data is backed up.", "Is there an air-gapped copy against ransomware?"
    )
    spare = answer("spare", "Do you keep Veeam jobs?", controls=("res-backup",))
    other = answer("other", "Is there a visitor log?")
    proposal = match(
        "Is there an air-gapped copy against ransomware?", index_of(other, spare, controls=(backups,))
    )
    assert proposal.matches[0].answer == "spare"
    assert proposal.controls[0].control == "res-backup"
    assert "control" in {signal.name for signal in proposal.matches[0].signals}
    assert proposal.recommendation is not Recommendation.STRONG


def test_the_very_same_text_is_strong_even_in_an_unknown_language(index_of):
    text = "Используете ли вы шифрование данных в вашей системе?"
    assert match(text, index_of(text)).recommendation is Recommendation.STRONG


def test_an_unknown_language_is_said(index_of):
    proposal = match("Используете ли вы шифрование данных?", index_of("Is data encrypted?"))
    assert proposal.recommendation in {Recommendation.NONE, Recommendation.LOW}
    assert "unreadable-language" in {cap.name for cap in proposal.caps}


def test_two_answers_to_one_question_are_a_close_call(index_of):
    question = "Is MFA enforced for remote access?"
    proposal = match(question, index_of(answer("a", question), answer("b", question, verdict="no")))
    assert proposal.recommendation is Recommendation.MEDIUM
    assert proposal.caps[0].name == "close-runner-up"


def test_a_follow_up_reads_its_parent_and_is_capped_by_it(index_of):
    index = index_of("How often are penetration tests performed?", "How often are backups tested?")
    alone = match("How often?", index)
    assert alone.recommendation is not Recommendation.STRONG
    follow_up = match(
        "If so, how often?", index, parent="Do you perform penetration tests against the mobile app?"
    )
    assert follow_up.matches[0].answer == "a0"
    assert follow_up.recommendation is not Recommendation.STRONG
    assert "parent-unsettled" in {cap.name for cap in follow_up.caps}


def test_a_section_lends_its_words_to_a_bare_row(index_of):
    index = index_of("Are backups tested?", "Is the firewall tested?")
    assert match("Tested?", index, section="Firewall").matches[0].answer == "a1"


def test_the_halves_of_a_double_barrelled_question(index_of):
    index = index_of("Do you perform penetration tests?")
    proposal = match("Do you perform penetration tests, and do you run a bug bounty?", index)
    assert proposal.recommendation is not Recommendation.STRONG
    assert proposal.uncovered
    assert len(proposal.parts) >= 2


def test_nothing_fits(index_of):
    proposal = match("What is your favourite colour of bicycle?", index_of("Is data encrypted at rest?"))
    assert proposal.recommendation is Recommendation.NONE


def test_every_match_says_why_and_there_are_at_most_top(index_of):
    index = index_of(*[f"Are backups of system {n} tested?" for n in range(30)])
    proposal = match("Are backups tested?", index)
    assert len(proposal.matches) == 10
    assert len(match("Are backups tested?", index, top=3).matches) == 3
    for found in proposal.matches:
        assert {"question-covered", "answer-covered", "wording"} <= {signal.name for signal in found.signals}
        assert 0 <= found.score <= 1


def test_invisible_and_look_alike_characters_do_not_change_the_match(index_of):
    index = index_of("Is customer data encrypted at rest?", "Is there a visitor log?")
    dressed = "Is cust\u200bomer d\u0430ta encr\u00adypted at \u202erest?"
    assert match(dressed, index).matches[0].answer == "a0"


@pytest.mark.parametrize("text", ["", " ", "?", "\u202e", "😀😀", "\x00", "1" * 50_000, " " * 100_000, "a" * 100_000,
                                  "and " * 25_000, "'" * 100_000, "1." * 50_000, "\u0301" * 100_000])  # fmt: skip
def test_any_text_is_answered_in_bounded_time(index_of, text):
    index = index_of("Is customer data encrypted at rest?")
    started = time.perf_counter()
    proposal = match(text, index)
    assert time.perf_counter() - started < 2
    assert proposal.recommendation is not Recommendation.STRONG


def test_a_cut_text_is_never_strong(index_of):
    index = index_of("Is customer data encrypted at rest?")
    proposal = match("Is customer data encrypted at rest? " + "x" * 10_000, index)
    assert "text-too-long" in {cap.name for cap in proposal.caps}
    assert proposal.recommendation is not Recommendation.STRONG


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_no_text_raises(index_of, text, parent, section):
    index = index_of("Is MFA enforced?", "Are backups tested?")
    proposal = match(text, index, parent=parent, section=section)
    assert proposal.question == text


def test_an_empty_library_answers_nothing(lexicon):
    proposal = match("Is MFA enforced?", MatchIndex.build([], [], lexicon))
    assert proposal.recommendation is Recommendation.NONE
    assert proposal.matches == ()
    assert proposal.caps[0].name == "no-match"


def test_the_same_question_gives_the_same_proposal(index_of):
    questions = ["Is MFA enforced?", "Are backups tested?", "Is data encrypted?"]
    first, second = index_of(*questions), index_of(*questions)
    assert match("Is two-factor login mandatory?", first) == match("Is two-factor login mandatory?", second)


def test_a_question_that_points_elsewhere_goes_to_a_person(index_of):
    index = index_of("Are software components scanned for vulnerabilities?")
    assert (
        match("Are software components scanned for vulnerabilities?", index).recommendation
        is Recommendation.STRONG
    )
    found = match("Are these software components scanned for vulnerabilities?", index)
    assert found.recommendation is Recommendation.MEDIUM
    assert "parent-unsettled" in {cap.name for cap in found.caps}
