"""Filling: the answer cells change, and not one byte besides."""

import hashlib
import io
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from xlsx_files import MACRO_TYPE, MAIN, packed, parts, saved, sheet, text_cell

from avow.errors import InputRefusedError
from avow.formats.grid import cell_name
from avow.formats.intake import inspect_bytes
from avow.formats.writing import CellNotWritableError
from avow.formats.xlsx.fill import TEXT_RULES, fill_workbook
from avow.formats.xlsx.reader import read_book
from avow.formats.xlsx.references import parse_cell
from avow.formats.xlsx.splice import splice
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

SHARED = Path(__file__).resolve().parents[3] / "shared"
YES = '<is><t xml:space="preserve">Yes</t></is></c>'


def write(cell: str, value: str = "Yes", name: str = "Sheet1") -> CellWrite:
    return CellWrite(address=CellAddress(sheet=name, cell=cell), value=value)


def filled(path: Path, *writes: CellWrite) -> bytes:
    out = io.BytesIO()
    fill_workbook(path, writes, out, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.mark.parametrize(
    ("rows", "new"),
    [
        ('<row r="1"><c r="B1" s="3"/></row>', f'<row r="1"><c r="B1" s="3" t="inlineStr">{YES}</row>'),
        ("<row r='1'><c s='3' r='B1' /></row>", f'<row r=\'1\'><c r="B1" s="3" t="inlineStr">{YES}</row>'),
        (
            '<row r="1"><c r="B1" s="3" t="s"><v>4</v></c></row>',
            f'<row r="1"><c r="B1" s="3" t="inlineStr">{YES}</row>',
        ),
        ('<row r="1"/>', f'<row r="1"><c r="B1" t="inlineStr">{YES}</row>'),
        ('<row r="1" ht="15" />', f'<row r="1" ht="15"><c r="B1" t="inlineStr">{YES}</row>'),
        ('<row r="1"><c r="A1"/></row>', f'<row r="1"><c r="A1"/><c r="B1" t="inlineStr">{YES}</row>'),
        ('<row r="1"><c r="C1"/></row>', f'<row r="1"><c r="B1" t="inlineStr">{YES}<c r="C1"/></row>'),
        (
            '<row r="1" spans="1:1"><c r="A1"/></row>',
            f'<row r="1" spans="1:2"><c r="A1"/><c r="B1" t="inlineStr">{YES}</row>',
        ),
        (
            '<row r="1" s="7" customFormat="1"/>',
            f'<row r="1" s="7" customFormat="1"><c r="B1" s="7" t="inlineStr">{YES}</row>',
        ),
        ("<row><c/><c><v>1</v></c><c/></row>", f'<row><c/><c r="B1" t="inlineStr">{YES}<c/></row>'),
        ("", f'<row r="1"><c r="B1" t="inlineStr">{YES}</row>'),
        (
            '<row r="1"><c r="A1" x=" r=" s="1"/><c s="1" r=\'C1\'/></row>',
            f'<row r="1"><c r="A1" x=" r=" s="1"/><c r="B1" t="inlineStr">{YES}<c s="1" r=\'C1\'/></row>',
        ),
        (
            '<row r="1"><c s="1" r="A1"/><c s="1" r="C1"/></row>',
            f'<row r="1"><c s="1" r="A1"/><c r="B1" t="inlineStr">{YES}<c s="1" r="C1"/></row>',
        ),
        ('<row r="5"/>', f'<row r="1"><c r="B1" t="inlineStr">{YES}</row><row r="5"/>'),
        (
            '<row r="1"><c r="B1"><!-- <c r="B1"> --><v>1</v></c></row>',
            f'<row r="1"><c r="B1" t="inlineStr">{YES}</row>',
        ),
        (
            '<row r="1"><c r="A1"><v> r="B1"</v></c><c r="B1" x="a>b" s="2"/></row>',
            f'<row r="1"><c r="A1"><v> r="B1"</v></c><c r="B1" s="2" t="inlineStr">{YES}</row>',
        ),
    ],
)
def test_a_cell_is_written_in_place(rows: str, new: str) -> None:
    assert splice(sheet(rows).encode(), {(1, 2): "Yes"}, "S").decode() == sheet(new)


def test_a_sheet_without_rows_is_opened() -> None:
    assert splice(sheet(wrapper="<sheetData />").encode(), {(2, 1): "Yes"}, "S").decode() == sheet(
        f'<row r="2"><c r="A2" t="inlineStr">{YES}</row>'
    )


def test_prefixes_are_kept() -> None:
    before = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"/></x:row></x:sheetData></x:worksheet>'
    after = splice(before.encode(), {(1, 1): "Yes", (2, 1): "No"}, "S").decode()
    assert after == before.replace(
        '<x:c r="A1"/></x:row>',
        '<x:c r="A1" t="inlineStr"><x:is><x:t xml:space="preserve">Yes</x:t></x:is></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t xml:space="preserve">No</x:t></x:is></x:c></x:row>',
    )


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "us-ascii"])
def test_a_parts_encoding_is_kept(tmp_path: Path, codec: str) -> None:
    declared = "UTF-16" if codec.startswith("utf-16-") else codec
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    plain = sheet(f'<row r="1">{text_cell("A1", "Q")}</row>').replace("UTF-8", declared)
    before = mark + plain.encode(codec)
    path = saved(tmp_path, parts(before))
    after = members(filled(path, write("B1", "Größe ☃ & 中")))["xl/worksheets/sheet1.xml"]
    assert after[:60] == before[:60]
    assert etree.fromstring(after).findall(f".//{{{MAIN}}}t")[1].text == "Größe ☃ & 中"


