"""The pre-check of workbooks in the Office format."""

from avow.formats.opc.precheck import notes_about, open_checked
from avow.model.questionnaires import Note


def check(name: str, data: bytes, form: str) -> list[Note]:
    """What a person should know of a workbook (`form`: xlsx or xlsm). Raises InputRefusedError."""
    return notes_about(open_checked(name, data, f".{form}"))
