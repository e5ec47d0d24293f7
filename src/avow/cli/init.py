"""`avow init`: a workspace from the shipped content."""

from pathlib import Path

import click


@click.command("init", epilog="Example: avow init acme --company 'Acme GmbH' --bare")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option("--company", metavar="NAME", help="The company whose answers these are.")
@click.option(
    "--bare", is_flag=True, help="The catalogue and templates only: no answers, every control's status unset."
)
def command(folder: Path, company: str | None, bare: bool) -> None:
    """Make a workspace: the control catalogue, templates and, unless --bare, the sample company's answers."""
    from avow.library.dates import today
    from avow.library.starting import start_workspace

    made = start_workspace(folder, company=company, bare=bare, on=today())
    what = "a bare workspace" if bare else "a workspace with the sample company"
    click.echo(f"{what} is in {folder} ({made} files)")
    following = (
        "fill in controls/status.yaml, then avow learn answered.xlsx --approve --as YOU"
        if bare
        else "avow check && avow fill questionnaire.xlsx"
    )
    click.echo(f"next, in {folder}: {following}")