def test_new_cells_take_the_style_of_the_column() -> None:
    rows = '<row r="1"><c r="B1" s="9"/></row><row r="2"><c r="B2" s="4"/></row><row r="3"/><row r="4"><c r="B4" s="4"/></row>'
    after = splice(sheet(rows).encode(), {(2, 2): "a", (3, 2): "b", (4, 2): "c", (6, 2): "d"}, "S").decode()
    assert '<c r="B3" s="4" t="inlineStr">' in after
    assert '<c r="B6" s="4" t="inlineStr">' in after
    columns = '<cols><col min="2" max="3" style="6"/></cols>'
    assert (
        '<c r="C9" s="6" t="inlineStr">' in splice(sheet("", columns).encode(), {(9, 3): "x"}, "S").decode()
    )


@pytest.mark.parametrize(
    ("rows", "after", "reason"),
    [
        ('<row r="1"><c r="B1"><f>A1</f><v>1</v></c></row>', "", Reason.FORMULA_IN_ANSWER),
        ('<row r="1"><c r="B1"><f t="shared" si="0"/></c></row>', "", Reason.FORMULA_IN_ANSWER),
        (
            '<row r="1"><c r="A1"><f t="array" ref="A1:B1">X1:Y1</f></c><c r="B1"><v>1</v></c></row>',
            "",
            Reason.FORMULA_IN_ANSWER,
        ),
        (
            '<row r="1"><c r="B1"/></row>',
            '<mergeCells><mergeCell ref="A1:C2"/></mergeCells>',
            Reason.ANSWER_CELL_COVERED,
        ),
        ('<row r="1"><c r="B1"/><c r="B1"/></row>', "", Reason.DUPLICATE_CELL),
        ('<row r="1"><c r="B1"/></row><row r="1"><c r="B1"/></row>', "", Reason.DUPLICATE_CELL),
    ],
)
def test_cells_that_are_never_written(rows: str, after: str, reason: Reason) -> None:
    with pytest.raises(CellNotWritableError) as caught:
        splice(sheet(rows, after=after).encode(), {(1, 2): "Yes"}, "S")
    assert (caught.value.reason, caught.value.where) == (reason, "S!B1")


