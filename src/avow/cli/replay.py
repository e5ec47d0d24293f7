"""`avow replay`: questionnaires answered before, answered again with the content as it is now."""

import json
import sys
from typing import Any

import click

from avow.cli.app import DONE, NOT_ALL_ANSWERED
from avow.cli.console import Progress, open_workspace, printable, workspace_option

_SHOWN = 90  # characters of a question


@click.command("replay", epilog="Example: avow replay --customer 'Meridian Bank' --strict")
@click.argument("engagements", nargs=-1, metavar="[ENGAGEMENT...]")
@click.option("--customer", metavar="NAME", help="Only questionnaires of this customer.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 5 where what was answered would be answered otherwise or not at all.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    engagements: tuple[str, ...],
    customer: str | None,
    strict: bool,
    as_json: bool,
    workspace: str | None,
) -> int:
    """Match and draft the questionnaires already answered again, with the library as it is now and this Avow, and list
    every row whose outcome, verdict or text would change.

    ENGAGEMENT is the id `avow fill --json` prints (default: all). No file is needed and nothing is written.
    """
    progress = Progress()
    try:
        replays = open_workspace(ctx, workspace).replay(engagements, customer=customer, progress=progress)
    finally:
        progress.close()
    summary = _summary(replays)
    if as_json:
        shown = {"summary": summary, "engagements": [_body(one) for one in replays]}
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for one in replays:
            _show(one)
        click.echo(_summary_text(summary))
    return NOT_ALL_ANSWERED if strict and summary["retracted"] else DONE


def _summary(replays: list[Any]) -> dict[str, int]:
    changes = [change for one in replays for change in one.changes]
    return {
        "engagements": len(replays),
        "compared": sum(one.compared for one in replays),
        "left_out": sum(one.left_out for one in replays),
        "changed": len(changes),
        "retracted": sum(change.retracts for change in changes),
    }


def _body(one: Any) -> dict[str, Any]:
    said: dict[str, Any] = one.model_dump(mode="json")
    for shown, change in zip(said["changes"], one.changes, strict=True):
        shown |= {"source_changed": change.source_changed, "retracts": change.retracts}
    return said


def _show(one: Any) -> None:
    told = one.engagement
    who = told.customer or "(no customer named)"
    changed = f"{len(one.changes)} of {_counted(one.compared, 'question')} changed"
    click.echo(
        click.style(printable(f"{who}: {told.source_name} ({told.id}): {changed}"), bold=bool(one.changes))
    )
    if not one.follow_ups_known:
        click.echo(
            f"{told.id}: recorded by an older Avow, so follow-ups are read without their main question;"
            " fill the file once more to have them compared in full",
            err=True,
        )
    for change in one.changes:
        _show_change(change)


def _show_change(change: Any) -> None:
    text = " ".join(change.question.split())
    question = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    _echo(f"  {change.address}  {question}")
    before, after = _end(change.before), _end(change.after)
    _echo(f"    {before} → {after}" if before != after else f"    {after}, as before")
    was_answered = change.before.outcome.value == "answered"
    if change.decided_by and was_answered and change.before.sources != change.after.sources:
        _echo(f"    approval basis changed: {change.decided_by} decided on what the library said before")
    if change.source_changed and change.before.outcome is change.after.outcome:
        same = "the same words, on another basis"
        _echo(f"    {same if change.same_words else 'the text of the answer, or what it rests on, changed'}")
    for reason in change.why:
        _echo(f"    {reason.value}: {reason.explanation}")


def _end(end: Any) -> str:
    answers = [one.answer for one in end.sources]
    return ", ".join([end.outcome.value, end.verdict.value, *answers])


def _summary_text(summary: dict[str, int]) -> str:
    if not summary["engagements"]:
        return "nothing was filled in this workspace yet"
    where = _counted(summary["engagements"], "questionnaire")
    left = (
        f" ({summary['left_out']} with an answer of the form's own left out)" if summary["left_out"] else ""
    )
    compared = f"{_counted(summary['compared'], 'question')} in {where} compared{left}"
    if not summary["changed"]:
        return f"{compared}: nothing would change"
    told = f"{summary['retracted']} answered before would be answered otherwise or not at all"
    return f"{compared}: {summary['changed']} would change; {told}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _echo(line: str) -> None:
    shown = printable(line)
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(shown.encode(encoding, "replace").decode(encoding))
