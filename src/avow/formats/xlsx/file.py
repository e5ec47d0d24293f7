"""Excel workbooks as one of the formats of `files`."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from avow.formats.intake import FileKind
from avow.formats.opened_grid import OpenedGrid
from avow.model.responses import CellWrite


def open_file(path: Path, kind: FileKind) -> OpenedGrid:
    """The workbook's cells. Raises InputRefusedError."""
    from avow.formats.xlsx.fill import TEXT_RULES
    from avow.formats.xlsx.reader import read_book

    return OpenedGrid(read_book(path, kind), TEXT_RULES, f".{kind.format}")


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """See `fill_workbook`."""
    from avow.formats.xlsx.fill import fill_workbook

    fill_workbook(path, writes, out, sha256=sha256)
