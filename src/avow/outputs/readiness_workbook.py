"""Readiness as a workbook one hands to an auditor: a cover, a checklist a framework, and what to do next."""

import re
from collections.abc import Iterator, Sequence

from avow.model.readiness import (
    ControlAssessment,
    FrameworkReadiness,
    Readiness,
    RequirementReadiness,
    Standing,
)
from avow.outputs.plain_words import capital, human_date, short_name
from avow.outputs.readiness_controls import (
    controls_of,
    evidence_lines,
    evidence_of,
    in_place_of,
    owners_of,
)
from avow.outputs.readiness_cover import CONTROLS, NEXT_STEPS, SOA, SUMMARY, cover
from avow.outputs.readiness_words import STATES, STATUSES, scope_words
from avow.outputs.soa_sheet import annex_a, soa_sheet
from avow.outputs.xlsx_checklist import (
    ASIDE,
    BAD,
    CENTRED_HEADING,
    CHECKLIST_STYLES,
    COUNT,
    DAY,
    GOOD,
    HALF,
    SMALL,
    SMALL_ASKED,
    SMALL_ASKED_HEADING,
    SMALL_HEADING,
    SMALL_QUIET,
    SMALL_STRONG,
    STATE,
    day_or_blank,
    row_heights,
)
from avow.outputs.xlsx_parts import Choice, DrawnSheet, Field, SheetColumn, TableSheet, Tint, workbook_bytes

CHECKED = ("Yes", "No", "Not needed")
TONES = {
    Readiness.READY: GOOD,
    Readiness.PARTLY: HALF,
    Readiness.NOT_READY: BAD,
    Readiness.NOT_APPLICABLE: ASIDE,
    Readiness.NOT_OWED: ASIDE,
}
STANDINGS = {
    Standing.IN_PLACE: ("In place", GOOD),
    Standing.PARTLY: ("Partly", HALF),
    Standing.MISSING: ("Missing", BAD),
    Standing.NOT_APPLICABLE: ("Not applicable", ASIDE),
}
_CONTROLS_SPELLED_OUT, _TITLES_SHOWN, _EVIDENCE_SPELLED_OUT = (
    8,
    12,
    6,
)  # the sheet of controls has all of them
_STATE_COLUMN = "State"


def readiness_workbook(frameworks: Sequence[FrameworkReadiness]) -> bytes:
    """An xlsx: cover, a checklist a framework, for ISO 27001 the Statement of Applicability, next steps, controls.

    The tinted columns are for the person who goes through it. Every text is a string cell, whatever it begins
    with; equal readiness gives equal bytes.
    """
    names = _sheet_names(frameworks)
    sheets: list[TableSheet | DrawnSheet] = [cover(frameworks, names)]
    sheets.extend(_checklist(one, names[one.framework]) for one in frameworks)
    sheets.extend(
        soa_sheet(one, print_header(one, f"{SOA} for {one.title}")) for one in frameworks if annex_a(one)
    )
    if any(one.next_steps for one in frameworks):
        sheets.append(_steps(frameworks, names))
    sheets.append(_controls(frameworks, names))
    company = frameworks[0].company if frameworks else ""
    return workbook_bytes(f"Readiness of {company}", sheets, styles=CHECKLIST_STYLES)


def print_header(one: FrameworkReadiness, what: str = "") -> str:
    """The line at the top of each printed page."""
    about = what or f"Readiness for {one.title}"
    return f"{one.company}: {about}. {scope_words(one.scope)}, {human_date(one.as_of.isoformat())}"


def _sheet_names(frameworks: Sequence[FrameworkReadiness]) -> dict[str, str]:
    """Framework id -> the name of its sheet, each once, such as Excel takes: no odd signs, at most 31 characters.

    Excel keeps the name History for itself.
    """
    found: dict[str, str] = {}
    taken = {"history", SUMMARY.casefold(), SOA.casefold(), NEXT_STEPS.casefold(), CONTROLS.casefold()}
    for one in frameworks:
        base = re.sub(r"[^\w .()-]", " ", short_name(one.title)).strip()[:28] or "Framework"
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base[:27]} {number}", number + 1
        taken.add(name.casefold())
        found[one.framework] = name
    return found


