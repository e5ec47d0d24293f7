"""Csv and tsv files as one of the formats of `files`."""

from collections.abc import Sequence
from hashlib import sha256 as digest
from pathlib import Path
from typing import BinaryIO

from avow.errors import InputRefusedError
from avow.formats.csv.fill import filled, text_rules
from avow.formats.csv.reader import read_book
from avow.formats.csv.text import take_apart
from avow.formats.intake import FileKind, read_regular_file
from avow.formats.opened_grid import OpenedGrid
from avow.model.reasons import Reason
from avow.model.responses import CellWrite


def open_file(path: Path, kind: FileKind) -> OpenedGrid:
    """The file's fields as a sheet named "". Raises InputRefusedError."""
    text = take_apart(read_regular_file(path), path.name)
    return OpenedGrid(read_book(text), text_rules(text), f".{kind.format}")


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """The file's bytes with the writes in their fields. Raises InputRefusedError where it has changed."""
    raw = read_regular_file(path)
    if digest(raw).hexdigest() != sha256:
        message = "it has changed since it was read; start again with it"
        raise InputRefusedError(path.name, Reason.FILE_DAMAGED, message)
    out.write(filled(take_apart(raw, path.name), writes))
