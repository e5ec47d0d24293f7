"""Engagements, questionnaires and drafts for the store's tests."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing import get_context
from typing import Any

from avow.model.base import Sharing, Verdict
from avow.model.engagements import Engagement, ReviewDecision
from avow.model.matches import Match, Proposal, Recommendation
from avow.model.questionnaires import (
    CellAddress,
    IgnoredRow,
    Question,
    Questionnaire,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite, Citation, Draft, Outcome

STARTED = datetime(2026, 3, 5, 9, 30, 15, 123456, tzinfo=UTC)
CITATION = Citation(answer="mfa-workforce", stamp="sha256-1:" + "ab" * 16, controls=("iam-mfa",))


def engagement(identifier: str = "acme-1", **changes: Any) -> Engagement:
    fields: dict[str, Any] = {
        "id": identifier,
        "customer": "Acme Bank",
        "due": date(2026, 4, 1),
        "sharing": Sharing.UNDER_NDA,
        "region": "EU",
        "source_name": "acme.xlsx",
        "source_sha256": "cd" * 32,
        "started_at": STARTED,
    }
    return Engagement(**(fields | changes))


def at(cell: str, sheet: str = "Security") -> CellAddress:
    return CellAddress(sheet=sheet, cell=cell)


def answered(row: int, text: str = "Is MFA enforced for staff?", citation: Citation = CITATION) -> Draft:
    """A question answered with "Yes" in column D and a narrative in column E."""
    question = Question(address=at(f"B{row}"), text=text, ref=f"IAM-{row}", section="Access")
    writes = (
        CellWrite(address=at(f"D{row}"), value="Yes"),
        CellWrite(address=at(f"E{row}"), value=f"Row {row}: MFA is enforced."),
    )
    approved = ApprovedResponse(
        address=question.address,
        verdict=Verdict.YES,
        text="MFA is enforced.",
        writes=writes,
        citations=(citation,),
        approved_by="policy",
    )
    return Draft(
        question=question,
        proposal=_proposal(text, Recommendation.STRONG, 0.93),
        outcome=Outcome.ANSWERED,
        verdict=Verdict.YES,
        text="MFA is enforced.",
        writes=writes,
        citations=(citation,),
        approved=approved,
    )


def in_review(row: int) -> Draft:
    """A question with a proposed answer that nobody approved."""
    text = "Is MFA enforced for customers?"
    return Draft(
        question=Question(address=at(f"B{row}"), text=text),
        proposal=_proposal(text, Recommendation.LOW, 0.41),
        outcome=Outcome.REVIEW,
        reasons=(Reason.WEAK_MATCH, Reason.CONTRAST),
        verdict=Verdict.YES,
        text="MFA is enforced.",
        writes=(CellWrite(address=at(f"D{row}"), value="Yes"),),
        citations=(CITATION,),
    )


def gap(row: int) -> Draft:
    """A question nothing matches."""
    text = "Do you hold a licence to keep bees?"
    return Draft(
        question=Question(address=at(f"B{row}"), text=text),
        proposal=Proposal(question=text, recommendation=Recommendation.NONE),
        outcome=Outcome.GAP,
        reasons=(Reason.NO_MATCH,),
    )


def heading(row: int, text: str = "Access control") -> IgnoredRow:
    return IgnoredRow(address=at(f"A{row}"), text=text, reason=Reason.SECTION_HEADING)


def questionnaire(drafts: list[Draft], *ignored: IgnoredRow, sheets: tuple[str, ...] = ()) -> Questionnaire:
    return Questionnaire(
        source=SourceFile(name="acme.xlsx", sha256="cd" * 32, format="xlsx"),
        questions=tuple(one.question for one in drafts),
        ignored=ignored,
        layouts=tuple(SheetLayout(sheet=name) for name in sheets),
    )


def decision(row: int, **changes: Any) -> ReviewDecision:
    fields: dict[str, Any] = {
        "address": at(f"B{row}"),
        "decision": "accept",
        "by": "Kim",
        "stamp": "sha256-1:00",
    }
    return ReviewDecision(**(fields | changes))


def in_processes(*jobs: Callable[[], None]) -> list[int]:
    """Run the jobs side by side, each in a process of its own; their exit codes."""
    context = get_context("fork")
    processes = [context.Process(target=job) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    return [-99 if process.exitcode is None else process.exitcode for process in processes]


def _proposal(question: str, recommendation: Recommendation, score: float) -> Proposal:
    match = Match(answer=CITATION.answer, score=score)
    return Proposal(question=question, recommendation=recommendation, matches=(match,))
