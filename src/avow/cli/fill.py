"""`avow fill`: the main job."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avow.cli.app import DONE, NOT_ALL_ANSWERED, REFUSED
from avow.cli.console import (
    Day,
    Progress,
    layout_options,
    open_workspace,
    override_from,
    printable,
    workspace_option,
)
from avow.cli.standard_input import STANDARD_INPUT, files_of

if TYPE_CHECKING:
    from avow.filling import FilledTogether, Summary


@click.command(
    "fill",
    epilog="Example: avow fill customer.xlsx --customer 'Meridian Bank' --due 2027-01-15 --product 'Harborlight Cloud'",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
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
    "reviews",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A reviewed workbook, whose decisions are taken back in; may be repeated.",
)
@layout_options
@click.option("--force", is_flag=True, help="Replace results that were edited or made from another file.")
@click.option("--strict", is_flag=True, help="Exit with 5 where rows want a person or are gaps.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    out: Path | None,
    due: date | None,
    reviews: tuple[Path, ...],
    **said: Any,
) -> int:
    """Fill a customer's questionnaire in their own file, with every row accounted for.

    The filled file, a report, the gaps and a review workbook are written beside the source, which is never touched.
    `-` takes questions piped or pasted into standard input, and keeps them in the output folder.

    Several files are one engagement: each question is answered the same way everywhere, and avow-summary.html and .json
    say what became of all. A file that is refused does not keep the others from being filled; the exit code is 4 then.
    """
    override = override_from(said)
    if STANDARD_INPUT in files:
        out = out or Path("avow-out")
        files = files_of(ctx, files, out)
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
        done = space.fill_all(
            files,
            request,
            out=out,
            override=override,
            reviews=reviews,
            force=said["force"],
            progress=progress,
        )
    finally:
        progress.close()
    several = len(done.filled) + len(done.refused) > 1
    if done.refused and not several:
        raise done.refused[0]
    for one in done.filled:
        where = f"{one.questionnaire.source.name}: " if several else ""
        for refused in one.refused_decisions:
            click.echo(f"decision not taken: {printable(where + refused)}", err=True)
    if said["as_json"]:
        print(json.dumps(_as_json(done, several=several), ensure_ascii=False))
    elif done.summary is not None:
        _show_all(done.summary)
    else:
        for one in done.filled:
            _show(one.report, one.files, str(one.path))
    for error in done.refused:
        click.echo(f"avow: {printable(str(error))}", err=True)
    if done.refused:
        return REFUSED
    left = sum(one.report["summary"][outcome] for one in done.filled for outcome in ("review", "gap"))
    return NOT_ALL_ANSWERED if said["strict"] and left else DONE


def _as_json(done: "FilledTogether", *, several: bool) -> dict[str, Any]:
    if not several:
        (one,) = done.filled
        return {
            "summary": one.report["summary"],
            "files": {kind: str(path) for kind, path in one.files.items()},
            "engagement": one.engagement.id,
        }
    if done.summary is None:
        refused = [{"name": one.name, "reason": one.code, "message": str(one)} for one in done.refused]
        return {"summary": None, "files": [], "refused": refused}
    written = {kind: str(path) for kind, path in done.summary.files.items()}
    return {**done.summary.said, "outputs": written}


def _show_all(summary: "Summary") -> None:
    """The summary of several files, as plain text."""
    from avow.outputs.together import summary_text

    text = summary_text(summary.said, summary.files)
    click.echo(text.encode("ascii", "replace").decode() if _ascii_only() else text)
    if summary.problem:
        click.echo(f"no page of the summary: {printable(summary.problem)}", err=True)


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
