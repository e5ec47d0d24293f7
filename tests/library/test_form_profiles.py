"""Profiles of known forms as content: problems with file and line, shipped, upgraded, and made of a form."""

import tomllib
from pathlib import Path

import pytest

import avow
from avow.errors import ContentError, WorkspaceError
from avow.library import starting
from avow.library.checks import check
from avow.library.folder import ContentFolder
from avow.library.form_profiles import id_patterns, profile_yaml, save_profile
from avow.library.starting import record_of, start_workspace
from avow.library.upgrading import FileState, apply, prepare
from avow.library.yaml_source import parse
from avow.model.forms import FormProfile, digest_of, kept_marks, question_marks
from avow.model.issues import Severity
from avow.workspace import Workspace
from small_company import FILES, TODAY, Tree, loaded

ROOT = Path(__file__).resolve().parents[2]
MARKS = question_marks([("1", "One?"), ("2", "Two?"), ("3", "Three?")])
NAME = "forms/ours-1.yaml"
GOOD = f"""\
id: ours
version: "1"
title: Our customers' form
sheets:
  - headings: [Nr, Topic, What we want to know]
    question: What we want to know
    ref: Nr
ids:
  - {{pattern: "SUP-#", standard: Our customers' form}}
skip:
  - {{sheet: Hardware, why: no hardware}}
choices:
  Fulfilled: yes
  Open: no
questions: 3
digest: {digest_of(MARKS)}
marks: {kept_marks(MARKS)}
"""


def issues_of(**files: str) -> list[tuple[str, str, int]]:
    """(code, file, line) of what is wrong with forms, given as `name=text`."""
    changes = {f"forms/{name}.yaml": text for name, text in files.items()}
    both = {name: text.encode() for name, text in {**FILES, **changes}.items() if name.endswith(".yaml")}
    found = check(loaded(changes), both)
    return [(one.code, one.file, one.line) for one in found if one.severity is not Severity.INFO]


def test_a_good_profile_is_read_with_its_words_as_words() -> None:
    assert issues_of(ours=GOOD) == []
    (profile,) = loaded({NAME: GOOD}).content.forms
    assert profile.choices == {"Fulfilled": "yes", "Open": "no"}
    assert profile.questions == 3
    assert loaded({NAME: GOOD}).content.form_by_name == {"ours-1": profile}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("title:", "titel:", "field-unknown", 3),
        ("    ref: Nr\n", "    ref: Nr\n    reference: Nr\n", "field-unknown", 8),
        ("    question: What we want to know", "    question: What we ask", "field-invalid", 5),
        ("    ref: Nr", "    ref: What we want to know", "field-invalid", 5),
        ("SUP-#", "SUP-##", "field-invalid", 9),
        ("sheet: Hardware, ", "", "field-invalid", 11),
        ("Open: no", "Open: perhaps", "field-invalid", 14),
        ("questions: 3", "questions: 4", "field-invalid", 1),
        ("id: ours", "id: ../../etc", "field-invalid", 1),
        (MARKS[0], "&a " + MARKS[0], "yaml-syntax", 17),
        ("Nr, Topic", "&a Nr, *a", "yaml-alias", 5),
        ("title:", "id: again\ntitle:", "yaml-duplicate-key", 3),
        ("Topic", "!!python/name:os.system Topic", "yaml-tag", 5),
        ("Topic", '"{{ config }}"', "template-in-content", 5),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_with_its_line(old: str, new: str, code: str, line: int) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    if code == "yaml-syntax":
        text = text.replace("marks: ", "marks: x: ")
    found = issues_of(ours=text)
    assert (code, NAME.replace("ours-1", "ours"), line) in found


def test_two_profiles_of_one_fingerprint_clash_and_so_do_two_of_one_name() -> None:
    other = GOOD.replace("id: ours", "id: theirs")
    assert issues_of(a=GOOD, b=other) == [("form-clash", "forms/b.yaml", 1)]
    third = GOOD.replace("digest: ", "digest: 0").replace(digest_of(MARKS), digest_of(MARKS)[1:])
    assert ("duplicate-id", "forms/b.yaml", 1) in issues_of(a=GOOD, b=third)


def test_a_broken_profile_is_left_out_where_a_file_is_only_looked_at(tree: Tree) -> None:
    folder = ContentFolder(tree({**FILES, NAME: GOOD, "forms/broken.yaml": "id: [\n"}), TODAY)
    assert [one.name for one in folder.forms] == ["ours-1"]
    (folder.root / NAME).write_text(GOOD.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    folder.forget()
    assert [one.name for one in folder.forms] == ["ours-2"]


def test_the_profiles_avow_ships_are_without_problems_and_in_files_of_their_names() -> None:
    folder = ContentFolder(ROOT, TODAY)
    names = {path.stem for path in (ROOT / "forms").glob("*.yaml")}
    assert names
    assert {one.name for one in folder.forms} == names
    assert all(one.notice and one.url and one.publisher for one in folder.forms)


def test_a_new_workspace_has_the_shipped_profiles(tmp_path: Path) -> None:
    start_workspace(tmp_path / "new", company="Acme", bare=True, on=TODAY)
    assert Workspace(tmp_path / "new", on=TODAY).content.forms == ContentFolder(ROOT, TODAY).forms


def test_the_wheel_and_the_source_package_hold_them() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]
    assert build["wheel"]["force-include"]["forms"] == "avow/content/forms"
    assert "forms" in build["sdist"]["include"]


