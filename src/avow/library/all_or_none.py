"""Several files of a workspace put in place together: all of them, or the old ones stay."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from avow.errors import WorkspaceError


def put_all(root: Path, writes: Mapping[str, bytes | None]) -> None:
    """Write files below `root` (path -> bytes; None: the file goes), each whole or not at all.

    All are prepared beside their places first. Where one cannot be put in place, those already there get their old
    bytes back. Raises WorkspaceError for that, and for a path that leads out of `root`.
    """
    home = root.resolve()
    old: dict[Path, bytes | None] = {}
    parts: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for name, data in writes.items():
            target = root / name
            if not target.resolve().is_relative_to(home):
                raise WorkspaceError(
                    f"{target}: leads out of the workspace; put a folder or file in the link's place"
                )
            old[target] = target.read_bytes() if target.is_file() else None
            if data is not None:
                parts[target] = _prepared(target, data)
        for target in old:
            done.append(target)
            if target in parts:
                parts[target].replace(target)
            else:
                target.unlink(missing_ok=True)
    except OSError as error:
        _put_back(done, old)
        where = error.filename2 or error.filename or root
        raise WorkspaceError(
            f"{where}: cannot be written: {error.strerror or error}; nothing was changed"
        ) from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _prepared(target: Path, data: bytes) -> Path:
    """The data in a file of its own beside `target`, with the rights the target has (a new file: those of any)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def _put_back(done: list[Path], old: Mapping[Path, bytes | None]) -> None:
    for target in done:
        data = old[target]
        with contextlib.suppress(OSError):
            if data is None:
                target.unlink(missing_ok=True)
            elif not target.is_file() or target.read_bytes() != data:
                _prepared(target, data).replace(target)
