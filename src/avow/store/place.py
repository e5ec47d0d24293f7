"""Where a workspace keeps its own work store.

Apart from the rest so that asking whether there is a store costs no import of the database library.
"""

from pathlib import Path

from avow.errors import AvowError

FOLDER = ".avow"
FILE_NAME = "work.db"


def database_path(workspace: Path) -> Path:
    """The work store's file in this workspace, whether it is there or not."""
    return workspace / FOLDER / FILE_NAME


def prepare(workspace: Path) -> Path:
    """Make the folder (0700) and an empty file (0600) where they are missing, and return the file's path.

    What is there stays as it is. The folder is kept out of git: it holds what customers asked.
    Raises AvowError where the folder or the file cannot be made.
    """
    path = database_path(workspace)
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700)
            (path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise AvowError(
            f"{path}: the work store cannot be made here ({error.strerror}); make the folder writable"
        ) from error
    return path
