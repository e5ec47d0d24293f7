"""Hostile and broken PDFs: what is refused before any parser sees it, what is noted, and that nothing runs away."""

import time
import zlib
from pathlib import Path

import pytest

from avow.errors import InputRefusedError
from avow.formats.files import understand_file
from avow.formats.pdf import precheck
from avow.model.questionnaires import Note
from avow.model.reasons import Reason
from pdf_files import QUESTION, numbered, objects, one_field, page_of, shown, stream, text_field, usual_form


def notes_of(data: bytes) -> list[Note]:
    return precheck.check("asked.pdf", data, "pdf")


def reasons_of(data: bytes) -> set[Reason]:
    return {one.reason for one in notes_of(data)}


def refusal(data: bytes) -> str:
    with pytest.raises(InputRefusedError) as refused:
        notes_of(data)
    assert str(refused.value).startswith("asked.pdf: ")
    assert "\n" not in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    "data", [numbered([QUESTION]), usual_form(), page_of(shown(QUESTION)), one_field(text_field())]
)
def test_an_ordinary_file_passes_without_a_note(data: bytes) -> None:
    assert notes_of(data) == []


def test_what_is_no_pdf_is_refused() -> None:
    assert refusal(b"PK\3\4 and so on") == Reason.FILE_TYPE_MISMATCH
    assert refusal(b" " * 1100 + numbered([QUESTION])) == Reason.FILE_TYPE_MISMATCH
    assert notes_of(b"\r\n" * 100 + numbered([QUESTION])) == []


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_refused(share: float) -> None:
    data = page_of(shown(QUESTION))
    assert refusal(data[: int(len(data) * share)]) == Reason.FILE_DAMAGED


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", Reason.ACTIVE_CONTENT),
        ("/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>", Reason.ACTIVE_CONTENT),
        ("/OpenAction << /S /Launch /F (/bin/sh) >>", Reason.ACTIVE_CONTENT),
        ("/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >>", Reason.ACTIVE_CONTENT),
        ("/AA << /WC << /S /SubmitForm /F (http://127.0.0.1:9/) >> >>", Reason.EXTERNAL_REFERENCE),
        ("/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>", Reason.EXTERNAL_REFERENCE),
        ("/OpenAction << /S /GoToR /F (other.pdf) >>", Reason.EXTERNAL_REFERENCE),
    ],
)
def test_what_could_run_or_reach_out_is_noted(tmp_path: Path, part: str, reason: Reason) -> None:
    data = page_of(shown(QUESTION), catalogue=part, more=["<< /Type /Filespec >>"])
    assert reasons_of(data) == {reason}
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    found = understand_file(path).questionnaire
    assert reason in {one.reason for one in found.notes}
    assert [one.text for one in found.questions] == [QUESTION]


def test_what_is_packed_away_in_an_object_stream_is_found() -> None:
    inside = zlib.compress(b"6 0 << /S /JavaScript /JS (app.alert(1)) >>")
    packed = stream(inside, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    assert reasons_of(page_of(shown(QUESTION), more=[packed])) == {Reason.ACTIVE_CONTENT}


def spaces(size: int) -> bytes:
    return zlib.compress(b" " * size, 9)


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        (spaces(200 << 20), "/Filter /FlateDecode"),
        (spaces(200 << 20), "/Filter 9 0 R"),
        (zlib.compress(spaces(200 << 20), 9), "/Filter [/FlateDecode /FlateDecode]"),
        (zlib.compress(spaces(200 << 20), 9), "/Filter [/Fl /F#6cateDecode]"),
        (spaces(200 << 20).hex().encode() + b">", "/Filter [/ASCIIHexDecode /FlateDecode]"),
    ],
    ids=["one", "named elsewhere", "twice", "twice, disguised", "in hexadecimal"],
)
def test_a_stream_that_inflates_without_end_is_refused_in_time(data: bytes, entries: str) -> None:
    began = time.perf_counter()
    assert refusal(page_of(data, entries=entries)) == Reason.FILE_TOO_LARGE
    assert time.perf_counter() - began < 5


def test_many_streams_that_are_too_much_together_are_refused() -> None:
    one = stream(spaces(100 << 20), "/Filter /FlateDecode")
    assert refusal(page_of(shown(QUESTION), more=[one] * 6)) == Reason.FILE_TOO_LARGE


def test_runs_and_lzw_are_counted() -> None:
    runs = b"".join(bytes([129, 32]) for _ in range(10)) + b"\x80"
    assert [len(piece) for piece in precheck._unpacked(runs, [b"/RunLengthDecode"])] == [128] * 10
    # Clear, A, B, the pair AB (258), end: the codes of nine bits each.
    bits = "".join(f"{code:09b}" for code in (256, 65, 66, 258, 257))
    packed = int(bits.ljust(48, "0"), 2).to_bytes(6, "big")
    assert sum(len(piece) for piece in precheck._unpacked(packed, [b"/LZWDecode"])) == 4


