"""Approved wording becomes a library answer, so that what a person wrote once is cited and found again."""

from typing import Any

from avow.model.base import Sharing
from avow.model.engagements import ReviewDecision
from avow.model.responses import Draft

SURE_CONTROL = 0.75


def promoted_entry(
    draft: Draft, decision: ReviewDecision, sharing: Sharing, answer_id: str
) -> dict[str, Any]:
    """The library entry, as authored, of a row somebody reworded.

    It rests on the controls of the answer it was made from, or on the control the question is surely about.
    """
    assert decision.verdict is not None  # noqa: S101  # parse_decisions saw to it
    controls = [control for one in draft.citations for control in one.controls]
    if not controls:
        controls = [one.control for one in draft.proposal.controls[:1] if one.score >= SURE_CONTROL]
    entry: dict[str, Any] = {
        "id": answer_id,
        "question": draft.question.text,
        "verdict": decision.verdict.value,
        "narrative": decision.text,
        "sharing": sharing.value,
        "owner": decision.by,
        "source": "review",
    }
    if controls:
        entry["controls"] = list(dict.fromkeys(controls))
    return entry
