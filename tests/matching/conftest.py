"""What the matching tests share: the shipped lexicon and an index over a few questions."""

from collections.abc import Callable

import pytest
from made_content import answer

from avow.matching import Lexicon, MatchIndex, load_lexicon
from avow.model.answers import LibraryAnswer
from avow.model.controls import Control

OTHERS = (
    "sprinkler system", "spare generator", "staff canteen", "works council", "company car", "cycle shed", "travel agency",
    "print shop", "lost property office", "nursery", "library of journals", "roof garden", "sports club", "choir",
)  # fmt: skip


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def index_of(lexicon: Lexicon) -> Callable[..., MatchIndex]:
    """An index over questions (each an answer `a0`, `a1`, …, with verdict yes) or ready-made answers, and over some others
    that nobody asks for unless `alone`: to lead among very few says little, and makes nothing sure.
    """

    def build(
        *questions: str | LibraryAnswer, controls: tuple[Control, ...] = (), alone: bool = False
    ) -> MatchIndex:
        answers = [
            answer(f"a{number}", item) if isinstance(item, str) else item
            for number, item in enumerate(questions)
        ]
        others = [answer(f"other-{number}", f"Is there a {thing}?") for number, thing in enumerate(OTHERS)]
        return MatchIndex.build([*answers, *([] if alone else others)], controls, lexicon)

    return build
