"""Filling a text: answers below their questions, and not another byte."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.errors import InputRefusedError
from avow.formats.files import understand_file
from avow.formats.text.file import write_filled
from avow.formats.text.fill import filled_text
from avow.formats.text.reader import read_text
from avow.model.questionnaires import CellAddress, SourceFile
from avow.model.responses import CellWrite


def filled(folder: Path, raw: bytes, answers: dict[str, str], name: str = "questions.txt") -> bytes:
    path, out = folder / name, BytesIO()
    path.write_bytes(raw)
    writes = [
        CellWrite(
            address=CellAddress(*cell.split("!")) if "!" in cell else CellAddress("", cell), value=value
        )
        for cell, value in answers.items()
    ]
    write_filled(path, writes, out, sha256=understand_file(path).questionnaire.source.sha256)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("Is it?\nIs SSO on?", {"line[1]/answer": "Yes.", "line[2]/answer": "No."}, "Is it?\nA: Yes.\nIs SSO on?\nA: No."),
        ("1. Is MFA on?\r\n\r\n", {"line[1]/answer": "Yes.\nAll."}, "1. Is MFA on?\r\n   A: Yes.\r\n      All.\r\n\r\n"),
        ("Is MFA\n  on?\n", {"line[1]/answer": "Yes"}, "Is MFA\n  on?\nA: Yes\n"),
        ("Is MFA on?\nAnswer:\n", {"line[2]/answer": "Yes"}, "Is MFA on?\nAnswer: Yes\n"),
        ("Is MFA on?\nAnswer: ____ \n", {"line[2]/answer": "Yes"}, "Is MFA on?\nAnswer: Yes\n"),
        ("Is MFA on?\n[ ] Yes [ ] No\n", {"line[1]/option[2]": "X"}, "Is MFA on?\n[ ] Yes [x] No\n"),
        ("Is MFA on? ☐ Yes ☐ No", {"line[1]/option[1]": "X", "line[1]/answer": "All."}, "Is MFA on? ☒ Yes ☐ No\nA: All."),
        ("> Is MFA on?\n", {"line[1]/answer": "Yes"}, "> Is MFA on?\nA: Yes\n"),
        ("\tIs MFA on?\r", {"line[1]/answer": "Yes"}, "\tIs MFA on?\r\tA: Yes\r"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_splice_is_exact_in_every_encoding(
    tmp_path: Path, text: str, answers: dict[str, str], expected: str, encoding: str
) -> None:
    assert filled(tmp_path, text.encode(encoding), answers) == expected.encode(encoding)


def test_markdown_gets_a_paragraph_of_its_own_and_tables_their_cells(tmp_path: Path) -> None:
    text = "- Is MFA on?\n- Is SSO on?\n\n| Question | Answer |\n|---|---|\n| Is a \\| b on? |  |\n"
    answers = {"line[1]/answer": "Yes.", "table[1]!B2": "Yes | no\nboth"}
    assert filled(tmp_path, text.encode(), answers, "form.md").decode() == (
        "- Is MFA on?\n\n  A: Yes.\n- Is SSO on?\n\n| Question | Answer |\n|---|---|\n| Is a \\| b on? | Yes \\| no<br>both |\n"
    )


def test_a_file_changed_since_it_was_read_is_not_filled(tmp_path: Path) -> None:
    path = tmp_path / "questions.txt"
    path.write_text("Is MFA on?")
    with pytest.raises(InputRefusedError, match="changed since"):
        write_filled(path, [], BytesIO(), sha256="0" * 64)


# ── any text at all ────────────────────────────────────────────────────────────────────────────

LINE = st.one_of(
    st.sampled_from(
        ["", "", "Is MFA on?", "1. Do you log?", "  a) Since when?", "- Encryption", "Access:", "# Access", "> Is it?",
         "The vendor must encrypt data.", "Answer:", "A: Yes.", "   more of it", "[ ] Yes [ ] No", "Comments:", "---",
         "Hi Dana,", "Thanks,", "| Question | Answer |", "|---|---|", "| Is SSO on? | |", "If yes, describe.",
         "A long line that somebody's mail program broke at seventy characters or", "so it seems."]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=20),
)  # fmt: skip
SAID = st.sampled_from(
    ["Yes.", "Yes. We do.\nSecond line.\n\nLast.", "No", "AES-256", "Yes:\n- one\n- two\nNote: three"]
)


def source(markdown: bool) -> SourceFile:
    return SourceFile(name="f", sha256="", format="md" if markdown else "txt")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINE, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), SAID, st.booleans())
def test_what_was_written_stands_between_the_lines_as_they_were(
    lines: list[str], ending: str, said: str, markdown: bool
) -> None:
    text = ending.join(lines)
    reading = read_text(text, source(markdown), markdown=markdown)
    assert filled_text(text, reading, []) == text
    places = [one.place.answer for one in reading.questions if one.place.answer and not one.place.existing]
    out = filled_text(text, reading, [CellWrite(address=place, value=said) for place in places])
    # Every line of the source is there, in order, behind which only something may have been added.
    at = 0
    for line in lines:
        kept = (
            line.rstrip(" \t_")
            if not line.strip().startswith("|")
            else line[: line.rstrip().rfind("|")].rstrip(" |")
        )
        at = out.index(kept, at) + len(kept)
    assert out.count(said.partition("\n")[0]) >= len(places)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            ["Is MFA on?", "1. Do you log?", "  a) Since when?", "- Do you patch?", "Access control:", "# Access",
             "Q2: Is SSO on?",
             "The vendor must encrypt data.", "Is MFA on?\nAnswer:", "Do you have\n  a policy?", "", "IAM-3: Who approves?"]
        ),
        max_size=8,
    ),
    SAID,
    st.booleans(),
)  # fmt: skip
def test_a_filled_text_is_read_back_with_the_same_questions_and_the_answers(
    blocks: list[str], said: str, markdown: bool
) -> None:
    text = "\n".join(blocks)
    reading = read_text(text, source(markdown), markdown=markdown)
    places = [one.place.answer for one in reading.questions if one.place.answer]
    out = filled_text(text, reading, [CellWrite(address=place, value=said) for place in places])
    again = read_text(out, source(markdown), markdown=markdown)
    assert [(one.text, one.ref, one.section, one.place.existing) for one in again.questions] == [
        (one.text, one.ref, one.section, said) for one in reading.questions
    ]