def _checklist(whole: FrameworkReadiness, name: str) -> TableSheet:
    rows = whole.requirements
    longest = max((len(row.requirement.id) for row in rows), default=2)
    designated = any(row.requirement.designation for row in rows)
    justified = any(row.justification for row in rows)
    columns = [
        SheetColumn("Id", max(8, min(longest * 0.95 + 3, 20)), SMALL_HEADING, SMALL_STRONG),
        SheetColumn("Requirement", 23, SMALL_HEADING, SMALL),
        SheetColumn("Group", 13, SMALL_HEADING, SMALL_QUIET),
        *([SheetColumn("Required or addressable", 12, SMALL_HEADING, SMALL)] if designated else []),
        SheetColumn(_STATE_COLUMN, 13.5, CENTRED_HEADING, STATE),
        SheetColumn("In place", 8, CENTRED_HEADING, STATE),
        SheetColumn("Controls behind it", 38, SMALL_HEADING, SMALL),
        SheetColumn("Evidence, its age and validity", 36, SMALL_HEADING, SMALL),
        SheetColumn("Owner", 16, SMALL_HEADING, SMALL),
        SheetColumn("Next date", 11.5, CENTRED_HEADING, DAY),
        SheetColumn("What is due", 21, SMALL_HEADING, SMALL_QUIET),
        *([SheetColumn("Justification", 24, SMALL_HEADING, SMALL)] if justified else []),
        SheetColumn("Checked", 10, SMALL_ASKED_HEADING, SMALL_ASKED),
        SheetColumn("Auditor's note", 22, SMALL_ASKED_HEADING, SMALL_ASKED),
    ]
    places = {column.heading: number for number, column in enumerate(columns)}
    fields = [_row(row, whole, designated=designated, justified=justified) for row in rows]
    return TableSheet(
        name=name,
        columns=tuple(columns),
        rows=fields,
        choices=(
            Choice(places[_STATE_COLUMN], tuple(STATES.values()), "State", "Where the requirement stands."),
            Choice(places["Checked"], CHECKED, "Checked", "Whether you looked at it and its evidence."),
        ),
        frozen_columns=2,
        tints=tuple(Tint(places[_STATE_COLUMN], STATES[state], tone) for state, tone in TONES.items()),
        print_header=print_header(whole),
        heights=row_heights(columns, fields),
    )


def _row(
    row: RequirementReadiness, whole: FrameworkReadiness, *, designated: bool, justified: bool
) -> list[Field]:
    requirement, controls = row.requirement, controls_of(row, whole)
    good, applies = in_place_of(controls)
    return [
        requirement.id,
        requirement.title,
        requirement.group,
        *([capital(requirement.designation or "")] if designated else []),
        STATES[row.readiness],
        f"{good} of {applies}" if controls else "none",
        "\n".join(_control_lines(controls)) or "No control is mapped to it.",
        "\n".join(_evidence_lines(controls, whole)),
        "; ".join(owners_of(controls)),
        day_or_blank(row.next_date.on if row.next_date else None),
        row.next_date.what if row.next_date else "",
        *([row.justification] if justified else []),
        "",
        "",
    ]


def _control_lines(controls: Sequence[ControlAssessment]) -> Iterator[str]:
    """What lacks something a line each, the worst first; then by title only what is in place, and what is not needed."""
    lacking = [one for one in controls if one.lacks]
    yield from (f"• {one.title}: {_said(one)}" for one in lacking[:_CONTROLS_SPELLED_OUT])
    if rest := lacking[_CONTROLS_SPELLED_OUT:]:
        yield f"• {len(rest)} more lack something: {', '.join(one.control for one in rest)}"
    for standing, lead in ((Standing.IN_PLACE, "In place"), (Standing.NOT_APPLICABLE, "Not applicable")):
        titles = [one.title for one in controls if one.standing is standing]
        if len(titles) > _TITLES_SHOWN:
            more = f"and {len(titles) - _TITLES_SHOWN} more, see the sheet “{CONTROLS}”"
            titles = [*titles[:_TITLES_SHOWN], more]
        if titles:
            yield f"• {lead}: {'; '.join(titles)}"


def _said(one: ControlAssessment) -> str:
    """The status, and what is lacking beyond it."""
    status = STATUSES[one.status]
    beyond = [reason.explanation for reason in one.lacks if not reason.value.startswith("control-")]
    return "; ".join((status, *beyond))


def _evidence_lines(controls: Sequence[ControlAssessment], whole: FrameworkReadiness) -> Iterator[str]:
    pieces = evidence_of(controls)
    for piece in pieces[:_EVIDENCE_SPELLED_OUT]:
        yield evidence_lines(piece, whole.as_of)
    rest = len(pieces) - _EVIDENCE_SPELLED_OUT
    if rest > 0:
        valid = "valid" if pieces[_EVIDENCE_SPELLED_OUT].live else "not all valid"
        yield f"• and {rest} more, {valid}; see the sheet “{CONTROLS}”"
    if not pieces and any(one.standing is not Standing.NOT_APPLICABLE for one in controls):
        yield "No evidence is named."


