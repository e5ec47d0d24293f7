"""`avow readiness`: how far requirements are met by what works and can be shown."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from avow.cli.console import format_asked, open_compliance, printable, workspace_option

FORMATS = ("table", "json", "csv", "xlsx", "html")
_NEEDS_A_FILE = frozenset({"xlsx", "html"})
_BY_SUFFIX = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
}
_COLOURS = {
    "bold": {"bold": True},
    "dim": {"dim": True},
    "good": {"fg": "green"},
    "half": {"fg": "yellow"},
    "bad": {"fg": "red"},
}


@click.command("readiness", epilog="Example: avow readiness iso27001 --out iso27001.xlsx")
@click.argument("framework", required=False)
@click.option("--product", metavar="P", help="Only what holds for this product.")
@click.option("--region", metavar="R", help="Only what holds for this region.")
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Default: by the suffix of --out, else a table."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file (xlsx and html: default readiness-<framework>.<format> here).",
)
@click.option(
    "--all", "show_all", is_flag=True, help="Table: a row for each requirement, ready ones included."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@workspace_option
@click.pass_context
def command(ctx: click.Context, /, framework: str | None, out: Path | None, **said: Any) -> None:
    """Say for each requirement of a framework (soc2, iso27001, hipaa, gdpr or your own; default: all) whether it is
    ready, with the controls behind it, their evidence, owner and next date, and what to do next.

    Score: (ready + partly / 2) / requirements that apply. The content is only read.
    """
    kind = format_asked(said["kind"], out, _BY_SUFFIX, as_json=said["as_json"])
    compliance = open_compliance(ctx, said["workspace"])
    found = compliance.readiness(framework, product=said["product"], region=said["region"])
    target = out or (Path(f"readiness-{framework or 'all'}.{kind}") if kind in _NEEDS_A_FILE else None)
    if target is None:
        _show(kind, found, show_all=said["show_all"])
        return
    from avow.outputs.single_file import write_file

    write_file(
        target,
        lambda: _bytes(kind, found, compliance.space.root / "templates", show_all=said["show_all"]),
        force=said["force"],
    )
    click.echo(f"wrote {printable(str(target))}", err=True)


def _show(kind: str, found: "Any", *, show_all: bool) -> None:  # list[FrameworkReadiness]
    """Print one of the text formats."""
    if kind != "table":
        click.echo(_bytes(kind, found, Path(), show_all=show_all), nl=False)
        return
    from avow.outputs.readiness_text import readiness_text

    seen = sys.stdout.isatty()
    width = min(shutil.get_terminal_size((100, 24)).columns, 140) if seen else 100
    ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
    click.echo(readiness_text(found, width=width, show_all=show_all, ascii_only=ascii_only, paint=_paint))


def _paint(text: str, tone: str) -> str:
    return click.style(text, **_COLOURS[tone])  # type: ignore[arg-type]


def _bytes(kind: str, found: "Any", templates: Path, *, show_all: bool) -> bytes:
    """What a file of this format holds."""
    data: bytes
    if kind == "json":
        from avow.outputs.readiness_table import readiness_json

        data = readiness_json(found)
    elif kind == "csv":
        from avow.outputs.readiness_table import readiness_csv

        data = readiness_csv(found)
    elif kind == "xlsx":
        from avow.outputs.readiness_workbook import readiness_workbook

        data = readiness_workbook(found)
    elif kind == "html":
        from avow.outputs.readiness_html import readiness_html

        data = readiness_html(found, templates)
    else:
        from avow.outputs.readiness_text import readiness_text

        data = f"{readiness_text(found, show_all=show_all)}\n".encode("utf-8", "backslashreplace")
    return data
