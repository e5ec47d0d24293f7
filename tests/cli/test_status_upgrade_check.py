"""`avow status`, `avow upgrade` and what `avow check` says of coverage and crosswalks, as a person meets them."""

import json
import shutil
from pathlib import Path

import pytest

from avow.library import starting
from program import Run
from small_company import CONTROL, FILES, Tree

STATUS, CATALOGUE = "controls/status.yaml", "controls/catalogue/cryptography.yaml"


@pytest.fixture
def root(tree: Tree) -> Path:
    return tree(FILES)


@pytest.fixture
def run(program: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program inside the small company's workspace."""
    monkeypatch.chdir(root)
    return program


# ── status ─────────────────────────────────────────────────────────────────────────────────────


def test_status_shows_a_table_of_all_and_one_control_in_full(run: Run, root: Path) -> None:
    text = FILES[STATUS].replace("    owner: Head of Eng", "    evidence: [report]\n    owner: Head of Eng")
    (root / STATUS).write_text(text + "    notes: Bell \\u202e.\n", encoding="utf-8")
    table = run("status")
    assert table.code == 0
    rows = [line.split() for line in table.out.splitlines()]
    assert rows[0] == ["Cryptography"]
    assert rows[1][:3] == ["rest", "implemented", "1/1"]
    assert rows[2][:2] == ["backup", "planned"]
    assert table.err == "2 controls, 0 nobody has said anything about\n"
    one = run("status", "rest", "backup").out
    assert "report: Audit report (valid until 2027-06-30)" in one
    assert "a yes may rest on it; 1 yes answers name it" in one
    assert "planned for 2027-03-31" in one
    assert "no yes may rest on it: planned" in one


def test_status_text_is_safe_for_a_terminal(run: Run, root: Path) -> None:
    (root / STATUS).write_text(FILES[STATUS] + '    notes: "a \\e[31m \\u202e b"\n', encoding="utf-8")
    shown = run("status", "backup").out
    assert "\\u001b" in shown
    assert "\\u202e" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_status_changes_an_entry_and_says_what_that_voids(run: Run, root: Path) -> None:
    assert run("approve", "--all", "--as", "Dana Okafor").code == 0
    ran = run(
        "status",
        "rest",
        "--set",
        "partial",
        "--reviewed",
        "today",
        "--evidence",
        "report",
        "--notes",
        "Half.",
    )
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "rest: status: implemented → partial",
        "rest: evidence: (nothing) → report",
        "rest: reviewed_on: (nothing) → 2026-11-23",
        "rest: notes: (nothing) → Half.",
    ]
    assert ran.err.startswith("1 approved answers lose their approval by it (encrypted)")
    assert (root / STATUS).read_text(encoding="utf-8") == FILES[STATUS].replace(
        "    status: implemented\n    owner: Head of Engineering\n",
        "    status: partial\n    owner: Head of Engineering\n    evidence: [report]\n"
        "    reviewed_on: 2026-11-23\n    notes: Half.\n",
    )
    again = run("status", "rest", "--set", "partial")
    assert (again.code, again.out) == (0, "nothing to change: it says so already\n")


