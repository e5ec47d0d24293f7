"""A company's own words: `answer_library/lexicon.yaml`."""

from pathlib import Path

from avow.model.matches import Recommendation
from avow.workspace import Workspace
from small_company import FILES, Tree

ANSWERS = """\
answers:
  - id: mfa-all
    question: Is multi-factor authentication used by everybody?
    verdict: yes
    narrative: Yes. Everybody signs in with a second factor.
    sharing: public
"""
WORDS = """\
lexicon:
  - concept: mfa
    terms: [quill key, badge login]
"""
QUESTION = "Is the Quill Key used by everybody?"


def space(tree: Tree, **files: str) -> Workspace:
    named = {f"answer_library/{name}.yaml": text for name, text in files.items()}
    return Workspace(tree({**FILES, "answer_library/mfa.yaml": ANSWERS, **named}))


def codes(found: Workspace) -> set[str]:
    return {f"{Path(one.file).name}:{one.line} {one.code}" for one in found.issues() if "lexicon" in one.file}


def test_a_word_of_ones_own_is_read_as_what_it_means(tree: Tree) -> None:
    assert space(tree).match(QUESTION).recommendation is not Recommendation.STRONG
    found = space(tree, lexicon=WORDS).match(QUESTION)
    assert (found.matches[0].answer, found.recommendation) == ("mfa-all", Recommendation.STRONG)


def test_the_index_is_made_anew_when_a_word_changes(tree: Tree) -> None:
    first = space(tree, lexicon=WORDS)
    assert first.match(QUESTION).recommendation is Recommendation.STRONG
    again = space(tree, lexicon=WORDS.replace("quill key, ", ""))
    assert again.match(QUESTION).recommendation is not Recommendation.STRONG


def test_a_new_concept_may_stand_near_shipped_ones(tree: Tree) -> None:
    words = "lexicon:\n  - concept: quill-key\n    terms: [quill key]\n    near: [mfa]\n"
    found = space(tree, lexicon=words).match(QUESTION)
    assert found.matches[0].answer == "mfa-all"
    assert found.recommendation is not Recommendation.STRONG


def test_problems_are_reported_with_their_line(tree: Tree) -> None:
    words = "lexicon:\n  - concept: mfa\n    terms: [quill key]\n    meaning: x\n  - concept: mfa\n    terms: [other]\n"
    assert codes(space(tree, lexicon=words))
    twice = WORDS + "  - concept: mfa\n    terms: [other]\n"
    assert any(one.startswith("lexicon.yaml:4") for one in codes(space(tree, lexicon=twice)))