def test_the_first_cell_of_a_merged_range_is_written() -> None:
    merged = '<mergeCells><mergeCell ref="B1:C2"/></mergeCells>'
    assert b"Yes" in splice(
        sheet('<row r="1"><c r="B1"/></row>', after=merged).encode(), {(1, 2): "Yes"}, "S"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Yes", None),
        ("=1+1 & <b>\tx\n\r y  ", None),
        ("_x00_ and x_000D_", None),
        ("\U0001f512" * 16_383, None),
        ("A" * 32_767, None),
        ("A" * 32_768, Reason.TEXT_TOO_LONG),
        ("\U0001f512" * 16_384, Reason.TEXT_TOO_LONG),
        ("", Reason.TEXT_NOT_WRITABLE),
        ("a\x00b", Reason.TEXT_NOT_WRITABLE),
        ("a\x0bb", Reason.TEXT_NOT_WRITABLE),
        ("a\ud800b", Reason.TEXT_NOT_WRITABLE),
        ("a\ufffeb", Reason.TEXT_NOT_WRITABLE),
        ("literal _x000D_", Reason.TEXT_NOT_WRITABLE),
    ],
)
def test_texts_a_cell_can_hold(tmp_path: Path, text: str, reason: Reason | None) -> None:
    assert TEXT_RULES.problem(text) == reason
    path = saved(tmp_path, parts(sheet('<row r="1"><c r="A1"/></row>')))
    if reason is None:
        cell = openpyxl.load_workbook(io.BytesIO(filled(path, write("A1", text))))["Sheet1"]["A1"]
        assert cell.value == text
        assert b"<f" not in members(filled(path, write("A1", text)))["xl/worksheets/sheet1.xml"]
        return
    with pytest.raises(CellNotWritableError) as caught:
        filled(path, write("A1", text))
    assert caught.value.reason == reason


def test_a_changed_source_and_wrong_addresses_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, parts(sheet()))
    with pytest.raises(InputRefusedError):
        fill_workbook(path, [write("A1")], io.BytesIO(), sha256="0" * 64)
    for wrong in (write("A0"), write("A1:B2"), write("A1", name="Nowhere")):
        with pytest.raises(CellNotWritableError):
            filled(path, wrong)
    with pytest.raises(CellNotWritableError):
        filled(path, write("A1"), write("A1", "No"))


def test_an_existing_target_is_not_overwritten(tmp_path: Path) -> None:
    path = saved(tmp_path, parts(sheet()))
    with pytest.raises(FileExistsError):
        fill_workbook(path, [write("A1")], path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("book", "asked"),
    [
        ("", '</sheets><calcPr fullCalcOnLoad="1"/></workbook>'),
        ('<calcPr calcId="1"/><extLst/>', '<calcPr calcId="1" fullCalcOnLoad="1"/><extLst/>'),
        ('<calcPr calcId="1" fullCalcOnLoad="0" />', '<calcPr calcId="1" fullCalcOnLoad="1" />'),
        (
            '<definedNames><definedName name="A">1</definedName></definedNames><extLst/>',
            '</definedNames><calcPr fullCalcOnLoad="1"/><extLst/>',
        ),
    ],
)
def test_calculation_is_asked_for_where_there_are_formulas(tmp_path: Path, book: str, asked: str) -> None:
    plain = parts(sheet(), book=book)
    computed = parts(sheet(), sheet('<row r="1"><c r="A1"><f>Sheet1!A1</f></c></row>'), book=book)
    quiet = members(filled(saved(tmp_path, plain), write("A1", "see :f and <f>")))
    assert quiet["xl/workbook.xml"] == str(plain["xl/workbook.xml"]).encode()
    path = saved(tmp_path, computed)
    assert asked in members(filled(path, write("A1")))["xl/workbook.xml"].decode()
    assert filled(path) == path.read_bytes(), "nothing is written, so nothing is asked for"


