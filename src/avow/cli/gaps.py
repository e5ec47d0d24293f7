"""`avow gaps`: the gap register."""

import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from avow.cli.console import Day, format_asked, open_compliance, printable, workspace_option

FORMATS = ("table", "json", "csv", "xlsx")
_BY_SUFFIX = {".txt": "table", ".json": "json", ".csv": "csv", ".xlsx": "xlsx"}
_DEFAULT_WORKBOOK = Path("gap-register.xlsx")
_SAID = ("status", "owner", "due", "note")
_FILTERS = ("severity", "customer", "control", "framework", "closed")
_COLOURS = {
    "bold": {"bold": True},
    "dim": {"dim": True},
    "high": {"fg": "red", "bold": True},
    "medium": {"fg": "yellow", "bold": True},
    "low": {"bold": True},
}


class _DayOrNone(Day):
    """A date, or `none` to take one back."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; `none` comes back as the earliest day there is, since None means that nothing was said."""
        return date.min if value == "none" else super().convert(value, param, ctx)


@click.command(
    "gaps",
    epilog="Example: avow gaps --set G-4QJX7T2A --status risk-accepted --due 2027-06-30 "
    "--note 'Small; see the minutes' --as 'Dana Okafor'",
)
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Default: by the suffix of --out, else a table."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Write to this file (xlsx: default {_DEFAULT_WORKBOOK} here).",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--severity", type=click.Choice(["high", "medium", "low"]), help="Only gaps of this severity.")
@click.option("--customer", metavar="NAME", help="Only gaps that touch this customer.")
@click.option("--control", metavar="ID", help="Only gaps that touch this control.")
@click.option("--framework", metavar="ID", help="Only gaps that touch a requirement of this framework.")
@click.option("--closed", is_flag=True, help="Also gaps that are not found any more.")
@click.option("--set", "names", multiple=True, metavar="GAP", help="Decide about this gap (repeatable).")
@click.option(
    "--status",
    type=click.Choice(["open", "in-progress", "risk-accepted"]),
    help="With --set: what becomes of it. Accepting a risk needs --note and --due.",
)
@click.option("--owner", metavar="WHO", help="With --set: who sees to it ('' takes it back).")
@click.option("--due", type=_DayOrNone(), metavar="DATE", help="With --set: until when (none takes it back).")
@click.option("--note", metavar="TEXT", help="With --set: why ('' takes it back).")
@click.option(
    "--take",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Take what was edited in a register's workbook back in.",
)
@click.option("--as", "by", metavar="PERSON", help="Who decides: needed with --set and --take.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, /, names: tuple[str, ...], take: Path | None, out: Path | None, **said: Any
) -> None:
    """List what is missing: controls that are not there, evidence, owners and reviews, and what customers asked and
    nobody could answer; each once, with its severity, owner, date, age, and the requirements and customers it touches.

    What people decide with --set or --take stays when the register is made anew.
    """
    _refuse_contradictions(names, take, out, said)
    compliance = open_compliance(ctx, said["workspace"])
    if names:
        _set(compliance, names, said)
    elif take is not None:
        _take(compliance, take, said["by"])
    else:
        _list(compliance, out, said)


def _refuse_contradictions(
    names: tuple[str, ...], take: Path | None, out: Path | None, said: dict[str, Any]
) -> None:
    deciding = bool(names) or take is not None
    if names and take is not None:
        raise click.UsageError("--set and --take are two jobs; do one after the other")
    given = [name for name in _SAID if said[name] is not None]
    if given and not names:
        raise click.UsageError(f"--{given[0]} needs --set GAP")
    if names and not given:
        raise click.UsageError("--set needs --status, --owner, --due or --note")
    if deciding and not (said["by"] or "").strip():
        raise click.UsageError("say who decides, with --as PERSON")
    if said["by"] and not deciding:
        raise click.UsageError("--as needs --set or --take")
    shown = [name for name in (*_FILTERS, "kind", "as_json", "force") if said[name]]
    if deciding and (shown or out is not None):
        raise click.UsageError("--set and --take show no register; run `avow gaps` after")


