"""Old spreadsheets before any parser: the real type, encryption, macros, links."""

import struct

import pytest
import xlwt
from old_spreadsheets import (
    FORM,
    MANIFEST,
    ods,
    ods_table,
    records_of,
    saved,
    xls,
    xlsb,
    xlsb_sheet,
    zipped,
)
from xlsx_files import packed, parts, sheet, text_cell

from avow.errors import InputRefusedError
from avow.formats.calamine import precheck
from avow.formats.intake import inspect_bytes
from avow.model.reasons import Reason

XLS, XLSB, ODS = xls({"Form": FORM}), xlsb({"Form": xlsb_sheet(FORM)}), ods(ods_table("Form", FORM))
XLSX = packed(parts(sheet(f'<row r="1">{text_cell("A1", "Is MFA enforced?")}</row>')))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(data: bytes, name: str) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        inspect_bytes(name, data)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
    return caught.value


def notes(data: bytes, name: str) -> list[Reason]:
    return [note.reason for note in inspect_bytes(name, data).notes]


@pytest.mark.parametrize(("data", "name"), [(XLS, "f.xls"), (XLSB, "f.XLSB"), (ODS, "f.ods")])
def test_a_plain_file_passes_with_nothing_to_say(data: bytes, name: str) -> None:
    kind = inspect_bytes(name, data)
    assert (kind.format, kind.size, kind.notes) == (name[2:].lower(), len(data), ())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html><body><table><tr><td>ID</td><td>Question</td></tr></table></body></html>", "HTML"),
        (b"\xef\xbb\xbf  <table border=1><tr><td>Question</td></tr></table>", "HTML"),
        (b"ID\tQuestion\tAnswer\r\n1\tIs MFA enforced?\t\r\n", "text"),
        (b"ID,Question\r\n1,Is MFA enforced?\r\n", "text"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "2003 XML"),
        (b'<?xml version="1.0"?><x/>', "XML"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x", "web archive"),
        (XLSX, "an Excel workbook"),
        (ODS, "OpenDocument"),
        (b"%PDF-1.4\n", "PDF"),
    ],
)
def test_another_file_named_xls_is_refused_and_told_what_it_is(data: bytes, says: str) -> None:
    error = refusal(data, "form.xls")
    assert error.code == Reason.FILE_TYPE_MISMATCH
    assert says in str(error)
    assert ".xlsx" in str(error)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (XLSX, "form.xlsb", "an Excel workbook"),
        (XLSX, "form.ods", "an Excel workbook"),
        (ODS, "form.xlsb", "OpenDocument"),
        (XLSB, "form.ods", "binary Excel"),
        (XLSB, "form.xlsx", "binary Excel"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
            "form.ods",
            "text",
        ),
        (zipped({"hello.txt": "hi"}), "form.ods", "zip"),
    ],
)
def test_a_package_of_another_type_is_refused(data: bytes, name: str, says: str) -> None:
    error = refusal(data, name)
    assert error.code == Reason.FILE_TYPE_MISMATCH
    assert says in str(error)