def test_an_upgrade_brings_new_profiles_and_leaves_those_of_the_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "release"
    monkeypatch.setattr(starting, "shipped_content", lambda: release)
    shipped = {name: text for name, text in FILES.items() if name != "avow.toml"}
    for name, text in {**shipped, "forms/one-1.yaml": GOOD, "templates/page.css": "p {}"}.items():
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_text(text, encoding="utf-8")
    start_workspace(tmp_path / "acme", company="Acme", bare=False, on=TODAY)
    own = GOOD.replace("id: ours", "id: own").replace(digest_of(MARKS), "0" * 16)
    (tmp_path / "acme/forms/own-1.yaml").write_text(own, encoding="utf-8")
    two = GOOD.replace("id: ours", "id: two").replace(digest_of(MARKS), "1" * 16)
    (release / "forms/two-1.yaml").write_text(two, encoding="utf-8")
    (release / "forms/one-1.yaml").write_text(GOOD.replace("title: ", "title: Better "), encoding="utf-8")
    monkeypatch.setattr(avow, "__version__", "9.9.9")

    folder = ContentFolder(tmp_path / "acme", TODAY)
    prepared = prepare(folder)
    states = {one.file: one.state for one in prepared.upgrade.files}
    assert states == {"forms/one-1.yaml": FileState.REPLACED, "forms/two-1.yaml": FileState.NEW}
    assert [(one.file, one.added) for one in prepared.upgrade.forms] == [
        ("forms/one-1.yaml", 1),
        ("forms/two-1.yaml", len(two.splitlines())),
    ]
    apply(folder, prepared)
    folder.forget()
    assert [one.name for one in folder.forms] == ["ours-1", "own-1", "two-1"]
    assert (tmp_path / "acme/forms/own-1.yaml").read_text(encoding="utf-8") == own


def test_an_upgrade_that_would_make_two_profiles_clash_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "release"
    monkeypatch.setattr(starting, "shipped_content", lambda: release)
    for name, text in {**FILES, "templates/page.css": "p {}", "forms/a-1.yaml": GOOD}.items():
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_text(text, encoding="utf-8")
    (release / "forms/a-1.yaml").unlink()
    start_workspace(tmp_path / "acme", company="Acme", bare=False, on=TODAY)
    (tmp_path / "acme/forms").mkdir(exist_ok=True)
    (tmp_path / "acme/forms/ours-1.yaml").write_text(GOOD, encoding="utf-8")
    (release / "forms/a-1.yaml").write_text(GOOD.replace("id: ours", "id: a"), encoding="utf-8")
    prepared = prepare(ContentFolder(tmp_path / "acme", TODAY))
    assert any("form-clash" in problem for problem in prepared.upgrade.problems)


def test_profiles_are_in_the_record_of_what_was_shipped() -> None:
    assert "forms/a.yaml" in record_of({"forms/a.yaml": b"id: a\n"}).files


def test_a_profile_is_written_as_it_is_read() -> None:
    profile = loaded({NAME: GOOD}).content.forms[0]
    document, issues = parse(profile_yaml(profile), NAME)
    assert not issues
    assert FormProfile.model_validate(document.value) == profile


def test_saving_refuses_a_name_that_is_taken_and_a_form_that_is_known(tree: Tree) -> None:
    folder = ContentFolder(tree({**FILES, NAME: GOOD}), TODAY)
    (profile,) = folder.forms
    with pytest.raises(WorkspaceError, match="another form"):
        save_profile(folder, profile.model_copy(update={"marks": "00000000 00000001 00000002"}))
    with pytest.raises(ContentError, match="same fingerprint as"):
        save_profile(folder, profile.model_copy(update={"version": "2"}))
    headings = ("{{ config }}", "Nr", "Question")
    sheets = (profile.sheets[0].model_copy(update={"headings": headings, "question": "Question"}),)
    hostile = profile.model_copy(update={"id": "other", "digest": "0" * 16, "sheets": sheets})
    with pytest.raises(ContentError, match="never a template"):
        save_profile(folder, hostile)
    assert [path.name for path in (folder.root / "forms").iterdir()] == ["ours-1.yaml"]


@pytest.mark.parametrize(
    ("refs", "patterns"),
    [
        (["AC-1", "AC-2(1)", "AU-3"], ["@-#", "AC-#(#)"]),
        (["CONTROL.GOV.01", "CONTROL.SC.01", "TASK.SC.01.02", "TASK.DEV.01.02", "TASK.DEV.01.03"], ["TASK.@.#.#", "CONTROL.@.#"]),
        (["EX-1", "EX-2", "", "12"], ["EX-#", "#"]),
        (["a", "1", "a1", "1a", "a-1", "1-a", "a.1"], []),
        ([], []),
    ],
)  # fmt: skip
def test_the_shapes_of_ids_are_found(refs: list[str], patterns: list[str]) -> None:
    assert id_patterns(refs) == patterns
