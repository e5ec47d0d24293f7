"""The gap register as a workbook in which people set status, owner, due date and note; `avow gaps --take` reads it."""

import re
from collections.abc import Iterator

from avow.model.gap_columns import SHEET_NAME, Column
from avow.model.gaps import GapEntry, GapKind, GapRegister, GapStatus, SeverityRule
from avow.outputs.gap_register_table import (
    counts,
    customer_words,
    decided_words,
    requirement_words,
    scope_words,
)
from avow.outputs.xlsx_checklist import (
    ASIDE,
    BAD,
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
from avow.outputs.xlsx_parts import (
    Choice,
    Field,
    SheetColumn,
    TableSheet,
    TextSheet,
    Tint,
    cell_text,
    workbook_bytes,
)
from avow.outputs.xlsx_styles import CODE, LABEL, PLAIN, STRONG, TITLE

HOW_TO = "How to read this"
SETTABLE = (GapStatus.OPEN, GapStatus.IN_PROGRESS, GapStatus.RISK_ACCEPTED)


def _styles() -> tuple[str, int]:
    """The checklist's styles with one more, and its number: a day that people fill in."""
    found = re.search(r'<cellXfs count="(\d+)">', CHECKLIST_STYLES)
    assert found is not None  # noqa: S101  # our own text
    count = int(found[1])
    asked = (
        '<xf numFmtId="164" fontId="7" fillId="4" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" '
        'applyFill="1" applyBorder="1" applyAlignment="1">'
        '<alignment vertical="top" horizontal="center" wrapText="1"/></xf>'
    )
    styles = CHECKLIST_STYLES.replace(found[0], f'<cellXfs count="{count + 1}">', 1)
    return styles.replace("</cellXfs>", f"{asked}</cellXfs>", 1), count


_STYLES, _ASKED_DAY = _styles()
_WIDTHS = {
    Column.ID: (13, SMALL_STRONG),
    Column.SEVERITY: (11, STATE),
    Column.SUBJECT: (34, SMALL_STRONG),
    Column.WHAT: (22, SMALL),
    Column.DETAIL: (34, SMALL),
    Column.SCOPE: (14, SMALL_QUIET),
    Column.STATUS: (14, SMALL_ASKED),
    Column.OWNER: (22, SMALL_ASKED),
    Column.DUE: (12, _ASKED_DAY),
    Column.NOTE: (36, SMALL_ASKED),
    Column.FIRST_SEEN: (12, DAY),
    Column.AGE: (8, COUNT),
    Column.CUSTOMERS: (28, SMALL),
    Column.CONTROLS: (22, SMALL_QUIET),
    Column.REQUIREMENTS: (38, SMALL_QUIET),
    Column.RULE: (30, SMALL_QUIET),
    Column.DECIDED: (18, SMALL_QUIET),
    Column.STAMP: (9, CODE),
}
_ORDER = tuple(_WIDTHS)
_ASKED = frozenset({Column.STATUS, Column.OWNER, Column.DUE, Column.NOTE})
_READ_BACK = frozenset({Column.ID, Column.STAMP, *_ASKED})


def gap_register_workbook(register: GapRegister) -> bytes:
    """An xlsx with one row a gap in the register's order, and a sheet that says how to read it.

    Every text is a string cell, whatever it begins with; equal registers give equal bytes.
    """
    columns = tuple(
        SheetColumn(
            column.value,
            width,
            SMALL_ASKED_HEADING if column in _ASKED else SMALL_HEADING,
            style,
            column in _READ_BACK,
        )
        for column, (width, style) in _WIDTHS.items()
    )
    rows = [_row(entry) for entry in register.entries]
    stamp = _ORDER.index(Column.STAMP)
    table = TableSheet(
        name=SHEET_NAME,
        columns=columns,
        rows=rows,
        choices=(
            Choice(
                _ORDER.index(Column.STATUS),
                tuple(one.value for one in SETTABLE),
                "Status",
                "Accepting a risk needs a note and the day it is looked at again. A gap closes by itself.",
            ),
        ),
        frozen_columns=3,
        pages_wide=2,
        tints=tuple(_tints()),
        print_header=f"{register.company}: gap register, {register.as_of}",
        heights=row_heights(columns[:stamp], [row[:stamp] for row in rows]),
    )
    how_to = TextSheet(HOW_TO, list(_how_to(register)), widths=(24, 100))
    title = f"Gap register of {register.company}"
    return workbook_bytes(title, [table, how_to], styles=_STYLES)


def _row(entry: GapEntry) -> tuple[Field, ...]:
    gap = entry.gap
    reason = gap.reason.explanation
    cells: dict[Column, Field] = {
        Column.ID: gap.id,
        Column.SEVERITY: gap.severity.value if entry.found else GapStatus.CLOSED.value,
        Column.WHAT: f"{reason[:1].upper()}{reason[1:]}",
        Column.SUBJECT: gap.subject,
        Column.DETAIL: gap.detail,
        Column.SCOPE: scope_words(gap.scope) or ("whole company" if gap.kind is GapKind.CONTROL else ""),
        Column.CONTROLS: "\n".join(gap.controls),
        Column.REQUIREMENTS: requirement_words(gap).replace("; ", "\n"),
        Column.CUSTOMERS: customer_words(gap).replace("; ", "\n"),
        Column.STATUS: entry.status.value,
        Column.OWNER: entry.owner,
        Column.DUE: day_or_blank(entry.due),
        Column.NOTE: entry.note,
        Column.FIRST_SEEN: entry.first_seen,
        Column.AGE: entry.age_days,
        Column.RULE: gap.severity_rule,
        Column.DECIDED: decided_words(entry).replace("; ", "\n"),
        Column.STAMP: entry.stamp,
    }
    return tuple(
        cell if column in _READ_BACK or not isinstance(cell, str) else cell_text(cell)
        for column, cell in ((column, cells[column]) for column in _ORDER)
    )


def _tints() -> Iterator[Tint]:
    severity, status = _ORDER.index(Column.SEVERITY), _ORDER.index(Column.STATUS)
    yield Tint(severity, "high", BAD)
    yield Tint(severity, "medium", HALF)
    yield Tint(severity, "low", ASIDE)
    yield Tint(severity, "closed", GOOD)
    yield Tint(status, GapStatus.RISK_ACCEPTED.value, HALF)


def _how_to(register: GapRegister) -> Iterator[tuple[int, str, str]]:
    found = counts(register)
    by_severity = ", ".join(f"{count} {name}" for name, count in found["severity"].items())
    yield (TITLE, "How to read this", "")
    yield (PLAIN, "", "")
    yield (LABEL, "Company", register.company)
    yield (LABEL, "Day", register.as_of.isoformat())
    yield (LABEL, "Gaps", f"{found['found']}: {by_severity}. {found['overdue']} overdue.")
    yield (PLAIN, "", "")
    yield (
        LABEL,
        "Severity",
        "The most severe rule that applies counts; it stands in the column “Why this severity”",
    )
    for rule in SeverityRule:
        yield (STRONG, rule.severity.value, f"{rule.words[:1].upper()}{rule.words[1:]}.")
    yield (PLAIN, "", "")
    yield (LABEL, "Status", "What people decided")
    for status, words in _STATUS_WORDS.items():
        yield (STRONG, status.value, words)
    yield (PLAIN, "", "")
    yield from ((LABEL, term, text) for term, text in _RULES)


_STATUS_WORDS = {
    GapStatus.OPEN: "Nobody has decided anything, or a decision has run out.",
    GapStatus.IN_PROGRESS: "Somebody works on it.",
    GapStatus.RISK_ACCEPTED: "The company lives with it until the due date. Needs a note that says why, and a due date; "
    "past that, the gap is open again.",
    GapStatus.CLOSED: "It is not found any more. Nobody sets this: put right what is missing, and it closes by itself. "
    "Found again, it is open again.",
}
_RULES = (
    (
        "Deciding",
        "Fill in the tinted columns, save, and give the file back: avow gaps --take <this file> --as <your name>. "
        "An owner or a due date that is taken out gives way to what the content says.",
    ),
    (
        "Id, Stamp",
        "Leave these columns as they are. The stamp says what you saw: where somebody decided otherwise since, your row "
        "is not taken, and Avow says so. Rows may be sorted, filtered or removed.",
    ),
    (
        "Customers",
        "“asked” are those whose question nobody could answer, with the day they wait for; “told” those who were given "
        "an answer that rests on it.",
    ),
    ("Due", "The date people set, else the one in the content, else the next day a customer waits for."),
)
