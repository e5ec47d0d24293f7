"""`avow status`: how far controls work here, shown and changed."""

import json
from typing import Any

import click

from avow.cli.console import open_compliance, printable, workspace_option

_STATES = ["implemented", "partial", "planned", "alternative", "not-applicable"]
_FIELDS = {  # what the option is called -> the field in controls/status.yaml
    "status": "status",
    "owner": "owner",
    "evidence": "evidence",
    "reviewed": "reviewed_on",
    "planned": "planned_for",
    "notes": "notes",
}


@click.command("status", epilog="Example: avow status auth-mfa --set implemented --reviewed today")
@click.argument("controls", nargs=-1, metavar="[CONTROL...]")
@click.option("--set", "state", type=click.Choice(_STATES), help="How far it works.")
@click.option("--owner", metavar="X", help="Who answers for it.")
@click.option(
    "--evidence",
    multiple=True,
    metavar="ID",
    help="The evidence for it, in place of what is named; repeatable.",
)
@click.option("--reviewed", metavar="DATE", help="When somebody last looked: 2026-11-23, or `today`.")
@click.option("--planned", metavar="DATE", help="When it is due.")
@click.option("--notes", metavar="TEXT", help="Anything else.")
@click.option(
    "--clear",
    "cleared",
    multiple=True,
    type=click.Choice(list(_FIELDS)),
    help="A field to take away; repeatable.",
)
@click.option(
    "--product",
    "products",
    multiple=True,
    metavar="P",
    help="For these products only; repeatable (showing: one).",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="R",
    help="For these regions only; repeatable (showing: one).",
)
@click.option("--unset", is_flag=True, help="Show only controls nobody has said anything about.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    controls: tuple[str, ...],
    products: tuple[str, ...],
    regions: tuple[str, ...],
    unset: bool,
    as_json: bool,
    workspace: str | None,
    **said: Any,
) -> None:
    """Show how far controls work in this company, or change what is said about them.

    Without a change: the controls named, or a table of all. With one: the entry of each control named, for the whole
    company or the products and regions given, changes in `controls/status.yaml`; comments, order and all other
    entries stay. Says which approvals are void after it.
    """
    compliance = open_compliance(ctx, workspace)
    fields = _fields(said, compliance.space.as_of.isoformat())
    if fields and not controls:
        raise click.UsageError("name the controls to change")
    if fields and unset:
        raise click.UsageError("--unset is for showing; name the controls to change")
    if fields:
        _show_edit(compliance.set_status(controls, fields, products=products, regions=regions), as_json)
        return
    if len(products) > 1 or len(regions) > 1:
        raise click.UsageError("name one product and one region to show a status for")
    product, region = (products or (None,))[0], (regions or (None,))[0]
    shown = compliance.statuses(controls, product=product, region=region)
    if unset:
        shown = [one for one in shown if one.is_unset]
    if as_json:
        print(json.dumps({"controls": [one.model_dump(mode="json") for one in shown]}, ensure_ascii=False))
    elif controls:
        for one in shown:
            _show_control(one)
    else:
        _show_table(shown)


def _fields(said: dict[str, Any], today: str) -> dict[str, Any]:
    given = {
        "status": said["state"],
        "owner": said["owner"],
        "evidence": said["evidence"] or None,
        "reviewed": today if said["reviewed"] == "today" else said["reviewed"],
        "planned": today if said["planned"] == "today" else said["planned"],
        "notes": said["notes"],
    }
    both = [name for name in said["cleared"] if given[name] is not None]
    if both:
        raise click.UsageError(f"{both[0]} is both given and cleared")
    for name, value in given.items():
        if value == "":
            raise click.UsageError(f"{name} is empty; say --clear {name} to take it away")
    fields = {_FIELDS[name]: value for name, value in given.items() if value is not None}
    return fields | {_FIELDS[name]: None for name in said["cleared"]}


def _show_edit(edited: Any, as_json: bool) -> None:
    if as_json:
        print(json.dumps(edited.model_dump(mode="json"), ensure_ascii=False))
        return
    for change in edited.changes:
        where = f"{change.control}{_scope(change.scope)}"
        click.echo(printable(f"{where}: {change.field}: {_value(change.old)} → {_value(change.new)}"))
    if not edited.changes:
        click.echo("nothing to change: it says so already")
    if edited.voided:
        some = ", ".join(edited.voided[:3]) + (", …" if len(edited.voided) > 3 else "")
        click.echo(
            f"{len(edited.voided)} approved answers lose their approval by it ({printable(some)});"
            " look at them, then `avow approve`",
            err=True,
        )


def _value(value: object) -> str:
    return "(nothing)" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


def _scope(scope: Any) -> str:
    names = ", ".join((*scope.products, *scope.regions))
    return f" ({names})" if names else ""


def _show_control(one: Any) -> None:
    click.echo(click.style(printable(f"{one.control}: {one.title} ({one.domain})"), bold=True))
    for entry in one.entries:
        where = printable(_scope(entry.scope).strip(" ()")) or "the whole company"
        facts = [entry.status.value if entry.status else "not said"]
        facts += [f"owner {entry.owner}"] if entry.owner else []
        facts += [f"reviewed on {entry.reviewed_on}"] if entry.reviewed_on else []
        facts += [f"planned for {entry.planned_for}"] if entry.planned_for else []
        click.echo(printable(f"  {where}: {', '.join(facts)}"))
        for piece in entry.evidence:
            click.echo(printable(f"    {piece.id}: {piece.document} ({_validity(piece)})"))
        if entry.notes:
            click.echo(printable(f"    {entry.notes}"))
    rests = f"; {len(one.yes_answers)} yes answers name it" if one.yes_answers else ""
    click.echo(f"  {printable(one.why)}{rests}")


def _validity(piece: Any) -> str:
    if piece.live:
        return f"valid until {piece.valid_until}" if piece.valid_until else "valid"
    return f"not valid: {piece.valid_from or '…'} to {piece.valid_until or '…'}"


def _show_table(shown: list[Any]) -> None:
    width = max((len(one.control) for one in shown), default=0)
    domain = None
    for one in shown:
        if one.domain != domain:
            domain = one.domain
            click.echo(click.style(printable(domain), bold=True))
        first = one.entries[0] if one.entries else None
        state = one.status.value if one.status else "-"
        live = sum(1 for entry in one.entries for piece in entry.evidence if piece.live)
        named = sum(len(entry.evidence) for entry in one.entries)
        parts = [
            f"  {one.control:<{width}}  {state:<14}",
            f"{live}/{named} evidence" if named else " " * len("0/0 evidence"),
            f"{str(first.reviewed_on) if first and first.reviewed_on else '-':<10}",
            first.owner if first else "",
        ]
        more = f"  (+{len(one.entries) - 1} scopes)" if len(one.entries) > 1 else ""
        click.echo((printable("  ".join(map(str, parts))) + more).rstrip())
    said = sum(1 for one in shown if not one.is_unset)
    click.echo(f"{len(shown)} controls, {len(shown) - said} nobody has said anything about", err=True)