def _set(compliance: Any, names: tuple[str, ...], said: dict[str, Any]) -> None:
    from avow.errors import AvowError
    from avow.model.gaps import GapChange, GapFilter

    given = {name: said[name] for name in _SAID if said[name] is not None}
    if given.get("due") == date.min:
        given["due"] = None
    wanted = [name.strip().upper() for name in names]
    refused = compliance.decide_gaps([GapChange(gap=name, by=said["by"], **given) for name in wanted])
    kept_out = {one.where for one in refused}
    for entry in compliance.gap_register(GapFilter()).entries:
        if entry.gap.id in wanted and entry.gap.id not in kept_out:
            due = f", due {entry.due}" if entry.due else ""
            owner = f", owner {entry.owner}" if entry.owner else ""
            click.echo(printable(f"{entry.gap.id}: {entry.status}{owner}{due} ({entry.gap.subject})"))
    if refused:
        raise AvowError("not taken: " + "; ".join(f"{one.where}: {one.why}" for one in refused))


def _take(compliance: Any, path: Path, by: str) -> None:
    taken, refused = compliance.take_gap_decisions(path, by=by)
    for one in refused:
        click.echo(f"not taken: {printable(f'{one.where}: {one.why}')}", err=True)
    click.echo(f"{taken} gap{'' if taken == 1 else 's'} decided by {printable(by)}")


def _list(compliance: Any, out: Path | None, said: dict[str, Any]) -> None:
    from avow.model.gaps import GapFilter

    kind = format_asked(said["kind"], out, _BY_SUFFIX, as_json=said["as_json"])
    _refuse_unknown(compliance, said)
    register = compliance.gap_register(GapFilter(**{name: said[name] for name in _FILTERS}))
    if register.not_remembered:
        click.echo(
            f"since when each gap is there is not remembered: {printable(register.not_remembered)}", err=True
        )
    target = out or (_DEFAULT_WORKBOOK if kind == "xlsx" else None)
    if target is None:
        _show(kind, register)
        return
    from avow.outputs.single_file import write_file

    write_file(target, lambda: _bytes(kind, register), force=said["force"])
    click.echo(f"wrote {printable(str(target))}", err=True)


def _refuse_unknown(compliance: Any, said: dict[str, Any]) -> None:
    content = compliance.space.content
    if said["control"] is not None and said["control"] not in content.control_by_id:
        raise click.UsageError(f"there is no control {printable(said['control'])}")
    if said["framework"] is not None and said["framework"] not in content.framework_by_id:
        known = ", ".join(content.framework_by_id) or "none"
        raise click.UsageError(
            f"there is no framework {printable(said['framework'])}; there are: {printable(known)}"
        )


def _show(kind: str, register: Any) -> None:
    """Print one of the text formats."""
    if kind != "table":
        click.echo(_bytes(kind, register), nl=False)
        return
    from avow.outputs.gap_register_table import register_text

    seen = sys.stdout.isatty()
    width = min(shutil.get_terminal_size((100, 24)).columns, 140) if seen else 100
    click.echo(register_text(register, width=width, paint=_paint))


def _paint(text: str, tone: str) -> str:
    return click.style(text, **_COLOURS[tone])  # type: ignore[arg-type]


def _bytes(kind: str, register: Any) -> bytes:
    """What a file of this format holds."""
    data: bytes
    if kind == "xlsx":
        from avow.outputs.gap_register_workbook import gap_register_workbook

        data = gap_register_workbook(register)
        return data
    from avow.outputs import gap_register_table as table

    if kind == "json":
        data = table.register_json(register)
    elif kind == "csv":
        data = table.register_csv(register)
    else:
        data = f"{table.register_text(register)}\n".encode("utf-8", "backslashreplace")
    return data
