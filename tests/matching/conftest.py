"""What the matching tests share: the shipped lexicon and an index over a few questions."""

from collections.abc import Callable

import pytest
from made_content import answer

from avow.matching import Lexicon, MatchIndex, load_lexicon
from avow.model.answers import LibraryAnswer
from avow.model.controls import Control


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
