"""OSCAL catalogues as content files: a company's own controls, or the requirements of one more framework."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from avow.errors import ContentError, InputRefusedError, TargetExistsError
from avow.library.all_or_none import put_all
from avow.library.checks import check
from avow.library.content_change import ContentChange
from avow.library.edits import free_id
from avow.library.folder import ContentFolder
from avow.library.loader import CATALOGUE, FRAMEWORKS
from avow.library.oscal_controls import Domain, LeftOut, foreign_domains, own_domains
from avow.library.oscal_frameworks import foreign_framework, own_framework
from avow.library.oscal_prose import shown_title
from avow.library.oscal_source import read_catalog
from avow.library.yaml_writing import catalogue_yaml, framework_yaml
from avow.model.issues import Issue, Severity
from avow.model.oscal import KIND, own_text
from avow.model.reasons import Reason

MOST_CONTROLS = 10_000
FRAMEWORK_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_HEADER = "# Imported from an OSCAL catalogue; edit it as you like.\n"
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_ISSUES_SHOWN = 3


@dataclass(frozen=True)
class Imported:
    """What an import wrote: content files (paths below the workspace), those it replaced, and how much came in.

    `count` is of controls or of requirements; `left_out` says in words what of the catalogue was not taken.
    """

    title: str
    count: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    left_out: tuple[str, ...]


def import_controls(folder: ContentFolder, path: Path, *, force: bool) -> Imported:
    """Take the controls of an OSCAL catalogue (JSON) into `controls/catalogue/`, a file for each domain.

    With `force`, a file whose controls are all brought by the import is replaced. Raises InputRefusedError,
    TargetExistsError for a file or a control that is there already, and ContentError where the content would
    have errors it has not now; nothing is written then.
    """
    catalog = read_catalog(path)
    kind = own_text(catalog.metadata.props, KIND) or ""
    if kind.startswith("framework-"):
        message = "it is a framework's catalogue; import it with --as framework"
        raise InputRefusedError(path.name, Reason.FORMAT_UNSUPPORTED, message)
    left_out = LeftOut()
    read = own_domains if kind == "catalogue" else foreign_domains
    domains = read(catalog, left_out)
    _refuse_odd_ids(path.name, [str(one["id"]) for domain in domains for one in domain.controls])
    files = {
        f"{CATALOGUE}/{name}.yaml": catalogue_yaml(_HEADER, domain.title, domain.controls)
        for name, domain in zip(_file_names(domains), domains, strict=True)
    }
    brought = {str(one["id"]) for domain in domains for one in domain.controls}
    change = ContentChange(files, _replaced(folder, files, brought, force=force))
    return _done(folder, change, shown_title(catalog), len(brought), left_out)


def import_framework(folder: ContentFolder, path: Path, framework_id: str | None, *, force: bool) -> Imported:
    """Take the requirements of an OSCAL catalogue (JSON) into `controls/frameworks/<id>.yaml`.

    An export of Avow's knows its `framework_id`; any other catalogue needs one. With `force`, the framework of this id is
    replaced. Raises as `import_controls` does.
    """
    if framework_id is not None and not FRAMEWORK_ID.fullmatch(framework_id):
        message = f"--id {framework_id!r} is no framework id; write it in lower case, such as pci"
        raise InputRefusedError(path.name, Reason.FORMAT_UNSUPPORTED, message)
    catalog = read_catalog(path)
    left_out = LeftOut()
    if (own_text(catalog.metadata.props, KIND) or "").startswith("framework-"):
        framework = own_framework(catalog, framework_id, left_out)
    elif framework_id is None:
        message = (
            "the catalogue does not say how mappings shall name the framework; add --id, such as --id pci"
        )
        raise InputRefusedError(path.name, Reason.FORMAT_UNSUPPORTED, message)
    else:
        framework = foreign_framework(catalog, framework_id, left_out)
    _refuse_odd_ids(path.name, [str(one["id"]) for one in framework.requirements])
    named = str(framework.head.get("id") or "")
    there = folder.loaded.places.get(f"framework:{named}", ("", 0))[0]
    target = there or f"{FRAMEWORKS}/{free_id(named, ())}.yaml"
    if target in folder.files and not force:
        raise TargetExistsError(f"{target} is there already; use --force to replace it, or name another --id")
    change = ContentChange({target: framework_yaml(_HEADER, framework.head, framework.requirements)}, ())
    return _done(folder, change, shown_title(catalog), len(framework.requirements), left_out)


def _refuse_odd_ids(name: str, ids: Sequence[str]) -> None:
    if not ids:
        raise InputRefusedError(name, Reason.FILE_EMPTY, "no control was found that could be taken in")
    if len(ids) > MOST_CONTROLS:
        message = f"it has {len(ids)} controls; more than {MOST_CONTROLS} are not taken in"
        raise InputRefusedError(name, Reason.FILE_TOO_LARGE, message)
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise InputRefusedError(name, Reason.FILE_DAMAGED, f"the id {one[:80]!r} stands twice in it")
        seen.add(one)


def _file_names(domains: Sequence[Domain]) -> list[str]:
    """A file name for each domain, without extension; in alphabetical order, which is the order content is read in."""
    names: list[str] = []
    for domain in domains:
        wanted = domain.file if _FILE_NAME.fullmatch(domain.file) else free_id(domain.title, ())
        names.append(wanted if wanted not in names else free_id(wanted, names))
    if [f"{name}.yaml" for name in names] == sorted(f"{name}.yaml" for name in names):
        return names
    digits = len(str(len(names)))
    return [f"{number:0{digits}}-{name}" for number, name in enumerate(names, start=1)]


def _replaced(
    folder: ContentFolder, files: dict[str, bytes], brought: set[str], *, force: bool
) -> tuple[str, ...]:
    """The catalogue files that give way: those of the same name, and those whose controls the import brings."""
    held: dict[str, set[str]] = {name: set() for name in files if name in folder.files}
    for place, (file, _) in folder.loaded.places.items():
        kind, _, identifier = place.partition(":")
        if kind == "control":
            held.setdefault(file, set()).add(identifier)
    giving_way = {name: ids for name, ids in held.items() if name in files or ids & brought}
    for name, ids in sorted(giving_way.items()):
        twin = next(iter(sorted(ids & brought)), None)
        if not force:
            what = f"the control {twin!r} is there already, in {name}" if twin else f"{name} is there already"
            raise TargetExistsError(f"{what}; use --force to replace that file, or move it away")
        others = sorted(ids - brought)
        if others:
            raise TargetExistsError(
                f"{name} would be replaced and has the control {others[0]!r} too, which the import does not bring;"
                " move that to a file of another name"
            )
    return tuple(sorted(name for name in giving_way if name not in files))


def _done(
    folder: ContentFolder, change: ContentChange, title: str, count: int, left_out: LeftOut
) -> Imported:
    _refuse_new_errors(folder, change)
    put_all(folder.root, change.writes())
    written = tuple(sorted(change.written))
    return Imported(title, count, written, change.removed, tuple(left_out.said()))


def _refuse_new_errors(folder: ContentFolder, change: ContentChange) -> None:
    """Load and check the content as it would be. Raises ContentError for errors that it has not now."""
    wanted = change.applied_to(folder.files)
    before = {_told(one) for one in _errors(folder.issues())}
    new = [one for one in _errors(check(folder.load(wanted), wanted)) if _told(one) not in before]
    if new:
        shown = "; ".join(str(one) for one in new[:_ISSUES_SHOWN])
        more = f" (and {len(new) - _ISSUES_SHOWN} more)" if len(new) > _ISSUES_SHOWN else ""
        raise ContentError(f"nothing was imported, because the content would have errors: {shown}{more}")


def _errors(issues: Sequence[Issue]) -> list[Issue]:
    return [one for one in issues if one.severity is Severity.ERROR]


def _told(issue: Issue) -> tuple[str, str, str]:
    return issue.code, issue.message, issue.file
