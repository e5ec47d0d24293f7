"""Every spreadsheet at hand read by an independent reader too; each difference has a reason, or fails."""

import datetime
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hazards import HAZARDS
from old_spreadsheets import FORM, ods, ods_table, xls
from python_calamine import CalamineWorkbook
from xlsx_files import packed, parts, sheet, text_cell

from avow.formats.calamine.reader import read_spreadsheet
from avow.formats.grid import Book, Cell, cell_name
from avow.formats.xlsx.reader import read_book

FORMS = Path(__file__).resolve().parents[3] / "shared" / "questionnaires"
REAL = sorted(FORMS.rglob("*.xls[xm]"))
GENERATED = {
    **{f"{name}.{'xlsm' if made.macros else 'xlsx'}": made.workbook() for name, made in HAZARDS.items()},
    "values.xlsx": packed(
        parts(
            sheet(
                f'<row r="3">{text_cell("B3", "Is MFA enforced?")}<c r="C3"><v>12</v></c><c r="D3"><v>0.125</v></c>'
                '<c r="E3" s="4"><v>45413</v></c><c r="F3" t="b"><v>1</v></c><c r="G3" t="e"><v>#REF!</v></c>'
                '<c r="H3" s="6"><v>0.25</v></c><c r="I3" t="str"><f>"a"</f><v>a_x0041_</v></c><c r="J3"><f>A1</f></c></row>'
                '<row r="1048576"><c r="A1048576"/></row>'
            )
        )
    ),
}


@pytest.fixture
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A real form as it lies there, or a generated one."""
    if isinstance(request.param, Path):
        return request.param
    made = tmp_path / request.param
    made.write_bytes(GENERATED[request.param])
    return made


@pytest.mark.parametrize(
    "path", [*REAL, *GENERATED], ids=lambda one: getattr(one, "name", one), indirect=True
)
def test_our_reader_and_an_independent_one_see_the_same_cells(path: Path) -> None:
    other = CalamineWorkbook.from_path(str(path))
    grids = {grid.name: grid for grid in read_book(path).sheets}
    seen = 0
    for name, grid in grids.items():
        rows = other.get_sheet_by_name(name).to_python(skip_empty_area=False)
        values = {
            (row, col): value
            for row, line in enumerate(rows, start=1)
            for col, value in enumerate(line, start=1)
            if value != ""
        }
        cells = {place: cell for place, cell in grid.cells.items() if cell.text or cell.formula}
        for place in values.keys() | cells.keys():
            why = reason(cells.get(place), values.get(place))
            assert why, (path.name, name, cell_name(*place), cells.get(place), values.get(place))
            seen += why == "same"
    assert seen > 2


def reason(cell: Cell | None, value: object) -> str:
    """Why a cell and the other reader's value agree, or may differ; "" where nothing explains it."""
    if cell is None:
        return ""
    if value is None:
        # The other reader gives nothing for errors, and for formulas whose value was never stored.
        return "error" if cell.error else "no value" if cell.formula and not cell.text else ""
    text = cell.text
    if isinstance(value, bool):
        return "same" if text == str(value).upper() else ""
    if isinstance(value, int | float):
        shown = text.removesuffix("%")
        number = (
            float(shown) / (100 if text.endswith("%") else 1)
            if re.fullmatch(r"-?[\d.]+(e[+-]\d+)?", shown)
            else None
        )
        decimals = len(shown.partition(".")[2]) + (2 if text.endswith("%") else 0)
        rounded = 0.5001 * 10**-decimals if decimals else 0.0
        return "same" if number is not None and abs(number - value) <= rounded + 1e-12 * abs(value) else ""
    if isinstance(value, datetime.date | datetime.datetime | datetime.time):
        return "same" if re.sub(r"\D", "", str(value)).startswith(re.sub(r"\D", "", text)) else ""
    if isinstance(value, str):
        # Line ends and characters that XML cannot hold are spelled in two ways.
        return "same" if plain(text) == plain(value) else ""
    return ""


def plain(text: str) -> str:
    decoded = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    return "".join(decoded.replace("\r", "").split())


# ── old formats, read by LibreOffice ───────────────────────────────────────────────────────────


def converted(folder: Path, ending: str, given: list[Path]) -> Iterator[Path]:
    """The files as LibreOffice writes them in another format."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed, and no other reader of these formats is independent")
    out = folder / ending
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", ending, "--outdir", out, *given],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return iter([out / f"{path.stem}.{ending}" for path in given])


def differences(ours: Book, theirs: Book) -> list[tuple[str, str, str, str]]:
    """(sheet, cell, one text, the other) where what was no formula reads otherwise."""
    assert [grid.name for grid in ours.sheets] == [grid.name for grid in theirs.sheets]
    found = []
    for one, other in zip(ours.sheets, theirs.sheets, strict=True):
        for place in one.cells.keys() | other.cells.keys():
            cells = one.cells.get(place), other.cells.get(place)
            # LibreOffice calculates formulas anew, and writes some to .xls without their values.
            if any(cell is not None and cell.formula for cell in cells):
                continue
            texts = [plain(cell.text) if cell is not None else "" for cell in cells]
            if texts[0] != texts[1]:
                found.append((one.name, cell_name(*place), *texts))
    return found


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_real_forms_in_old_formats_hold_what_the_new_ones_do(tmp_path: Path, ending: str) -> None:
    if not REAL:
        pytest.skip("the real forms are not beside the checkout")
    small = sorted(REAL, key=lambda path: path.stat().st_size)[:3]
    for source, made in zip(small, converted(tmp_path, ending, small), strict=True):
        assert differences(read_spreadsheet(made).book, read_book(source)) == [], source.name


def test_small_files_of_old_formats_read_as_libreoffice_reads_them(tmp_path: Path) -> None:
    rows = [*FORM, ["", "Größe ☃ & <b>", 12, 0.5], ["two\nlines", "  blanks  ", "x", True]]
    made = {"one.xls": xls({"Form": rows, "Empty": [], "Last": [["", "", "end"]]})}
    made["two.ods"] = ods(ods_table("Form", [row[:3] for row in rows[:-1]]) + ods_table("Last", [["end"]]))
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    given = [tmp_path / name for name in made]
    for path, theirs in zip(given, converted(tmp_path, "xlsx", given), strict=True):
        assert differences(read_spreadsheet(path).book, read_book(theirs)) == [], path.name


def test_a_difference_nothing_explains_is_seen() -> None:
    assert reason(Cell(1, 1, "Yes"), "No") == ""
    assert reason(Cell(1, 1, "Yes"), None) == ""
    assert reason(None, "Yes") == ""
    assert reason(Cell(1, 1, "12"), 12.4) == ""
    assert reason(Cell(1, 1, "12"), 12.0) == "same"
