"""The company's library of answers and their approvals."""

from datetime import date

from avow.model.base import Scope, Sharing, Value, Verdict


class Approval(Value):
    """Somebody vouched for exactly this content: `stamp` is over the answer, its controls and its evidence."""

    by: str
    on: date
    stamp: str


class LibraryAnswer(Value):
    """One question the company has an answer to.

    `narrative` is the text as it is written, facts filled in. `content_hash` is over the answer as
    authored (facts by name and definition), so that a stamp does not change with the calendar.
    """

    id: str
    question: str
    phrasings: tuple[str, ...] = ()
    verdict: Verdict
    narrative: str
    detail: str = ""
    controls: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    scope: Scope = Scope()
    sharing: Sharing = Sharing.INTERNAL
    owner: str = ""
    review_by: date | None = None
    ref: str | None = None
    source: str | None = None
    form: str | None = None
    content_hash: str
    approval: Approval | None = None

    @property
    def all_phrasings(self) -> tuple[str, ...]:
        """The question first, then its other phrasings."""
        return (self.question, *self.phrasings)
