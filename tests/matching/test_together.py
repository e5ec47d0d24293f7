"""A row that asks several questions, each of which can stand alone."""

import pytest

from avow.matching.matcher import match
from avow.matching.together import whole_questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Is data encrypted at rest, and are backups tested every quarter?",
            ("Is data encrypted at rest?", "are backups tested every quarter?"),
        ),
        ("Is MFA enforced? Who approves access?", ("Is MFA enforced?", "Who approves access?")),
        ("Is data encrypted at rest and in transit?", ()),
        ("Are policies written, approved and published?", ()),
        ("Is access reviewed and if so, how often?", ()),
        ("Do you encrypt data? If yes, how are keys kept?", ()),
        ("Data is encrypted and are kept for 30 days.", ()),
        ("Is a and is b and is c and is d and is e?", ()),
        ("", ()),
    ],
)
def test_only_questions_that_stand_alone_are_taken_apart(text, parts):
    assert whole_questions(text) == parts


def test_each_part_is_proposed_its_own_answer(index_of):
    index = index_of("Is customer data encrypted at rest?", "Are backups tested every quarter?")
    proposal = match("Is customer data encrypted at rest, and are backups tested every quarter?", index)
    assert [one.matches[0].answer for one in proposal.together] == ["a0", "a1"]


def test_one_answer_for_both_parts_is_no_combination(index_of):
    index = index_of("Is customer data encrypted at rest?")
    assert match("Is customer data encrypted, and is it encrypted at rest?", index).together == ()