def _steps(frameworks: Sequence[FrameworkReadiness], names: dict[str, str]) -> TableSheet:
    columns = (
        SheetColumn("Framework", 11, SMALL_HEADING, SMALL_STRONG),
        SheetColumn("Step", 7, CENTRED_HEADING, COUNT),
        SheetColumn("Control to mend", 34, SMALL_HEADING, SMALL_STRONG),
        SheetColumn("Id", 19, SMALL_HEADING, SMALL_QUIET),
        SheetColumn("What it lacks", 42, SMALL_HEADING, SMALL),
        SheetColumn("Owner", 22, SMALL_HEADING, SMALL),
        SheetColumn("Planned for", 11.5, CENTRED_HEADING, DAY),
        SheetColumn("Makes ready", 9, CENTRED_HEADING, COUNT),
        SheetColumn("Which become ready", 30, SMALL_HEADING, SMALL),
        SheetColumn("Brings nearer", 9, CENTRED_HEADING, COUNT),
        SheetColumn("Which come nearer", 30, SMALL_HEADING, SMALL_QUIET),
    )
    rows: list[list[Field]] = [
        [
            names[one.framework],
            number,
            step.title,
            step.control,
            "\n".join(f"{capital(reason.explanation)}." for reason in step.lacks),
            step.owner or "nobody is named",
            day_or_blank(step.planned_for),
            len(step.unlocks),
            ", ".join(step.unlocks),
            len(step.advances),
            ", ".join(step.advances),
        ]
        for one in frameworks
        for number, step in enumerate(one.next_steps, start=1)
    ]
    return TableSheet(
        NEXT_STEPS,
        columns,
        rows,
        frozen_columns=3,
        print_header=print_header(frameworks[0], "What to do next, in order of what it makes ready"),
        heights=row_heights(columns, rows),
    )


def _controls(frameworks: Sequence[FrameworkReadiness], names: dict[str, str]) -> TableSheet:
    columns = (
        SheetColumn("Id", 20, SMALL_HEADING, SMALL_STRONG),
        SheetColumn("Control", 28, SMALL_HEADING, SMALL),
        SheetColumn("Status", 14, SMALL_HEADING, SMALL),
        SheetColumn("Stands", 13.5, CENTRED_HEADING, STATE),
        SheetColumn("What it lacks", 30, SMALL_HEADING, SMALL),
        SheetColumn("Owner", 18, SMALL_HEADING, SMALL),
        SheetColumn("Evidence, its age and validity", 44, SMALL_HEADING, SMALL),
        SheetColumn("Reviewed on", 11.5, CENTRED_HEADING, DAY),
        SheetColumn("Next date", 11.5, CENTRED_HEADING, DAY),
        SheetColumn("What is due", 22, SMALL_HEADING, SMALL_QUIET),
        SheetColumn("Notes", 32, SMALL_HEADING, SMALL_QUIET),
        SheetColumn("Requirements", 30, SMALL_HEADING, SMALL_QUIET),
    )
    held: dict[str, ControlAssessment] = {}
    for one in frameworks:
        held.update(one.assessments)
    behind: dict[str, list[str]] = {}
    for one in frameworks:
        met: dict[str, list[str]] = {}
        for row in one.requirements:
            for mapped in row.controls:
                met.setdefault(mapped.control, []).append(row.requirement.id)
        for control, ids in met.items():
            behind.setdefault(control, []).append(f"{names[one.framework]}: {', '.join(ids)}")
    rows: list[list[Field]] = [
        [
            control,
            one.title,
            capital(STATUSES[one.status]),
            STANDINGS[one.standing][0],
            "\n".join(f"{capital(reason.explanation)}." for reason in one.lacks),
            one.owner,
            "\n".join(evidence_lines(piece, frameworks[0].as_of) for piece in evidence_of([one])),
            day_or_blank(one.reviewed_on),
            day_or_blank(one.next_date.on if one.next_date else None),
            one.next_date.what if one.next_date else "",
            one.notes,
            "\n".join(behind.get(control, ())),
        ]
        for control, one in sorted(held.items())
    ]
    return TableSheet(
        CONTROLS,
        columns,
        rows,
        frozen_columns=2,
        tints=tuple(Tint(3, words, tone) for words, tone in STANDINGS.values()),
        print_header=print_header(frameworks[0], "Controls") if frameworks else "",
        heights=row_heights(columns, rows),
    )
