"""`avow import oscal`: controls of one's own, or one more framework, from an OSCAL catalogue."""

import json
from pathlib import Path

import click

from avow.cli.console import open_compliance, printable, workspace_option

_SHOWN = 20


@click.command(
    "import",
    epilog="Example: avow import oscal pci-dss.json --as framework --id pci",
)
@click.argument("format_", metavar="FORMAT", type=click.Choice(["oscal"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["catalogue", "framework"]),
    default="catalogue",
    show_default=True,
    help="What it becomes: controls of the catalogue, or the requirements of a framework.",
)
@click.option("--id", "framework_id", metavar="ID", help="How mappings name the framework, such as pci.")
@click.option("--force", is_flag=True, help="Replace the files that hold the same controls or framework.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written and left out as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    format_: str,
    file: Path,
    kind: str,
    framework_id: str | None,
    force: bool,
    as_json: bool,
    workspace: str | None,
) -> None:
    """Take an OSCAL catalogue into the content. The only FORMAT is oscal: a catalogue in JSON.

    Nothing is written where the content would get errors, or where controls are there already and --force is not given.
    """
    assert format_ == "oscal"  # noqa: S101  # the only choice there is
    if framework_id and kind != "framework":
        raise click.UsageError("--id names a framework; it needs --as framework")
    compliance = open_compliance(ctx, workspace)
    done = compliance.import_oscal(
        file, as_framework=kind == "framework", framework_id=framework_id, force=force
    )
    if as_json:
        said = {
            "title": done.title,
            kind: done.count,
            "written": done.written,
            "removed": done.removed,
            "left_out": done.left_out,
        }
        print(json.dumps(said, ensure_ascii=False))
        return
    what = "requirements" if kind == "framework" else "controls"
    click.echo(printable(f"{done.count} {what} came in from {file.name}: {done.title}"))
    for name in done.written:
        click.echo(printable(f"  {name}"))
    for name in done.removed:
        click.echo(printable(f"  {name} is replaced and gone"))
    if done.left_out:
        click.echo("left out:")
        for one in done.left_out[:_SHOWN]:
            click.echo(printable(f"  {one}"))
        if len(done.left_out) > _SHOWN:
            click.echo(f"  … and {len(done.left_out) - _SHOWN} more; see --json")
    following = (
        "map controls to it in controls/mappings/*.yaml"
        if kind == "framework"
        else "say how far they work in controls/status.yaml"
    )
    click.echo(f"next: {following}, then avow check")
