"""`avow fill`: the main job."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from avow.cli.app import DONE, NOT_ALL_ANSWERED
from avow.cli.console import (
    Day,
    Progress,
    layout_options,
    open_workspace,
    override_from,
    printable,
    workspace_option,
)


@click.command(
    "fill",
    epilog="Example: avow fill customer.xlsx --customer 'Meridian Bank' --due 2027-01-15 --product 'Harborlight Cloud'",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the results go (default: avow-out/ beside the file).",
)
@click.option("--customer", metavar="NAME", help="Who asks.")
@click.option("--due", type=Day(), metavar="DATE", help="When the customer wants it back.")
@click.option(
    "--sharing",
    type=click.Choice(["public", "under-nda", "internal"]),
    help="What the recipient may see (default: avow.toml's).",
)
@click.option("--product", metavar="P", help="The product asked about.")
@click.option("--region", metavar="R", help="The region asked about.")
@click.option(
    "--review",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A reviewed workbook, whose decisions are taken back in.",
)
@layout_options
@click.option("--force", is_flag=True, help="Replace results that were edited or made from another file.")
@click.option("--strict", is_flag=True, help="Exit with 5 where rows want a person or are gaps.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@workspace_option
@click.pass_context
def command(ctx: click.Context, /, file: Path, out: Path | None, due: date | None, **said: Any) -> int:
    """Fill a customer's questionnaire in their own file, with every row accounted for.

    The filled file, a report, the gaps and a review workbook are written beside the source, which is never touched.
    """
    override = override_from(said)
    space = open_workspace(ctx, said["workspace"])
    request = space.request(
        customer=said["customer"],
        due=due,
        sharing=said["sharing"],
        product=said["product"],
        region=said["region"],
    )
    progress = Progress()
    try:
        filled = space.fill(
            file,
            out or file.parent / "avow-out",
            request,
            override=override,
            review=said["review"],
            force=said["force"],
            progress=progress,
        )
    finally:
        progress.close()
    for refused in filled.refused_decisions:
        click.echo(f"decision not taken: {printable(refused)}", err=True)
    summary = filled.report["summary"]
    assert isinstance(summary, dict)  # noqa: S101
    if said["as_json"]:
        files = {kind: str(path) for kind, path in filled.files.items()}
        print(
            json.dumps(
                {"summary": summary, "files": files, "engagement": filled.engagement.id}, ensure_ascii=False
            )
        )
    else:
        _show(filled.report, filled.files, str(file))
    left = summary["review"] + summary["gap"]
    return NOT_ALL_ANSWERED if said["strict"] and left else DONE


def _show(report: dict[str, Any], files: dict[str, Path], source: str) -> None:
    """The summary: in colour where a person looks, as plain text elsewhere."""
    from avow.outputs.summary import summary_renderable, summary_text

    if not sys.stdout.isatty():
        click.echo(summary_text(report, files, source=source, ascii_only=_ascii_only()))
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(summary_renderable(report, files, source=source, width=console.width), soft_wrap=True)


def _ascii_only() -> bool:
    return "utf" not in (sys.stdout.encoding or "").lower()
