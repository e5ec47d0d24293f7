"""The library held against itself: duplicates, contradictions, and phrasings that read the same."""

import time
from collections.abc import Callable

import pytest
from made_content import answer

from avow.matching import Lexicon, MatchIndex
from avow.matching.health import library_findings
from avow.matching.normalise import Reader
from avow.matching.statements import stated_differently
from avow.model.answers import LibraryAnswer
from avow.model.base import Scope
from avow.model.library_health import AmbiguousPhrasing, Contradiction, Finding, NearDuplicate, unused_answers

Found = Callable[..., list[Finding]]

BYSTANDERS = (
    answer("pentest", "Is a penetration test made every year?"),
    answer("dpo", "Have you appointed a data protection officer?"),
    answer("rest", "Is customer data encrypted at rest?"),
    answer("logs", "Are security events logged and watched?"),
)


@pytest.fixture
def found(index_of: Callable[..., MatchIndex]) -> Found:
    """What is found among some answers and others that have nothing to do with them."""

    def look(*answers: LibraryAnswer) -> list[Finding]:
        every = (*answers, *BYSTANDERS)
        return library_findings(every, index_of(*every))

    return look


def scoped(one: LibraryAnswer, **scope: tuple[str, ...]) -> LibraryAnswer:
    return one.model_copy(update={"scope": Scope(**scope)})


PLAN = answer("plan", "Do you have a documented incident response plan?", "Incident handling procedure?")
SAME_PLAN = answer("plan-2", "Is there a documented incident response plan?", "Who leads a forensic inquiry?")


def test_answers_with_nothing_in_common_give_nothing(found: Found) -> None:
    assert found() == []


def test_two_answers_to_one_question_are_near_duplicates(found: Found) -> None:
    (one,) = found(PLAN, SAME_PLAN)
    assert isinstance(one, NearDuplicate)
    assert (one.answer, one.other, one.phrasing) == ("plan", "plan-2", PLAN.question)
    assert one.severity == "info"
    assert 0.9 < one.score <= 1.0


def test_the_same_question_with_another_verdict_is_a_contradiction(found: Found) -> None:
    (one,) = found(PLAN, answer("plan-2", SAME_PLAN.question, verdict="no"))
    assert isinstance(one, Contradiction)
    assert one.what == "verdict yes / no"
    assert one.severity == "warning"


def test_a_place_for_a_persons_answer_contradicts_nothing_but_is_a_duplicate_to_warn_of(found: Found) -> None:
    (one,) = found(PLAN, answer("plan-2", SAME_PLAN.question, verdict="needs-input"))
    assert isinstance(one, NearDuplicate)
    assert one.severity == "warning"
    assert "one says yes, the other needs-input" in one.message


@pytest.mark.parametrize(
    ("question", "turned"),
    [
        ("Is customer data ever sold to third parties?", "Is customer data never sold to third parties?"),
        ("Do live systems hold data without encryption?", "Do live systems hold data with encryption?"),
    ],
)
def test_a_question_turned_round_wants_the_opposite_verdict(found: Found, question: str, turned: str) -> None:
    (one,) = found(answer("one", question), answer("two", turned))
    assert isinstance(one, Contradiction)
    assert one.what == "verdict yes / yes, though one asks the opposite of the other"
    assert found(answer("one", question), answer("two", turned, verdict="no")) == []


def test_scopes_without_a_part_in_common_keep_answers_apart(found: Found) -> None:
    no = answer("plan-2", SAME_PLAN.question, verdict="no")
    assert found(scoped(PLAN, products=("Cloud",)), scoped(no, products=("Mobile",))) == []
    assert found(scoped(PLAN, products=("Cloud",)), scoped(no, products=("cloud",), regions=("EU",)))
    assert found(PLAN, scoped(no, products=("Mobile",)))
    assert found(scoped(PLAN, regions=("EU",)), scoped(no, products=("Cloud",), regions=("US",))) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Is customer data encrypted at rest in databases?", "Is customer data encrypted in transit in databases?"),
        ("Are backups deleted after 30 days?", "Are backups deleted after 90 days?"),
        ("Do employees sign a non-disclosure agreement?", "Do contractors sign a non-disclosure agreement?"),
        ("Who approves changes to production systems?", "Are changes to production systems approved?"),
    ],
)  # fmt: skip
def test_what_is_set_apart_by_a_contrast_a_number_or_the_kind_of_question_is_not_the_same(
    found: Found, first: str, second: str
) -> None:
    assert found(answer("one", first), answer("two", second, verdict="no")) == []


