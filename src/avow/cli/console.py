"""What the verbs share at the terminal's edge: the workspace option, safe text and progress."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
_CLEARED = "\r\x1b[K"

_UNPRINTABLE = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """A text safe for a terminal and a log: one line, control and bidirectional characters shown as `\\u202e`."""
    shown = _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return shown.replace("\r", " ").replace("\n", " ")


def workspace_option(function: F) -> F:
    """`--workspace DIR` after the verb; the same option before the verb counts where this is not given."""
    return click.option(
        "--workspace", metavar="DIR", help="The workspace (default: found upwards from here)."
    )(function)


def open_workspace(ctx: click.Context, said: str | None) -> "Any":  # Workspace, imported late
    """The workspace named after or before the verb, or the nearest one upwards."""
    from avow.library.settings import find_root
    from avow.workspace import Workspace

    named = said or (ctx.obj or {}).get("workspace")
    space = Workspace(find_root_at(Path(named)) if named else find_root(Path.cwd()))
    space.notice = _note
    return space


def _note(said: str) -> None:
    """A note on standard error; where a person looks, in place of a progress line."""
    click.echo(f"{_CLEARED if sys.stderr.isatty() else ''}note: {printable(said)}", err=True)


def open_compliance(ctx: click.Context, said: str | None) -> "Any":  # Compliance, imported late
    """The same workspace, as compliance uses it."""
    from avow.compliance import Compliance

    return Compliance(open_workspace(ctx, said))


def find_root_at(folder: Path) -> Path:
    """`folder`, where it is a workspace. Raises WorkspaceError where it is not."""
    from avow.errors import WorkspaceError

    if not (folder / "avow.toml").is_file():
        raise WorkspaceError(f"{folder} is not a workspace: it has no avow.toml; run `avow init {folder}`")
    return folder


def format_asked(asked: str | None, out: Path | None, by_suffix: Mapping[str, str], *, as_json: bool) -> str:
    """The format of a verb's output: what `--format` or `--json` says, else the suffix of `--out`, else a table.

    Raises click.UsageError where the options contradict each other or the suffix names no format.
    """
    if as_json:
        if asked not in (None, "json"):
            raise click.UsageError(f"--json and --format {asked} contradict each other")
        return "json"
    if asked is not None:
        return asked
    found = by_suffix.get(out.suffix.lower()) if out is not None else "table"
    if found is None:
        known = ", ".join(by_suffix)
        raise click.UsageError(
            f"--out {printable(str(out))}: the suffix names no format ({known}); add --format"
        )
    return found


class Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic since click 8.4
    """A date such as 2027-01-15."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; fails with what to write instead."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2027-01-15", param, ctx)


def layout_options(function: F) -> F:
    """The options that set columns by hand."""
    options = (
        click.option("--sheet", metavar="NAME", help="The sheet the columns are on (default: every sheet)."),
        click.option("--question", metavar="COL", help="The question column, such as C (csv: its number)."),
        click.option("--answer", metavar="COL", help="The answer column."),
        click.option("--comment", metavar="COL", help="The comment column."),
        click.option("--ref", metavar="COL", help="The column with the customer's own ids."),
        click.option(
            "--header-row", type=click.IntRange(min=1), metavar="ROW", help="The header's row number."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def override_from(said: dict[str, Any]) -> "Any":  # LayoutOverride | None
    """The columns set by hand, taken out of a verb's arguments; None where none were set.

    Raises click.UsageError for something that is no column.
    """
    from avow.formats.grid import column_number
    from avow.model.questionnaires import LayoutOverride

    given = {
        key: said.pop(key, None) for key in ("sheet", "question", "answer", "comment", "ref", "header_row")
    }
    for key in ("question", "answer", "comment", "ref"):
        column = given[key]
        if column and not column.isdigit():
            try:
                column_number(column)
            except ValueError as error:
                raise click.UsageError(f"--{key}: {error}") from None
    if all(value is None for value in given.values()):
        return None
    return LayoutOverride(**given)


class Progress:
    """A progress line on standard error, only where a person looks."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a stage is behind us."""
        if not self._shows:
            return
        width = 24
        filled = width * done // max(1, total)
        click.echo(
            f"{_CLEARED}{stage:<9} {'━' * filled}{'╌' * (width - filled)} {done}/{total}", err=True, nl=False
        )

    def close(self) -> None:
        """Take the line away again."""
        if self._shows:
            click.echo(_CLEARED, err=True, nl=False)
