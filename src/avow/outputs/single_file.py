"""One output put in place whole, and never over somebody's work unasked."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from avow.errors import TargetExistsError, WorkspaceError


def write_file(target: Path, make: Callable[[], bytes], *, force: bool = False) -> None:
    """Write what `make` gives to `target`, which is there whole or not at all; its folder is made where missing.

    Raises TargetExistsError where the target is there already and `force` is not given, before anything is made,
    and WorkspaceError where it cannot be written.
    """
    if target.exists() and not force:
        raise TargetExistsError(f"{target} is there already; move it, name another --out, or use --force")
    content = make()
    partial: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=target.parent)
        partial = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        partial.chmod(0o644)
        partial.replace(target)
    except OSError as error:
        raise WorkspaceError(f"{target}: cannot be written: {error.strerror or error}") from None
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
