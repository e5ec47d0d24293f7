"""`avow readiness` at the command line: formats, files, options and exit codes."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from program import Run
from small_company import FILES, Tree, edited

ROOT = Path(__file__).resolve().parents[2]


def proven(**other: str) -> dict[str, str]:
    """The small company with encryption at rest proven and reviewed on 2026-06-01."""
    old = "status: implemented\n    owner: Head of Engineering\n"
    return (
        edited("controls/status.yaml", old, f"{old}    evidence: [report]\n    reviewed_on: 2026-06-01\n")
        | other
    )


@pytest.fixture
def space(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree({**FILES, **proven()})
    shutil.copytree(ROOT / "templates", root / "templates")
    monkeypatch.chdir(root)
    return root


def test_the_table_is_the_default(run: Run, space: Path) -> None:
    ran = run("readiness", "soc2")
    assert (ran.code, ran.err) == (0, "")
    assert "(0 ready + 1 partly / 2) / 1 that apply" in ran.out
    assert "CC6.1" in ran.out
    assert "mend backup: unlocks 1, advances 0. Backups" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_without_a_framework_it_is_all_of_them(run: Run, space: Path) -> None:
    (space / "controls/frameworks/own.yaml").write_text(
        'id: own\ntitle: Our own\nversion: "1"\nrequirements:\n  - {id: O1, title: First}\n', encoding="utf-8"
    )
    document = json.loads(run("readiness", "--json").out)
    assert [one["id"] for one in document["frameworks"]] == ["own", "soc2"]
    assert [one["id"] for one in json.loads(run("readiness", "own", "--json").out)["frameworks"]] == ["own"]


def test_json_either_way_is_one_object(run: Run, space: Path) -> None:
    ran = run("readiness", "soc2", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == run("readiness", "soc2", "--format", "json").out
    (one,) = json.loads(ran.out)["frameworks"]
    assert one["requirements"][0]["state"] == "partly"


def test_csv_goes_to_standard_output(run: Run, space: Path) -> None:
    ran = run("readiness", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff")))
    assert (row["framework"], row["id"], row["state"]) == ("soc2", "CC6.1", "partly")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.xlsx", b"PK"),
        ("r.html", b"<!"),
        ("r.HTM", b"<!"),
        ("r.csv", b"\xef\xbb\xbf"),
        ("deep/er/r.json", b"{"),
        ("r.txt", b"Trust services criteria"),
    ],
)
def test_the_suffix_of_the_file_says_the_format(run: Run, space: Path, name: str, start: bytes) -> None:
    ran = run("readiness", "soc2", "--out", name)
    assert (ran.code, ran.out, ran.err) == (0, "", f"wrote {name}\n")
    data = (space / name).read_bytes()
    assert data.startswith(start)
    assert name.endswith("xlsx") or b"\x1b[" not in data
    assert not list(space.rglob("*.part"))


def test_workbook_and_page_have_a_name_of_their_own(run: Run, space: Path) -> None:
    assert run("readiness", "soc2", "--format", "xlsx").err == "wrote readiness-soc2.xlsx\n"
    assert zipfile.is_zipfile(space / "readiness-soc2.xlsx")
    assert run("readiness", "--format", "html").err == "wrote readiness-all.html\n"
    assert b"Trust services criteria" in (space / "readiness-all.html").read_bytes()


def test_a_file_that_is_there_is_replaced_with_force_only(run: Run, space: Path) -> None:
    target = space / "readiness-soc2.xlsx"
    target.write_bytes(b"an auditor's notes")
    ran = run("readiness", "soc2", "--format", "xlsx")
    assert ran.code == 2
    assert "is there already" in ran.err
    assert "--force" in ran.err
    assert target.read_bytes() == b"an auditor's notes"
    assert run("readiness", "soc2", "--format", "xlsx", "--force").code == 0
    assert zipfile.is_zipfile(target)


def test_a_page_without_its_template_leaves_nothing(run: Run, space: Path) -> None:
    shutil.rmtree(space / "templates")
    ran = run("readiness", "soc2", "--out", "r.html")
    assert ran.code == 3
    assert not (space / "r.html").exists()
    assert not list(space.rglob("*.part"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nist"], "there is no framework 'nist'; there are soc2"),
        (["soc2", "--out", "r.pdf"], "the suffix names no format"),
        (["soc2", "--out", "r"], "the suffix names no format"),
        (["soc2", "--json", "--format", "csv"], "contradict each other"),
        (["soc2", "--format", "docx"], "docx"),
        (["soc2", "iso27001"], "unexpected extra argument"),
        (["soc2", "--out", "avow.toml/r.json"], "cannot be written"),
    ],
)
def test_wrong_usage_is_2_and_says_why(run: Run, space: Path, arguments: list[str], said: str) -> None:
    ran = run("readiness", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_the_scope_asked_about_counts(run: Run, space: Path) -> None:
    status = space / "controls/status.yaml"
    done = "status: implemented\n    owner: Head of IT\n    evidence: [report]\n    reviewed_on: 2026-06-01\n"
    status.write_text(
        f"{status.read_text(encoding='utf-8')}  - control: backup\n    scope: {{products: [Cloud]}}\n    {done}",
        encoding="utf-8",
    )
    whole = json.loads(run("readiness", "soc2", "--json").out)
    cloud = json.loads(run("readiness", "soc2", "--product", "Cloud", "--json").out)
    assert whole["frameworks"][0]["requirements"][0]["state"] == "partly"
    assert cloud["frameworks"][0]["requirements"][0]["state"] == "ready"
    assert cloud["scope"] == {"product": "Cloud", "region": None}
    assert "Cloud, on 2026-11-23" in run("readiness", "soc2", "--product", "Cloud").out


def test_how_long_a_review_holds_is_set_in_avow_toml(run: Run, space: Path) -> None:
    def lacks() -> list[str]:
        (one,) = json.loads(run("readiness", "soc2", "--json").out)["frameworks"]
        return next(c["lacks"] for c in one["requirements"][0]["controls"] if c["control"] == "rest")

    assert lacks() == []
    toml = space / "avow.toml"
    toml.write_text('company = "Quillworks"\n[review]\nstatus_days = 90\n', encoding="utf-8")
    assert lacks() == ["review-overdue"]
    toml.write_text('company = "Quillworks"\n[review]\nstatus_days = 0\n', encoding="utf-8")
    ran = run("readiness", "soc2")
    assert ran.code == 3
    assert "review.status_days" in ran.err


def test_broken_content_is_not_assessed(run: Run, space: Path) -> None:
    (space / "controls/status.yaml").write_text("status:\n  - control: nowhere\n", encoding="utf-8")
    assert run("readiness", "soc2").code == 3


def test_nothing_of_the_workspace_changes(run: Run, space: Path) -> None:
    before = {path: path.read_bytes() for path in space.rglob("*") if path.is_file()}
    run("readiness")
    run("readiness", "--json")
    assert {path: path.read_bytes() for path in space.rglob("*") if path.is_file()} == before
