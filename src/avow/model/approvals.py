"""Whether an approval still holds: the stamp of an answer with all it rests on."""

from typing import Any

from avow.model.answers import LibraryAnswer
from avow.model.content import Content
from avow.model.stamps import stamp


def answer_stamp(answer: LibraryAnswer, content: Content) -> str:
    """The stamp of an answer as the content stands now.

    It covers what a reader of the answer relies on: the answer as authored, each control's title and
    statement and how far it is implemented where, and each piece of evidence as authored.
    """
    return stamp(
        {
            "answer": answer.content_hash,
            "controls": {key: _control_part(key, content) for key in answer.controls},
            "evidence": {
                key: piece.content_hash if (piece := content.evidence_by_id.get(key)) else None
                for key in answer.evidence
            },
        }
    )


def _control_part(control_id: str, content: Content) -> dict[str, Any]:
    control = content.control_by_id.get(control_id)
    return {
        "title": control.title if control else "",
        "statement": control.statement if control else "",
        "status": [
            {
                "status": one.status.value if one.status else None,
                "products": list(one.scope.products),
                "regions": list(one.scope.regions),
            }
            for one in content.implementations_by_control.get(control_id, ())
        ],
    }


def holds(answer: LibraryAnswer, content: Content) -> bool:
    """Whether the answer is approved, and nothing it rests on has changed since."""
    return answer.approval is not None and answer.approval.stamp == answer_stamp(answer, content)