@pytest.mark.parametrize(
    "part", ["[" * 5000 + "]" * 5000, "[1 " * 5000 + "]" * 5000, "<</A " * 3000 + "1" + ">>" * 3000]
)
def test_what_is_nested_without_end_is_refused(part: str) -> None:
    assert refusal(page_of(shown(QUESTION), page=f"/X {part}")) == Reason.FILE_DAMAGED


def test_brackets_in_a_text_are_no_nesting() -> None:
    assert notes_of(page_of(shown(QUESTION), page=f"/X ({'[' * 5000})")) == []


def test_too_many_objects_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precheck, "MAX_OBJECTS", 6)
    assert refusal(page_of(shown(QUESTION), more=["null", "null"])) == Reason.LIMIT_REACHED


# ── what only the parsers meet ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (objects("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), None),
        (objects("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), None),
        (objects("<< /Type /Catalog >>"), None),
        (
            objects(
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [] /Count 0 >>",
                f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{'00' * 32}> /U <{'00' * 32}> >>",
                trailer="/Encrypt 3 0 R /ID [<00><00>]",
            ),
            Reason.FILE_ENCRYPTED,
        ),
    ],
    ids=["a circle of pages", "no page", "no page tree", "encrypted"],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, code: Reason | None) -> None:
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    with pytest.raises(InputRefusedError) as refused:
        understand_file(path)
    assert code is None or refused.value.code == code


@pytest.mark.parametrize(
    "form",
    [
        "/Fields 6 0 R",
        "/Fields [6 0 R 6 0 R 6 0 R]",
        "/Fields [1 0 R 2 0 R 3 0 R 99 0 R null (text) 5]",
        "/Fields [<< /T (a) /Kids [6 0 R] >>]",
        "/Fields [6 0 R] /DA 5 /DR (x)",
        "/Fields [6 0 R] /DR << /Font << /Helv 6 0 R >> >>",
    ],
)
@pytest.mark.parametrize(
    "field",
    [
        "/FT /Tx /T (a) /Rect [300 690 500 712] /Parent 6 0 R /Kids [6 0 R]",
        "/FT /Tx /T (a) /Rect [300 (x) 500 712]",
        "/FT /Tx /T (a) /Rect [300 690]",
        "/FT /Btn /T (a) /Rect [300 690 500 712] /AP << /N 6 0 R >>",
        "/FT /Ch /T (a) /Rect [300 690 500 712] /Opt [[(a)] 6 0 R null (b)]",
        "/FT 5 /T 6 /Ff (x) /MaxLen (y) /Rect [300 690 500 712]",
    ],
)
def test_a_form_that_makes_no_sense_does_no_harm(tmp_path: Path, form: str, field: str) -> None:
    data = page_of(
        shown(QUESTION),
        catalogue=f"/AcroForm << {form} >>",
        page="/Annots [6 0 R null 3 0 R]",
        more=[f"<< /Type /Annot /Subtype /Widget {field} >>"],
    )
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    found = understand_file(path).questionnaire
    assert [one.text for one in found.questions] == [QUESTION]


def test_a_field_tree_as_deep_as_the_file_does_no_harm(tmp_path: Path) -> None:
    kids = [f"<< /T (t{number}) /Kids [{number + 1} 0 R] >>" for number in range(6, 3000)]
    data = page_of(
        shown(QUESTION), catalogue="/AcroForm << /Fields [6 0 R] >>", more=[*kids, "<< /FT /Tx /T (end) >>"]
    )
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    assert [one.text for one in understand_file(path).questionnaire.questions] == [QUESTION]


@pytest.mark.parametrize(
    "box", ["[0 0 99999999 99999999]", "[0 0 0 0]", "[612 792 0 0]", "[-5000 -5000 612 792]"]
)
def test_a_page_of_any_size_is_read_in_time(tmp_path: Path, box: str) -> None:
    path = tmp_path / "asked.pdf"
    path.write_bytes(page_of(shown(QUESTION)).replace(b"[0 0 612 792]", box.encode()))
    began = time.perf_counter()
    try:
        found = understand_file(path).questionnaire
    except InputRefusedError:
        found = None
    assert time.perf_counter() - began < 5
    assert found is None or QUESTION in [one.text for one in (*found.questions, *found.ignored)]


def test_a_page_full_of_lines_is_read_in_time(tmp_path: Path) -> None:
    grid = (
        b"".join(b"%d 0 m %d 792 l S 0 %d m 612 %d l S " % (at, at, at, at) for at in range(1, 600, 4)) * 40
    )
    path = tmp_path / "asked.pdf"
    path.write_bytes(page_of(grid + shown(QUESTION)))
    began = time.perf_counter()
    understand_file(path)
    assert time.perf_counter() - began < 15
