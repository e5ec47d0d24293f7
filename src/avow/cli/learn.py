"""`avow learn`: answered questionnaires into the library."""

import json
from pathlib import Path
from typing import Any

import click

from avow.cli.console import layout_options, open_workspace, override_from, printable, workspace_option


@click.command("learn", epilog="Example: avow learn last-year.xlsx --approve --as 'Dana Okafor'")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--approve", is_flag=True, help="Approve what was learned, in the name of --as.")
@click.option("--as", "by", metavar="PERSON", help="Who approves.")
@click.option(
    "--sharing",
    type=click.Choice(["public", "under-nda", "internal"]),
    help="Who may see what is learned (default: avow.toml's, as it was sent to a customer before).",
)
@layout_options
@click.option("--json", "as_json", is_flag=True, help="Print counts and rows held back as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, /, files: tuple[Path, ...], approve: bool, by: str | None, **said: Any
) -> None:
    """Take answered questionnaires into the library, as drafts unless --approve --as PERSON.

    Questions the library has already, rows without an answer and rows that contradict themselves are held back and listed.
    """
    if by and not approve:
        raise click.UsageError("--as PERSON needs --approve; without it answers are learned as drafts")
    if approve and not by:
        raise click.UsageError("--approve needs --as PERSON: somebody vouches for these answers")
    from avow.model.base import Sharing

    override = override_from(said)
    sharing = Sharing(said["sharing"]) if said["sharing"] else None
    space = open_workspace(ctx, said["workspace"])
    result: list[dict[str, Any]] = []
    for file in files:
        learned = space.learn(file, override, approve_as=by if approve else None, sharing=sharing)
        held = [
            {"cell": str(one.question.address), "question": one.question.text, "why": one.why}
            for one in learned.held
        ]
        result.append(
            {"file": file.name, "learned": len(learned.entries), "approved": bool(approve), "held": held}
        )
    if said["as_json"]:
        print(json.dumps(result, ensure_ascii=False))
        return
    for one in result:
        state = f"approved by {by}" if approve else "as drafts; approve them with `avow approve`"
        click.echo(
            f"{one['file']}: {one['learned']} answers learned, {state}; {len(one['held'])} rows held back"
        )
        for row in one["held"][:20]:
            click.echo(printable(f"  {row['cell']}: {row['why']}"))
        if len(one["held"]) > 20:
            click.echo(f"  … and {len(one['held']) - 20} more; see --json")