def test_status_for_a_product_and_clearing(run: Run, root: Path) -> None:
    ran = run(
        "status",
        "rest",
        "--product",
        "Mobile",
        "--region",
        "EU",
        "--set",
        "planned",
        "--planned",
        "2027-01-01",
    )
    assert ran.out.splitlines()[0] == "rest (Mobile, EU): status: (nothing) → planned"
    shown = json.loads(run("status", "rest", "--product", "Mobile", "--region", "EU", "--json").out)
    (control,) = shown["controls"]
    assert (control["status"], control["yes"], len(control["entries"])) == ("planned", False, 2)
    cleared = run("status", "rest", "--clear", "owner", "--json")
    assert json.loads(cleared.out)["changes"][0]["new"] is None
    assert run("status", "backup", "--clear", "status").code == 0
    unset = json.loads(run("status", "--unset", "--json").out)
    assert [one["control"] for one in unset["controls"]] == ["backup"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--set", "planned"], 2, "name the controls"),
        (["rest", "--set", "finished"], 2, "finished"),
        (["rest", "--set", "planned", "--clear", "status"], 2, "both given and cleared"),
        (["rest", "--set", "planned", "--unset"], 2, "--unset is for showing"),
        (["rest", "--owner", ""], 2, "--clear owner"),
        (["rest", "--product", "A", "--product", "B"], 2, "one product"),
        (["rset"], 3, "did you mean 'rest'"),
        (["rset", "--set", "planned"], 3, "did you mean 'rest'"),
        (["rest", "--planned", "soon"], 3, "is not a date"),
        (["rest", "--evidence", "nothing-like-it"], 3, "there is no evidence"),
    ],
)
def test_a_wrong_edit_says_why_and_writes_nothing(
    run: Run, root: Path, arguments: list[str], code: int, says: str
) -> None:
    ran = run("status", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert (root / STATUS).read_text(encoding="utf-8") == FILES[STATUS]


# ── upgrade ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def release(run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with another statement and a new control, over the small company's workspace as made by `init`."""
    folder = tmp_path / "release"
    shutil.copytree(root, folder)
    monkeypatch.setattr(starting, "shipped_content", lambda: folder)
    (root / starting.RECORD).write_bytes(starting.record_bytes(starting.record_of(starting.upgradable(root))))
    assert run("approve", "--all", "--as", "Dana Okafor").code == 0
    newer = FILES[CATALOGUE].replace("Stored data is encrypted.", "All stored data is encrypted.")
    newer += CONTROL.format(id="keys", title="Keys", statement="Keys are kept apart.")
    (folder / CATALOGUE).write_text(newer, encoding="utf-8")
    return folder


def test_upgrade_shows_the_diff_first_and_writes_only_when_told(run: Run, root: Path, release: Path) -> None:
    before = (root / CATALOGUE).read_bytes()
    ran = run("upgrade")
    assert ran.code == 0
    assert (root / CATALOGUE).read_bytes() == before
    lines = [line.strip() for line in ran.out.splitlines()]
    for line in (
        "controls: 1 new, 0 gone, 1 changed",
        f"+ keys: Keys ({CATALOGUE})",
        f"~ rest: Encryption at rest ({CATALOGUE})",
        "- Stored data is encrypted.",
        "+ All stored data is encrypted.",
        "1 approved answers lose their approval, because their controls change:",
    ):
        assert line in lines
    assert "`avow upgrade --apply` writes 1 files" in ran.err
    done = run("upgrade", "--apply")
    assert done.code == 0
    assert "1 files written, 0 held back" in done.err
    assert "avow status --unset" in done.err
    assert (root / CATALOGUE).read_bytes() == (release / CATALOGUE).read_bytes()
    again = run("upgrade", "--apply")
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("nothing to upgrade: ")
    assert run("check").code == 0


def test_upgrade_holds_back_what_was_edited_here(run: Run, root: Path, release: Path) -> None:
    (root / CATALOGUE).write_text(FILES[CATALOGUE].replace("Backups", "Our backups"), encoding="utf-8")
    ran = run("upgrade", "--apply")
    assert ran.code == 0
    assert "held back, because edited here" in ran.out
    assert "title [edited here]" in ran.out
    assert "statement [by the release]" in ran.out
    assert "Our backups" in (root / CATALOGUE).read_text(encoding="utf-8")
    shown = json.loads(run("upgrade", "--json", "--overwrite", CATALOGUE, "--apply").out)
    assert (shown["applied"], shown["held"], shown["files"]) == (
        True,
        [],
        [{"file": CATALOGUE, "state": "replaced"}],
    )
    assert run("upgrade", "--overwrite", "avow.toml").code == 2


def test_upgrade_refuses_to_drop_a_control_in_use(run: Run, root: Path, release: Path) -> None:
    gone = FILES[CATALOGUE].split("  - id: backup")[0]
    (release / CATALOGUE).write_text(gone, encoding="utf-8")
    before = (root / CATALOGUE).read_bytes()
    assert "backup: controls/status.yaml" in run("upgrade").out
    ran = run("upgrade", "--apply")
    assert ran.code == 3
    assert "--keep-gone" in ran.err
    shown = run("upgrade", "--apply", "--json")
    assert (shown.code, json.loads(shown.out)["applied"]) == (3, False)
    assert (root / CATALOGUE).read_bytes() == before
    assert run("upgrade", "--apply", "--keep-gone").code == 0
    assert run("status", "backup").code == 0
    assert (root / "controls/catalogue/kept-cryptography.yaml").is_file()


def test_upgrade_in_the_shipped_content_says_so(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "shipped_content", lambda: root)
    ran = run("upgrade", "--apply")
    assert (ran.code, ran.out) == (0, "this is the shipped content itself; there is nothing to upgrade\n")


# ── check ──────────────────────────────────────────────────────────────────────────────────────


def test_check_reports_coverage_beside_the_problems(run: Run, root: Path) -> None:
    path = root / "controls/frameworks/soc2.yaml"
    path.write_text(
        FILES["controls/frameworks/soc2.yaml"]
        + "  - {id: CC6.2, title: Users}\n  - {id: CC6.3, title: Roles}\n"
        + "exemptions:\n  - {reason: Addressed to auditors., requirements: [CC6.3]}\n",
        encoding="utf-8",
    )
    ran = run("check")
    assert ran.code == 0
    assert ran.out == (
        "controls/frameworks/soc2.yaml:7: warning: soc2 CC6.2: no control is mapped to it, and no exemption says"
        " why not [uncovered-requirement]\n"
    )
    assert ran.err.splitlines()[:2] == [
        "soc2: 1 of 3 requirements covered, 1 not owed, 1 without a control or a reason",
        "  1 not owed: addressed to auditors",
    ]
    (shown,) = json.loads(run("check", "--json").out)["coverage"]
    assert shown["uncovered"] == ["CC6.2"]
    assert shown["not_owed"] == [{"reason": "Addressed to auditors.", "requirements": ["CC6.3"]}]


def test_check_holds_the_mappings_against_an_outside_crosswalk(run: Run, root: Path) -> None:
    (root / "controls/frameworks/own.yaml").write_text(
        "id: own\ntitle: Own\nversion: '1'\nrequirements: [{id: O-1, title: One}]\n", encoding="utf-8"
    )
    (root / "controls/mappings").mkdir()
    (root / "controls/mappings/own.yaml").write_text(
        "framework: own\nmappings: [{control: rest, requirement: O-1, relationship: subset, rationale: Ours.}]\n",
        encoding="utf-8",
    )
    pairs = [{"from": "soc2", "from_id": "CC6.1", "to": "iso27001", "to_id": "A.8.24", "votes": 4}]
    (root / "outside.json").write_text(json.dumps({"pairs": pairs}), encoding="utf-8")
    ran = run("check", "--crosswalk", "outside.json")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "crosswalk: 0 of 1 outside pairs found, recall 0.000",
        "  missed: soc2 CC6.1 and iso27001 A.8.24 (4 votes; not in our lists: iso27001 A.8.24)",
        "pairs that our controls join and no outside pair does, for a person to read:",
        "  own and soc2: 1 (no outside pairs)",
        "  rest",
        "    soc2 CC6.1, subset: It is one of the measures.",
        "    own O-1, subset: Ours.",
    ]
    shown = json.loads(run("check", "--json", "--crosswalk", "outside.json").out)["crosswalk"]
    assert shown["missed"][0]["pair"] == pairs[0]
    assert shown["ours_alone"][0]["second"]["rationale"] == "Ours."


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"pairs": [3]}', None])
def test_a_crosswalk_that_cannot_be_read_is_4_with_its_reason(
    run: Run, root: Path, data: bytes | None
) -> None:
    if data is not None:
        (root / "outside.json").write_bytes(data)
    for options in ([], ["--json"]):
        ran = run("check", "--crosswalk", "outside.json", *options)
        assert (ran.code, ran.out) == (4, "")
        assert ran.err.startswith("avow: outside.json: ")
