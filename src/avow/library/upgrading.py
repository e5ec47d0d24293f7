"""Bringing the shipped catalogue, frameworks, known forms and templates of a workspace to what the installed Avow ships.

What the company wrote is never touched: status, evidence, applicability, mappings and known forms of its own, answers,
`avow.toml`.
A shipped file that the company edited is held back until it says otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

import avow
from avow.errors import ContentError, WorkspaceError
from avow.library import starting
from avow.library.all_or_none import put_all
from avow.library.checks import check
from avow.library.content_diff import (
    ControlDiff,
    Difference,
    FileDiff,
    FrameworkDiff,
    control_diffs,
    file_diff,
    framework_diffs,
)
from avow.library.folder import ContentFolder
from avow.library.kept_controls import with_kept
from avow.library.loader import MAPPINGS, Loaded
from avow.library.starting import RECORD, ShippedRecord, file_hash
from avow.library.yaml_source import parse
from avow.model.approvals import holds
from avow.model.base import Value
from avow.model.issues import Severity


class FileState(StrEnum):
    """What an upgrade does with one file."""

    NEW = "new"
    REPLACED = "replaced"
    REMOVED = "removed"
    EDITED = "edited-here"  # held back: the company's edits would be lost
    EDITED_AND_GONE = "edited-here-and-gone"  # held back: the release has it no more
    REMOVED_HERE = "removed-here"  # held back: the company took it away
    KEPT = "kept-as-edited"  # stays, and is not listed again until a release changes it

    @property
    def is_written(self) -> bool:
        """Whether applying the upgrade puts the file in place or takes it away."""
        return self in (FileState.NEW, FileState.REPLACED, FileState.REMOVED)

    @property
    def is_held(self) -> bool:
        """Whether the file stays as it is unless the company says to overwrite it."""
        return self in (FileState.EDITED, FileState.EDITED_AND_GONE, FileState.REMOVED_HERE)


class FileChange(Value):
    """One file that differs from the release."""

    file: str
    state: FileState


class Upgrade(Value):
    """What an upgrade changes, and what keeps it from being made.

    `controls`, `frameworks`, `forms` and `templates` are what applying changes; `held_*` is how the files held back
    differ from the release. `named` is control -> who names it, for controls that are gone and not kept; `kept` those that
    are. `problems` are errors the content would have. `voided` are answers whose approval no longer holds after it.
    `since` is the version the workspace was made or last upgraded with; None: there is no record of it.
    """

    since: str | None
    to: str
    is_shipped_content: bool = False
    files: tuple[FileChange, ...] = ()
    controls: tuple[ControlDiff, ...] = ()
    frameworks: tuple[FrameworkDiff, ...] = ()
    templates: tuple[FileDiff, ...] = ()
    forms: tuple[FileDiff, ...] = ()
    held_controls: tuple[ControlDiff, ...] = ()
    held_frameworks: tuple[FrameworkDiff, ...] = ()
    held_templates: tuple[FileDiff, ...] = ()
    held_forms: tuple[FileDiff, ...] = ()
    named: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    kept: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    voided: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """The files that stay as they are."""
        return tuple(one.file for one in self.files if one.state.is_held)


@dataclass(frozen=True)
class Prepared:
    """An upgrade as shown, and the files it writes: path below the root -> bytes, or None for one that goes."""

    upgrade: Upgrade
    writes: dict[str, bytes | None]


def prepare(
    folder: ContentFolder,
    *,
    overwrite: Iterable[str] = (),
    overwrite_all: bool = False,
    keep: Iterable[str] = (),
    keep_gone: bool = False,
) -> Prepared:
    """Compare the workspace with what the installed Avow ships; nothing is written.

    `overwrite` names files held back that are to be replaced all the same, `keep` those that stay as they are and
    count as settled until a release changes them again (they were merged by hand, say); `keep_gone` moves controls that are gone
    from the release but still named here into `controls/catalogue/kept-<domain>.yaml`.
    Raises WorkspaceError where the shipped content is missing or another file is named, ContentError where
    the record is broken.
    """
    root = folder.root
    source = starting.shipped_content()
    record = starting.read_record(root)
    if source.resolve() == root.resolve():
        return Prepared(Upgrade(since=None, to=avow.__version__, is_shipped_content=True), {})
    shipped, here = starting.upgradable(source), starting.upgradable(root)
    states = dict(_states(shipped, here, record))
    held = {name for name, state in states.items() if state.is_held}
    kept_files = set(keep)
    said = held - kept_files if overwrite_all else set(overwrite)
    for name in sorted((said | kept_files) - held):
        raise WorkspaceError(f"{name} is not held back; `avow upgrade` lists the files that are")
    for name in sorted(said & kept_files):
        raise WorkspaceError(f"{name} is to be both kept and overwritten; say one")
    full = {name: shipped.get(name) for name in states if name not in kept_files}
    held -= said | kept_files
    writes = {name: data for name, data in full.items() if name not in held}
    states |= {name: _overwritten(name, shipped, here) for name in said}
    states |= dict.fromkeys(kept_files, FileState.KEPT)
    before = folder.loaded
    after = folder.load(_with(folder.files, writes))
    named = _named_gone(folder, before, after)
    kept: tuple[str, ...] = ()
    if keep_gone and named:
        kept, named = tuple(named), {}
        writes |= with_kept(folder.files, kept, before)
        after = folder.load(_with(folder.files, writes))
    entire = folder.load(_with(folder.files, {**writes, **full})) if held else after
    held_back = {name: shipped.get(name) for name in sorted(held)}
    upgrade = Upgrade(
        since=record.avow if record else None,
        to=avow.__version__,
        files=tuple(FileChange(file=name, state=state) for name, state in sorted(states.items())),
        controls=tuple(control_diffs(before.content, after.content, before.places, after.places)),
        frameworks=tuple(framework_diffs(before.content, after.content, before.places, after.places)),
        templates=tuple(_texts("templates/", here, writes)),
        forms=tuple(_texts("forms/", here, writes)),
        held_controls=tuple(_held_controls(before, entire, held, folder.files, shipped, record)),
        held_frameworks=tuple(
            one
            for one in framework_diffs(before.content, entire.content, before.places, entire.places)
            if one.file in held
        ),
        held_templates=tuple(_texts("templates/", here, held_back)),
        held_forms=tuple(_texts("forms/", here, held_back)),
        named=named,
        kept=kept,
        problems=tuple(_problems(folder, before, after, writes)),
        voided=tuple(_voided(before, after)),
    )
    writes[RECORD] = starting.record_bytes(_next_record(shipped, here, writes, record, kept_files))
    return Prepared(upgrade, writes)


def apply(folder: ContentFolder, prepared: Prepared) -> None:
    """Write a prepared upgrade: all of it, or, where something fails, nothing.

    Raises ContentError where something keeps it from being made, WorkspaceError where a file cannot be written.
    """
    upgrade = prepared.upgrade
    if upgrade.named:
        control, who = next(iter(upgrade.named.items()))
        raise ContentError(
            f"nothing was written: {len(upgrade.named)} controls are gone from the release but named here, such as"
            f" {control} ({who[0]}); take them out there, or keep them with --keep-gone"
        )
    if upgrade.problems:
        raise ContentError(
            f"nothing was written, because the content would have errors: {upgrade.problems[0]}"
        )
    if not upgrade.is_shipped_content:
        put_all(folder.root, prepared.writes)


# ── what happens to each file ──────────────────────────────────────────────────────────────────


def _states(
    shipped: Mapping[str, bytes], here: Mapping[str, bytes], record: ShippedRecord | None
) -> Iterator[tuple[str, FileState]]:
    recorded = record.files if record else {}
    for name in sorted({*shipped, *here, *recorded}):
        theirs = file_hash(shipped[name]) if name in shipped else None
        ours = file_hash(here[name]) if name in here else None
        base = recorded.get(name)
        if ours == theirs or not name.startswith(starting.UPGRADED):
            continue
        if base is None:
            # Without a base, a file of ours alone is the company's own, and one that differs may be edited.
            if theirs is not None:
                yield name, FileState.NEW if ours is None else FileState.EDITED
        elif ours == base:
            yield name, FileState.REMOVED if theirs is None else FileState.REPLACED
        elif theirs != base:
            if ours is None:
                yield name, FileState.REMOVED_HERE
            else:
                yield name, FileState.EDITED_AND_GONE if theirs is None else FileState.EDITED


def _overwritten(name: str, shipped: Mapping[str, bytes], here: Mapping[str, bytes]) -> FileState:
    if name not in shipped:
        return FileState.REMOVED
    return FileState.REPLACED if name in here else FileState.NEW


def _with(files: Mapping[str, bytes], writes: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """The content files as they would be."""
    found = {name: data for name, data in files.items() if writes.get(name, b"") is not None}
    content = {
        name: data
        for name, data in writes.items()
        if data is not None and name.startswith(("controls/", "forms/"))
    }
    return {**found, **{name: data for name, data in content.items() if name.endswith(".yaml")}}


def _next_record(
    shipped: Mapping[str, bytes],
    here: Mapping[str, bytes],
    writes: Mapping[str, bytes | None],
    record: ShippedRecord | None,
    settled: set[str],
) -> ShippedRecord:
    """The record after the upgrade: the release's, but for files held back, whose base stays what it was.

    A file that is `settled` counts as edited since this release.
    """
    fresh = starting.record_of(shipped)
    now = {name: data for name, data in {**here, **writes}.items() if data is not None}
    same = {name for name in shipped if name in now and file_hash(now[name]) == fresh.files[name]}
    same |= settled & shipped.keys()
    old = record or ShippedRecord(avow=fresh.avow, files={})
    # A file that is gone from the release and settled is the company's own from now on.
    known = shipped.keys() | (now.keys() - settled)
    files = {name: base for name, base in old.files.items() if name in known}
    files |= {name: fresh.files[name] for name in same}
    moved = starting.authored_controls({name: shipped[name] for name in same})
    controls = {key: old.controls[key] for key in old.controls if key in starting.authored_controls(now)}
    return ShippedRecord(
        avow=fresh.avow,
        files=dict(sorted(files.items())),
        controls=controls | {key: fresh.controls[key] for key in moved},
    )


# ── what it means ──────────────────────────────────────────────────────────────────────────────


def _named_gone(folder: ContentFolder, before: Loaded, after: Loaded) -> dict[str, tuple[str, ...]]:
    gone = before.content.control_by_id.keys() - after.content.control_by_id.keys()
    named: dict[str, list[str]] = {}
    if not gone:
        return {}
    for implementation in before.content.implementations:
        named.setdefault(implementation.control, []).append("controls/status.yaml")
    for answer in before.content.answers:
        for control in answer.controls:
            named.setdefault(control, []).append(f"the answer {answer.id}")
    for name, data in folder.files.items():
        if name.startswith(MAPPINGS + "/"):
            document, _ = parse(data, name)
            entries = document.value.get("mappings") if isinstance(document.value, dict) else None
            for entry in entries if isinstance(entries, list) else ():
                control = str(entry.get("control")) if isinstance(entry, dict) else ""
                named.setdefault(control, []).append(name)
    return {one: tuple(dict.fromkeys(named[one])) for one in sorted(gone) if one in named}


def _texts(folder: str, here: Mapping[str, bytes], writes: Mapping[str, bytes | None]) -> Iterator[FileDiff]:
    for name, data in sorted(writes.items()):
        if name.startswith(folder):
            yield file_diff(name, here.get(name), data)


def _held_controls(
    before: Loaded,
    entire: Loaded,
    held: set[str],
    files: Mapping[str, bytes],
    shipped: Mapping[str, bytes],
    record: ShippedRecord | None,
) -> Iterator[ControlDiff]:
    ours = starting.authored_controls(files)
    theirs = starting.authored_controls(shipped)
    for diff in control_diffs(before.content, entire.content, before.places, entire.places):
        if diff.file not in held:
            continue
        base = record.controls.get(diff.control, {}) if record else {}
        mine = starting.field_hashes(ours.get(diff.control, {}))
        release = starting.field_hashes(theirs.get(diff.control, {}))
        fields = [_marked(one, _changed_by(one.part, base, mine, release)) for one in diff.fields]
        mappings = [_marked(one, _changed_by("mappings", base, mine, release)) for one in diff.mappings]
        yield diff.model_copy(update={"fields": tuple(fields), "mappings": tuple(mappings)})


def _changed_by(
    field: str, base: Mapping[str, str], mine: Mapping[str, str], release: Mapping[str, str]
) -> str:
    """Who changed a field since it was shipped; "" where no record says how it was."""
    if not base:
        return ""
    here, there = mine.get(field) != base.get(field), release.get(field) != base.get(field)
    return "both" if here and there else "here" if here else "release" if there else ""


def _marked(difference: Difference, changed_by: str) -> Difference:
    return difference.model_copy(update={"changed_by": changed_by})


def _problems(
    folder: ContentFolder, before: Loaded, after: Loaded, writes: Mapping[str, bytes | None]
) -> Iterator[str]:
    """The errors that the upgrade would bring; those that are there already are none of its making."""
    files = folder.files
    old = {(one.code, one.message) for one in check(before, files)}
    for issue in check(after, _with(files, writes)):
        if issue.severity is Severity.ERROR and (issue.code, issue.message) not in old:
            yield str(issue)


def _voided(before: Loaded, after: Loaded) -> Iterator[str]:
    by_id = after.content.answer_by_id
    for answer in before.content.answers:
        if holds(answer, before.content):
            now = by_id.get(answer.id)
            if now is None or not holds(now, after.content):
                yield answer.id
