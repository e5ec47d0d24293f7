"""Starting a workspace from the content that Avow ships."""

from datetime import date
from pathlib import Path

import avow
from avow.errors import WorkspaceError
from avow.library.settings import FILE_NAME
from avow.library.yaml_source import parse

_PARTS = ("controls", "answer_library", "templates")
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
_COMPANYS_OWN = ("controls/status.yaml", "controls/evidence.yaml", "answer_library/")


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
            if path.is_file() and not (bare and name.startswith(_COMPANYS_OWN)):
                written[name] = path.read_bytes()
    template = _OWN if bare else _SAMPLE
    settings = template.format(
        company=_toml_text(company or ("Your company" if bare else _SAMPLE_COMPANY)),
        release=on.isoformat(),
    )
    written[FILE_NAME] = settings.encode()
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
