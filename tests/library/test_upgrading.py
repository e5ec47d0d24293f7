"""Upgrading the catalogue: what the release changed comes in, what the company wrote stays."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import avow
from avow.compliance import Compliance
from avow.errors import ContentError, WorkspaceError
from avow.library import starting, upgrading
from avow.library.starting import RECORD, start_workspace
from avow.library.upgrading import FileState
from avow.model.issues import Severity
from avow.workspace import Workspace
from small_company import CONTROL, FILES, TODAY

CATALOGUE, FRAMEWORK, STYLE = (
    "controls/catalogue/cryptography.yaml",
    "controls/frameworks/soc2.yaml",
    "templates/page.css",
)
NETWORK = "controls/catalogue/network.yaml"
SHIPPED = {
    **{name: text for name, text in FILES.items() if name != "avow.toml"},
    NETWORK: "domain: Network\ncontrols:\n"
    + CONTROL.format(id="wall", title="Firewalls", statement="Traffic is filtered.  # not a comment?"),
    STYLE: "p { color: black }\n",
}
OWN = {
    "controls/catalogue/ours.yaml": "domain: Ours\ncontrols:\n"
    + CONTROL.format(id="own", title="Own control", statement="We do it ourselves."),
    "controls/frameworks/own.yaml": "id: own\ntitle: Ours\nversion: '1'\nrequirements: [{id: O-1, title: One}]\n",
    "controls/mappings/own.yaml": "framework: own\nmappings:\n"
    "  - {control: wall, requirement: O-1, relationship: subset, rationale: Ours.}\n",
}

Release = Callable[[dict[str, str | None]], None]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Install a release: what is shipped, with some files replaced or (None) dropped."""
    folder = tmp_path / "release"
    monkeypatch.setattr(starting, "shipped_content", lambda: folder)

    def install(changes: dict[str, str | None]) -> None:
        for name, text in {**SHIPPED, **changes}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(text, encoding="utf-8")

    install({})
    return install


