"""The main job over the real questionnaires beside the checkout, and over the examples."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from judge import findings, read_report

from avow.errors import InputRefusedError
from avow.library.dates import today
from avow.library.starting import start_workspace
from avow.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "questionnaires"
FORMATS = (".xlsx", ".xlsm", ".csv")


def real_forms() -> Iterator[Path]:
    yield from sorted(path for path in SHARED.rglob("*") if path.suffix in FORMATS)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("real") / "workspace"
    start_workspace(root, company=None, bare=False, on=today())
    return Workspace(root)


def filled(workspace: Workspace, path: Path, out: Path) -> dict[str, int]:
    request = workspace.request(product="Harborlight Cloud", region="EU")
    before = path.read_bytes()
    workspace.fill(path, out, request)
    assert path.read_bytes() == before
    report = read_report(out, path.stem)
    if path.suffix != ".csv":
        assert findings(path, out / f"{path.stem}.filled{path.suffix}", report) == []
    summary: dict[str, int] = report["summary"]
    assert summary["rows"] == sum(summary[key] for key in ("answered", "review", "gap", "ignored"))
    return summary


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real questionnaires are not beside this checkout")
@pytest.mark.parametrize("path", list(real_forms()), ids=lambda path: path.name)
def test_a_real_form_comes_back_with_nothing_but_answers_changed(
    workspace: Workspace, path: Path, tmp_path: Path
) -> None:
    try:
        summary = filled(workspace, path, tmp_path)
    except InputRefusedError as refused:
        assert refused.code == "no-question-found"
        assert path.suffix == ".xlsm"
        assert not any(tmp_path.iterdir())
        return
    assert summary["rows"] > 30


def test_the_example_workbook_is_answered(workspace: Workspace, tmp_path: Path) -> None:
    summary = filled(workspace, ROOT / "examples" / "meridian-vendor-risk.xlsx", tmp_path)
    assert summary["answered"] >= 5
    assert summary["review"] > 20


def test_the_example_csv_is_answered(workspace: Workspace, tmp_path: Path) -> None:
    summary = filled(workspace, ROOT / "examples" / "short-vendor-form.csv", tmp_path)
    assert summary["answered"] >= 2


def test_the_same_file_gives_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    path = ROOT / "examples" / "meridian-vendor-risk.xlsx"
    filled(workspace, path, tmp_path / "one")
    filled(workspace, path, tmp_path / "two")
    names = sorted(one.name for one in (tmp_path / "one").iterdir())
    assert names == sorted(one.name for one in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_more_questions_than_the_stated_limit_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    form = tmp_path / "huge.csv"
    form.write_text(
        "Ref,Question,Answer\n" + "".join(f"{n},Is data set {n} encrypted?,\n" for n in range(25_001))
    )
    with pytest.raises(InputRefusedError, match="25,001 questions; 25,000 is the limit") as refused:
        filled(workspace, form, tmp_path / "out")
    assert refused.value.code == "limit-reached"
    assert not (tmp_path / "out").exists()
