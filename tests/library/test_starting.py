"""Starting a workspace, and what `avow.toml` may say."""

from pathlib import Path

import pytest

from avow.errors import ContentError, WorkspaceError
from avow.library.settings import read_settings
from avow.library.starting import start_workspace
from avow.model.issues import Severity
from avow.workspace import Workspace
from small_company import TODAY


def test_a_bare_workspace_has_the_catalogue_and_nothing_of_the_sample_company(tmp_path: Path) -> None:
    count = start_workspace(tmp_path / "own", company='A "B" GmbH', bare=True, on=TODAY)
    space = Workspace(tmp_path / "own")
    assert count == len([path for path in (tmp_path / "own").rglob("*") if path.is_file()]) - 1  # .gitignore
    assert space.settings.company == 'A "B" GmbH'
    assert space.settings.sample is None
    assert len(space.content.controls) >= 60
    assert (space.content.answers, space.content.evidence) == ((), ())
    assert all(one.status is None and not one.owner for one in space.content.implementations)
    assert [issue for issue in space.issues() if issue.severity is not Severity.INFO] == []
    words = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*.*") if path.is_file())
    assert b"Harborlight" not in words


def test_a_sample_workspace_is_clean_on_its_first_day(tmp_path: Path) -> None:
    start_workspace(tmp_path / "sample", company=None, bare=False, on=TODAY)
    space = Workspace(tmp_path / "sample", on=TODAY)
    errors = [issue for issue in space.issues() if issue.severity is Severity.ERROR]
    assert errors == []
    assert len(space.loaded.content.answers) >= 150


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "controls").mkdir()
    with pytest.raises(WorkspaceError, match="controls is there already"):
        start_workspace(tmp_path, company=None, bare=True, on=TODAY)
    assert [one.name for one in tmp_path.iterdir()] == ["controls"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("company = ", "not readable as TOML"),
        ("", "company: Field required"),
        ('company = "a"\nanswers = 3\n', "answers: Extra inputs"),
        ('company = "a"\n[sample]\nrelease = "someday"\n', "sample.release"),
        ('company = "a"\n[defaults]\nsharing = "everyone"\n', "defaults.sharing"),
    ],
)
def test_a_broken_avow_toml_is_said_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "avow.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=says) as caught:
        read_settings(tmp_path)
    assert "\n" not in str(caught.value)


def test_no_avow_toml_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="run `avow init`"):
        read_settings(tmp_path)


def test_a_bare_workspace_waits_for_the_status_of_every_control(tmp_path: Path) -> None:
    start_workspace(tmp_path / "acme", company="Acme", bare=True, on=TODAY)
    workspace = Workspace(tmp_path / "acme")
    content = workspace.content
    assert len(content.implementations) == len(content.controls) > 100
    assert all(content.status_of(control.id) is None for control in content.controls)
    assert workspace.issues() == []
