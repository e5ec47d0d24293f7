"""Paths that are not what they seem: nothing hangs, nothing is read that is no file, and nothing else is written to."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
FORM = (
    "ID,Question,Answer,Comment\r\n1,Is customer data encrypted at rest?,,\r\n2,Do you own a submarine?,,\r\n"
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and names as POSIX has them")


@pytest.fixture
def space(tree: Tree, run: Run) -> Path:
    root = tree({**FILES, "form.csv": FORM})
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    return root


def _trap(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "dangling":
        path.symlink_to("nothing/here.csv")
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "terminal":
        path.symlink_to("/dev/tty")
    elif kind == "sparse":
        with path.open("wb") as file:
            file.write(b"ID,Question\n")
            file.truncate(10 << 30)
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("pipe", "file-type-mismatch"),
        ("folder", "file-type-mismatch"),
        ("device", "file-type-mismatch"),
        ("loop", "file-missing"),
        ("dangling", "file-missing"),
        ("sparse", "file-too-large"),
    ],
)
def test_what_is_no_file_is_refused_at_once(run: Run, space: Path, kind: str, code: str) -> None:
    path = _trap(space, kind)
    for verb in ("fill", "inspect", "learn"):
        began = time.monotonic()
        ran = run(verb, path, "--workspace", space)
        assert ran.code == 4, ran.err
        assert f"[{code}]" in ran.err
        assert path.name in ran.err
        assert ran.err.count("\n") == 1
        assert time.monotonic() - began < 5
    assert not (space / "avow-out").exists()


def test_a_terminal_is_no_file(run: Run, space: Path) -> None:
    ran = run("fill", _trap(space, "terminal"), "--workspace", space)
    assert ran.code == 4


@pytest.mark.parametrize(
    "name",
    [
        b"-rf.csv",
        b"new\nline.csv",
        b"\xff\xfe.csv",
        b"%s%n.csv",
        b"\xe2\x80\xaevsc.csv",
        b"~$lock.csv",
        b" .csv",
    ],
)
def test_odd_names_are_read_and_printed_harmlessly(run: Run, space: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(space) + b"/" + name))
    path.write_text(FORM, newline="")
    out = space / "results"
    ran = run("fill", "--workspace", space, "--out", out, "--", path)
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    reports = list(out.glob("*.report.json"))
    assert len(reports) == 1
    assert json.loads(reports[0].read_text(encoding="utf-8"))["summary"]["rows"] == 3
    assert {one.parent for one in out.iterdir()} == {out}


def test_a_name_too_long_for_its_results_is_said_in_one_line(run: Run, space: Path) -> None:
    path = space / ("a" * 250 + ".csv")
    path.write_text(FORM, newline="")
    ran = run("fill", path, "--workspace", space, "--out", space / "results")
    assert ran.code in (2, 4)
    assert "too long" in ran.err
    assert ran.err.count("\n") == 1
    assert not [one for one in (space / "results").glob("*") if one.is_file()]


def test_links_at_the_results_place_are_replaced_and_never_followed(run: Run, space: Path) -> None:
    victim = space / "victim.txt"
    victim.write_text("must not change")
    out = space / "results"
    out.mkdir()
    for name in (
        "form.filled.csv",
        "form.report.json",
        "form.report.html",
        "form.gaps.csv",
        "form.review.xlsx",
    ):
        (out / name).symlink_to(victim)
    refused = run("fill", space / "form.csv", "--workspace", space, "--out", out)
    assert refused.code == 2
    assert "--force" in refused.err
    assert all(one.is_symlink() for one in out.iterdir())
    ran = run("fill", space / "form.csv", "--workspace", space, "--out", out, "--force")
    assert ran.code == 0, ran.err
    assert victim.read_text() == "must not change"
    assert not any(one.is_symlink() for one in out.glob("form.filled.csv"))


def test_a_source_that_is_also_the_results_place_stays_as_it_is(run: Run, space: Path) -> None:
    source, out = space / "form.csv", space / "results"
    before = source.read_bytes()
    out.mkdir()
    (out / "form.filled.csv").hardlink_to(source)
    assert run("fill", source, "--workspace", space, "--out", out).code == 2
    assert run("fill", source, "--workspace", space, "--out", out, "--force").code == 0
    assert source.read_bytes() == before
    assert (out / "form.filled.csv").read_bytes() != before
