"""Filling a csv file: the answered fields, and not a byte besides."""

import csv as reference
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.formats.csv.fill import filled, text_rules
from avow.formats.csv.text import take_apart
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_characters="\0\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\ufeff",
        exclude_categories=("Cs", "Cc"),
    ),
    max_size=12,
)
FIELD = st.one_of(
    TEXT, st.sampled_from(["", "Is MFA on?", "a,b", 'say "x"', "two\nlines", " padded ", "x;y", "=1"])
)


def write(cell: str, value: str) -> CellWrite:
    return CellWrite(address=CellAddress(sheet="", cell=cell), value=value)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, str, int, int]:
    """A csv file's bytes, its delimiter, and a record and field in it."""
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(FIELD, min_size=width, max_size=width), min_size=1, max_size=6))
    delimiter = draw(st.sampled_from(",;\t"))
    ending = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    quoting = draw(st.sampled_from([reference.QUOTE_MINIMAL, reference.QUOTE_ALL]))
    out = io.StringIO()
    reference.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows(
        [["ID"] * width, *rows]
    )
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    text = f"sep={delimiter}\r\n" + out.getvalue() if ending == "\r\n" else out.getvalue()
    if not text.startswith("sep="):
        delimiter = ""  # detected, and possibly detected otherwise: only the round trip is promised
    return text.encode(encoding), delimiter, draw(st.integers(1, len(rows))), draw(st.integers(1, width))


@settings(max_examples=150, deadline=None)
@given(files())
def test_filling_nothing_gives_the_same_bytes(case: tuple[bytes, str, int, int]) -> None:
    raw = case[0]
    assert filled(take_apart(raw, "f.csv"), []) == raw


@settings(max_examples=150, deadline=None)
@given(files(), FIELD)
def test_filling_a_field_changes_that_field_alone(case: tuple[bytes, str, int, int], value: str) -> None:
    raw, delimiter, row, col = case
    before = take_apart(raw, "f.csv")
    row += 1 + bool(delimiter)  # below the header and the sep= line
    if row > len(before.records) or col > len(before.records[row - 1]):
        return
    out = filled(before, [write(f"{row}:{col}", value)])
    after = take_apart(out, "f.csv")
    if not delimiter:
        after = take_apart(out, "f.tsv") if before.delimiter == "\t" else after
    span = before.records[row - 1][col - 1]
    head, tail = before.encode(before.text[: span.start]), before.text[span.end :].encode(before.encoding)
    assert out.startswith(head)
    assert out.endswith(tail)
    if delimiter:
        assert [[field.text for field in record] for record in after.records] == [
            [value if (r, c) == (row, col) else field.text for c, field in enumerate(record, 1)]
            for r, record in enumerate(before.records, 1)
        ]


@pytest.mark.parametrize(
    ("raw", "cells", "expected"),
    [
        (b"Q,A\r\nx,\r\n", {"2:2": "Yes"}, b"Q,A\r\nx,Yes\r\n"),
        (b"Q,A\r\nx,\r\n", {"2:2": 'Yes, "all"\nof it'}, b'Q,A\r\nx,"Yes, ""all""\nof it"\r\n'),
        (b'"Q","A"\r\n"x",""\r\n', {"2:2": "Yes"}, b'"Q","A"\r\n"x","Yes"\r\n'),
        (b'Q,A\r\n"x",""\r\n', {"2:2": "Yes"}, b'Q,A\r\n"x","Yes"\r\n'),
        (b"Q;A\nx;", {"2:2": "a;b"}, b'Q;A\nx;"a;b"'),
        (b"Q,A,C\r\nx\r\ny,,\r\n", {"2:3": "c"}, b"Q,A,C\r\nx,,c\r\ny,,\r\n"),
        (b"Q,A,C\r\nx\r\n", {"2:2": "a", "2:3": "c"}, b"Q,A,C\r\nx,a,c\r\n"),
        (b"Q,A,C,D,E\r\nx,\r\n", {"2:2": "a", "2:3": "c", "2:5": "e"}, b"Q,A,C,D,E\r\nx,a,c,,e\r\n"),
        (b"Q,A\r\nx,\ry,\nz,", {"4:2": "3", "2:2": "1"}, b"Q,A\r\nx,1\ry,\nz,3"),
        ("Q;A\r\né;\r\n".encode("cp1252"), {"2:2": "café"}, "Q;A\r\né;café\r\n".encode("cp1252")),
        (
            b"\xff\xfe" + "Q\tA\r\nx\t\r\n".encode("utf-16-le"),
            {"2:2": "ü"},
            b"\xff\xfe" + "Q\tA\r\nx\tü\r\n".encode("utf-16-le"),
        ),
    ],
)
def test_the_splice_is_exact(raw: bytes, cells: dict[str, str], expected: bytes) -> None:
    assert filled(take_apart(raw, "f.csv"), [write(cell, value) for cell, value in cells.items()]) == expected


def test_an_address_outside_the_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="no record 9"):
        filled(take_apart(b"Q,A\r\nx,\r\n", "f.csv"), [write("9:1", "x")])


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "bell \x07", "nul \0", "lone \ud800"]
)
def test_text_that_must_not_stand_in_a_field(text: str) -> None:
    assert text_rules(take_apart(b"Q,A\r\nx,\r\n", "f.csv")).problem(text) is Reason.TEXT_NOT_WRITABLE


def test_text_the_encoding_lacks_is_not_replaced_by_something_else() -> None:
    csv = take_apart("Q;A\r\né;\r\n".encode("cp1252"), "f.csv")
    assert text_rules(csv).problem("snow ☃") is Reason.TEXT_NOT_WRITABLE
    assert text_rules(csv).problem("“quoted” – €") is None
