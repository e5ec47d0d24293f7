"""`avow check`: all content problems at once."""

import json
from pathlib import Path

import click

from avow.cli.app import CONTENT, DONE
from avow.cli.console import open_workspace, printable, workspace_option


@click.command("check", epilog="Example: avow check --json")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object with counts and issues.")
@click.option(
    "--all", "show_all", is_flag=True, help="Show what is worth knowing too, not only what is wrong."
)
@click.pass_context
def command(ctx: click.Context, workspace: str | None, as_json: bool, show_all: bool) -> int:
    """List every problem of the workspace's content as `file:line: severity: message [code]`.

    Nothing is written, and nothing is approved. Exit code 3 where there are errors.
    """
    space = open_workspace(ctx, workspace)
    space.settings  # noqa: B018  # a broken avow.toml is the first thing to hear of
    issues = space.issues()
    counts = {
        level: sum(1 for issue in issues if issue.severity == level) for level in ("error", "warning", "info")
    }
    if as_json:
        shown = [issue.model_dump(mode="json") for issue in issues]
        print(json.dumps({"counts": counts, "issues": shown}, ensure_ascii=False))
        return CONTENT if counts["error"] else DONE
    for issue in issues:
        if show_all or issue.severity != "info":
            print(printable(str(issue)))
    content = space.loaded.content
    size = f"{len(content.controls)} controls, {len(content.answers)} answers, {len(content.evidence)} pieces of evidence"
    more = f", {counts['info']} notes (see --all)" if counts["info"] and not show_all else ""
    click.echo(
        f"{Path(space.root).resolve().name}: {size}: {counts['error']} errors, {counts['warning']} warnings{more}",
        err=True,
    )
    return CONTENT if counts["error"] else DONE
