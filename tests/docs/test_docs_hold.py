"""What the documentation says works: links, commands, content examples, the tour of one's own workspace."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import click
import pytest
from generator import ROOT
from openpyxl import load_workbook

from avow.cli.app import VERBS, app
from avow.library.checks import check
from avow.library.loader import load
from avow.library.settings import Settings
from avow.library.starting import start_workspace
from avow.model.issues import Severity
from avow.outputs.review_workbook import DECISIONS
from avow.workspace import Workspace

PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_the_documents_resolve(page: Path):
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert not broken


def test_every_page_can_be_reached_from_the_readme():
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.is_dir() and there.is_relative_to(ROOT / "docs"):
                waiting += sorted(there.glob("*.md"))
            elif there.suffix == ".md" and there.is_file():
                waiting.append(there)
    assert not [name_of(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in seen]


def commands_in(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    lines = [line.strip() for line in re.findall(r"^ {4,}(avow .+)$", text, re.MULTILINE)]
    return [line for line in lines if "[OPTIONS]" not in line]


SHOWN = [(page, line) for page in PAGES for line in commands_in(page)]


@pytest.mark.parametrize(("page", "line"), SHOWN, ids=[f"{name_of(page)}: {line}" for page, line in SHOWN])
def test_every_command_shown_is_one_the_command_line_takes(page: Path, line: str):
    _, verb, *words = shlex.split(line)
    assert verb in VERBS
    with click.Context(app, info_name="avow") as ctx:
        command = app.get_command(ctx, verb)
        assert command is not None
        command.make_context(
            verb, words, parent=ctx
        )  # raises UsageError for an unknown option or a missing one


def test_the_readme_shows_commands():
    assert len(commands_in(ROOT / "README.md")) >= 6


def content_examples() -> dict[str, bytes]:
    page = (ROOT / "docs" / "formats" / "content.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == len(re.findall(r"^```yaml", page, re.MULTILINE)), (
        "an example does not name its file"
    )
    return {name: body.encode() for name, body in blocks}


def test_the_content_examples_load_together_as_one_workspace():
    files = content_examples()
    loaded = load(files, company="Acme", as_of=date(2026, 11, 23), release=None, revision="r")
    problems = [issue for issue in check(loaded, files) if issue.severity is Severity.ERROR]
    assert not problems
    (answer,) = loaded.content.answers
    assert "on it every quarter;" in answer.narrative
    assert answer.approval is not None
    status_of = loaded.content.status_of
    assert [status_of("access-review", product) for product in (None, "Acme Mobile", "Acme Desk")] == [
        "planned",
        "planned",
        "implemented",
    ]


def test_the_content_examples_are_checked_at_all():
    files = content_examples()
    name = "answer_library/access.yaml"
    files[name] = files[name].replace(b"controls: [access-review]", b"controls: [no-such-control]")
    loaded = load(files, company="Acme", as_of=date(2026, 11, 23), release=None, revision="r")
    assert "unknown-control" in {issue.code for issue in check(loaded, files)}


def test_the_settings_example_is_read():
    page = (ROOT / "docs" / "formats" / "content.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert Settings.model_validate(tomllib.loads(block)).company == "Acme"


def test_the_review_workbooks_decisions_are_all_explained():
    page = (ROOT / "docs" / "formats" / "outputs.md").read_text(encoding="utf-8")
    line = next(one for one in page.splitlines() if one.startswith("| Decision |"))
    assert re.findall(r"`([a-z-]+)`", line) == list(DECISIONS)


def avow(*words: str, at: Path) -> str:
    """What a verb prints, run as a reader would run it, with a cache of its own."""
    run = [sys.executable, "-c", "from avow.cli.app import main; main()", *words]
    environment = {**os.environ, "XDG_CACHE_HOME": str(at.parent / "cache"), "NO_COLOR": "1"}
    return subprocess.run(run, cwd=at, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_tour_of_ones_own_workspace_ends_in_an_answer(tmp_path: Path):
    """init --bare, learn, status, approve: as the README says, and the answer is given only then."""
    question = "Is MFA enforced for all staff?"
    avow("init", "acme", "--company", "Acme", "--bare", at=tmp_path)
    home = tmp_path / "acme"
    answered = f"Ref,Question,Answer,Comment\nA1,{question},Yes,Yes. At every sign-in.\n"
    (home / "last-year.csv").write_text(answered, encoding="utf-8")
    avow("learn", "last-year.csv", at=home)
    drafted = avow("ask", question, at=home)
    assert set(re.findall(r"\[([a-z-]+)\]", drafted)) == {"not-approved", "control-status-unknown"}

    library = next((home / "answer_library").glob("learned-*.yaml"))
    entry = library.read_text(encoding="utf-8")
    controls = re.search(r"controls:\n +- (\S+)", entry)
    assert controls, "learning did not see which control the question is about"
    assert "sharing: under-nda" in entry
    status = f"status:\n  - control: {controls[1]}\n    status: implemented\n"
    (home / "controls" / "status.yaml").write_text(status, encoding="utf-8")
    assert avow("ask", question, at=home).startswith("For a person")
    avow("approve", "--all", "--as", "Dana Okafor", at=home)
    assert avow("ask", question, at=home).startswith("Answered: yes")


def test_the_tour_of_the_sample_keeps_what_was_decided(tmp_path: Path):
    """Fill, decide in the review workbook, hand it back, and fill again without it: as the README says."""
    home = tmp_path / "home"
    start_workspace(home, company=None, bare=False, on=date(2026, 11, 23))
    shutil.copytree(ROOT / "examples", home / "examples")
    first, second = (shlex.split(line)[1:] for line in commands_in(ROOT / "README.md") if "Fernweh" in line)
    printed = avow(*first, at=home).splitlines()
    assert shlex.split(printed[-1]) == ["avow", *second]

    review = home / second[-1]
    book = load_workbook(review)
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    decided = [str(sheet.cell(row, columns["Cell"]).value) for row in range(2, sheet.max_row + 1)]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, columns["Decision"]).value = "gap"
        sheet.cell(row, columns["Reviewer"]).value = "Dana Okafor"
    book.save(review)

    for words in (second, first):
        avow(*words, at=home)
        report = json.loads((review.parent / "short-vendor-form.report.json").read_bytes())
        assert [row["cell"] for row in report["rows"] if "marked-gap" in row["reasons"]] == decided
    kept = load_workbook(review.with_name("short-vendor-form.review.1.xlsx"))["Review"]
    assert kept.cell(2, columns["Reviewer"]).value == "Dana Okafor"
    assert not review.with_name("short-vendor-form.review.2.xlsx").exists()


def test_the_report_and_the_files_beside_it_are_documented(tmp_path: Path):
    start_workspace(tmp_path / "home", company=None, bare=False, on=date(2026, 11, 23))
    space = Workspace(tmp_path / "home")
    filled = space.fill(ROOT / "examples" / "short-vendor-form.csv", tmp_path / "out", space.request())
    page = (ROOT / "docs" / "formats" / "report.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_]+)(?:\.[a-z]+)?`", page))
    rows = filled.report["rows"]
    assert isinstance(rows, list)
    assert rows
    fields = {*filled.report, *(field for row in rows for field in row)}
    assert not fields - named
    outputs = (ROOT / "docs" / "formats" / "outputs.md").read_text(encoding="utf-8")
    assert not [kind for kind in filled.files if f"`customer.{kind}" not in outputs]
