import csv
import io

import pytest

from avow.model.content import Content
from avow.model.responses import Draft
from avow.outputs.gaps_csv import HEADER, gaps_csv, inert


def test_gaps_and_nothing_else_are_listed(drafts: list[Draft], content: Content) -> None:
    data = gaps_csv(drafts, content)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert tuple(header) == HEADER
    assert dict(zip(header, row, strict=True)) == {
        "sheet": "Zones", "cell": "B3", "ref": "R-3", "section": "Sign-in", "question": "Is there a SOC?",
        "reason": "no-match", "explanation": "nothing in the library fits", "control": "auth-mfa",
        "control title": "Multi-factor authentication", "owner": "Head of IT", "due": "2026-12-01",
        "requirements": "soc2: CC6.1",
    }  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_field_runs_in_a_spreadsheet(start: str) -> None:
    assert inert(f"{start}1+1").startswith("'")


def test_plain_and_unseen_text() -> None:
    assert inert("a = b") == "a = b"
    assert inert("a\u202eb") == "a\\u202eb"