@pytest.mark.parametrize(
    "head", [b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00"]
)
def test_a_workbook_older_than_compound_files_is_refused(head: bytes) -> None:
    error = refusal(head + bytes(60), "form.xls")
    assert error.code == Reason.FORMAT_UNSUPPORTED
    assert "very old" in str(error)


def test_an_old_word_document_named_xls_is_refused() -> None:
    data = XLS.replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert refusal(data, "form.xls").code == Reason.FILE_TYPE_MISMATCH


def test_an_encrypted_xls_is_refused() -> None:
    at = next(at for at, kind, size in records_of(XLS)[1] if kind != 0x0809 and size >= 6)
    protected = XLS[:at] + struct.pack("<H", 0x002F) + XLS[at + 2 :]
    error = refusal(protected, "form.xls")
    assert error.code == Reason.FILE_ENCRYPTED
    assert "password" in str(error)


def test_an_encrypted_xlsb_is_refused() -> None:
    data = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(data, "form.xlsb").code == Reason.FILE_ENCRYPTED


def test_an_encrypted_ods_is_refused_before_its_content_is_read() -> None:
    manifest = MANIFEST.format('<manifest:encryption-data manifest:checksum="x"/>')
    data = ods("", extra={"META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x01 no XML"})
    error = refusal(data, "form.ods")
    assert error.code == Reason.FILE_ENCRYPTED
    assert "password" in str(error)


@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"])
def test_a_document_type_in_an_ods_is_refused(part: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert refusal(ods("", extra={part: xml}), "form.ods").code == Reason.XML_UNSAFE


def test_macros_of_an_ods_are_noted_though_their_parts_declare_a_document_type() -> None:
    module = (
        '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><x/>'
    )
    data = ods(ods_table("Form", FORM), extra={"Basic/Standard/Module1.xml": module})
    assert notes(data, "form.ods") == [Reason.MACROS_PRESENT]


def test_links_of_an_ods_to_other_files_are_noted() -> None:
    source = '<table:table-source xlink:href="file:///x.ods" xmlns:xlink="http://www.w3.org/1999/xlink"/>'
    table = ods_table("Form", FORM).replace("<table:table-row>", f"{source}<table:table-row>", 1)
    assert notes(ods(table), "form.ods") == [Reason.EXTERNAL_REFERENCE]


def test_macros_of_an_xlsb_are_noted() -> None:
    data = xlsb({"Form": xlsb_sheet(FORM)}, extra={"xl/vbaProject.bin": b"\xd0\xcf" * 9})
    assert notes(data, "form.xlsb") == [Reason.MACROS_PRESENT]


def test_macros_of_an_xls_are_noted() -> None:
    storage = "_VBA_PROJECT_CUR".encode("utf-16-le")
    at = XLS.index("Root Entry".encode("utf-16-le")) + 3 * 128  # an unused place of the directory
    entry = storage.ljust(64, b"\0") + struct.pack("<HB", len(storage) + 2, 1) + bytes(61)
    assert notes(XLS[:at] + entry + XLS[at + 128 :], "form.xls") == [Reason.MACROS_PRESENT]


def test_a_macro_sheet_of_an_xls_is_noted_and_not_read() -> None:
    data = xls({"Form": FORM, "Macro1": [["x"]]})
    place = next(at for at, kind, _ in reversed(records_of(data)[1]) if kind == 0x0085)
    kind = inspect_bytes("form.xls", data[: place + 9] + b"\x01" + data[place + 10 :])
    assert [(note.reason, "Excel 4" in note.message) for note in kind.notes] == [
        (Reason.MACROS_PRESENT, True)
    ]


def test_links_of_an_xls_to_other_files_are_noted() -> None:
    book = xlwt.Workbook()
    first = book.add_sheet("Form")
    book.add_sheet("Other")
    first.write(0, 0, xlwt.Formula("Other!A1"))
    data = saved(book)
    at = next(at for at, kind, _ in records_of(data)[1] if kind == 0x01AE)
    outside = data[: at + 6] + struct.pack("<H", 2) + data[at + 8 :]
    assert notes(data, "form.xls") == []
    assert notes(outside, "form.xls") == [Reason.EXTERNAL_REFERENCE]


def test_a_file_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precheck, "MAX_SIZE", 100)
    for data, name in ((XLS, "f.xls"), (XLSB, "f.xlsb"), (ODS, "f.ods")):
        assert refusal(data, name).code == Reason.FILE_TOO_LARGE


def test_sectors_that_run_in_a_circle_are_refused() -> None:
    directory = struct.unpack_from("<L", XLS, 48)[0]
    table = struct.unpack_from("<L", XLS, 76)[0]
    at = 512 * (table + 1) + 4 * directory
    error = refusal(XLS[:at] + struct.pack("<L", directory) + XLS[at + 4 :], "form.xls")
    assert error.code == Reason.FILE_DAMAGED


def test_an_ods_without_content_is_refused() -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, stored=["mimetype"])
    assert refusal(data, "form.ods").code == Reason.FILE_DAMAGED


def test_two_sheets_of_one_name_are_refused_since_an_answer_could_go_to_either() -> None:
    rows = [["Question", "Answer"], ["Is MFA on?", ""]]
    data = ods(ods_table("Form", rows) + ods_table("form", rows))
    error = refusal(data, "form.ods")
    assert error.code == Reason.FILE_DAMAGED
    assert "two sheets are named form" in str(error)
