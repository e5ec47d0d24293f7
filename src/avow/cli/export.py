"""`avow export oscal`: the catalogue, how far it is implemented and what is missing, as OSCAL documents."""

import json
from pathlib import Path

import click

from avow.cli.console import open_compliance, printable, workspace_option

_SHOWN = 5


@click.command("export", epilog="Example: avow export oscal --out oscal")
@click.argument("format_", metavar="FORMAT", type=click.Choice(["oscal"]))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("avow-out/oscal"),
    show_default=True,
    metavar="DIR",
    help="The folder for the documents.",
)
@click.option("--force", is_flag=True, help="Replace files that are no export of this company's.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written and left out as JSON.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, format_: str, out: Path, force: bool, as_json: bool, workspace: str | None
) -> None:
    """Write the control catalogue, each framework, a profile a framework, the mappings, the component definition with
    implementation status, and the gap register as a POA&M. The only FORMAT is oscal: OSCAL 1.2 in JSON.

    Controls whose status nobody has said are left out of the component definition.
    """
    assert format_ == "oscal"  # noqa: S101  # the only choice there is
    compliance = open_compliance(ctx, workspace)
    exported = compliance.export_oscal(out, force=force)
    if as_json:
        said = {
            "out": str(out),
            "files": list(exported.files),
            "unstated": exported.unstated,
            "unmapped": exported.unmapped,
            "gaps": exported.gaps,
        }
        print(json.dumps(said, ensure_ascii=False))
        return
    click.echo(printable(f"{len(exported.files)} OSCAL documents are in {out}"))
    for name in exported.files:
        click.echo(f"  {name}")
    click.echo(
        f"{exported.gaps} gaps are in poam.json" if exported.gaps else "no gaps, so there is no poam.json"
    )
    if exported.unstated:
        some = ", ".join(exported.unstated[:_SHOWN]) + (", …" if len(exported.unstated) > _SHOWN else "")
        click.echo(
            printable(
                f"{len(exported.unstated)} controls are left out of the component definition, "
                f"because nobody has said how far they work: {some}"
            )
        )
    for framework in exported.unmapped:
        click.echo(printable(f"no control is mapped to {framework}, so it has no profile"))
