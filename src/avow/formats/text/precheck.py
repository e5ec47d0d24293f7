"""The pre-check of plain text: its size. What its first bytes say was looked at already."""

from avow.errors import InputRefusedError
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_SIZE = 16 << 20  # bytes; a thousand pages have three million


def check(name: str, data: bytes, form: str) -> list[Note]:  # noqa: ARG001
    """Raises InputRefusedError for a text beyond the limit."""
    if len(data) > MAX_SIZE:
        message = f"it has {len(data):,} bytes; {MAX_SIZE >> 20} MiB is the limit for text, so split it"
        raise InputRefusedError(name, Reason.FILE_TOO_LARGE, message)
    return []
