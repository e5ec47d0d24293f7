"""A customer's request and the people's decisions on it."""

from datetime import date, datetime

from avow.model.base import Sharing, Value, Verdict
from avow.model.questionnaires import CellAddress, SourceFile
from avow.model.stamps import stamp


class Request(Value):
    """What a customer asks about and may be told: gates compare content with this."""

    customer: str = ""
    due: date | None = None
    sharing: Sharing = Sharing.UNDER_NDA
    product: str | None = None
    region: str | None = None


class Engagement(Value):
    """One customer's request over one file.

    A request of several files has an engagement for each, so that decisions stay with the file they were made on;
    `part_of` is the id of the first of them, and names them all. None: nothing is known of other files.
    """

    id: str
    customer: str
    due: date | None = None
    sharing: Sharing = Sharing.UNDER_NDA
    product: str | None = None
    region: str | None = None
    source_name: str
    source_sha256: str
    started_at: datetime
    part_of: str | None = None

    def named_by(self, identifier: str) -> bool:
        """Whether an id names this engagement, or the one of several files that it is part of."""
        return identifier in (self.id, self.part_of)


def engagement_of(request: Request, source: SourceFile, at: datetime) -> Engagement:
    """The engagement of a request over a file.

    The same customer, file, scope and sharing are the same engagement, run again; another scope is another
    one, so that no decision made for one product is taken for the next.
    """
    who = [request.customer, source.sha256, request.product, request.region, request.sharing.value]
    return Engagement(
        id=stamp(who).rpartition(":")[2][:16],
        customer=request.customer,
        due=request.due,
        sharing=request.sharing,
        product=request.product,
        region=request.region,
        source_name=source.name,
        source_sha256=source.sha256,
        started_at=at,
    )


class ReviewDecision(Value):
    """What a person decided about one row: `decision` is accept, edit, choose, gap or not-applicable.

    `stamp` is the stamp of the proposal they saw; a decision on other content does not hold.
    """

    address: CellAddress
    decision: str
    by: str
    stamp: str
    answer: str | None = None
    verdict: Verdict | None = None
    text: str = ""
    note: str = ""


class Commitment(Value):
    """What was told to whom, with the answer's stamp."""

    engagement: str
    customer: str
    address: CellAddress
    question: str
    verdict: Verdict
    text: str
    answer: str
    stamp: str
    told_at: datetime
