"""The output folder: whose files may be replaced, and writing all of them or none."""

import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain, count
from pathlib import Path

from avow.errors import TargetExistsError, WorkspaceError
from avow.model.questionnaires import SourceFile

REVIEW = "review.xlsx"
COMPANION = "answers.xlsx"
SUMMARY = "avow-summary"
_EDITABLE = ("filled", REVIEW)  # what people work in

Maker = Callable[[], bytes]


class OutputFolder:
    """Where the results of filling `source` go: `<stem>.filled<ext>`, `<stem>.report.json` and so on.

    `made` has name and hash of the outputs people edit, as they are made: put into the report, they tell a
    later run its own work from theirs.
    """

    def __init__(
        self, folder: Path, source: SourceFile, filled_suffix: str, *, taken: Collection[Path] = ()
    ) -> None:
        """`filled_suffix`: the ending of the filled file, where it is not of the source's own format. `taken`: the
        `home`s of other files of this run.
        """
        self.folder = folder
        self.made: dict[str, dict[str, str]] = {}
        self._source = source
        plain, suffix = os.path.splitext(source.name)  # noqa: PTH122  # a name, not a path
        self._suffix = suffix if suffix.lower() == filled_suffix else filled_suffix
        self._stem = _own_stem(folder, plain, suffix.lstrip(".").lower(), source, taken)

    @property
    def home(self) -> Path:
        """What all outputs begin with: no other file of the same run may have it."""
        return _home(self.folder, self._stem)

    def path(self, kind: str) -> Path:
        """The path of one output: `filled` takes the filled file's ending, others say theirs (`report.json`)."""
        return self.folder / f"{self._stem}.{kind}{self._suffix if kind == 'filled' else ''}"

    def refuse_foreign(self, *, force: bool) -> None:
        """Refuse to replace a filled file that was not made from this source, or was edited since.

        Raises TargetExistsError unless `force`, and WorkspaceError where the folder cannot be written to.
        """
        home = next(one for one in (self.folder, *self.folder.resolve().parents) if one.exists())
        if not home.is_dir() or not os.access(home, os.W_OK):
            raise WorkspaceError(f"{self.folder}: cannot be written to; name another folder with --out")
        target = self.path("filled")
        if force or not target.exists():
            return
        said = self._earlier_report()
        if said.get("source") != self._source.sha256:
            raise TargetExistsError(
                f"{target} is there and was not made by Avow from this file; move it, name another --out, or use --force"
            )
        if said.get("filled") != sha256(target.read_bytes()).hexdigest():
            raise TargetExistsError(
                f"{target} was edited since Avow made it; move it, name another --out, or use --force to lose the edits"
            )

    def _earlier_report(self) -> dict[str, str]:
        return _said_by(self.path("report.json"))

    def _keep_decisions(self) -> None:
        """Put a review workbook that somebody worked in aside, under a free name."""
        target = self.path(REVIEW)
        if not target.exists():
            return
        if self._earlier_report().get(REVIEW) == sha256(target.read_bytes()).hexdigest():
            return
        number = 1
        while (kept := target.with_name(f"{self._stem}.review.{number}.xlsx")).exists():
            number += 1
        target.rename(kept)

    def write(self, makers: Mapping[str, Maker], *, obsolete: tuple[str, ...] = ()) -> dict[str, Path]:
        """Make every output in turn (kind -> what makes its bytes), then put all of them in place.

        Outputs of `obsolete` kinds go, and a review workbook somebody worked in is put aside. Out: kind -> path.
        Raises WorkspaceError where the folder cannot be written; nothing is left half-written.
        """

        def made() -> Iterator[tuple[Path, bytes]]:
            for kind, make in makers.items():
                content = make()
                if kind in _EDITABLE:
                    digest = sha256(content).hexdigest()
                    self.made[kind] = {"name": self.path(kind).name, "sha256": digest}
                yield self.path(kind), content

        _put_in_place(self.folder, made(), before=self._keep_decisions)
        for kind in obsolete:
            self.path(kind).unlink(missing_ok=True)
        return {kind: self.path(kind) for kind in makers}


def write_summary(folder: Path, outputs: Mapping[str, bytes]) -> dict[str, Path]:
    """Put what speaks of several files into `folder`, as `avow-summary.html` and so on: kind (`html`) -> path.

    An earlier summary is replaced: nobody works in it. Raises WorkspaceError where the folder cannot be written.
    """
    paths = {kind: folder / f"{SUMMARY}.{kind}" for kind in outputs}
    _put_in_place(folder, ((paths[kind], content) for kind, content in outputs.items()))
    return paths


def _put_in_place(
    folder: Path, contents: Iterable[tuple[Path, bytes]], before: Callable[[], None] = lambda: None
) -> None:
    """Prepare each file of `folder` beside its place, call `before`, then put all of them in place."""
    done: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in contents:
            handle, name = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=folder)
            done.append((Path(name), target))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
        before()
        for partial, target in done:
            partial.chmod(0o644)
            partial.replace(target)
    except OSError as error:
        raise WorkspaceError(f"{folder}: cannot be written: {error.strerror or error}") from None
    finally:
        for partial, _ in done:
            partial.unlink(missing_ok=True)


def _own_stem(folder: Path, plain: str, ending: str, source: SourceFile, taken: Collection[Path]) -> str:
    """What a source's outputs begin with: its name without its ending, unless another file's outputs do.

    Beside the outputs of `form.xlsx`, `form.csv` gets `form-csv`; a second `form.xlsx` of one run `form-xlsx`, the next
    `form-xlsx-2`. Where the outputs of just these bytes are there already, they are made anew.
    """
    named = f"{plain}-{ending}"
    newer = None
    for stem in chain((plain, named), (f"{named}-{number}" for number in count(2))):
        if _home(folder, stem) in taken:
            continue
        said = _said_by(folder / f"{stem}.report.json")
        if not said:
            return newer or stem
        if said["name"].casefold() == source.name.casefold():
            if said["source"] == source.sha256:
                return stem
            if stem == plain:
                newer = stem  # the customer sent it again; whether it may be replaced is asked later
    raise AssertionError("numbers do not end")


def _home(folder: Path, stem: str) -> Path:
    # Some file systems take `Form` and `form` for one name.
    return folder.resolve() / stem.casefold()


def _said_by(report: Path) -> dict[str, str]:
    """Name and hash of the source an earlier report is on, and the hashes of what was made; empty where there is none."""
    try:
        said = json.loads(report.read_bytes())
        made = {kind: str(one["sha256"]) for kind, one in said["made"].items()}
        return {**made, "source": str(said["source"]["sha256"]), "name": str(said["source"]["name"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
