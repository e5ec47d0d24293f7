"""`avow export oscal` and `avow import oscal` at the command line."""

import json
from pathlib import Path

import pytest

from avow.compliance import Compliance
from avow.workspace import Workspace
from oscal_documents import foreign_catalog, valid
from program import Run
from small_company import FILES, TODAY, Tree


@pytest.fixture
def space(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree(FILES)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def lantern(tmp_path: Path) -> Path:
    path = tmp_path / "lantern.json"
    path.write_text(json.dumps(foreign_catalog()))
    return path


def test_an_export_is_valid_and_says_what_it_holds(run: Run, space: Path) -> None:
    ran = run("export", "oscal")
    assert (ran.code, ran.err) == (0, "")
    documents = sorted((space / "avow-out/oscal").iterdir())
    assert [path.name for path in documents] == [
        "catalog.json",
        "component-definition.json",
        "framework-soc2.json",
        "mappings.json",
        "poam.json",
        "profile-soc2.json",
    ]
    for path in documents:
        valid(path)
    gaps = Compliance(Workspace(space, on=TODAY)).gap_register().entries
    assert f"{len(gaps)} gaps are in poam.json" in ran.out
    items = valid(space / "avow-out/oscal/poam.json").poam_items
    assert {prop.value for item in items for prop in item.props if prop.name == "gap"} == {
        one.gap.id for one in gaps
    }


def test_what_nobody_spoke_of_is_counted(run: Run, space: Path) -> None:
    status = space / "controls/status.yaml"
    status.write_text(status.read_text().replace("status: implemented", "status:"))
    out = run("export", "oscal", "--out", "o").out
    assert "1 controls are left out of the component definition" in out
    assert out.rstrip().endswith(": rest")
    said = json.loads(run("export", "oscal", "--out", "o", "--json").out)
    assert (said["unstated"], said["unmapped"], said["out"]) == (["rest"], [], "o")


def test_an_export_again_has_the_same_bytes_and_needs_no_force(run: Run, space: Path) -> None:
    run("export", "oscal", "--out", "o")
    before = {path.name: path.read_bytes() for path in (space / "o").iterdir()}
    assert run("export", "oscal", "--out", "o").code == 0
    assert {path.name: path.read_bytes() for path in (space / "o").iterdir()} == before


def test_somebody_elses_file_is_replaced_with_force_only(run: Run, space: Path) -> None:
    (space / "o").mkdir()
    (space / "o/catalog.json").write_text("mine")
    ran = run("export", "oscal", "--out", "o")
    assert (ran.code, ran.out) == (2, "")
    assert "--force" in ran.err
    assert (space / "o/catalog.json").read_text() == "mine"
    assert run("export", "oscal", "--out", "o", "--force").code == 0


def test_a_round_trip_through_the_command_line_gives_the_same_catalogue(run: Run, space: Path) -> None:
    run("export", "oscal", "--out", "o")
    before = Workspace(space, on=TODAY).content
    (space / "controls/catalogue/cryptography.yaml").unlink()
    (space / "controls/frameworks/soc2.yaml").unlink()
    assert run("import", "oscal", "o/framework-soc2.json", "--as", "framework").code == 0
    ran = run("import", "oscal", "o/catalog.json")
    assert (ran.code, ran.err) == (0, "")
    assert "2 controls came in from catalog.json: Control catalogue of Quillworks" in ran.out
    after = Workspace(space, on=TODAY).content
    assert (after.controls, after.frameworks) == (before.controls, before.frameworks)
    assert run("check").code == 0


def test_a_foreign_catalogue_comes_in_with_a_list_of_what_did_not(
    run: Run, space: Path, lantern: Path
) -> None:
    ran = run("import", "oscal", lantern)
    assert (ran.code, ran.err) == (0, "")
    assert "8 controls came in from lantern.json" in ran.out
    assert "  wa-1.2: withdrawn\n" in ran.out
    assert len(Workspace(space, on=TODAY).content.controls) == 10


def test_a_framework_comes_in_and_the_json_says_so(run: Run, space: Path, lantern: Path) -> None:
    ran = run("import", "oscal", lantern, "--as", "framework", "--id", "lantern", "--json")
    said = json.loads(ran.out)
    assert (said["framework"], said["written"]) == (12, ["controls/frameworks/lantern.yaml"])
    assert "lantern" in Workspace(space, on=TODAY).content.framework_by_id


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["export"], 2),
        (["export", "csv"], 2),
        (["import"], 2),
        (["import", "oscal"], 2),
        (["import", "xml", "LANTERN"], 2),
        (["import", "oscal", "LANTERN", "--id", "pci"], 2),
        (["import", "oscal", "LANTERN", "--as", "profile"], 2),
        (["import", "oscal", "LANTERN", "--as", "framework"], 4),
        (["import", "oscal", "nowhere.json"], 4),
        (["import", "oscal", "avow.toml"], 4),
    ],
)
def test_wrong_usage_is_2_and_a_refused_file_4(
    run: Run, space: Path, lantern: Path, arguments: list[str], code: int
) -> None:
    ran = run(*[str(lantern) if one == "LANTERN" else one for one in arguments])
    assert (ran.code, ran.out) == (code, "")
    assert "Traceback" not in ran.err


def test_hostile_text_is_shown_harmlessly(run: Run, space: Path, lantern: Path) -> None:
    document = foreign_catalog()
    document["catalog"]["metadata"]["title"] = "Bad\u202e\x1b[31m"
    document["catalog"]["groups"][1]["controls"][0]["title"] = "{{ \x1b]0;x\x07"
    lantern.write_text(json.dumps(document))
    ran = run("import", "oscal", lantern)
    assert ran.code == 0
    assert not set("\x1b\x07\u202e") & set(ran.out)
