"""What the matching tests share: answers and controls made in a line, and an index over them."""

from collections.abc import Callable

import pytest

from avow.matching import Lexicon, MatchIndex, load_lexicon
from avow.model.answers import LibraryAnswer
from avow.model.base import Verdict
from avow.model.controls import Control, ControlType


def answer(
    identifier: str,
    *phrasings: str,
    verdict: str = "yes",
    narrative: str = "",
    controls: tuple[str, ...] = (),
):
    return LibraryAnswer(
        id=identifier,
        question=phrasings[0],
        phrasings=phrasings[1:],
        verdict=Verdict(verdict),
        narrative=narrative,
        controls=controls,
        ref=identifier.upper(),
        content_hash=identifier,
    )


def control(identifier: str, title: str, statement: str, *questions: str) -> Control:
    return Control(
        id=identifier,
        title=title,
        domain="any",
        statement=statement,
        objective="",
        type=ControlType.PREVENTIVE,
        owner_role="",
        frequency="",
        guidance="",
        evidence_requests=(),
        tests=(),
        questions=questions,
        mappings=(),
    )


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def index_of(lexicon: Lexicon) -> Callable[..., MatchIndex]:
    """An index over questions (each an answer `a0`, `a1`, …, with verdict yes) or ready-made answers."""

    def build(*questions: str | LibraryAnswer, controls: tuple[Control, ...] = ()) -> MatchIndex:
        answers = [
            answer(f"a{number}", item) if isinstance(item, str) else item
            for number, item in enumerate(questions)
        ]
        return MatchIndex.build(answers, controls, lexicon)

    return build
