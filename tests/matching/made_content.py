"""Answers and controls made in a line, for the matching tests."""

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
