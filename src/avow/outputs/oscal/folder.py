"""The export's folder: all documents put in place together, and no file of somebody else's replaced."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from avow.errors import TargetExistsError, WorkspaceError
from avow.outputs.oscal.ids import stable_uuid


def write_documents(folder: Path, files: Mapping[str, bytes], company: str, *, force: bool) -> list[Path]:
    """Write the documents (name -> bytes) into `folder`; out: their paths.

    An earlier export of the same company is replaced, and what it had and this one has not, is removed: a plan
    of gaps that are closed would mislead. Raises TargetExistsError for any other file of these names unless
    `force`, and WorkspaceError where the folder cannot be written; nothing is left half-written.
    """
    foreign = [name for name in files if (folder / name).exists() and not _is_ours(folder / name, company)]
    if foreign and not force:
        raise TargetExistsError(
            f"{folder / foreign[0]} is there and is not an export of {company}'s; move it, name another --out, or use --force"
        )
    obsolete = [path for path in folder.glob("*.json") if path.name not in files and _is_ours(path, company)]
    partials: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            handle, partial = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=folder)
            partials.append((Path(partial), folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
        for made, target in partials:
            made.chmod(0o644)
            made.replace(target)
        for path in obsolete:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{folder}: cannot be written: {error.strerror or error}") from None
    finally:
        for made, _ in partials:
            made.unlink(missing_ok=True)
    return [target for _, target in partials]


def _is_ours(path: Path, company: str) -> bool:
    """Whether a file is an OSCAL document of a series that this company's exports make."""
    try:
        (document,) = json.loads(path.read_bytes()).values()
        said = document["metadata"]
        kinds = [prop["value"] for prop in said["props"] if prop["name"] == "kind"]
        series = [one["identifier"] for one in said["document-ids"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return any(stable_uuid(company, "series", kind) in series for kind in kinds)
