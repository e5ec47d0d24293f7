"""The first sheet of the readiness workbook: whose, when, for what; the scores; and how to read the rest."""

from collections.abc import Mapping, Sequence

from avow.model.readiness import SCORE_FORMULA, FrameworkReadiness, Readiness
from avow.outputs.plain_words import capital, human_date
from avow.outputs.readiness_controls import sum_words
from avow.outputs.readiness_words import MEANINGS, STATES, percent, scope_words
from avow.outputs.xlsx_checklist import (
    ASIDE,
    BAD,
    BAR,
    CENTRED_HEADING,
    GOOD,
    HALF,
    LEAD,
    MIDDLE,
    MIDDLE_COUNT,
    SCORE,
    SMALL,
    SMALL_HEADING,
    SMALL_STRONG,
    STATE,
    CoverCell,
    CoverRow,
    CoverSheet,
    Toned,
)
from avow.outputs.xlsx_parts import Field
from avow.outputs.xlsx_styles import PROSE, TITLE

SUMMARY = "Summary"
SOA = "Statement of Applicability"
NEXT_STEPS = "Next steps"
CONTROLS = "Controls"

_WIDTHS = (2, 34, 11, 30, 9, 9, 10, 12, 9, 40)
_LAST = len(_WIDTHS) - 1
_HEADINGS = (SMALL_HEADING, *[CENTRED_HEADING] * 7, SMALL_HEADING)
_BAR_MARKS = 24
_TONES = (GOOD, HALF, BAD, ASIDE, ASIDE)


def cover(frameworks: Sequence[FrameworkReadiness], names: Mapping[str, str]) -> CoverSheet:
    """The cover; `names` is framework id -> the name of its sheet."""
    first = frameworks[0] if frameworks else None
    rows = [CoverRow(height=12)]
    if first is not None:
        said = f"{scope_words(first.scope)}, as of {human_date(first.as_of.isoformat())}"
        rows += [_line(TITLE, f"{first.company}: readiness", 30), _line(LEAD, said, 22), CoverRow(height=12)]
    heads = (
        "Framework",
        "Score",
        "",
        "Ready",
        "Partly",
        "Not ready",
        "Not applicable",
        "Not owed",
        "How it is counted",
    )
    rows.append(_table_row(heads, _HEADINGS, 32))
    rows += [_framework(one, names) for one in frameworks]
    rows += [
        CoverRow(height=8),
        _line(PROSE, f"Score = {SCORE_FORMULA}. What does not apply or is not owed is left out of it.", 18),
        CoverRow(height=12),
        _line(LEAD, "How to read a state", 24),
    ]
    start = len(rows) + 1
    rows += [_explained(STATE, STATES[state], f"{capital(MEANINGS[state])}.") for state in Readiness]
    toned = [
        Toned(f"B{start}:B{start + len(STATES) - 1}", words, tone)
        for words, tone in zip(STATES.values(), _TONES, strict=True)
    ]
    rows += [CoverRow(height=12), _line(LEAD, "What is on the sheets", 24)]
    rows += [_explained(SMALL_STRONG, name, text) for name, text in _contents(frameworks, names)]
    return CoverSheet(SUMMARY, _WIDTHS, rows, toned)


def _line(style: int, text: str, height: int) -> CoverRow:
    return CoverRow((CoverCell(1, style, text, _LAST),), height)


def _explained(style: int, term: str, text: str) -> CoverRow:
    return CoverRow((CoverCell(1, style, term), CoverCell(2, SMALL, text, _LAST - 1)))


def _table_row(values: Sequence[Field], styles: Sequence[int], height: int | None = None) -> CoverRow:
    cells = tuple(
        CoverCell(place, style, value)
        for place, (style, value) in enumerate(zip(styles, values, strict=True), start=1)
    )
    return CoverRow(cells, height)


def _framework(one: FrameworkReadiness, names: Mapping[str, str]) -> CoverRow:
    values: list[Field] = [
        f"{names[one.framework]}\n{one.version}",
        "–" if one.score is None else percent(one.score),
        _bar(one),
        *(one.counts.get(state, 0) for state in Readiness),
        sum_words(one),
    ]
    return _table_row(values, (MIDDLE, SCORE, BAR, *[MIDDLE_COUNT] * len(Readiness), MIDDLE), 40)


def _bar(one: FrameworkReadiness) -> str:
    """The requirements that apply as a bar: ready dark, partly ready grey, not ready light; never ready too much."""
    ready, partly, lacking = (
        one.counts.get(state, 0) for state in (Readiness.READY, Readiness.PARTLY, Readiness.NOT_READY)
    )
    total = ready + partly + lacking
    if not total:
        return ""
    dark = _BAR_MARKS * ready // total
    light = min(_BAR_MARKS - dark, -(-_BAR_MARKS * lacking // total))
    return "█" * dark + "▒" * (_BAR_MARKS - dark - light) + "░" * light


def _contents(frameworks: Sequence[FrameworkReadiness], names: Mapping[str, str]) -> list[tuple[str, str]]:
    checklist = (
        "The checklist: each requirement with its state, the controls behind it, their evidence, owner and next date. "
        "The tinted columns are yours: “Checked” from the list, and a note. Filter by any heading."
    )
    found = [
        (names[one.framework], f"{one.title}. Version: {one.version}. {checklist}") for one in frameworks[:1]
    ]
    found += [
        (names[one.framework], f"{one.title}. Version: {one.version}. The same columns.")
        for one in frameworks[1:]
    ]
    if any(one.framework == "iso27001" for one in frameworks):
        found.append(
            (
                SOA,
                "The controls of ISO/IEC 27001:2022, Annex A: included or excluded, why, and how far implemented.",
            )
        )
    if any(one.next_steps for one in frameworks):
        found.append(
            (
                NEXT_STEPS,
                "The controls to mend, in the order of how many requirements each makes ready, "
                "given those before it. What only comes nearer needs other controls too.",
            )
        )
    found.append(
        (
            CONTROLS,
            "Each control once, with all of its evidence, when it was reviewed, what it lacks, and the notes on it. "
            "A control is in place where it is implemented (or an alternative is), somebody owns it, all evidence named "
            "for it is valid, and its status was reviewed in time.",
        )
    )
    return found
