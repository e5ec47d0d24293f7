"""An answer a reviewer rejected for a question ranks low for it, and only for it."""

from avow.matching.matcher import match
from avow.model.matches import Recommendation


def test_a_rejected_answer_is_never_sure_again_for_that_question(index_of):
    index = index_of("Is customer data encrypted at rest?", "Is customer data encrypted in transit?")
    asked = "Is customer data encrypted at rest?"
    assert match(asked, index).recommendation is Recommendation.STRONG
    index.reject([("a0", asked)])
    found = match(asked, index)
    assert found.recommendation.rank <= Recommendation.LOW.rank
    assert "rejected" in {cap.name for cap in found.caps}
    assert "rejected" in {cap.name for cap in match("At rest, is customer data encrypted?", index).caps}


def test_other_questions_still_find_it(index_of):
    index = index_of("Is customer data encrypted at rest?")
    index.reject([("a0", "Is the building encrypted?")])
    assert match("Is customer data encrypted at rest?", index).recommendation is Recommendation.STRONG
