"""Write the parts of the documentation that come from the code: `python docs/generate.py [--forms FOLDER]`.

Whole pages: `cli.md` from the verbs, `formats/reasons.md` from the reason codes. Inside other pages, what stands
between `<!-- generated: NAME -->` and `<!-- end -->`: field tables from the model, counts from the content, and, with
`--forms`, what is found in forms that are kept outside this repository.
"""

import argparse
import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import click
from pydantic import BaseModel

from avow.cli.app import VERBS, app
from avow.model.answers import Approval, LibraryAnswer
from avow.model.base import Scope
from avow.model.content import Content
from avow.model.controls import (
    Applicability,
    Control,
    ControlMapping,
    Evidence,
    EvidenceRequest,
    Implementation,
)
from avow.model.forms import FormProfile, FormSheet, IdPattern, SkipRule
from avow.model.frameworks import Exemption, Framework, Requirement
from avow.model.lessons import Lesson
from avow.model.questionnaires import Questionnaire, SheetLayout
from avow.model.reasons import Reason
from avow.model.vocabulary import OwnWords
from avow.review.decisions import BINDING

LONGEST_CHOICE = 40  # longer ones are sentences of the form, which belong to it
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BLOCK = re.compile(r"(<!-- generated: ([\w.-]+(?: [\w.-]+)?) -->\n).*?(<!-- end -->)", re.DOTALL)

