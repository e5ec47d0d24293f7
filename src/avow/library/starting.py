"""Starting a workspace from the content that Avow ships, and the record of what was shipped."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import Field

import avow
from avow.errors import ContentError, WorkspaceError
from avow.library.settings import FILE_NAME
from avow.library.yaml_source import parse
from avow.model.base import Value
from avow.model.stamps import canonical_json

RECORD = "controls/shipped.json"
UPGRADED = (
    "controls/catalogue/",
    "controls/frameworks/",
    "forms/",
    "templates/",
)  # what a newer release may replace
_MAX_RECORD = 4 * 1024 * 1024
_PARTS = ("controls", "answer_library", "forms", "templates")
_SAMPLE_COMPANY = "Harborlight"
_OWN = """\
company = {company}

[defaults]
# What a recipient may see unless `avow fill --sharing` says otherwise: public, under-nda or internal.
sharing = "under-nda"
"""
_SAMPLE = """\
# The sample company: its answers are not yours. Start with `avow init --bare` for a company of your own.

company = {company}

[sample]
# Dates of sample content count from this day; remove this section with the sample's content.
release = {release}

[defaults]
# What a recipient may see unless `avow fill --sharing` says otherwise: public, under-nda or internal.
sharing = "under-nda"
"""
_BARE_FILES = {
    "controls/evidence.yaml": "# Documents that prove something, with their validity.\nevidence: []\n",
    "answer_library/facts.yaml": "# Numbers and names that stand in several answers, written there as [[id]].\nfacts: {}\n",
}
_STATUS_HEADER = """\
# How far each control works in your company: implemented, partial, planned, alternative or not-applicable.
# An empty status means that nobody has said yet; no "yes" is written on it without a person.
# Also: owner, evidence: [ids], reviewed_on, planned_for, notes, scope: {products: [...], regions: [...]}.
status:
"""
_COMPANYS_OWN = (
    "controls/status.yaml",
    "controls/evidence.yaml",
    "controls/applicability.yaml",
    "controls/mappings/",
    "answer_library/",
)


class ShippedRecord(Value):
    """What Avow shipped into a workspace, so that an upgrade knows the company's own edits from the release's.

    `avow` is the version; `files` file -> `file_hash`; `controls` control id -> field -> the first
    12 hex digits of the SHA-256 of its value as authored.
    """

    avow: str
    files: dict[str, str]
    controls: dict[str, dict[str, str]] = Field(default_factory=dict)


def shipped_content() -> Path:
    """The folder with the shipped content: inside the installed package, or the checkout's root.

    Raises WorkspaceError where it is missing.
    """
    package = Path(avow.__file__).parent
    for folder in (package / "content", package.parent.parent):
        if (folder / "controls" / "catalogue").is_dir():
            return folder
    raise WorkspaceError("the shipped content is missing from this installation; install Avow again")


def start_workspace(folder: Path, *, company: str | None, bare: bool, on: date) -> int:
    """Write a workspace into `folder` and return how many files it has; a sample's dates count from `on`.

    Raises WorkspaceError where one is there already or the folder cannot be written.
    """
    for name in (FILE_NAME, *_PARTS):
        if (folder / name).exists():
            raise WorkspaceError(f"{folder / name} is there already; name an empty folder")
    source = shipped_content()
    written: dict[str, bytes] = {}
    for part in _PARTS:
        for path in sorted((source / part).rglob("*")):
            name = path.relative_to(source).as_posix()
            if path.is_file() and name != RECORD and not (bare and name.startswith(_COMPANYS_OWN)):
                written[name] = path.read_bytes()
    template = _OWN if bare else _SAMPLE
    settings = template.format(
        company=_toml_text(company or ("Your company" if bare else _SAMPLE_COMPANY)),
        release=on.isoformat(),
    )
    written[FILE_NAME] = settings.encode()
    written[RECORD] = record_bytes(record_of(written))
    if bare:
        written |= {name: text.encode() for name, text in _BARE_FILES.items()}
        written["controls/status.yaml"] = _unset_status(written).encode()
    try:
        for name, data in written.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (folder / ".gitignore").write_text(".avow/\navow-out/\n", encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{folder}: cannot be written: {error.strerror or error}") from None
    return len(written)


def upgradable(root: Path) -> dict[str, bytes]:
    """The files below `root` that a release ships and an upgrade may replace. Links are not followed out."""
    home = root.resolve()
    found: dict[str, bytes] = {}
    for part in UPGRADED:
        for path in sorted((root / part).rglob("*")):
            if path.is_file() and path.resolve().is_relative_to(home) and not path.name.endswith(".part"):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def file_hash(data: bytes) -> str:
    """The SHA-256 of a file in hex, with plain line ends, because git may write them otherwise."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def field_hashes(entry: Mapping[str, object]) -> dict[str, str]:
    """Field -> 12 hex digits over its value as authored."""
    return {key: hashlib.sha256(canonical_json(value)).hexdigest()[:12] for key, value in entry.items()}


def authored_controls(files: Mapping[str, bytes]) -> dict[str, dict[str, object]]:
    """Control id -> its entry as authored, of the catalogue files among `files` that can be read."""
    found: dict[str, dict[str, object]] = {}
    for name, data in sorted(files.items()):
        if name.startswith("controls/catalogue/") and name.endswith(".yaml"):
            document, _ = parse(data, name)
            entries = document.value.get("controls") if isinstance(document.value, dict) else None
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                    found.setdefault(entry["id"], entry)
    return found


def record_of(files: Mapping[str, bytes]) -> ShippedRecord:
    """The record of `files` as this version of Avow ships them."""
    kept = {name: file_hash(data) for name, data in sorted(files.items()) if name.startswith(UPGRADED)}
    controls = {key: field_hashes(entry) for key, entry in authored_controls(files).items()}
    return ShippedRecord(avow=avow.__version__, files=kept, controls=controls)


def record_bytes(record: ShippedRecord) -> bytes:
    """The record as the file `controls/shipped.json`."""
    return (json.dumps(record.model_dump(), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_record(root: Path) -> ShippedRecord | None:
    """The workspace's record; None where it has none (made by an older Avow).

    Raises ContentError where the record cannot be read.
    """
    path = root / RECORD
    if not path.is_file():
        return None
    try:
        with path.open("rb") as source:
            return ShippedRecord.model_validate_json(source.read(_MAX_RECORD))
    except (OSError, ValueError):
        raise ContentError(
            f"{path}: is not the record that `avow init` writes; restore it from git, or remove it:"
            " every differing file then counts as possibly edited"
        ) from None


def _unset_status(files: dict[str, bytes]) -> str:
    """A status entry for each control of the catalogue, waiting to be filled in."""
    entries = [_STATUS_HEADER]
    for name in sorted(files):
        if name.startswith("controls/catalogue/"):
            document, _ = parse(files[name], name)
            entries.append(f"\n  # {document.value['domain']}\n")
            entries += [
                f"  - control: {one['id']}\n    status:\n    owner:\n" for one in document.value["controls"]
            ]
    return "".join(entries)


def _toml_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else " " for char in escaped) + '"'