def test_other_members_are_copied_as_raw_bytes(tmp_path: Path) -> None:
    macros = parts(
        sheet(), main_type=MACRO_TYPE, extra={"xl/vbaProject.bin": b"\xd0\xcf" * 99, "xl/x.bin": b"x"}
    )
    path = tmp_path / "form.xlsm"
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"kept"
        for at, (name, content) in enumerate(macros.items()):
            info = zipfile.ZipInfo(name, (2020, 1, 1 + at, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if at % 2 else zipfile.ZIP_DEFLATED
            info.extra = b"\x99\x99\x02\x00ab"
            info.comment = b"c"
            archive.writestr(info, content)
    once, twice = filled(path, write("A1")), filled(path, write("A1"))
    assert once == twice
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(io.BytesIO(once)) as target:
        assert target.comment == b"kept"
        for old, new in zip(source.infolist(), target.infolist(), strict=True):
            assert (old.filename, old.date_time, old.compress_type, old.extra, old.comment, old.external_attr) == (
                new.filename, new.date_time, new.compress_type, new.extra, new.comment, new.external_attr,
            )  # fmt: skip
            if old.filename != "xl/worksheets/sheet1.xml":
                assert source.read(old) == target.read(new)
    inspect_bytes("form.xlsm", once)


def test_streamed_packages_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"

    class Pipe(io.RawIOBase):
        """A stream that cannot be rewound, so that sizes follow the data."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in parts(sheet()).items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(content.encode() if isinstance(content, str) else content)
    path.write_bytes(pipe.data)
    after = filled(path, write("B2"))
    assert openpyxl.load_workbook(io.BytesIO(after))["Sheet1"]["B2"].value == "Yes"
    inspect_bytes("form.xlsx", after)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30).filter(
    lambda text: TEXT_RULES.problem(text) is None
)
CELLS = st.sampled_from(
    [
        "", "<c{r}/>", '<c{r} s="2"/>', "<c{r}><v>3</v></c>", '<c{r} t="s"><v>0</v></c>', '<c{r} t="e"><v>#N/A</v></c>',
        '<c{r}  t="inlineStr" ><is><t>x &lt;c r="A1"/&gt;</t></is></c >', "<c{r}><f>A1</f><v>1</v></c>",
        "<c{r}><!-- <c> --><v>1</v></c>", '<c{r} y="a>b"></c>', "<c{r}><v><![CDATA[</c></row>]]></v></c>",
    ]
)  # fmt: skip


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A workbook and its sheet part: rows with gaps, cells with and without places, odd spellings."""
    rows = []
    numbers = sorted(draw(st.sets(st.integers(1, 12), max_size=6)))
    prefix = draw(st.sampled_from(["", "x:"]))
    for number in numbers:
        cells = draw(st.lists(CELLS, max_size=5))
        content = "".join(
            cell.format(r=f' r="{cell_name(number, col)}"') for col, cell in enumerate(cells, 1) if cell
        )
        attributes = draw(
            st.sampled_from(["", ' spans="1:5"', " ht='20' customHeight='1'", ' s="2" customFormat="1"'])
        )
        rows.append(
            f'<row r="{number}"{attributes}>{content}</row>'
            if content
            else f'<row r="{number}"{attributes}/>'
        )
    after = draw(
        st.sampled_from(["", '<mergeCells><mergeCell ref="B2:C3"/></mergeCells>', "<!-- <sheetData/> -->"])
    )
    xml = sheet("".join(rows), "<!-- <row> -->", after)
    if prefix:
        for name in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t", "mergeCells", "mergeCell"):
            xml = (
                xml.replace(f"<{name}>", f"<x:{name}>")
                .replace(f"<{name} ", f"<x:{name} ")
                .replace(f"<{name}/", f"<x:{name}/")
            )
            xml = xml.replace(f"</{name}>", f"</x:{name}>").replace(f"</{name} ", f"</x:{name} ")
        xml = xml.replace("xmlns=", "xmlns:x=", 1)
    part = xml.encode()
    return packed(parts(part, strings="<si><t>shared</t></si>")), part


def without(xml: bytes, cells: set[str]) -> bytes:
    """Canonical XML with the written cells, rows only they are in, and row spans taken out."""
    root = etree.fromstring(xml)
    for cell in list(root.iter(f"{{{MAIN}}}c")):
        if cell.get("r") in cells:
            assert not cell.tail
            cell.getparent().remove(cell)
    for row in list(root.iter(f"{{{MAIN}}}row")):
        row.attrib.pop("spans", None)
        if len(row) == 0 and set(row.attrib) == {"r"}:
            row.getparent().remove(row)
    return etree.tostring(root, method="c14n", with_comments=True)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    book=workbooks(),
    places=st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 6)), TEXTS, max_size=8),
)
def test_no_byte_outside_the_written_cells_changes(
    tmp_path: Path, book: tuple[bytes, bytes], places: dict[tuple[int, int], str]
) -> None:
    data, part = book
    path = tmp_path / "generated.xlsx"
    path.write_bytes(data)
    before = read_book(path).sheets[0]
    allowed = {
        place: text
        for place, text in places.items()
        if not (place in before.cells and before.cells[place].formula)
        and not any(
            area.holds(*place) and place != (area.first_row, area.first_col) for area in before.merges
        )
    }
    out = filled(path, *(write(cell_name(*place), text) for place, text in allowed.items()))
    old, new = members(data), members(out)
    assert list(old) == list(new)
    changed = {name for name in old if old[name] != new[name]}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert old["xl/workbook.xml"] == new["xl/workbook.xml"].replace(b'<calcPr fullCalcOnLoad="1"/>', b"")
    names = {cell_name(*place) for place in allowed}
    assert without(new["xl/worksheets/sheet1.xml"], names) == without(part, names)
    rows = list(etree.fromstring(new["xl/worksheets/sheet1.xml"]).iter(f"{{{MAIN}}}row"))
    for things in (rows, *rows):
        numbers = [
            parse_cell(one.get("r")) or int(one.get("r")) for one in things if isinstance(one.tag, str)
        ]
        assert numbers == sorted(set(numbers))
    (tmp_path / "filled.xlsx").write_bytes(out)
    after = read_book(tmp_path / "filled.xlsx").sheets[0]
    assert {place: after.text(*place) for place in allowed} == allowed
    untouched = {place: cell.text for place, cell in before.cells.items() if place not in allowed}
    assert {place: cell.text for place, cell in after.cells.items() if place not in allowed} == untouched
    assert not [place for place in allowed if after.cells[place].formula]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared questionnaires are not beside the checkout")
