"""Files with what libraries lose: after filling, the answer is there, and every other byte is where it was."""

import hashlib
import io
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hazards import EMPTY, HAZARDS
from python_calamine import CalamineWorkbook

from avow.formats.files import understand_file
from avow.formats.intake import inspect_bytes
from avow.formats.xlsx.fill import fill_workbook
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

WRITTEN = '<c r="C2" s="8" t="inlineStr"><is><t xml:space="preserve">Yes</t></is></c>'


def name_of(hazard: str) -> str:
    return "form.xlsm" if HAZARDS[hazard].macros else "form.xlsx"


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def filled(folder: Path, hazard: str) -> tuple[bytes, bytes]:
    """(the form, the form with "Yes" in C2)."""
    data = HAZARDS[hazard].workbook()
    path = folder / name_of(hazard)
    path.write_bytes(data)
    write = CellWrite(address=CellAddress(sheet="Sheet1", cell="C2"), value="Yes")
    out = io.BytesIO()
    fill_workbook(path, [write], out, sha256=hashlib.sha256(data).hexdigest())
    return data, out.getvalue()


@pytest.mark.parametrize("hazard", HAZARDS)
def test_only_the_answer_differs(tmp_path: Path, hazard: str) -> None:
    data, after = filled(tmp_path, hazard)
    before, now = members(data), members(after)
    assert list(before) == list(now)
    part = "xl/worksheets/sheet1.xml"
    assert now.pop(part).decode() == before.pop(part).decode().replace(EMPTY, WRITTEN)
    assert now == before


@pytest.mark.parametrize("hazard", HAZARDS)
def test_the_filled_file_opens_with_its_answer(tmp_path: Path, hazard: str) -> None:
    _, after = filled(tmp_path, hazard)
    inspect_bytes(name_of(hazard), after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(after))
    assert book["Sheet1"]["C2"].value == "Yes"
    assert CalamineWorkbook.from_filelike(io.BytesIO(after)).get_sheet_by_index(0).to_python()[1][2] == "Yes"


@pytest.mark.parametrize("hazard", HAZARDS)
def test_the_questions_beside_it_are_read(tmp_path: Path, hazard: str) -> None:
    path = tmp_path / name_of(hazard)
    path.write_bytes(HAZARDS[hazard].workbook())
    found = understand_file(path).questionnaire
    assert [(one.address.cell, str(one.place.answer)) for one in found.questions] == [
        ("B2", "Sheet1!C2"),
        ("B3", "Sheet1!C3"),
    ]
    told = {note.reason for note in found.notes}
    expected = {
        "macros": Reason.MACROS_PRESENT,
        "activex": Reason.ACTIVE_CONTENT,
        "data model and connections": Reason.EXTERNAL_REFERENCE,
    }
    assert expected.get(hazard) in {*told, None}


def test_a_dropdown_in_an_extension_only_limits_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(HAZARDS["rules in extensions"].workbook())
    choices = [one.place.choices for one in understand_file(path).questionnaire.questions]
    assert choices[0] is None
    assert choices[1] is not None
    assert (choices[1].options, choices[1].source) == (("1", "2"), "extension-validation")


def test_libreoffice_opens_every_filled_file(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    for number, hazard in enumerate(HAZARDS):
        _, after = filled(tmp_path, hazard)
        (tmp_path / f"{number}.{name_of(hazard)[5:]}").write_bytes(after)
    given = sorted(tmp_path.glob("[0-9]*.xls[xm]"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", "csv", "--outdir", tmp_path, *given],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    for path in given:
        assert "Is MFA enforced?,Yes" in path.with_suffix(".csv").read_text(encoding="utf-8"), path.name
