"""Questions nobody could answer, and the reading of them that the workspace uses."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from avow.assessment.gap_register import find_gaps
from avow.matching import load_lexicon
from avow.matching.asking import question_key
from avow.matching.names import without_names
from avow.matching.normalise import Reader
from avow.model.content import Content
from avow.model.gaps import AskedBy, FoundGap, KnownGap, OpenQuestion, QuestionKey
from avow.model.reasons import Reason
from small_company import loaded


@lru_cache
def reader() -> Reader:
    return Reader(load_lexicon())


def key_of(text: str, customer: str) -> QuestionKey:
    return question_key(without_names(text, [customer] if customer else []), reader())


def asked(
    text: str,
    customer: str = "Acme Bank",
    *,
    due: date | None = None,
    before: str = "",
    reasons: tuple[Reason, ...] = (Reason.NO_MATCH,),
    answer: str | None = None,
    cell: str = "B5",
) -> OpenQuestion:
    by = AskedBy(customer=customer, engagement=f"{customer}-1", due=due, sheet="Security", cell=cell)
    return OpenQuestion(asked_by=by, text=text, before=before, reasons=reasons, answer=answer)


def found_in(
    changes: Mapping[str, str] | Content | None = None,
    questions: Sequence[OpenQuestion] = (),
    *,
    told: Mapping[str, Sequence[str]] | None = None,
    known: Sequence[KnownGap] = (),
    key: Callable[[str, str], QuestionKey] = key_of,
    control_of: Callable[[str], str | None] = lambda _: None,
) -> list[FoundGap]:
    """The gaps of the small company with some of its files replaced, or of other content."""
    if isinstance(changes, Content):
        content = changes
    else:
        whole = loaded(changes)
        assert not [one for one in whole.issues if one.severity == "error"], whole.issues
        content = whole.content
    return find_gaps(
        content, questions, told or {}, known, status_days=365, key_of=key, control_of=control_of
    )
