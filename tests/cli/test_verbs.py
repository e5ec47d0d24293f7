"""The command line's contract: verbs, options, exit codes, JSON, and errors on one line."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from avow.cli.app import VERBS, main
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
FORM = (
    "ID,Question,Answer,Comment\r\n1,Is customer data encrypted at rest?,,\r\n2,Are you certified under PCI DSS?,,\r\n"
    "3,Do you own a submarine?,,\r\n,Thank you for your time.,,\r\n"
)


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The installed program's entry point, in this process."""

    def go(*arguments: object, stdin: str | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["avow", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        said = capsys.readouterr()
        return Ran(int(leaving.value.code or 0), said.out, said.err)

    return go


@pytest.fixture
def space(tree: Tree, run: Run) -> Path:
    root = tree({**FILES, "form.csv": FORM})
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    return root


def one_line(ran: Ran) -> str:
    assert ran.out == ""
    (line,) = ran.err.splitlines()
    return line


# ── the whole ──────────────────────────────────────────────────────────────────────────────────


def test_the_program_itself_runs() -> None:
    program = shutil.which("avow", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("avow is not installed beside this Python")
    done = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("avow, version ")


def test_every_verb_is_listed_and_has_help_with_an_example(run: Run) -> None:
    listing = run("--help").out
    for verb in VERBS:
        assert f"  {verb} " in listing
        ran = run(verb, "--help")
        assert (ran.code, ran.err) == (0, "")
        assert f"Example: avow {verb}" in ran.out or f"| avow {verb}" in ran.out
    files = {path.stem for path in (ROOT / "src/avow/cli").glob("*.py")} - {"__init__", "app", "console"}
    assert files >= set(VERBS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["fil"],
        ["fill"],
        ["ask"],
        ["learn"],
        ["match"],
        ["approve", "--as", "X"],
        ["approve", "x"],
        ["approve", "x", "--all", "--as", "X"],
        ["learn", "form.csv", "--approve"],
        ["fill", "form.csv", "--due", "soon"],
        ["fill", "form.csv", "--sharing", "everyone"],
        ["fill", "form.csv", "--answer", "ABCD"],
        ["inspect", "form.csv", "--header-row", "0"],
        ["check", "--nonsense"],
        ["match", "--questions", "nowhere.jsonl"],
    ],
)
def test_wrong_usage_is_2(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(space)
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.err
    assert "Traceback" not in ran.err


def test_no_workspace_is_2_and_says_what_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (["check"], ["ask", "Is it so?"], ["check", "--workspace", tmp_path]):
        ran = run(*arguments)
        assert ran.code == 2
        assert "avow init" in one_line(ran)


def test_a_workspace_is_named_before_or_after_the_verb_or_found_upwards(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("--workspace", space, "check", "--json")
    after = run("check", "--json", "--workspace", space)
    monkeypatch.chdir(space / "controls" / "catalogue")
    upwards = run("check", "--json")
    assert before == after == upwards
    assert before.code == 0


def test_a_defect_is_1_and_one_line(run: Run, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from avow.workspace import Workspace

    def broken(*_said: object, **_more: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr(Workspace, "issues", broken)
    ran = run("check", "--workspace", space)
    assert ran.code == 1
    assert "a defect in Avow: ZeroDivisionError" in one_line(ran)


def test_a_clock_that_is_no_date_is_said(run: Run, space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVOW_TODAY", "soon")
    ran = run("check", "--workspace", space)
    assert ran.code == 2
    assert "AVOW_TODAY" in one_line(ran)


# ── check ──────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_workspace_is_clean(run: Run) -> None:
    ran = run("check", "--json", "--workspace", ROOT)
    counts = json.loads(ran.out)["counts"]
    assert (ran.code, counts["error"], counts["warning"]) == (0, 0, 0)


def test_check_lists_problems_as_file_line_severity(run: Run, space: Path) -> None:
    path = space / "controls/status.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("control: backup", "control: ghost"), encoding="utf-8"
    )
    (space / "answer_library/broken.yaml").write_text("answers: [\n", encoding="utf-8")
    ran = run("check", "--workspace", space)
    assert ran.code == 3
    lines = ran.out.splitlines()
    assert (
        "controls/status.yaml:5: error: the status of 'ghost': there is no such control [unknown-control]"
        in lines
    )
    assert any(
        line.startswith("answer_library/broken.yaml:") and line.endswith("[yaml-syntax]") for line in lines
    )
    shown = json.loads(run("check", "--json", "--workspace", space).out)
    assert shown["counts"]["error"] == 2
    assert set(shown["issues"][0]) == {"severity", "code", "message", "file", "line"}


def test_check_neither_writes_nor_approves(run: Run, tree: Tree) -> None:
    root = tree(FILES)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert run("check", "--all", "--workspace", root).code == 0
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "verb",
    [
        ["ask", "Is it so?"],
        ["fill", "form.csv"],
        ["match", "--questions", "-"],
        ["learn", "form.csv"],
        ["approve", "--all", "--as", "X"],
    ],
)
def test_nothing_is_done_with_broken_content(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    monkeypatch.chdir(space)
    (space / "answer_library/broken.yaml").write_text("answers:\n  - id: x\n    id: y\n", encoding="utf-8")
    ran = run(*verb, stdin='{"id": "1", "question": "Is it so?"}\n')
    assert ran.code == 3
    assert "answer_library/broken.yaml:3: error: " in one_line(ran)
    assert not (space / "avow-out").exists()


def test_a_broken_avow_toml_is_3(run: Run, space: Path) -> None:
    (space / "avow.toml").write_text("company = \n", encoding="utf-8")
    ran = run("check", "--workspace", space)
    assert ran.code == 3
    assert "avow.toml" in one_line(ran)


# ── init ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bare", [True, False])
def test_init_makes_a_workspace_that_checks_clean(run: Run, tmp_path: Path, bare: bool) -> None:
    options = ["--bare"] if bare else []
    ran = run("init", tmp_path / "acme", "--company", "Acme", *options)
    assert ran.code == 0
    shown = json.loads(run("check", "--json", "--workspace", tmp_path / "acme").out)
    assert (shown["counts"]["error"], shown["counts"]["warning"]) == (0, 0)
    assert (tmp_path / "acme/templates").is_dir()


def test_init_does_not_touch_a_workspace_that_is_there(run: Run, space: Path) -> None:
    before = (space / "avow.toml").read_bytes()
    ran = run("init", space)
    assert ran.code == 2
    assert "is there already" in one_line(ran)
    assert (space / "avow.toml").read_bytes() == before


# ── ask and match ──────────────────────────────────────────────────────────────────────────────


def test_ask_answers_with_its_source(run: Run, space: Path) -> None:
    ran = run("ask", "Is customer data encrypted at rest?", "--workspace", space)
    assert ran.code == 0
    assert "encrypted with AES-256" in ran.out
    assert "from encrypted (rest, report)" in ran.out
    shown = json.loads(run("ask", "Is customer data encrypted at rest?", "--json", "--workspace", space).out)
    assert (shown["outcome"], shown["verdict"], shown["recommendation"]) == ("answered", "yes", "strong")
    assert shown["requirements"] == {"soc2": ["CC6.1"]}
    assert set(shown["candidates"][0]["signals"][0]) == {"name", "value", "note"}


def test_ask_respects_what_the_asker_may_see(run: Run, space: Path) -> None:
    shown = json.loads(
        run(
            "ask",
            "Is customer data encrypted at rest?",
            "--sharing",
            "public",
            "--json",
            "--workspace",
            space,
        ).out
    )
    assert (shown["outcome"], shown["reasons"]) == ("review", ["sharing-above-recipient"])


def test_ask_says_when_there_is_nothing(run: Run, space: Path) -> None:
    ran = run("ask", "Do you own a submarine?", "--workspace", space)
    assert ran.code == 0
    assert ran.out.startswith("Gap")


def test_match_is_a_line_in_a_line_out(run: Run, space: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "q1", "question": "Is customer data encrypted at rest?"},
        {"id": 2, "question": "Do you own a submarine?"},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\n\n"
    ran = run("match", "--questions", "-", "--workspace", space, stdin=text)
    assert ran.code == 0
    first, second = map(json.loads, ran.out.splitlines())
    assert set(first) >= {"id", "question", "recommendation", "candidates", "controls"}
    assert (first["id"], first["recommendation"], first["candidates"][0]["answer"]) == (
        "q1",
        "strong",
        "encrypted",
    )
    assert set(first["candidates"][0]) == {"answer", "ref", "score", "polarity", "signals"}
    assert set(first["controls"][0]) == {"control", "score", "requirements"}
    assert (second["id"], second["recommendation"]) == (2, "none")
    path = tmp_path / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    assert run("match", "--questions", path, "--workspace", space).out == ran.out


@pytest.mark.parametrize(
    "line", ["not json", "[]", '{"id": "x"}', '{"question": "x"}', '{"id": 1, "question": 2}']
)
def test_match_names_the_line_it_cannot_read(run: Run, space: Path, line: str) -> None:
    ran = run(
        "match",
        "--questions",
        "-",
        "--workspace",
        space,
        stdin=f'{{"id": 1, "question": "Is it so?"}}\n{line}\n',
    )
    assert ran.code == 2
    assert ran.out == ""
    assert "line 2" in ran.err


# ── inspect ────────────────────────────────────────────────────────────────────────────────────


def test_inspect_shows_columns_and_writes_nothing(run: Run, space: Path) -> None:
    before = sorted(space.rglob("*"))
    ran = run("inspect", space / "form.csv", "--rows", "--workspace", space)
    assert ran.code == 0
    assert "form.csv (csv): 4 questions, 1 other rows" in ran.out
    assert "question 2, answer 3, comment 4, ref 1" in ran.out
    assert "2:2  question  1  Is customer data encrypted at rest?" in ran.out
    assert sorted(space.rglob("*")) == before
    shown = json.loads(run("inspect", space / "form.csv", "--json", "--workspace", space).out)
    assert set(shown) == {"source", "questions", "ignored", "layouts", "notes", "form"}
    assert shown["layouts"][0]["header_rows"] == [1]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("missing.csv", None, "missing.csv"),
        ("empty.csv", b"", "[file-empty]"),
        ("list.csv", b"Name,Amount\r\nA,1\r\n", "no question found"),
        ("broken.csv", b'ID,Question\r\n1,"Is it?\r\n', "[csv-unbalanced-quote]"),
        ("form.xlsx", b"PK\x03\x04 not really", "form.xlsx: "),
        ("form.pdf", b"%PDF-1.7", "form.pdf: "),
    ],
)
def test_a_file_that_cannot_be_read_is_4(
    run: Run, space: Path, name: str, data: bytes | None, says: str
) -> None:
    if data is not None:
        (space / name).write_bytes(data)
    for verb in ("fill", "learn"):
        ran = run(verb, space / name, "--workspace", space)
        assert ran.code == 4
        assert says in one_line(ran)
    assert not (space / "avow-out").exists()
    ran = run("inspect", space / name, "--workspace", space)
    assert ran.code == 4
    assert says in ran.err.splitlines()[-1]


def test_a_sheet_that_is_not_there_is_2(run: Run, space: Path) -> None:
    ran = run("inspect", space / "form.csv", "--sheet", "Form", "--workspace", space)
    assert ran.code == 2
    assert "no sheet 'Form'" in one_line(ran)


# ── fill ───────────────────────────────────────────────────────────────────────────────────────


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "form.report.json").read_text(encoding="utf-8"))
    return found


def test_fill_writes_the_contracts_files_and_accounts_for_every_row(run: Run, space: Path) -> None:
    ran = run(
        "fill", space / "form.csv", "--customer", "Meridian Bank", "--due", "2027-01-15", "--workspace", space
    )
    assert ran.code == 0
    out = space / "avow-out"
    assert {path.name for path in out.iterdir()} >= {
        "form.filled.csv",
        "form.report.json",
        "form.report.html",
        "form.gaps.csv",
        "form.review.xlsx",
    }
    assert (space / "form.csv").read_bytes() == FORM.encode()
    found = report(out)
    summary = found["summary"]
    assert (
        summary["rows"]
        == summary["answered"] + summary["review"] + summary["gap"] + summary["ignored"]
        == len(found["rows"])
    )
    rows = {row["cell"]: row for row in found["rows"]}
    assert [rows[cell]["outcome"] for cell in ("2:2", "3:2", "4:2")] == ["answered", "answered", "gap"]
    assert rows["2:2"]["written"] == [
        {"sheet": "", "cell": "2:3", "value": "Yes"},
        {"sheet": "", "cell": "2:4", "value": "Yes. All stored customer data is encrypted with AES-256."},
    ]
    assert rows["2:2"]["citations"][0]["answer"] == "encrypted"
    assert rows["2:2"]["requirements"] == {"soc2": ["CC6.1"]}
    assert all(row["reasons"] for row in found["rows"] if row["outcome"] != "answered")


def test_fill_changes_only_what_it_reports(run: Run, space: Path) -> None:
    run("fill", space / "form.csv", "--workspace", space)
    before = list(csv.reader(io.StringIO(FORM)))
    after = list(csv.reader(io.StringIO((space / "avow-out/form.filled.csv").read_text(encoding="utf-8"))))
    changed = {
        f"{r}:{c}": new
        for r, (old_row, new_row) in enumerate(zip(before, after, strict=True), 1)
        for c, (old, new) in enumerate(zip(old_row, new_row, strict=True), 1)
        if old != new
    }
    written = {
        one["cell"]: one["value"] for row in report(space / "avow-out")["rows"] for one in row["written"]
    }
    assert changed == written


def test_fill_is_repeatable_and_prints_json(run: Run, space: Path) -> None:
    arguments = ["fill", space / "form.csv", "--json", "--workspace", space]
    first = json.loads(run(*arguments).out)
    assert set(first) == {"summary", "files", "engagement"}
    stable = ("form.filled.csv", "form.report.json", "form.report.html", "form.gaps.csv", "form.review.xlsx")
    before = {name: (space / "avow-out" / name).read_bytes() for name in stable}
    again = run(*arguments)
    assert (again.code, json.loads(again.out)) == (0, first)
    assert {name: (space / "avow-out" / name).read_bytes() for name in stable} == before


def test_strict_is_5_only_where_rows_are_left(run: Run, space: Path) -> None:
    assert run("fill", space / "form.csv", "--strict", "--workspace", space).code == 5
    done = space / "done.csv"
    done.write_bytes(b"ID,Question,Answer,Comment\r\n1,Is customer data encrypted at rest?,,\r\n")
    assert run("fill", done, "--strict", "--workspace", space).code == 0


def test_a_result_somebody_edited_is_not_replaced_without_force(run: Run, space: Path) -> None:
    run("fill", space / "form.csv", "--workspace", space)
    target = space / "avow-out/form.filled.csv"
    target.write_bytes(b"mine")
    ran = run("fill", space / "form.csv", "--workspace", space)
    assert ran.code == 2
    assert "form.filled.csv" in one_line(ran)
    assert target.read_bytes() == b"mine"
    assert run("fill", space / "form.csv", "--force", "--workspace", space).code == 0
    assert target.read_bytes() != b"mine"


# ── review ─────────────────────────────────────────────────────────────────────────────────────


def decide(path: Path, question: str, **said: str) -> None:
    """Fill a row of a review workbook as a person would."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    columns = {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.value}
    row = next(
        cell.row
        for cell in sheet[openpyxl.utils.get_column_letter(columns["Question"])]
        if cell.value == question
    )
    for heading, text in said.items():
        sheet.cell(row, columns[heading.replace("_", " ")]).value = text
    book.save(path)


def test_a_reworded_answer_is_promoted_cited_and_written(run: Run, space: Path) -> None:
    run("fill", space / "form.csv", "--workspace", space)
    review = space / "reviewed.xlsx"
    shutil.copy(space / "avow-out/form.review.xlsx", review)
    decide(
        review,
        "Do you own a submarine?",
        Decision="edit",
        Your_verdict="no",
        Your_answer="No. We own no vessels.",
        Reviewer="Ada",
    )
    ran = run("fill", space / "form.csv", "--review", review, "--workspace", space)
    assert (ran.code, ran.err) == (0, "")
    row = next(one for one in report(space / "avow-out")["rows"] if one["cell"] == "4:2")
    assert (row["outcome"], row["verdict"], row["text"]) == ("answered", "no", "No. We own no vessels.")
    answer = row["citations"][0]["answer"]
    assert f"id: {answer}" in (space / "answer_library/reviewed.yaml").read_text(encoding="utf-8").replace(
        "'", ""
    )
    assert b"No. We own no vessels." in (space / "avow-out/form.filled.csv").read_bytes()
    assert run("check", "--workspace", space).code == 0
    asked = json.loads(run("ask", "Do you own a submarine?", "--json", "--workspace", space).out)
    assert (asked["outcome"], asked["citations"][0]["answer"]) == ("answered", answer)


def test_a_decision_on_content_that_changed_since_is_not_taken(run: Run, space: Path) -> None:
    path = space / "answer_library/cryptography.yaml"
    run("fill", space / "form.csv", "--sharing", "public", "--workspace", space)
    review = space / "reviewed.xlsx"
    shutil.copy(space / "avow-out/form.review.xlsx", review)
    decide(review, "Is customer data encrypted at rest?", Decision="accept", Reviewer="Ada")
    path.write_text(path.read_text(encoding="utf-8").replace("All stored", "Most stored"), encoding="utf-8")
    run("approve", "--all", "--as", "Dana", "--workspace", space)
    ran = run("fill", space / "form.csv", "--sharing", "public", "--review", review, "--workspace", space)
    assert ran.code == 0
    assert "decision not taken: 2:2: the reviewer's decision was made on other content" in ran.err


def test_accepting_does_not_let_secret_content_out(run: Run, space: Path) -> None:
    run("fill", space / "form.csv", "--sharing", "public", "--workspace", space)
    review = space / "reviewed.xlsx"
    shutil.copy(space / "avow-out/form.review.xlsx", review)
    decide(review, "Is customer data encrypted at rest?", Decision="accept", Reviewer="Ada")
    ran = run("fill", space / "form.csv", "--sharing", "public", "--review", review, "--workspace", space)
    assert "decision not taken: 2:2: the answer may not be shared with this recipient" in ran.err
    assert b"AES-256" not in (space / "avow-out/form.filled.csv").read_bytes()


def test_a_file_that_is_no_review_workbook_is_4(run: Run, space: Path) -> None:
    ran = run("fill", space / "form.csv", "--review", space / "form.csv", "--workspace", space)
    assert ran.code == 4
    assert "not a review workbook" in one_line(ran)


# ── learn and approve ──────────────────────────────────────────────────────────────────────────

ANSWERED = (
    "Ref,Question,Answer,Comment\r\n"
    "T-1,Are tapes shredded?,Yes,By a certified firm.\r\n"
    "T-2,Are disks wiped?,TBD,\r\n"
    "T-3,Is there a fence?,No,\r\n"
)


def test_learning_makes_drafts_until_somebody_approves(run: Run, space: Path) -> None:
    (space / "last.csv").write_bytes(ANSWERED.encode())
    ran = run("learn", space / "last.csv", "--json", "--workspace", space)
    assert ran.code == 0
    (result,) = json.loads(ran.out)
    assert (result["file"], len(result["learned"]), result["approved"]) == ("last.csv", 2, False)
    assert [(one["cell"], one["why"]) for one in result["held"]] == [("3:2", "'TBD' is no answer yet")]
    asked = json.loads(
        run("ask", "Is there a fence?", "--sharing", "internal", "--json", "--workspace", space).out
    )
    assert (asked["outcome"], asked["reasons"]) == ("review", ["not-approved"])
    assert run("approve", "t-3", "--as", "Dana", "--workspace", space).code == 0
    asked = json.loads(run("ask", "Is there a fence?", "--json", "--workspace", space).out)
    assert (asked["outcome"], asked["verdict"], asked["candidates"][0]["ref"]) == ("answered", "no", "T-3")


def test_learning_twice_learns_nothing_new(run: Run, space: Path) -> None:
    (space / "last.csv").write_bytes(ANSWERED.encode())
    run("learn", space / "last.csv", "--approve", "--as", "Dana", "--workspace", space)
    library = {path: path.read_bytes() for path in (space / "answer_library").iterdir()}
    ran = run("learn", space / "last.csv", "--approve", "--as", "Dana", "--json", "--workspace", space)
    assert json.loads(ran.out)[0]["learned"] == []
    assert {path: path.read_bytes() for path in (space / "answer_library").iterdir()} == library
    assert run("check", "--workspace", space).code == 0


def test_approving_an_answer_that_is_not_there(run: Run, space: Path) -> None:
    ran = run("approve", "ghost", "--as", "Dana", "--workspace", space)
    assert ran.code == 3
    assert "'ghost'" in one_line(ran)


def test_terminal_escapes_in_a_file_do_not_reach_the_terminal(run: Run, space: Path) -> None:
    (space / "odd.csv").write_bytes("ID,Question,Answer\r\n1,Is \x1b[31mthis\x1b[0m \u202ered?,\r\n".encode())
    ran = run("inspect", space / "odd.csv", "--rows", "--workspace", space)
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