def test_real_workbooks_read_back_in_other_readers(tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    warnings.simplefilter("ignore")
    sources = sorted((SHARED / "questionnaires").rglob("*.xls[xm]"))
    assert sources
    for path in sources:
        writes = []
        for grid in read_book(path).sheets:
            covered = [
                area
                for area in grid.merges
                if (area.first_row, area.first_col) != (area.last_row, area.last_col)
            ]
            for row in sorted({row for row, _ in grid.cells})[3:40:5]:
                for col in (3, 7, 30):
                    cell = grid.cells.get((row, col))
                    if not (cell and cell.formula) and not any(area.holds(row, col) for area in covered):
                        writes.append(write(cell_name(row, col), f"Yes & <no> {row}\nünd", grid.name))
        out = tmp_path / path.name
        out.write_bytes(filled(path, *writes))
        source, target = members(path.read_bytes()), members(out.read_bytes())
        assert list(source) == list(target)
        changed = {name for name in source if source[name] != target[name]}
        assert all(name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml" for name in changed)
        book = openpyxl.load_workbook(out)
        other = calamine.CalamineWorkbook.from_path(str(out))
        rows = {
            name: other.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in other.sheet_names
        }
        for one in writes:
            cell = book[one.address.sheet][one.address.cell]
            assert cell.value == one.value
            assert rows[one.address.sheet][cell.row - 1][cell.column - 1] == one.value
