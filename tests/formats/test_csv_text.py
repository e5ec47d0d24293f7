"""Csv files of every encoding, delimiter and line end: read exactly, or refused with the place."""

import time
from pathlib import Path

import pytest

from avow.errors import InputRefusedError
from avow.formats.csv.reader import read_book
from avow.formats.csv.text import CsvText, take_apart
from avow.formats.files import refuse_unanswerable, understand_file
from avow.formats.layout import understand
from avow.model.questionnaires import Questionnaire, SourceFile
from avow.model.reasons import Reason

TABLE = 'ID,Question,Response\r\n1,"Les données sont-elles chiffrées ?",\r\n2,"Do you encrypt “at rest” – AES‑256?",\r\n'
PLAIN = TABLE.replace("‑", "-")
QUESTIONS = ["Les données sont-elles chiffrées ?", "Do you encrypt “at rest” – AES‑256?"]


def understood(csv: CsvText) -> Questionnaire:
    return understand(read_book(csv), SourceFile(name="f.csv", sha256="0" * 64, format="csv"))


def reasons(questionnaire: Questionnaire) -> set[Reason]:
    return {note.reason for note in questionnaire.notes}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("utf8.csv", TABLE.encode()),
        ("utf8_bom.csv", b"\xef\xbb\xbf" + TABLE.encode()),
        ("utf16le.csv", b"\xff\xfe" + TABLE.encode("utf-16-le")),
        ("utf16be.csv", b"\xfe\xff" + TABLE.encode("utf-16-be")),
        ("utf16le_unmarked.csv", TABLE.encode("utf-16-le")),
        ("utf16be_unmarked.csv", TABLE.encode("utf-16-be")),
        ("semicolon.csv", TABLE.replace(",", ";").encode()),
        ("pipe.csv", TABLE.replace(",", "|").encode()),
        ("tab.tsv", TABLE.replace(",", "\t").encode()),
        ("tab.csv", TABLE.replace(",", "\t").encode()),
        ("sep.csv", b"sep=;\r\n" + TABLE.replace(",", ";").encode()),
        ("lf.csv", TABLE.replace("\r\n", "\n").encode()),
        ("cr.csv", TABLE.replace("\r\n", "\r").encode()),
        ("no_last_line_end.csv", TABLE.rstrip("\r\n").encode()),
        ("blank_lines.csv", TABLE.replace("\r\n", "\r\n\r\n").encode()),
    ],
)
def test_every_encoding_delimiter_and_line_end_reads_exactly_and_goes_back(name: str, raw: bytes) -> None:
    csv = take_apart(raw, name)
    assert csv.encode(csv.text) == raw
    found = understood(csv)
    assert [question.text for question in found.questions] == QUESTIONS
    assert (found.layouts[0].question, found.layouts[0].answer, found.layouts[0].ref) == ("2", "3", "1")


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (PLAIN.encode("cp1252"), "cp1252"),
        (PLAIN.encode("mac_roman"), "mac_roman"),
        ("Nr;Frage\r\n1;Gibt es „Spaß“ für Größen?\r\n2;Größe über Maß?\r\n".encode("cp1252"), "cp1252"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_a_guessed_encoding_is_said_and_guessed_right(raw: bytes, encoding: str) -> None:
    csv = take_apart(raw, "f.csv")
    assert csv.encoding == encoding
    assert csv.encode(csv.text) == raw
    assert [note.reason for note in csv.notes] == [Reason.ENCODING_GUESSED]
    assert "�" not in csv.text


@pytest.mark.parametrize(
    ("raw", "code", "says"),
    [
        (
            TABLE.encode() + b'3,"bad \xff\xfe byte",\r\n',
            Reason.ENCODING_ERROR,
            f"line 4, byte {len(TABLE.encode()) + 7}",
        ),
        (TABLE.encode("utf-32"), Reason.ENCODING_ERROR, "UTF-32"),
        (b"\xff\xfe" + TABLE.encode("utf-16-le") + b"\x00\xd8", Reason.ENCODING_ERROR, "UTF-16"),
        (
            (TABLE + '3,"never closed\r\n4,Is MFA on?,\r\n' + "5,x,\r\n" * 2000).encode(),
            Reason.CSV_UNBALANCED_QUOTE,
            "line 4",
        ),
        (
            (TABLE + '3,"never closed\r\n4,Is MFA on?,\r\n5,"closes it",\r\n').encode(),
            Reason.CSV_UNBALANCED_QUOTE,
            "line 4",
        ),
        (b'ID,Question\r\n1,"' + b"A" * (10 << 20) + b'"\r\n', Reason.TEXT_TOO_LONG, "record 2"),
        (b"a" + b",a" * 20_000 + b"\r\n", Reason.LIMIT_REACHED, "16,384 columns"),
        (b"," * 1_000_000 + b"\r\n", Reason.FILE_EMPTY, "no text"),
        (b" \r\n\r\n;;\t\r\n", Reason.FILE_EMPTY, "no text"),
        (b"\0" * 64, Reason.FILE_TYPE_MISMATCH, "no text"),
    ],
)
def test_what_cannot_be_read_whole_is_refused_quickly_with_its_place(
    raw: bytes, code: Reason, says: str
) -> None:
    started = time.monotonic()
    with pytest.raises(InputRefusedError, match=says) as caught:
        take_apart(raw, "f.csv")
    assert time.monotonic() - started < 2
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_mixed_line_ends_within_and_between_records() -> None:
    csv = take_apart((TABLE + '3,"a\nb\rc",\n4,x,\r5,y,\r\n').encode(), "f.csv")
    assert [question.ref for question in understood(csv).questions] == ["1", "2", "3", "4", "5"]
    assert csv.records[3][1].text == "a\nb\rc"


def test_quotes_are_undone() -> None:
    csv = take_apart(b'a,"b ""c"", d",e"f\r\n', "f.csv")
    assert [field.text for field in csv.records[0]] == ["a", 'b "c", d', 'e"f']


def test_ragged_rows_are_noted_and_accounted_for() -> None:
    csv = take_apart(
        b"ID,Question,Response\r\n1,Is MFA on?\r\n2,Is SSO on?,,extra,more\r\n3\r\n,,\r\n", "f.csv"
    )
    found = understood(csv)
    assert Reason.ROW_RAGGED in reasons(found)
    assert [str(one.address) for one in found.questions] == ["2:2", "3:2"]
    assert [str(one.address) for one in found.ignored] == ["1:1", "4:1"]
    assert str(found.questions[0].place.answer) == "2:3"


def test_a_double_heading_makes_nothing_certain() -> None:
    csv = take_apart(b"Question,Question,Response,Response\r\nIs MFA on?,Is MFA on in EU?,,\r\n", "f.csv")
    found = understood(csv)
    assert Reason.HEADER_AMBIGUOUS in reasons(found)
    assert [one.text for one in found.questions] == ["Is MFA on?", "Is MFA on in EU?"]
    assert all(Reason.LAYOUT_UNSURE in one.flags for one in found.questions)


def test_no_header_loses_no_first_row() -> None:
    found = understood(take_apart(b"Is MFA on?,\r\nIs SSO on?,\r\n", "f.csv"))
    assert Reason.HEADER_MISSING in reasons(found)
    assert [one.text for one in found.questions] == ["Is MFA on?", "Is SSO on?"]


@pytest.mark.parametrize(
    "text",
    [
        "Do you\x00 encrypt?",
        TABLE.split('"')[1].encode().decode("latin-1"),
        "Do you \u202eencrypt\u202c?",
        "Is \u0430ccess logged\u200b?",
        "Is ассess logged?",
    ],
)
def test_text_that_is_not_what_it_looks_like_is_flagged(text: str) -> None:
    found = understood(
        take_apart(f"ID,Question,Response\r\n1,{text},\r\n2,Is MFA on?,\r\n".encode(), "f.csv")
    )
    assert [Reason.SUSPICIOUS_TEXT in one.flags for one in found.questions] == [True, False]


def test_fields_a_spreadsheet_would_run_are_noted_and_kept() -> None:
    found = understood(
        take_apart(b"ID,Question,Response\r\n1,=cmd|' /C calc'!A0,\r\n2,Is MFA on?,-5\r\n", "f.csv")
    )
    assert Reason.FORMULA_LIKE_TEXT in reasons(found)
    assert found.questions[0].text == "=cmd|' /C calc'!A0"


def test_a_tsv_file_opens_as_a_questionnaire(tmp_path: Path) -> None:
    path = tmp_path / "form.tsv"
    path.write_bytes(TABLE.replace(",", "\t").encode())
    found = understand_file(path).questionnaire
    assert [one.text for one in found.questions] == QUESTIONS
    assert found.source.format == "tsv"


def test_a_file_without_a_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Name,Amount\r\nA,1\r\nB,2\r\n")
    with pytest.raises(InputRefusedError) as caught:
        refuse_unanswerable(understand_file(path).questionnaire)
    assert caught.value.code == Reason.NO_QUESTION_FOUND


def test_the_commas_of_sentences_in_a_single_column_part_nothing() -> None:
    found = understood(take_apart(b"Question\r\nDo you encrypt, hash, or sign?\r\nIs MFA on?\r\n", "f.csv"))
    assert [one.text for one in found.questions] == ["Do you encrypt, hash, or sign?", "Is MFA on?"]


def test_a_title_above_the_table_does_not_hide_its_delimiter() -> None:
    raw = b"Vendor form\r\n\r\nID;Question;Score\r\n1;Do you encrypt, hash, or sign?;1,5\r\n2;Is MFA on?;2,0\r\n"
    assert [one.text for one in understood(take_apart(raw, "f.csv")).questions] == [
        "Do you encrypt, hash, or sign?", "Is MFA on?",
    ]  # fmt: skip
