"""`avow upgrade`: the catalogue of a newer Avow, with a diff first."""

import json
from typing import Any

import click

from avow.cli.app import CONTENT, DONE
from avow.cli.console import open_compliance, printable, workspace_option

_SIGN = {"new": "+", "gone": "-", "changed": "~"}


@click.command("upgrade", epilog="Example: avow upgrade --apply")
@click.option("--apply", "do", is_flag=True, help="Make the upgrade; without it, only the diff is shown.")
@click.option(
    "--overwrite",
    multiple=True,
    metavar="FILE",
    help="Replace this file although it was edited here; repeatable.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="FILE",
    help="Keep this file as you edited it, and list it no more until a release changes it again; repeatable.",
)
@click.option("--overwrite-all", is_flag=True, help="Replace every file that was edited here.")
@click.option(
    "--keep-gone",
    is_flag=True,
    help="Keep controls that the release has no more but this workspace names, in controls/catalogue/kept-*.yaml.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    do: bool,
    overwrite: tuple[str, ...],
    keep: tuple[str, ...],
    overwrite_all: bool,
    keep_gone: bool,
    as_json: bool,
    workspace: str | None,
) -> int:
    """Bring the control catalogue, frameworks, known forms and templates to what this Avow ships, with a diff first.

    Status, evidence, applicability, mappings of your own, answers and `avow.toml` are never touched; shipped files
    that you edited are held back, and files of your own left alone. With --apply all is written, or nothing.
    """
    compliance = open_compliance(ctx, workspace)
    prepared = compliance.prepare_upgrade(
        overwrite=overwrite, overwrite_all=overwrite_all, keep=keep, keep_gone=keep_gone
    )
    upgrade = prepared.upgrade
    if not as_json:
        _show(upgrade)
    blocked = bool(upgrade.named or upgrade.problems)
    if do and not (as_json and blocked):
        compliance.apply_upgrade(prepared)
    if as_json:
        body = {**upgrade.model_dump(mode="json"), "held": list(upgrade.held), "applied": do and not blocked}
        print(json.dumps(body, ensure_ascii=False))
        return CONTENT if do and blocked else DONE
    _say_what_next(upgrade, done=do)
    return DONE


def _show(upgrade: Any) -> None:
    if upgrade.is_shipped_content:
        click.echo("this is the shipped content itself; there is nothing to upgrade")
        return
    if upgrade.since is None:
        click.echo(
            "this workspace has no record of what was shipped into it (controls/shipped.json), so every file"
            " that differs counts as possibly edited here",
            err=True,
        )
    if not upgrade.files:
        click.echo(f"nothing to upgrade: the content is that of Avow {upgrade.to}")
        return
    click.echo(f"from Avow {upgrade.since or '(not known)'} to {upgrade.to}")
    _section("controls", upgrade.controls, _show_control)
    _section("frameworks", upgrade.frameworks, _show_framework)
    _section("known forms", upgrade.forms, _show_file)
    _section("templates", upgrade.templates, _show_file)
    if upgrade.held:
        edited = "edited here" if upgrade.since else "possibly edited here"
        click.echo(f"\nheld back, because {edited} (--overwrite FILE replaces one, --keep FILE settles it):")
        for name in upgrade.held:
            click.echo(f"  {printable(name)}")
        for one in upgrade.held_controls:
            _show_control(one)
        for one in upgrade.held_frameworks:
            _show_framework(one)
        for one in (*upgrade.held_forms, *upgrade.held_templates):
            _show_file(one)
    _show_consequences(upgrade)


def _show_consequences(upgrade: Any) -> None:
    if upgrade.named:
        click.echo("\ngone from the release, but named here (--keep-gone keeps them):")
        for control, who in upgrade.named.items():
            more = f" and {len(who) - 3} more" if len(who) > 3 else ""
            click.echo(printable(f"  {control}: {', '.join(who[:3])}{more}"))
    if upgrade.kept:
        click.echo(printable(f"\nkept in controls/catalogue/kept-*.yaml: {', '.join(upgrade.kept)}"))
    if upgrade.problems:
        click.echo("\nerrors the content would have:")
        for problem in upgrade.problems:
            click.echo(f"  {printable(problem)}")
    if upgrade.voided:
        click.echo(
            f"\n{len(upgrade.voided)} approved answers lose their approval, because their controls change:"
        )
        for answer in upgrade.voided:
            click.echo(f"  {printable(answer)}")


def _section(name: str, diffs: Any, show: Any) -> None:
    if not diffs:
        return
    counts = [f"{sum(1 for one in diffs if one.kind == kind)} {kind}" for kind in _SIGN]
    click.echo(f"\n{name}: {', '.join(counts)}")
    for one in diffs:
        show(one)


def _show_control(one: Any) -> None:
    click.echo(printable(f"  {_SIGN[one.kind]} {one.control}: {one.title} ({one.file})"))
    for field in one.fields:
        _show_difference(field, field.part)
    for mapping in one.mappings:
        _show_difference(mapping, f"mapping {mapping.part}")


def _show_framework(one: Any) -> None:
    click.echo(printable(f"  {_SIGN[one.kind]} {one.framework} ({one.file})"))
    for field in one.fields:
        _show_difference(field, field.part)
    for requirement in one.requirements:
        _show_difference(requirement, requirement.part)
    for exemption in one.exemptions:
        _show_difference(exemption, f"exemption of {exemption.part}")


def _show_file(one: Any) -> None:
    size = f"+{one.added} −{one.removed} lines" if one.diff else "not text"
    click.echo(printable(f"  {_SIGN[one.kind]} {one.file} ({size})"))


def _show_difference(one: Any, name: str) -> None:
    who = {"here": " [edited here]", "release": " [by the release]", "both": " [by both]"}.get(
        one.changed_by, ""
    )
    click.echo(printable(f"      {name}{who}"))
    if one.old is not None:
        click.echo(click.style(printable(f"        - {one.old}"), fg="red"))
    if one.new is not None:
        click.echo(click.style(printable(f"        + {one.new}"), fg="green"))


def _say_what_next(upgrade: Any, *, done: bool) -> None:
    if upgrade.is_shipped_content or not upgrade.files:
        return
    written = sum(1 for one in upgrade.files if one.state.is_written)
    if not done:
        click.echo(f"\nnothing is written yet: `avow upgrade --apply` writes {written} files", err=True)
        return
    click.echo(f"\n{written} files written, {len(upgrade.held)} held back", err=True)
    if any(one.kind == "new" for one in upgrade.controls):
        click.echo("`avow status --unset` lists the controls nobody has said anything about", err=True)
