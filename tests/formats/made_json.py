"""JSON files as tests make and fill them."""

from io import BytesIO
from pathlib import Path

from avow.formats.files import understand_file
from avow.formats.json.file import write_filled
from avow.model.questionnaires import CellAddress, Questionnaire
from avow.model.responses import CellWrite


class MadeFile:
    """A file in a folder: what is understood of it, and the bytes it has with answers in."""

    def __init__(self, folder: Path, raw: bytes | str, name: str = "form.json") -> None:
        self.raw = raw.encode() if isinstance(raw, str) else raw
        self.path = folder / name
        self.path.write_bytes(self.raw)

    @property
    def understood(self) -> Questionnaire:
        return understand_file(self.path).questionnaire

    def filled(self, answers: dict[str, str]) -> bytes:
        out = BytesIO()
        writes = [CellWrite(address=CellAddress("", cell), value=value) for cell, value in answers.items()]
        write_filled(self.path, writes, out, sha256=self.understood.source.sha256)
        return out.getvalue()


def asked(form: Questionnaire) -> list[tuple[str, str]]:
    """Address and text of every question."""
    return [(question.address.cell, question.text) for question in form.questions]


def aside(form: Questionnaire) -> list[tuple[str, str]]:
    """Address and reason of every other row."""
    return [(row.address.cell, row.reason.value) for row in form.ignored]
