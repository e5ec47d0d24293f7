"""The Statement of Applicability of ISO/IEC 27001:2022, 6.1.3 d): the controls of Annex A, included or not, and why."""

from collections.abc import Sequence

from avow.model.controls import Status
from avow.model.readiness import (
    UNJUSTIFIED,
    ControlAssessment,
    FrameworkReadiness,
    Readiness,
    RequirementReadiness,
    Standing,
)
from avow.outputs.plain_words import capital
from avow.outputs.readiness_controls import SET_ASIDE, controls_of, owners_of
from avow.outputs.readiness_cover import SOA
from avow.outputs.xlsx_checklist import (
    ASIDE,
    BAD,
    CENTRED_HEADING,
    GOOD,
    HALF,
    SMALL,
    SMALL_HEADING,
    SMALL_QUIET,
    SMALL_STRONG,
    STATE,
    row_heights,
)
from avow.outputs.xlsx_parts import Field, SheetColumn, TableSheet, Tint

INCLUDED, EXCLUDED = "Included", "Excluded"
IMPLEMENTED = "Implemented"
UNPROVEN = "Implemented, proof incomplete"
IN_PART = "Partly implemented"
PLANNED = "Planned"
NOT_IMPLEMENTED = "Not implemented"
OUT = "Not applicable"
_TONES = {IMPLEMENTED: GOOD, UNPROVEN: HALF, IN_PART: HALF, PLANNED: BAD, NOT_IMPLEMENTED: BAD, OUT: ASIDE}
_WORKING = frozenset({Status.IMPLEMENTED, Status.ALTERNATIVE})

_COLUMNS = (
    SheetColumn("Control", 9, SMALL_HEADING, SMALL_STRONG),
    SheetColumn("Title", 32, SMALL_HEADING, SMALL),
    SheetColumn("Theme", 16, SMALL_HEADING, SMALL_QUIET),
    SheetColumn("Included or excluded", 12, CENTRED_HEADING, STATE),
    SheetColumn("Justification", 52, SMALL_HEADING, SMALL),
    SheetColumn("Implementation status", 16, CENTRED_HEADING, STATE),
    SheetColumn("Our controls", 48, SMALL_HEADING, SMALL),
    SheetColumn("Owner", 24, SMALL_HEADING, SMALL),
)


def annex_a(whole: FrameworkReadiness) -> list[RequirementReadiness]:
    """The rows of Annex A; none for a framework that is not ISO 27001."""
    if whole.framework != "iso27001":
        return []
    return [row for row in whole.requirements if row.requirement.id.startswith("A.")]


def soa_sheet(whole: FrameworkReadiness, print_header: str) -> TableSheet:
    """One row a control of Annex A: 93 in the 2022 edition."""
    rows = [_row(row, whole) for row in annex_a(whole)]
    return TableSheet(
        SOA,
        _COLUMNS,
        rows,
        frozen_columns=2,
        tints=(
            Tint(3, EXCLUDED, ASIDE),
            Tint(4, capital(UNJUSTIFIED), BAD),
            *(Tint(5, words, tone) for words, tone in _TONES.items()),
        ),
        print_header=print_header,
        heights=row_heights(_COLUMNS, rows),
    )


def _row(row: RequirementReadiness, whole: FrameworkReadiness) -> list[Field]:
    controls = controls_of(row, whole)
    return [
        row.requirement.id,
        row.requirement.title,
        row.requirement.group,
        EXCLUDED if row.readiness in SET_ASIDE else INCLUDED,
        row.justification or capital(UNJUSTIFIED),
        implementation_status(row.readiness, controls),
        "\n".join(f"{one.title} [{one.control}]" for one in controls),
        "; ".join(owners_of(controls)),
    ]


def implementation_status(state: Readiness, controls: Sequence[ControlAssessment]) -> str:
    """How far a control of Annex A is implemented, by the company's controls behind it that apply.

    Implemented and proven is "Implemented"; implemented with an owner, evidence or a review lacking says so.
    """
    if state in SET_ASIDE:
        return OUT
    if state is Readiness.READY:
        return IMPLEMENTED
    statuses = [one.status for one in controls if one.standing is not Standing.NOT_APPLICABLE]
    if statuses and all(status in _WORKING for status in statuses):
        return UNPROVEN
    if state is Readiness.PARTLY:
        return IN_PART
    return PLANNED if statuses and all(status is Status.PLANNED for status in statuses) else NOT_IMPLEMENTED
