"""`avow approve`: somebody vouches for answers as they stand."""

import click

from avow.cli.console import open_workspace, workspace_option


@click.command("approve", epilog="Example: avow approve mfa-workforce --as 'Dana Okafor'")
@click.argument("ids", nargs=-1, metavar="ANSWER...")
@click.option(
    "--all", "everything", is_flag=True, help="Every answer that is not approved, or whose approval is void."
)
@click.option("--as", "by", required=True, metavar="PERSON", help="Who approves.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, ids: tuple[str, ...], everything: bool, by: str, workspace: str | None
) -> None:
    """Approve library answers exactly as they stand, with their controls and evidence.

    A later edit to any of these voids the approval. Only `answer_library/approvals.yaml` is written.
    """
    from avow.model.approvals import holds

    if bool(ids) == everything:
        raise click.UsageError("name answers, or say --all")
    space = open_workspace(ctx, workspace)
    content = space.content
    wanted = [one.id for one in content.answers if not holds(one, content)] if everything else list(ids)
    approved = space.approve(wanted, by=by)
    click.echo(f"{len(approved)} answers approved by {by}")
