"""The pre-check of JSON: its size and its first character, before it is parsed."""

import re

from avow.errors import InputRefusedError
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_SIZE = 32 << 20  # bytes

_FIRST = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*(?://|[\[{\"])")


def check(name: str, data: bytes, form: str) -> list[Note]:  # noqa: ARG001
    """Raises InputRefusedError for a file beyond the limit, or that does not begin as a JSON object, array or text."""
    if len(data) > MAX_SIZE:
        message = f"it has {len(data):,} bytes; {MAX_SIZE >> 20} MiB is the limit for JSON, so split it"
        raise InputRefusedError(name, Reason.FILE_TOO_LARGE, message)
    if not data.strip(b"\0\r\n\t \xef\xbb\xbf\xfe\xff"):
        raise InputRefusedError(name, Reason.FILE_EMPTY, "the file has no content; ask for it again")
    if not _FIRST.match(data):
        raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, "it is not JSON; give it its right ending")
    return []
