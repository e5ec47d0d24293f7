"""The output folder: whose files may be replaced, and writing all of them or none."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from avow.errors import TargetExistsError, WorkspaceError
from avow.model.questionnaires import SourceFile

REVIEW = "review.xlsx"
COMPANION = "answers.xlsx"
_EDITABLE = ("filled", REVIEW)  # what people work in

Maker = Callable[[], bytes]


class OutputFolder:
    """Where the results of filling `source` go: `<stem>.filled<ext>`, `<stem>.report.json` and so on.

    `made` has name and hash of the outputs people edit, as they are made: put into the report, they tell a
    later run its own work from theirs.
    """

    def __init__(self, folder: Path, source: SourceFile, filled_suffix: str) -> None:
        """`filled_suffix`: the ending of the filled file, where it is not of the source's own format."""
        self.folder = folder
        self.made: dict[str, dict[str, str]] = {}
        self._source = source
        self._stem, suffix = os.path.splitext(source.name)  # noqa: PTH122  # a name, not a path
        self._suffix = suffix if suffix.lower() == filled_suffix else filled_suffix

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
        try:
            report = json.loads(self.path("report.json").read_bytes())
            made = {kind: str(one["sha256"]) for kind, one in report["made"].items()}
            return {"source": str(report["source"]["sha256"]), **made}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

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
        done: list[tuple[Path, Path]] = []
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for kind, make in makers.items():
                content = make()
                handle, name = tempfile.mkstemp(prefix=".avow-", suffix=".part", dir=self.folder)
                done.append((Path(name), self.path(kind)))
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                if kind in _EDITABLE:
                    digest = sha256(content).hexdigest()
                    self.made[kind] = {"name": self.path(kind).name, "sha256": digest}
            self._keep_decisions()
            for partial, target in done:
                partial.chmod(0o644)
                partial.replace(target)
            for kind in obsolete:
                self.path(kind).unlink(missing_ok=True)
        except OSError as error:
            raise WorkspaceError(f"{self.folder}: cannot be written: {error.strerror or error}") from None
        finally:
            for partial, _ in done:
                partial.unlink(missing_ok=True)
        return {kind: self.path(kind) for kind in makers}