# The models people write, each field with its meaning. Fields that Avow fills in itself are None.
FIELDS: Mapping[type[BaseModel], Mapping[str, str | None]] = {
    Framework: {
        "id": "what mappings name, such as `soc2`",
        "title": "the framework's name",
        "version": "the edition the identifiers are from",
        "notice": "who owns the text, and what was taken from it",
        "requirements": "its requirements",
        "exemptions": "requirements nobody owes a control for, with the reason",
    },
    Exemption: {
        "reason": 'why no control is owed, such as "addressed to supervisory authorities"',
        "requirements": "the `id`s it holds for",
    },
    Requirement: {
        "id": "the identifier as the framework writes it",
        "title": "a short title",
        "group": "the heading it stands under",
        "parent": "the `id` of the requirement above it",
        "assessable": "`false` for a heading, which nothing may be mapped to",
        "designation": "HIPAA only: `required` or `addressable`",
    },
    Control: {
        "id": "readable, never renumbered",
        "title": "the field's usual words",
        "domain": None,
        "statement": "who does what, to what, how often, so that a person could test it",
        "objective": "what it is for",
        "type": "how it acts",
        "owner_role": "the role that usually owns it",
        "frequency": "how often it acts",
        "guidance": "how to put it in place",
        "evidence_requests": "what an auditor asks to see",
        "tests": "how one checks that it works",
        "questions": "how customers ask about it; matching reads these",
        "mappings": "the requirements it helps to meet",
    },
    EvidenceRequest: {"artefact": "what is asked for", "freshness": "how recent it must be"},
    ControlMapping: {
        "framework": "the framework's `id`",
        "requirement": "the requirement's `id`; headings are refused",
        "relationship": "the control's intent against the requirement's",
        "rationale": "what the requirement wants, and which part of it this control gives",
    },
    Applicability: {
        "framework": "the framework's `id`",
        "requirements": "the `id`s the decision is about",
        "applicable": "`false` where they do not apply to the company",
        "justification": "why they are included, or why not",
    },
    Implementation: {
        "control": "the control's `id`",
        "status": "how far it works; left out: nobody has said",
        "scope": "where this entry holds; left out: the whole company",
        "owner": "who answers for it",
        "evidence": "`id`s of evidence",
        "reviewed_on": "when somebody last looked",
        "planned_for": "when a planned control is due; a gap takes this as its date",
        "notes": "anything else",
    },
    Scope: {"products": "product names", "regions": "region names"},
    Evidence: {
        "id": "what answers and statuses name",
        "document": "its title as a customer would read it",
        "valid_from": "the first day it holds",
        "valid_until": "the last day it holds; after it, answers that cite it go to review",
        "sharing": "who may see it",
        "location": "where it lies",
        "notes": "anything else",
        "content_hash": None,
    },
    LibraryAnswer: {
        "id": "what citations name",
        "question": "the question it answers",
        "phrasings": "how others ask the same; matching reads these",
        "verdict": "what it comes down to",
        "narrative": "the text as it is written, with facts as `[[id]]`",
        "detail": "a longer version, kept for reference",
        "controls": "`id`s of the controls it rests on",
        "evidence": "`id`s of the evidence it cites",
        "scope": "where it holds; left out: the whole company",
        "sharing": "who may be told",
        "owner": "who is asked about it",
        "review_by": "the last day it is used without a person",
        "ref": "the identifier it had in the file it was learned from",
        "source": "where it came from: a file's name, or `review`",
        "form": "the known form, with its version, that it was learned from",
        "content_hash": None,
        "approval": None,
    },
    FormProfile: {
        "id": "the form, without its version: lower-case words joined by hyphens",
        "version": "its version as its publisher writes it",
        "title": "its title",
        "publisher": "who publishes it",
        "url": "where it is published",
        "notice": "who owns it, under which licence, and what was taken from it",
        "notes": "what somebody who gets the form should know; `avow inspect` says it",
        "sheets": "where its questions stand; left out: detected",
        "ids": "what its reference ids mean",
        "skip": "rows that are not to be answered",
        "defaults": "texts in an answer cell that mean nobody has answered yet",
        "choices": "what its choices mean, where the words alone mislead: a choice and its verdict (`yes`, `partial`, `no`, "
        "`not-applicable`; `needs-input`: never chosen without a person)",
        "questions": "how many questions it has; with `digest` and `marks` its fingerprint",
        "digest": "a hash over all its questions, ids and texts: the very version",
        "marks": "short hashes of its questions, 128 at the most: how like another version a file is",
    },
    FormSheet: {
        "sheet": "the sheet's name; left out: every sheet with these headings",
        "headings": "the texts of the header row, in order",
        "question": "the heading of the questions' column, or `column C`",
        "answer": "that of the answers' column; left out, as all below: detected",
        "comment": "that of the comments' column",
        "ref": "that of the column with the form's own ids",
        "section": "that of the column with the section",
    },
    IdPattern: {
        "pattern": "the shape: `#` stands for digits, `@` for letters, all else for itself",
        "standard": "whose ids they are",
        "version": "the standard's version",
    },
    SkipRule: {
        "sheet": "the sheet's name",
        "ref": "the shape of the id, as in `pattern`",
        "begins": "how the question's text begins",
        "why": "the reason, in words",
    },
    OwnWords: {
        "concept": "what the terms mean: a concept of the shipped lexicon, or a new name of your own",
        "terms": "what you and your customers call it",
        "near": "concepts that speak of neighbouring things; half a match",
    },
    Lesson: {
        "answer": "the answer's `id`",
        "question": "the question as it was asked",
        "fits": "`yes`: one more phrasing; `no`: the answer ranks low for it",
        "by": "whose decision it was",
        "on": "the day",
    },
    Approval: {
        "by": "who approved",
        "on": "the day",
        "stamp": "the hash of what was approved",
    },
}

REASON_GROUPS_INTRO = """\
# Reason codes

Every row that is not simply answered says why, and notes about a file say what they are about, in these codes. They
are the same in `report.json`, in `gaps.csv`, in the messages of the command line and in Python
(`avow.model.reasons.Reason`), and stable once released.

**Binding** marks what no decision on the row can set aside: the content, or the form, has to change first
([decision 0004](../decisions/0004-what-a-yes-needs.md)).

<!-- Generated by docs/generate.py from src/avow/model/reasons.py. -->
"""

CLI_INTRO = """\
# The command line

`avow VERB --help` says the same. `--workspace DIR` may stand before the verb or after it; without it the nearest
folder upwards with an `avow.toml` is taken. Results go to standard output, progress and remarks to standard error;
`NO_COLOR` is honoured. `AVOW_TODAY=2027-01-15` sets the day that content is read for, and `AVOW_DEBUG=1` shows where a
defect happened.

| exit code | means |
|---|---|
| 0 | done |
| 1 | a defect of Avow's |
| 2 | usage: an option, a folder or an output file is not as it must be |
| 3 | the content has errors; `avow check` lists them |
| 4 | the input file cannot be read or is refused, with the reason; of several files, the others are done |
| 5 | done, and `--strict` found rows that want a person or are gaps |

<!-- Generated by docs/generate.py from src/avow/cli/. -->
"""