def test_all_and_some_may_have_different_verdicts(found: Found) -> None:
    every = answer("every", "Are all laptops encrypted with managed keys?", verdict="partial")
    some = answer("some", "Are laptops encrypted with managed keys?")
    assert [type(one) for one in found(every, some)] == [NearDuplicate]


def test_one_phrasing_in_common_makes_it_ambiguous_and_not_the_answers_one(found: Found) -> None:
    change = answer(
        "process", "Do you have a formal change management process?", "Who runs the weekly release meeting?",
        "Are emergency fixes documented afterwards?", "Documented incident response plan?",
    )  # fmt: skip
    plan = answer(
        "plan", *PLAN.all_phrasings, "Do you rehearse breaches?", "Forensics retainer?", verdict="no"
    )
    (one,) = found(change, plan)
    assert isinstance(one, AmbiguousPhrasing)
    assert (one.answers, one.phrasing) == (("process", "plan"), "Documented incident response plan?")
    assert one.alike == PLAN.question
    assert one.severity == "warning"


def test_the_very_same_text_twice_is_left_to_the_check_for_it(found: Found) -> None:
    change = answer(
        "process", "Is there a change process?", "Who meets weekly?", "Fixes?", "Forensics retainer?"
    )
    plan = answer("plan", *PLAN.all_phrasings, "Do you rehearse breaches?", "forensics  retainer")
    assert found(change, plan) == []


def test_different_numbers_in_answers_to_one_question_contradict_each_other(found: Found) -> None:
    thirty = answer("keep", "How long are backups kept?", narrative="Yes. Backups are kept for 30 days.")
    ninety = answer(
        "keep-2", "For how long are backups kept?", narrative="Backups are deleted after 90 days."
    )
    (one,) = found(thirty, ninety)
    assert isinstance(one, Contradiction)
    assert one.what == "number 30 days / 90 days"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("The certificate is valid until 30 June 2026.", "Yes. The certificate is valid until 31 May 2025.",
         ["date 30 June 2026 / 31 May 2025"]),
        ("The certificate is valid until June 2026.", "The certificate is valid until 2026-06-30.", []),
        ("Passwords have at least 12 characters.", "Partly. Passwords have at least 8 characters.",
         ["number at least 12 characters / at least 8 characters"]),
        ("The recovery time objective is 4 hours and the recovery point objective is 1 hour.",
         "The recovery time objective is 24 hours and the recovery point objective is 1 hour.",
         ["number 4 hours / 24 hours"]),
        ("Logs are kept for one year. Alerts are read within 15 minutes.", "Logs are kept for 12 months.", []),
        ("Backups are replicated within 15 minutes.", "Backups are deleted after 30 days.", []),
        ("Founded in 2012.", "Founded in 2013 or so, in 3 rooms.", []),
        ("", "Backups are kept for 30 days.", []),
    ],
)  # fmt: skip
def test_only_what_is_stated_of_the_same_thing_is_compared(
    lexicon: Lexicon, one: str, other: str, told: list[str]
) -> None:
    assert stated_differently(one, other, "Is that so?", Reader(lexicon)) == told


def test_unused_are_those_that_are_not_among_the_used_if_anything_is_known_of_use() -> None:
    assert [one.answer for one in unused_answers(BYSTANDERS, {"dpo", "rest", "gone"})] == ["pentest", "logs"]
    assert unused_answers(BYSTANDERS, None) == []


def test_five_thousand_answers_take_seconds(index_of: Callable[..., MatchIndex]) -> None:
    subjects = [f"{a}{b}" for a in "bdfgklmnprstvz" for b in ("abo", "eni", "oru", "uta", "ilo")]
    many = [
        answer(f"{one}-{two}", f"Is the {one} of the {two} reviewed?", f"Review of {one} and {two}?")
        for one in subjects
        for two in subjects
    ]
    index = index_of(*many, *BYSTANDERS, SAME_PLAN, PLAN)
    assert len(index.answers.owners) > 4_900
    started = time.process_time()
    found = library_findings([*many, *BYSTANDERS, SAME_PLAN, PLAN], index)
    assert time.process_time() - started < 60
    assert {(one.answer, one.other) for one in found if isinstance(one, NearDuplicate)} >= {
        ("plan-2", "plan")
    }
