"""The pre-check of text tables. Encoding and structure are settled when the text is taken apart."""

from avow.model.questionnaires import Note


def check(name: str, data: bytes, form: str) -> list[Note]:  # noqa: ARG001
    """Nothing more than the first bytes, which were looked at already, can be wrong before the text is read."""
    return []
