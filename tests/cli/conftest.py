"""What the tests of the command line share: the program, run in this process."""

import sys

import pytest

from avow.cli.app import main
from program import Ran, Run


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The program in this process and the current folder; `day` is the day it takes for today."""

    def go(*arguments: object, day: str = "2026-11-23") -> Ran:
        monkeypatch.setenv("AVOW_TODAY", day)
        monkeypatch.setattr(sys, "argv", ["avow", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        said = capsys.readouterr()
        return Ran(int(leaving.value.code or 0), said.out, said.err)

    return go


@pytest.fixture
def run(program: Run) -> Run:
    """The program; a test file that needs a workspace around it has a fixture of the same name."""
    return program
