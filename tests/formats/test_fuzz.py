"""A short, repeatable run of each fuzz target; `fuzz/README.md` says how to run long ones."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Inputs tried: each format's take about two seconds.
RUNS = {
    "csv": 200,
    "docx": 60,
    "json": 1000,
    "markdown": 200,
    "ods": 300,
    "pdf": 15,
    "text": 200,
    "xls": 800,
    "xlsb": 400,
    "xlsx": 400,
}
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: it has no package for this system",
)


@pytest.mark.parametrize("form", RUNS)
def test_no_mutated_file_crashes_hangs_loses_a_row_or_comes_back_wrong(form: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fuzz", form, "--seconds", "15", "-seed=1", f"-runs={RUNS[form]}"]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert not list(tmp_path.iterdir())
    assert " seeds accepted" in done.stderr
    assert ": 0 seeds accepted" not in done.stderr


def test_every_target_has_its_short_run() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "fuzz", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = listed.stdout.partition("{")[2].partition("}")[0].split(",")
    assert sorted(names) == sorted(RUNS)