def cli_page() -> str:
    """`cli.md`."""
    parts = [CLI_INTRO]
    with click.Context(app, info_name="avow") as ctx:
        for name in VERBS:
            command = app.get_command(ctx, name)
            assert isinstance(command, click.Command)  # noqa: S101  # VERBS names it
            parts.append(_verb(name, command))
    return "\n".join(parts)


def _verb(name: str, command: click.Command) -> str:
    arguments = [_argument(one) for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    lines = [f"## avow {name}", "", f"    avow {' '.join([name, '[OPTIONS]', *arguments])}", ""]
    lines += [inspect.cleandoc(command.help or ""), "", "| option | |", "|---|---|"]
    lines += [f"| {_option(one)} | {_cell(one.help or '')}{_note(one)} |" for one in options]
    example = (command.epilog or "").removeprefix("Example: ")
    return "\n".join([*lines, "", f"    {example}", ""])


def _argument(argument: click.Argument) -> str:
    if argument.metavar:
        return argument.metavar
    shown = (argument.name or "").upper()
    return shown if argument.required else f"[{shown}]"


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {' or '.join(f'`{one}`' for one in option.type.choices)}"
    return f"{names} {option.metavar or option.type.name.upper()}"


def _note(option: click.Option) -> str:
    return " Required." if option.required else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def reasons_page() -> str:
    """`formats/reasons.md`."""
    lines = [REASON_GROUPS_INTRO]
    for group, reasons in reason_groups().items():
        lines += [f"## {group}", "", "| code | meaning | |", "|---|---|---|"]
        for reason in reasons:
            bound = "binding" if reason in BINDING else ""
            lines.append(f"| `{reason.value}` | {_cell(reason.explanation)} | {bound} |")
        lines.append("")
    return "\n".join(lines)


def reason_groups() -> dict[str, list[Reason]]:
    """The reasons under the headings (comments) they stand under in the source."""
    groups: dict[str, list[Reason]] = {}
    group = ""
    for line in inspect.getsource(Reason).splitlines():
        heading = re.match(r"    # (.+)$", line)
        member = re.match(r"    ([A-Z][A-Z_]+) = ", line)
        if heading:
            group = heading[1]
        elif member:
            groups.setdefault(group, []).append(Reason[member[1]])
    return groups


def fields_table(model: type[BaseModel]) -> str:
    """A model's fields as people write them."""
    meanings = FIELDS[model]
    if set(meanings) != set(model.model_fields):
        raise ValueError(
            f"{model.__name__}: say what each field means: {set(meanings) ^ set(model.model_fields)}"
        )
    lines = ["| field | value | |", "|---|---|---|"]
    for name, info in model.model_fields.items():
        meaning = meanings[name]
        if meaning is not None:
            needed = "**needed**; " if info.is_required() else ""
            lines.append(f"| `{name}` | {_in_words(info.annotation)} | {needed}{meaning} |")
    return "\n".join(lines)


def _in_words(annotation: Any) -> str:
    origin, inner = (
        get_origin(annotation),
        [one for one in get_args(annotation) if one not in (type(None), ...)],
    )
    if origin in (Union, types.UnionType, Annotated):
        return _in_words(inner[0])
    if origin is tuple:
        return f"list of {_in_words(inner[0])}"
    if origin is dict:
        return "mapping"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{one.value}`" for one in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.__name__
    return {str: "text", int: "number", date: "date", bool: "`true` or `false`"}[annotation]


def counts_table(content: Content) -> str:
    """How much content there is, how much of each framework it reaches, and why no more is owed."""
    from avow.library.coverage import coverage

    domains = len({control.domain for control in content.controls})
    covered = coverage(content)
    lines = [
        f"{len(content.controls)} controls in {domains} domains, {len(content.answers)} answers of the sample company,"
        f" {len(content.evidence)} pieces of evidence.",
        "",
        "| framework | requirements one can be assessed on | with a control mapped | no control owed | neither |",
        "|---|---|---|---|---|",
    ]
    for one in covered:
        owed = sum(len(group.requirements) for group in one.not_owed)
        open_ones = one.assessable - len(one.covered) - owed
        lines.append(f"| {one.title} | {one.assessable} | {len(one.covered)} | {owed} | {open_ones} |")
    for one in covered:
        if one.not_owed:
            lines += ["", f"No control is owed under {one.title} for:", ""]
            lines += [f"- {len(group.requirements)}: {_cell(group.as_clause())}" for group in one.not_owed]
    return "\n".join(lines)


def form_table(questionnaire: Questionnaire) -> str:
    """What was found in one form, a line a sheet with questions; no text of the form but its choices."""
    lines = [
        "| sheet | header row | question | answer | comment | ref | section | questions | choices |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_form_line(questionnaire, layout) for layout in questionnaire.layouts if layout.question]
    if not questionnaire.questions:
        return "No question is found, so `avow fill` refuses the file with `no-question-found`."
    total = f"{len(questionnaire.questions)} questions, {len(questionnaire.ignored)} other rows."
    return "\n".join([*lines, "", total] if len(lines) > 2 else [total])


def _form_line(questionnaire: Questionnaire, layout: SheetLayout) -> str:
    asked = [one for one in questionnaire.questions if one.address.sheet == layout.sheet]
    choices = {one.place.choices.options for one in asked if one.place.choices}
    brief = [options for options in choices if all(len(one) <= LONGEST_CHOICE for one in options)]
    wordings = "; ".join(sorted(" / ".join(options) or "not resolved" for options in brief))
    if len(brief) < len(choices):
        wordings = "; ".join(filter(None, (wordings, f"{len(choices) - len(brief)} lists of sentences")))
    header = ", ".join(str(row) for row in layout.header_rows)
    cells = [layout.sheet or "(the file)", header, layout.question, layout.answer, layout.comment, layout.ref]
    cells += [layout.section, str(len(asked)), wordings]
    return f"| {' | '.join(_cell(one or '') or '–' for one in cells)} |"


def generated(page: str, kinds: Mapping[str, Callable[[str], str]]) -> str:
    """The page with its generated blocks written anew; blocks of other kinds stay as they are."""

    def block(found: re.Match[str]) -> str:
        kind, _, name = found[2].partition(" ")
        return f"{found[1]}{kinds[kind](name)}\n{found[3]}" if kind in kinds else found[0]

    return BLOCK.sub(block, page)


def block_kinds() -> dict[str, Callable[[str], str]]:
    """What can be generated from this repository alone: block kind -> its text for a name."""
    from avow.workspace import Workspace

    models = {model.__name__: model for model in FIELDS}
    return {
        "fields": lambda name: fields_table(models[name]),
        "counts": lambda _: counts_table(Workspace(ROOT).content),
    }


def form_kind(folder: Path) -> dict[str, Callable[[str], str]]:
    """The tables of forms kept in `folder`, found by file name."""
    from avow.formats.files import understand_file
    from avow.workspace import Workspace

    profiles = Workspace(ROOT).folder.forms

    def table(name: str) -> str:
        read = understand_file(next(folder.rglob(name)), profiles=profiles).questionnaire
        known = f"\n\nKnown as {read.form.in_words()}: `forms/{read.form.name}.yaml`." if read.form else ""
        return form_table(read) + known

    return {"form": table}


def pages(kinds: Mapping[str, Callable[[str], str]]) -> Iterator[tuple[Path, str]]:
    """Every page with something generated in it, as it must be."""
    yield HERE / "cli.md", cli_page()
    yield HERE / "formats" / "reasons.md", reasons_page()
    for path in (ROOT / "README.md", *sorted(HERE.rglob("*.md"))):
        text = path.read_text(encoding="utf-8")
        if BLOCK.search(text):
            yield path, generated(text, kinds)


def main() -> None:
    """Write all pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":", 1)[0])
    parser.add_argument("--forms", type=Path, help="a folder with the forms of formats/known-forms.md")
    forms = parser.parse_args().forms
    for path, text in pages({**block_kinds(), **(form_kind(forms) if forms else {})}):
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
