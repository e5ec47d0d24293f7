"""A small file with every outcome in it, and text nobody should trust."""

from datetime import date

import pytest

from avow.model.answers import LibraryAnswer
from avow.model.base import Verdict
from avow.model.content import Content
from avow.model.controls import Control, ControlMapping, ControlType, Evidence, Relationship
from avow.model.engagements import Request
from avow.model.frameworks import Framework, Requirement
from avow.model.matches import ControlMatch, Match, Proposal, Recommendation, Signal
from avow.model.questionnaires import (
    AnswerChoices,
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    Note,
    Question,
    Questionnaire,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite, Citation, Draft, Gap, Outcome

HOSTILE = '=HYPERLINK("http://x")</h4><script>alert(1)</script>\u202e\x07 "\'{{ 7*7 }} _x0041_ & co'


def at(cell: str, sheet: str = "Access") -> CellAddress:
    return CellAddress(sheet=sheet, cell=cell)


def question(cell: str, text: str, sheet: str = "Access", **more: object) -> Question:
    row = cell[1:]
    place = AnswerPlace(
        answer=at(f"D{row}", sheet),
        comment=at(f"E{row}", sheet),
        choices=AnswerChoices(options=("Yes", "No", "N/A"), source="validation"),
    )
    return Question(
        **{
            "address": at(cell, sheet),
            "text": text,
            "ref": f"R-{row}",
            "section": "Sign-in",
            "place": place,
            **more,
        }
    )


def proposal(text: str, recommendation: Recommendation = Recommendation.STRONG) -> Proposal:
    return Proposal(
        question=text,
        recommendation=recommendation,
        matches=(
            Match(answer="mfa", score=0.93, signals=(Signal("wording", 0.4, "same words"),)),
            Match(answer="sso", score=0.7),
        ),
        controls=(ControlMatch(control="auth-mfa", score=0.9), ControlMatch(control="far-off", score=0.2)),
        caps=(Signal("contrast", -1.0, "at rest / in transit"),)
        if recommendation is not Recommendation.STRONG
        else (),
    )


def drafts_for(questions: tuple[Question, ...]) -> list[Draft]:
    """The first answered, the second for review, the third a gap, the fourth kept as it was; then anew."""
    return [(_answered, _review, _gap, _kept)[number % 4](one) for number, one in enumerate(questions)]


CITATION = Citation(answer="mfa", stamp="sha256-1:00", controls=("auth-mfa",), evidence=("soc2",))
NARRATIVE = "Yes. Everyone signs in with a second factor."


def _answered(one: Question) -> Draft:
    row = one.address.cell[1:]
    writes = (
        CellWrite(address=at(f"D{row}", one.address.sheet), value="Yes"),
        CellWrite(address=at(f"E{row}", one.address.sheet), value=NARRATIVE),
    )
    approved = ApprovedResponse(
        address=one.address,
        verdict=Verdict.YES,
        text=NARRATIVE,
        writes=writes,
        citations=(CITATION,),
        approved_by="CISO",
    )
    return Draft(
        question=one, proposal=proposal(one.text), outcome=Outcome.ANSWERED, verdict=Verdict.YES, text=NARRATIVE,
        writes=writes, citations=(CITATION,), approved=approved,
    )  # fmt: skip


def _review(one: Question) -> Draft:
    return Draft(
        question=one, proposal=proposal(one.text, Recommendation.MEDIUM), outcome=Outcome.REVIEW,
        reasons=(Reason.CONTRAST, Reason.EVIDENCE_EXPIRED), verdict=Verdict.YES, text=NARRATIVE,
        writes=(CellWrite(address=at("D9"), value="Yes"),), citations=(CITATION,),
    )  # fmt: skip


def _gap(one: Question) -> Draft:
    gap = Gap(
        address=one.address, question=one.text, reason=Reason.NO_MATCH, control="auth-mfa", owner="Head of IT",
        due=date(2026, 12, 1),
    )  # fmt: skip
    return Draft(
        question=one, proposal=proposal(one.text, Recommendation.NONE), outcome=Outcome.GAP,
        reasons=(Reason.NO_MATCH,), gap=gap,
    )  # fmt: skip


def _kept(one: Question) -> Draft:
    return Draft(
        question=one, proposal=proposal(one.text), outcome=Outcome.IGNORED, reasons=(Reason.ANSWER_EXISTS,)
    )


@pytest.fixture
def content() -> Content:
    control = Control(
        id="auth-mfa", title="Multi-factor authentication", domain="Access", statement="s", objective="o",
        type=ControlType.PREVENTIVE, owner_role="Head of IT", frequency="continuous", guidance="g",
        evidence_requests=(), tests=(), questions=(),
        mappings=(
            ControlMapping(framework="soc2", requirement="CC6.1", relationship=Relationship.SUBSET, rationale="r"),
        ),
    )  # fmt: skip
    answer = LibraryAnswer(
        id="mfa", question="Is MFA enforced?", verdict=Verdict.YES, narrative=NARRATIVE, owner="Head of IT",
        controls=("auth-mfa",), content_hash="h",
    )  # fmt: skip
    return Content(
        company="Harborlight", as_of=date(2026, 11, 23), revision="rev-1",
        frameworks=(
            Framework(id="soc2", title="SOC 2: criteria", version="1", requirements=(Requirement(id="CC6.1", title="t"),)),
        ),
        controls=(control,), evidence=(Evidence(id="soc2", document="SOC 2 report"),),
        answers=(answer, answer.model_copy(update={"id": "sso", "question": "Is there single sign-on?"})),
    )  # fmt: skip


@pytest.fixture
def questionnaire() -> Questionnaire:
    """Two sheets, out of order, with hostile text in every place a customer can write to."""
    return Questionnaire(
        source=SourceFile(name="bank <b>.xlsx", sha256="ab" * 32, format="xlsx"),
        questions=(
            question("B17", "Is MFA enforced?"),
            question("B9", HOSTILE, section=HOSTILE, ref=HOSTILE, context=HOSTILE),
            question("B3", "Is there a SOC?", sheet="Zones"),
            question("B4", "Are backups tested?", sheet="Zones"),
        ),
        ignored=(
            IgnoredRow(address=at("A1"), text=HOSTILE, reason=Reason.HEADER),
            IgnoredRow(address=at("A10"), text="Sign-in", reason=Reason.SECTION_HEADING),
        ),
        layouts=(
            SheetLayout(
                sheet="Zones",
                header_rows=(1,),
                question="B",
                answer="D",
                confidence=0.9,
                assumptions=(HOSTILE,),
            ),
            SheetLayout(
                sheet="Access", header_rows=(2,), question="B", answer="D", comment="E", confidence=1.0
            ),
        ),
        notes=(Note(reason=Reason.EXTERNAL_REFERENCE, message=HOSTILE, where=HOSTILE),),
    )


@pytest.fixture
def drafts(questionnaire: Questionnaire) -> list[Draft]:
    return drafts_for(questionnaire.questions)


@pytest.fixture
def asked_by() -> Request:
    return Request(customer="Northwind <Bank>", due=date(2026, 12, 1), region="EU")