@pytest.fixture
def space(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A company's workspace, made from release 0.1.0 with the sample's answers approved; 0.2.0 is installed."""
    monkeypatch.setattr(avow, "__version__", "0.1.0")
    start_workspace(tmp_path / "acme", company="Acme", bare=False, on=TODAY)
    workspace = Workspace(tmp_path / "acme", on=TODAY)
    workspace.approve(["encrypted", "certified"], by="Dana Okafor")
    monkeypatch.setattr(avow, "__version__", "0.2.0")
    return workspace


def tree_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def text_of(space: Workspace, name: str) -> str:
    return (space.root / name).read_text(encoding="utf-8")


def write(space: Workspace, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = space.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    space.reread()


NEWER: dict[str, str | None] = {
    CATALOGUE: SHIPPED[CATALOGUE].replace("Stored data is encrypted.", "All stored data is encrypted.")
    + CONTROL.format(id="keys", title="Keys", statement="Keys are kept apart."),
    FRAMEWORK: SHIPPED[FRAMEWORK].replace("title: Logical access", "title: Logical and physical access"),
    STYLE: "p { color: navy }\nq { color: red }\n",
}


def test_nothing_differs_right_after_init(space: Workspace):
    prepared = Compliance(space).prepare_upgrade()
    assert (prepared.upgrade.files, prepared.upgrade.since, prepared.upgrade.to) == ((), "0.1.0", "0.2.0")
    record = json.loads(text_of(space, RECORD))
    assert set(record["files"]) == {CATALOGUE, NETWORK, FRAMEWORK, STYLE}
    assert record["avow"] == "0.1.0"


def test_the_diff_says_what_changes_field_by_field_and_writes_nothing(space: Workspace, release: Release):
    release(NEWER)
    before = tree_of(space.root)
    upgrade = Compliance(space).prepare_upgrade().upgrade
    assert tree_of(space.root) == before
    assert {(one.file, one.state) for one in upgrade.files} == {
        (name, FileState.REPLACED) for name in (CATALOGUE, FRAMEWORK, STYLE)
    }
    assert [(one.control, one.kind) for one in upgrade.controls] == [("keys", "new"), ("rest", "changed")]
    (statement,) = upgrade.controls[1].fields
    assert (statement.part, statement.old, statement.new) == (
        "statement",
        "Stored data is encrypted.",
        "All stored data is encrypted.",
    )
    (framework,) = upgrade.frameworks
    assert [(one.part, one.old, one.new) for one in framework.requirements] == [
        ("CC6.1", "Logical access; -; CC6; True; -", "Logical and physical access; -; CC6; True; -")
    ]
    assert [(one.added, one.removed) for one in upgrade.templates] == [(2, 1)]
    assert upgrade.voided == ("encrypted",)


def test_applying_brings_the_release_in_and_leaves_the_companys_words(space: Workspace, release: Release):
    release(NEWER)
    before = tree_of(space.root)
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade())
    after = tree_of(space.root)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {CATALOGUE, FRAMEWORK, STYLE, RECORD}
    assert all(text_of(space, name) == text for name, text in NEWER.items())
    assert space.content.control_by_id["rest"].statement == "All stored data is encrypted."
    assert [issue for issue in space.issues() if issue.severity is Severity.ERROR] == []
    assert Compliance(space).prepare_upgrade().upgrade.files == ()
    assert json.loads(text_of(space, RECORD))["avow"] == "0.2.0"


def test_mappings_are_told_apart(space: Workspace, release: Release):
    release({CATALOGUE: SHIPPED[CATALOGUE].replace("relationship: subset", "relationship: intersects", 1)})
    (diff,) = Compliance(space).prepare_upgrade().upgrade.controls
    assert diff.fields == ()
    assert [(one.part, one.old, one.new) for one in diff.mappings] == [
        ("soc2 CC6.1", "subset: It is one of the measures.", "intersects: It is one of the measures.")
    ]


def test_a_file_edited_here_is_held_back_with_both_diffs(space: Workspace, release: Release):
    release(NEWER)
    ours = text_of(space, CATALOGUE).replace("title: Backups", "title: Our backups")
    write(space, {CATALOGUE: ours})
    prepared = Compliance(space).prepare_upgrade()
    assert prepared.upgrade.held == (CATALOGUE,)
    assert prepared.upgrade.controls == ()
    marks = {
        (one.control, field.part): field.changed_by
        for one in prepared.upgrade.held_controls
        for field in one.fields
    }
    assert marks == {("backup", "title"): "here", ("rest", "statement"): "release"}
    assert [one.control for one in prepared.upgrade.held_controls] == ["backup", "keys", "rest"]
    Compliance(space).apply_upgrade(prepared)
    assert text_of(space, CATALOGUE) == ours
    assert text_of(space, STYLE) == NEWER[STYLE]
    assert Compliance(space).prepare_upgrade().upgrade.held == (CATALOGUE,)


def test_a_held_file_is_replaced_only_on_the_companys_word(space: Workspace, release: Release):
    release(NEWER)
    write(space, {CATALOGUE: text_of(space, CATALOGUE) + "# ours\n", STYLE: "ours {}\n"})
    with pytest.raises(WorkspaceError, match="is not held back"):
        Compliance(space).prepare_upgrade(overwrite=[FRAMEWORK])
    one = Compliance(space).prepare_upgrade(overwrite=[STYLE])
    assert one.upgrade.held == (CATALOGUE,)
    Compliance(space).apply_upgrade(one)
    assert text_of(space, STYLE) == NEWER[STYLE]
    assert text_of(space, CATALOGUE).endswith("# ours\n")
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade(overwrite_all=True))
    assert text_of(space, CATALOGUE) == NEWER[CATALOGUE]
    assert Compliance(space).prepare_upgrade().upgrade.files == ()


def test_a_held_file_that_was_merged_by_hand_is_settled_until_the_release_changes_it(
    space: Workspace, release: Release
):
    release({**NEWER, NETWORK: None})
    merged = (NEWER[CATALOGUE] or "").replace("title: Backups", "title: Our backups")
    write(space, {CATALOGUE: merged, NETWORK: SHIPPED[NETWORK] + "# ours\n"})
    (space.root / STYLE).unlink()
    assert set(Compliance(space).prepare_upgrade().upgrade.held) == {CATALOGUE, NETWORK, STYLE}
    with pytest.raises(WorkspaceError, match="both kept and overwritten"):
        Compliance(space).prepare_upgrade(keep=[STYLE], overwrite=[STYLE])
    with pytest.raises(WorkspaceError, match="is not held back"):
        Compliance(space).prepare_upgrade(keep=[FRAMEWORK])
    prepared = Compliance(space).prepare_upgrade(keep=[CATALOGUE, NETWORK, STYLE])
    assert prepared.upgrade.held == ()
    assert (prepared.upgrade.controls, prepared.upgrade.templates) == ((), ())
    Compliance(space).apply_upgrade(prepared)
    assert text_of(space, CATALOGUE) == merged
    assert not (space.root / STYLE).exists()
    assert Compliance(space).prepare_upgrade(overwrite_all=True).upgrade.files == ()
    release(
        {CATALOGUE: (NEWER[CATALOGUE] or "").replace("Keys are kept", "All keys are kept"), NETWORK: None}
    )
    later = Compliance(space).prepare_upgrade().upgrade
    marks = {
        (one.control, field.part): field.changed_by for one in later.held_controls for field in one.fields
    }
    assert marks == {("backup", "title"): "here", ("keys", "statement"): "release"}


def test_an_edit_here_that_the_release_did_not_touch_stays_without_a_word(space: Workspace, release: Release):
    write(space, {STYLE: "ours {}\n", CATALOGUE: text_of(space, CATALOGUE).replace("Backups", "Our backups")})
    (space.root / NETWORK).unlink()
    Compliance(space).set_status(["backup"], {"status": "partial"})
    assert Compliance(space).prepare_upgrade(overwrite_all=True).upgrade.files == ()


def test_line_ends_are_no_edit(space: Workspace, release: Release):
    release(NEWER)
    (space.root / CATALOGUE).write_bytes((space.root / CATALOGUE).read_bytes().replace(b"\n", b"\r\n"))
    assert Compliance(space).prepare_upgrade().upgrade.held == ()


def test_files_of_the_companys_own_are_left_alone(space: Workspace, release: Release):
    write(space, OWN)
    release(NEWER)
    before = {name: (space.root / name).read_bytes() for name in OWN}
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade(overwrite_all=True))
    assert {name: (space.root / name).read_bytes() for name in OWN} == before


def test_a_control_gone_from_the_release_is_refused_while_named_here(space: Workspace, release: Release):
    write(space, OWN)
    Compliance(space).set_status(["wall"], {"status": "implemented"})
    release({**NEWER, NETWORK: None})
    before = tree_of(space.root)
    prepared = Compliance(space).prepare_upgrade()
    assert prepared.upgrade.named == {"wall": ("controls/status.yaml", "controls/mappings/own.yaml")}
    with pytest.raises(ContentError, match="--keep-gone"):
        Compliance(space).apply_upgrade(prepared)
    assert tree_of(space.root) == before


def test_a_control_gone_is_kept_word_for_word_where_asked(space: Workspace, release: Release):
    write(space, OWN)
    Compliance(space).set_status(["wall"], {"status": "implemented"})
    old = space.content.control_by_id["wall"]
    release({NETWORK: None})
    prepared = Compliance(space).prepare_upgrade(keep_gone=True)
    assert (prepared.upgrade.kept, prepared.upgrade.named) == (("wall",), {})
    Compliance(space).apply_upgrade(prepared)
    assert space.content.control_by_id["wall"] == old
    assert not (space.root / NETWORK).exists()
    assert "statement: Traffic is filtered.  # not a comment?" in text_of(
        space, "controls/catalogue/kept-network.yaml"
    )
    assert [issue for issue in space.issues() if issue.severity is Severity.ERROR] == []
    assert Compliance(space).prepare_upgrade().upgrade.files == ()


def test_controls_kept_at_two_upgrades_share_a_file(space: Workspace, release: Release):
    extra = CONTROL.format(id="zone", title="Zones", statement="The network has zones.")
    release({NETWORK: SHIPPED[NETWORK] + extra})
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade())
    Compliance(space).set_status(["wall", "zone"], {"status": "implemented"})
    release(
        {
            NETWORK: "domain: Network\ncontrols:\n"
            + extra.replace("\n", "\n  ").replace("  - id", "    - id", 1)
        }
    )
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade(keep_gone=True))
    zone = space.content.control_by_id["zone"]
    release({NETWORK: None})
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade(keep_gone=True))
    kept = space.loaded.places
    assert {kept["control:wall"][0], kept["control:zone"][0]} == {"controls/catalogue/kept-network.yaml"}
    assert space.content.control_by_id["zone"] == zone


def test_a_control_gone_that_nobody_names_goes(space: Workspace, release: Release):
    release({NETWORK: None})
    prepared = Compliance(space).prepare_upgrade()
    assert [(one.control, one.kind) for one in prepared.upgrade.controls] == [("wall", "gone")]
    Compliance(space).apply_upgrade(prepared)
    assert "wall" not in space.content.control_by_id


def test_an_upgrade_that_would_break_the_content_is_refused(space: Workspace, release: Release):
    write(space, OWN)
    release({FRAMEWORK: SHIPPED[FRAMEWORK].replace("CC6.1", "CC6.8"), CATALOGUE: SHIPPED[CATALOGUE].replace("CC6.1", "CC6.8"),
             NETWORK: SHIPPED[NETWORK].replace("CC6.1", "CC6.8")})  # fmt: skip
    before = tree_of(space.root)
    prepared = Compliance(space).prepare_upgrade()
    assert any("soc2 has no requirement 'CC6.1'" in one for one in prepared.upgrade.problems)
    with pytest.raises(ContentError, match="would have errors"):
        Compliance(space).apply_upgrade(prepared)
    assert tree_of(space.root) == before


def test_an_error_that_was_there_before_does_not_stop_an_upgrade(space: Workspace, release: Release):
    write(space, {"answer_library/broken.yaml": "answers: [\n"})
    release(NEWER)
    prepared = Compliance(space).prepare_upgrade()
    assert prepared.upgrade.problems == ()
    Compliance(space).apply_upgrade(prepared)
    assert text_of(space, CATALOGUE) == NEWER[CATALOGUE]


def test_without_a_record_every_differing_file_may_be_edited(space: Workspace, release: Release):
    (space.root / RECORD).unlink()
    release({**NEWER, "controls/catalogue/added.yaml": OWN["controls/catalogue/ours.yaml"], NETWORK: None})
    prepared = Compliance(space).prepare_upgrade()
    assert prepared.upgrade.since is None
    assert set(prepared.upgrade.held) == {CATALOGUE, FRAMEWORK, STYLE}
    assert all(field.changed_by == "" for one in prepared.upgrade.held_controls for field in one.fields)
    Compliance(space).apply_upgrade(prepared)
    assert text_of(space, CATALOGUE) == SHIPPED[CATALOGUE]
    assert (space.root / "controls/catalogue/added.yaml").is_file()
    assert (space.root / NETWORK).is_file()
    assert set(Compliance(space).prepare_upgrade().upgrade.held) == {CATALOGUE, FRAMEWORK, STYLE}
    Compliance(space).apply_upgrade(Compliance(space).prepare_upgrade(overwrite_all=True))
    assert Compliance(space).prepare_upgrade().upgrade.files == ()


@pytest.mark.parametrize("text", ["", "[]", '{"avow": 1}', "[" * 100_000, '{"avow": "1", "files": {"a": 3}}'])
def test_a_broken_record_is_said(space: Workspace, text: str):
    write(space, {RECORD: text})
    with pytest.raises(ContentError, match=r"shipped\.json: is not the record"):
        Compliance(space).prepare_upgrade()


def test_a_record_cannot_lead_out_of_the_workspace(space: Workspace, release: Release, tmp_path: Path):
    outside = tmp_path / "outside.css"
    outside.write_text("mine", encoding="utf-8")
    record = json.loads(text_of(space, RECORD))
    record["files"]["templates/../../outside.css"] = starting.file_hash(b"mine")
    write(space, {RECORD: json.dumps(record)})
    (space.root / "templates/page.css").unlink()
    (space.root / "templates").rmdir()
    (space.root / "templates").symlink_to(tmp_path)
    release({"templates/outside.css": "theirs"})
    prepared = Compliance(space).prepare_upgrade(overwrite_all=True)
    with pytest.raises(WorkspaceError, match="leads out of the workspace"):
        Compliance(space).apply_upgrade(prepared)
    assert outside.read_text(encoding="utf-8") == "mine"


def test_a_failure_half_way_leaves_the_old(
    space: Workspace, release: Release, monkeypatch: pytest.MonkeyPatch
):
    release({**NEWER, NETWORK: None})
    prepared = Compliance(space).prepare_upgrade()
    before = tree_of(space.root)
    replace = Path.replace
    failed: list[Path] = []

    def full_disk(self: Path, target: Path) -> Path:
        if Path(target).name == "page.css" and not failed:
            failed.append(self)
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(WorkspaceError, match="No space left on device; nothing was changed"):
        Compliance(space).apply_upgrade(prepared)
    assert failed
    assert tree_of(space.root) == before


def test_the_shipped_content_itself_has_nothing_to_upgrade(release: Release, tmp_path: Path):
    (tmp_path / "release/avow.toml").write_text('company = "Acme"\n', encoding="utf-8")
    prepared = Compliance(Workspace(tmp_path / "release", on=TODAY)).prepare_upgrade()
    assert prepared.upgrade.is_shipped_content
    before = tree_of(tmp_path / "release")
    upgrading.apply(Workspace(tmp_path / "release", on=TODAY).folder, prepared)
    assert tree_of(tmp_path / "release") == before
