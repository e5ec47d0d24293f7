"""Readiness at a terminal: a head, a bar and a table a framework, then what to do next."""

import textwrap
from collections.abc import Callable, Iterator, Sequence

from avow.model.readiness import FrameworkReadiness, Readiness, RequirementReadiness
from avow.outputs.readiness_controls import SET_ASIDE, controls_of, in_place_of, owners_of, sum_words
from avow.outputs.readiness_words import STATES, percent, scope_words
from avow.outputs.shown_text import one_line

Paint = Callable[
    [str, str], str
]  # a text and one of `bold`, `dim`, `good`, `half`, `bad` -> the text, coloured
STEPS_SHOWN = 8

_NARROW = (9, 8, 10)  # the columns of state, controls and date
_OPEN = frozenset({Readiness.PARTLY, Readiness.NOT_READY})
_SHORT = {**STATES, Readiness.PARTLY: "Partly", Readiness.NOT_APPLICABLE: "N/A"}
_TONES = {Readiness.READY: "good", Readiness.PARTLY: "half", Readiness.NOT_READY: "bad"}
_BAR = {Readiness.READY: "█#", Readiness.PARTLY: "▒+", Readiness.NOT_READY: "░."}


def plain(text: str, tone: str) -> str:  # noqa: ARG001
    """No colour."""
    return text


def readiness_text(
    frameworks: Sequence[FrameworkReadiness],
    *,
    width: int = 100,
    show_all: bool = False,
    ascii_only: bool = False,
    paint: Paint = plain,
) -> str:
    """The readiness of frameworks as text at most `width` columns wide (80 at least).

    Rows that are partly ready or not ready are in the table; of those out of the score, the ones that share a
    justification stand together; ready ones are counted. With `show_all` each has a row.
    """
    width = max(width, 80)
    blocks = [
        "\n".join(_framework(one, width, paint, show_all=show_all, ascii_only=ascii_only))
        for one in frameworks
    ]
    return "\n\n\n".join(blocks)


def _framework(
    whole: FrameworkReadiness, width: int, paint: Paint, *, show_all: bool, ascii_only: bool
) -> Iterator[str]:
    where = f"{whole.company}. {scope_words(whole.scope)}, on {whole.as_of}"
    yield from (paint(line, "bold") for line in _wrapped(f"{whole.title} ({whole.version})", width))
    yield from (paint(line, "dim") for line in _wrapped(where, width))
    yield ""
    bar = _bar(whole, min(40, width - 58), paint, ascii_only=ascii_only)
    yield f"{bar}  {paint(_score(whole), 'bold')}  = {sum_words(whole)}"
    dot = " - " if ascii_only else " · "
    yield dot.join(f"{whole.counts.get(state, 0)} {word.lower()}" for state, word in STATES.items())
    shown = [row for row in whole.requirements if show_all or row.readiness in _OPEN]
    if shown:
        yield ""
        yield from _table(shown, whole, width, paint)
    if not show_all:
        yield from _set_aside(whole, width, paint)
        if hidden := whole.counts.get(Readiness.READY, 0):
            yield ""
            yield paint(
                f"{hidden} ready {'row is' if hidden == 1 else 'rows are'} not shown; see --all", "dim"
            )
    if whole.next_steps:
        yield ""
        yield paint("What to do next, in order of what it unlocks", "bold")
        yield from _steps(whole, width, paint)
    bare = [row.requirement.id for row in shown if row.readiness is Readiness.NOT_READY and not row.controls]
    if bare:
        what = "1 requirement has" if len(bare) == 1 else f"{len(bare)} requirements have"
        yield ""
        said = f"{what} no control: map one, or say in controls/applicability.yaml why not"
        yield from _wrapped(said, width)
        yield from (paint(line, "dim") for line in _wrapped(", ".join(bare), width))


def _score(whole: FrameworkReadiness) -> str:
    return "no score" if whole.score is None else percent(whole.score)


