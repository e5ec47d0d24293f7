"""What learning needs around the library: how questions are read, whose names are whose, and keeping what was learned.

answered file ──read──▶ Questions ──learn──▶ entries ──▶ library, drafts ──▶ approved, phrasings kept: only in a person's name
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from avow.library.edits import append_answers, free_id
from avow.library.learning import Reading
from avow.library.learning_traces import Names, companies_in
from avow.library.lessons import append_lessons, fresh_lessons
from avow.model.answers import LibraryAnswer
from avow.model.content import Content
from avow.model.engagements import Engagement
from avow.model.learning import Learned
from avow.model.lessons import Lesson

if TYPE_CHECKING:
    from avow.library.editable import Library
    from avow.matching import MatchIndex

# "Within how many hours …?" asks for a figure, as "How many hours …?" does.
_MEASURES = re.compile(
    r"\W*(?:about|after|at|by|for|from|in|of|on|since|to|under|until|with|within) (?:how|what|which|whom?)\b",
    re.IGNORECASE,
)


def reading(
    index: "MatchIndex",
    answers: Mapping[str, LibraryAnswer],
    names: Sequence[str],
    controls_for: Callable[[str], Sequence[str]],
) -> Reading:
    """How questions and answers are read, by the matching; `names` of customers and ours mean nothing in a question."""
    from avow.drafting.open_questions import is_open
    from avow.matching import known

    return Reading(
        controls_for=controls_for,
        answered_by=lambda text, *said: known.answered_already(text, said, index, answers, names),
        differs=lambda text, one, other: known.difference(text, one, other, index),
        stands_alone=lambda text: known.stands_alone(text, index, names),
        asks_whether=lambda text: (
            text.rstrip().endswith("?") and not (is_open(text) or _MEASURES.match(text))
        ),
    )


def names_of_others(
    content: Content,
    own: Sequence[str],
    engagements: Iterable[Engagement],
    customers: Sequence[str],
    allowed: Sequence[str],
) -> Names:
    """Whose names are looked for, and whose may stand: of those the library has, somebody decided already."""
    known = [one.customer for one in engagements if one.customer]
    texts = [one.narrative for one in content.answers] + [one.document for one in content.evidence]
    return Names(
        own=tuple(own),
        customers=tuple(dict.fromkeys((*customers, *known))),
        allowed=(*allowed, *companies_in(texts)),
    )


def kept(
    library: "Library", learned: Learned, source: Path, *, approve_as: str | None, phrasings_as: str | None
) -> None:
    """Put what was learned into the library: answers as drafts, approved where somebody does and the verdict was said, not
    assumed; phrasings only where somebody vouches for them.

    Raises ContentError where the library cannot be added to.
    """
    if learned.entries:
        name = f"learned-{free_id(source.stem, ())}"
        append_answers(library.root, name, f"Learned from {source.name}", learned.entries)
        library.reread()
        sure = [entry["id"] for entry in learned.entries if entry["id"] not in learned.assumed]
        if approve_as and sure:
            library.approve(sure, by=approve_as)
    if phrasings_as:
        proposed = (
            Lesson(answer=one.answer, question=one.text, fits=True, by=phrasings_as, on=library.as_of)
            for one in learned.phrasings
        )
        lessons = fresh_lessons(proposed, library.content)
        if lessons:
            append_lessons(library.root, lessons)
            library.reread()
