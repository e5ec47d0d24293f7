"""`avow check`: all content problems at once, and how much of each framework is covered."""

import json
from pathlib import Path
from typing import Any

import click

from avow.cli.app import CONTENT, DONE
from avow.cli.console import open_compliance, printable, workspace_option

_FIRST = 20  # of the pairs to read, unless --all
_ASKED_FOR = {"near-duplicate-answer", "ambiguous-phrasing"}  # shown without --all: only --library finds them


@click.command("check", epilog="Example: avow check --json")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object with counts, issues and coverage.")
@click.option(
    "--all", "show_all", is_flag=True, help="Show what is worth knowing too, not only what is wrong."
)
@click.option(
    "--crosswalk",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Hold the mappings against an outside crosswalk, a JSON file of requirement pairs.",
)
@click.option(
    "--library",
    "of_library",
    is_flag=True,
    help="Hold the answers against each other: duplicates, contradictions, what nothing has used.",
)
@click.pass_context
def command(
    ctx: click.Context,
    workspace: str | None,
    as_json: bool,
    show_all: bool,
    crosswalk: Path | None,
    of_library: bool,
) -> int:
    """List every problem of the workspace's content as `file:line: severity: message [code]`.

    Then, on standard error, how many of each framework's requirements have a control, or the reason why not. Nothing
    is written, and nothing is approved. Exit code 3 where there are errors.
    """
    compliance = open_compliance(ctx, workspace)
    space = compliance.space
    space.settings  # noqa: B018  # a broken avow.toml is the first thing to hear of
    issues = space.issues()
    if of_library:
        issues = _with_library(space, issues)
    compared = compliance.crosswalk(crosswalk) if crosswalk else None
    counts = {
        level: sum(1 for issue in issues if issue.severity == level) for level in ("error", "warning", "info")
    }
    if as_json:
        body: dict[str, Any] = {
            "counts": counts,
            "issues": [issue.model_dump(mode="json") for issue in issues],
            "coverage": [one.model_dump(mode="json") for one in compliance.coverage()],
        }
        if compared is not None:
            body["crosswalk"] = compared.model_dump(mode="json", by_alias=True)
        print(json.dumps(body, ensure_ascii=False))
        return CONTENT if counts["error"] else DONE
    shown = [one for one in issues if show_all or one.severity != "info" or one.code in _ASKED_FOR]
    for issue in shown:
        print(printable(str(issue)))
    if compared is not None:
        _show_crosswalk(compared, show_all)
    for one in compliance.coverage():
        for line in one.lines():
            click.echo(printable(line), err=True)
    content = space.loaded.content
    size = f"{len(content.controls)} controls, {len(content.answers)} answers, {len(content.evidence)} pieces of evidence"
    held_back = len(issues) - len(shown)
    more = f", {held_back} notes (see --all)" if held_back else ""
    click.echo(
        f"{Path(space.root).resolve().name}: {size}: {counts['error']} errors, {counts['warning']} warnings{more}",
        err=True,
    )
    return CONTENT if counts["error"] else DONE


def _with_library(space: Any, issues: list[Any]) -> list[Any]:
    """The issues with those of the library's health, where no error keeps the answers from being used at all."""
    if any(issue.severity == "error" for issue in issues):
        click.echo("the answers are held against each other once the errors are mended", err=True)
        return issues
    found = [*issues, *space.library_health()]
    return sorted(found, key=lambda issue: (issue.file, issue.line, issue.code, issue.message))


def _show_crosswalk(report: Any, show_all: bool) -> None:
    click.echo(f"crosswalk: {report.found} of {report.pairs} outside pairs found, recall {report.recall:.3f}")
    for one in report.missed:
        pair = one.pair
        unknown = f"; not in our lists: {', '.join(one.unknown)}" if one.unknown else ""
        ends = f"{pair.from_} {pair.from_id} and {pair.to} {pair.to_id}"
        click.echo(printable(f"  missed: {ends} ({pair.votes} votes{unknown})"))
    click.echo("pairs that our controls join and no outside pair does, for a person to read:")
    for one in report.framework_pairs:
        outside = (
            f"{one.found} of {one.outside_pairs} outside pairs found"
            if one.outside_pairs
            else "no outside pairs"
        )
        click.echo(printable(f"  {one.first} and {one.second}: {one.ours_alone} ({outside})"))
    shown = report.ours_alone if show_all else report.ours_alone[:_FIRST]
    for one in shown:
        click.echo(printable(f"  {one.control}"))
        for mapping in (one.first, one.second):
            said = f"{mapping.framework} {mapping.requirement}, {mapping.relationship}: {mapping.rationale}"
            click.echo(printable(f"    {said}"))
    if len(shown) < len(report.ours_alone):
        click.echo(f"  … and {len(report.ours_alone) - len(shown)} more (--all, or --json)")