def _bar(whole: FrameworkReadiness, marks: int, paint: Paint, *, ascii_only: bool) -> str:
    """The requirements that apply as a bar; what is there at all has one mark at least, ready never one too many."""
    counts = {state: whole.counts.get(state, 0) for state in _BAR}
    total = sum(counts.values())
    if not total:
        return paint(("-" if ascii_only else "╌") * marks, "dim")
    ready = marks * counts[Readiness.READY] // total
    lacking = -(-marks * counts[Readiness.NOT_READY] // total)
    shares = {
        Readiness.READY: min(ready, marks - lacking),
        Readiness.PARTLY: max(0, marks - ready - lacking),
        Readiness.NOT_READY: lacking,
    }
    return "".join(
        paint(_BAR[state][ascii_only] * count, _TONES[state]) for state, count in shares.items() if count
    )


def _table(
    rows: Sequence[RequirementReadiness], whole: FrameworkReadiness, width: int, paint: Paint
) -> Iterator[str]:
    ids = max(len("id"), *(len(row.requirement.id) for row in rows))
    owner = max(20, (width - ids) // 4)
    title = width - ids - owner - sum(_NARROW) - 10
    widths = (ids, title, _NARROW[0], _NARROW[1], owner, _NARROW[2])
    yield paint(_line(("id", "requirement", "state", "in place", "owner", "next date"), widths), "dim")
    group = None
    for row in rows:
        if row.requirement.group != group:
            group = row.requirement.group
            yield from (paint(line, "bold") for line in _wrapped(group, width))
        yield from _row(row, whole, widths, paint)


def _row(
    row: RequirementReadiness, whole: FrameworkReadiness, widths: Sequence[int], paint: Paint
) -> Iterator[str]:
    controls = controls_of(row, whole)
    good, applies = in_place_of(controls)
    due = row.next_date
    texts = (
        row.requirement.id,
        row.requirement.title,
        _SHORT[row.readiness],
        f"{good} / {applies}" if controls else "none",
        _owner(owners_of(controls)),
        (f"{due.on} overdue" if due.on < whole.as_of else f"{due.on}") if due else "",
    )
    cells = [_wrapped(text, width) for text, width in zip(texts, widths, strict=True)]
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        line = _line(parts, widths)
        if parts[2]:
            start = widths[0] + widths[1] + 4
            end = start + len(parts[2])
            line = line[:start] + paint(line[start:end], _TONES.get(row.readiness, "dim")) + line[end:]
        yield line
    if row.readiness in SET_ASIDE and row.justification:
        lines = _wrapped(row.justification, width_of(widths) - widths[0] - 2)
        yield from (paint(" " * (widths[0] + 2) + line, "dim") for line in lines)


def _set_aside(whole: FrameworkReadiness, width: int, paint: Paint) -> Iterator[str]:
    """What is not in the score: the ids that share a justification together, under it."""
    found: dict[tuple[Readiness, str], list[str]] = {}
    for row in whole.requirements:
        if row.readiness in SET_ASIDE:
            found.setdefault((row.readiness, row.justification), []).append(row.requirement.id)
    for (state, justification), ids in found.items():
        yield ""
        yield from _wrapped(f"{STATES[state]} ({len(ids)}): {justification}", width)
        yield from (paint(line, "dim") for line in _wrapped(", ".join(ids), width))


def _owner(owners: Sequence[str]) -> str:
    """The first of the owners, and how many others there are."""
    return f"{owners[0]} +{len(owners) - 1}" if len(owners) > 1 else "".join(owners)


def width_of(widths: Sequence[int]) -> int:
    """The width of a table with two blanks between its columns."""
    return sum(widths) + 2 * (len(widths) - 1)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _steps(whole: FrameworkReadiness, width: int, paint: Paint) -> Iterator[str]:
    for number, step in enumerate(whole.next_steps[:STEPS_SHOWN], start=1):
        unlocks = f"unlocks {len(step.unlocks)}, advances {len(step.advances)}"
        lines = _wrapped(f"mend {step.control}: {unlocks}. {step.title}", width - 4)
        yield f"{number:>2}. {paint(lines[0], 'bold')}"
        yield from (f"    {paint(line, 'bold')}" for line in lines[1:])
        why = "; ".join(reason.explanation for reason in step.lacks)
        who = step.owner or "no owner"
        planned = f", planned for {step.planned_for}" if step.planned_for else ""
        yield from (f"    {paint(line, 'dim')}" for line in _wrapped(f"{why} ({who}{planned})", width - 4))
    rest = len(whole.next_steps) - STEPS_SHOWN
    if rest > 0:
        yield paint(f"    and {rest} more", "dim")


def _wrapped(text: str, width: int) -> list[str]:
    """The text on lines of at most `width`, one line at least, with nothing in it that steers a terminal."""
    return textwrap.wrap(one_line(text), width, break_on_hyphens=False) or [""]
