"""Content files put in place together: all of them, or none."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from avow.errors import WorkspaceError


@dataclass(frozen=True)
class ContentChange:
    """Files to be written (path below the workspace -> bytes) and files that go."""

    written: Mapping[str, bytes]
    removed: tuple[str, ...]

    def applied_to(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The content files as they would be."""
        kept = {name: data for name, data in files.items() if name not in self.removed}
        return {**kept, **self.written}


def put_in_place(root: Path, change: ContentChange) -> None:
    """Write and remove the files. Raises WorkspaceError where the workspace cannot be written; what was made goes then."""
    home = root.resolve()
    partials: list[tuple[Path, Path]] = []
    try:
        for name, data in change.written.items():
            target = root / name
            if not target.parent.resolve().is_relative_to(home):
                raise WorkspaceError(f"{target.parent} leads out of the workspace; nothing was written")
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=target.parent)
            partials.append((Path(partial), target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
        for made, target in partials:
            made.chmod(0o644)
            made.replace(target)
        for name in change.removed:
            (root / name).unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{root}: cannot be written: {error.strerror or error}") from None
    finally:
        for made, _ in partials:
            made.unlink(missing_ok=True)
