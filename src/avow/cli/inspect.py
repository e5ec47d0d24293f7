"""`avow inspect`: what was understood of a file."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from avow.cli.app import DONE, REFUSED
from avow.cli.console import layout_options, open_workspace, override_from, printable, workspace_option
from avow.cli.standard_input import files_of


@click.command("inspect", epilog="Example: avow inspect customer.xlsx --rows")
@click.argument("file", type=click.Path(path_type=Path))
@layout_options
@click.option("--rows", is_flag=True, help="List every row with its address and kind.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--save-profile",
    metavar="NAME",
    help="Make this form a known one: write forms/NAME-VERSION.yaml from what was understood.",
)
@click.option("--form-version", metavar="V", default="1", help="The form's version, for --save-profile.")
@click.option("--form-title", metavar="TEXT", default="", help="The form's title, for --save-profile.")
@workspace_option
@click.pass_context
def command(ctx: click.Context, /, file: Path, rows: bool, as_json: bool, **said: Any) -> int:
    """Show sheets, header rows, columns, sections, choices and rows as understood. Nothing is written. `-` takes questions
    from standard input.

    But with --save-profile: then the form's profile is written into the workspace, with the columns set by hand, so
    that the form is recognised when it comes again.
    """
    override = override_from(said)
    (file,) = files_of(ctx, (file,))
    space = open_workspace(ctx, said["workspace"])
    if said["save_profile"]:
        saved = space.save_form(
            file, override, name=said["save_profile"], version=said["form_version"], title=said["form_title"]
        )
        click.echo(printable(f"written: {saved}"), err=True)
    questionnaire = space.inspect(file, override)
    if as_json:
        shown = questionnaire.model_dump(mode="json", exclude={"order"})
        print(json.dumps(shown, ensure_ascii=False))
        return DONE if questionnaire.questions else REFUSED
    click.echo(
        f"{questionnaire.source.name} ({questionnaire.source.format}): {len(questionnaire.questions)} questions, "
        f"{len(questionnaire.ignored)} other rows"
    )
    if questionnaire.form is not None:
        _show_form(questionnaire.form)
    for layout in questionnaire.layouts:
        _show_sheet(questionnaire, layout)
    for note in questionnaire.notes:
        where = f" ({note.where})" if note.where else ""
        click.echo(printable(f"note: {note.message}{where} [{note.reason.value}]"))
    if rows:
        for question in questionnaire.questions:
            marks = " ".join(flag.value for flag in (*question.flags, *question.place.blocked))
            click.echo(
                printable(f"{question.address}  question  {question.ref}  {question.text[:90]}  {marks}")
            )
        for row in questionnaire.ignored:
            click.echo(printable(f"{row.address}  {row.reason.value}  {row.text[:90]}"))
    if not questionnaire.questions:
        click.echo(
            f"{questionnaire.source.name}: no question found; name the columns with --sheet, --question and --answer",
            err=True,
        )
        return REFUSED
    return DONE


def _show_form(form: Any) -> None:
    click.echo(printable(f"recognised as {form.in_words()}"))
    for one in form.ids:
        click.echo(printable(f"  ids like {one.pattern}: {' '.join((one.standard, one.version)).strip()}"))
    if form.notes:
        click.echo(printable(f"  {form.notes}"))


def _show_sheet(questionnaire: Any, layout: Any) -> None:
    questions = [one for one in questionnaire.questions if one.address.sheet == layout.sheet]
    name = f"sheet {layout.sheet!r}" if layout.sheet else "the file"
    state = "" if layout.state == "visible" else f", {layout.state}"
    if not questions:
        click.echo(printable(f"{name}{state}: no questions"))
        return
    columns = [
        ("question", layout.question),
        ("answer", layout.answer),
        ("comment", layout.comment),
        ("ref", layout.ref),
        ("section", layout.section),
    ]
    named = ", ".join(f"{label} {column}" for label, column in columns if column)
    options = ", ".join(f"{label} {column}" for label, column in layout.options)
    header = ", ".join(str(row) for row in layout.header_rows[:6]) or "none"
    click.echo(
        printable(
            f"{name}{state}: {len(questions)} questions; header row {header}; {named}"
            f"{'; marked columns ' + options if options else ''}"
        )
    )
    choices = Counter(
        (one.place.choices.options, one.place.choices.source) for one in questions if one.place.choices
    )
    for (wording, source), count in choices.most_common(4):
        click.echo(
            printable(f"  {count} × {' / '.join(wording) or 'a list that could not be resolved'} ({source})")
        )
    sections = Counter(one.section for one in questions if one.section)
    if sections:
        click.echo(
            printable(
                f"  {len(sections)} sections: {', '.join(list(sections)[:6])}{' …' if len(sections) > 6 else ''}"
            )
        )
    blocked = Counter(reason.value for one in questions for reason in one.place.blocked)
    follow_ups = sum(one.parent is not None for one in questions)
    filled = sum(bool(one.place.existing) for one in questions)
    facts = [f"{follow_ups} follow-ups" if follow_ups else "", f"{filled} answered already" if filled else ""]
    facts += [f"{count} with {reason}" for reason, count in blocked.items()]
    if any(facts):
        click.echo(f"  {', '.join(fact for fact in facts if fact)}")
    for said in layout.assumptions:
        click.echo(printable(f"  assumed: {said}"))
