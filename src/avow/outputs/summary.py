"""What a fill says on the terminal: counts, why a person is needed, where the results lie, what to do next."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from avow.model.base import Sharing
from avow.outputs.plain_words import OUTCOMES, explained
from avow.outputs.report_page import lead, ranked_reasons
from avow.outputs.shown_text import one_line

if TYPE_CHECKING:
    from rich.console import Group

Report = dict[str, Any]

TOP = 5
_SAID = {
    "answered": "written, each citing an approved answer",
    "review": "a person decides first",
    "gap": "nothing approved to say yet",
}
_SIGNS = {"answered": "█", "review": "▒", "gap": "░"}
_PLAIN_SIGNS = {"answered": "#", "review": "=", "gap": "."}
_COLOURS = {"answered": "cyan", "review": "yellow", "gap": "yellow"}
_FILES = {
    "filled": "the customer's file, filled",
    "report.html": "every row with its reasons: read this first",
    "review.xlsx": "the rows that want a person",
    "gaps.csv": "the gaps",
    "answers.xlsx": "the answers the form has no place for",
    "report.json": "the report, for programs",
}
_LEVEL_WARNINGS = frozenset({"signature-will-break", "layout-unsure", "header-missing", "header-ambiguous"})


class Line(NamedTuple):
    """One line of the summary and how it is stressed: `title`, `strong`, `quiet`, `command`, an outcome, or nothing."""

    text: str
    style: str = ""


def summary_text(
    report: Report,
    files: Mapping[str, PurePath],
    *,
    source: str = "",
    width: int = 80,
    ascii_only: bool = False,
) -> str:
    """The summary as plain text without a colour code.

    `files`: kind (`report.html`) -> where it was written; `source`: the customer's file as it was named
    on the command line, for the command to run next.
    `ascii_only` is for terminals whose encoding cannot show block characters.
    """
    text = "\n".join(
        line.text.rstrip()
        for line in summary_lines(report, files, source=source, width=width, ascii_only=ascii_only)
    )
    return text.encode("ascii", "replace").decode() if ascii_only else text


def summary_renderable(
    report: Report, files: Mapping[str, PurePath], *, source: str = "", width: int = 80
) -> "Group":
    """The same for a rich console, which leaves the colours out where `NO_COLOR` is set.

    Print it with `soft_wrap=True`, so that the command can be copied from a narrow terminal.
    """
    from rich.console import Group
    from rich.text import Text

    styles = {"title": "bold", "command": "bold", "strong": "bold", "quiet": "dim", **_COLOURS}
    lines = summary_lines(report, files, source=source, width=width)
    return Group(*(Text(line.text, style=styles.get(line.style, "")) for line in lines))


def summary_lines(
    report: Report,
    files: Mapping[str, PurePath],
    *,
    source: str = "",
    width: int = 80,
    ascii_only: bool = False,
) -> list[Line]:
    """The summary line by line."""
    return [
        *_heading(report),
        *_counts(report, min(max(width, 40), 100) - 2, _PLAIN_SIGNS if ascii_only else _SIGNS),
        *_reasons(report),
        *_warnings(report),
        *_places(files),
        *_next(report, files, source),
    ]


def _heading(report: Report) -> list[Line]:
    customer = one_line(report.get("request", {}).get("customer", ""))
    name = one_line(report["source"]["name"])
    return [Line(f"{name} for {customer}" if customer else name, "title"), Line(lead(report)), Line("")]


def _counts(report: Report, width: int, signs: Mapping[str, str]) -> list[Line]:
    summary = report["summary"]
    total = sum(summary[outcome] for outcome in signs)
    if not total:
        return []
    bar = "".join(
        sign * cells
        for sign, cells in zip(signs.values(), _shares([summary[one] for one in signs], width), strict=True)
    )
    lines = [Line(f"  {bar}"), Line("")]
    lines += [
        Line(
            f"  {signs[outcome]} {OUTCOMES[outcome].lower():<9}{summary[outcome]:>6}  "
            f"{100 * summary[outcome] / total:>3.0f} %   {_SAID[outcome]}",
            outcome,
        )
        for outcome in signs
    ]
    if summary["ignored"]:
        lines.append(
            Line(f"    left alone{summary['ignored']:>5}           other rows, each with its reason", "quiet")
        )
    return lines


def _shares(counts: list[int], width: int) -> list[int]:
    """Cells of a bar for each count: they add up to `width`, and no count above 0 gets none."""
    total = sum(counts)
    cells = [max(1, count * width // total) if count else 0 for count in counts]
    cells[counts.index(max(counts))] += width - sum(cells)
    return cells


def _reasons(report: Report) -> list[Line]:
    found = ranked_reasons(report["rows"])
    if not found:
        return []
    lines = [Line(""), Line("Why a person is needed", "strong")]
    lines += [Line(f"  {one.rows:>5}  {explained(one.code)}") for one in found[:TOP]]
    if len(found) > TOP:
        more = len(found) - TOP
        lines.append(
            Line(f"         and {more} more reason{'' if more == 1 else 's'}, in the report", "quiet")
        )
    return lines


def _warnings(report: Report) -> list[Line]:
    """What a person should know before the file goes out."""
    notes = [note for note in report.get("notes", ()) if note["reason"] in _LEVEL_WARNINGS]
    assumed = [layout for layout in report.get("layouts", ()) if layout.get("assumptions")]
    said = [f"{one_line(note['where'])}: {explained(note['reason'])}".removeprefix(": ") for note in notes]
    if assumed:
        sheets = ", ".join(one_line(layout["sheet"]) or "the file" for layout in assumed)
        said.append(f"columns or values were assumed on: {sheets}; the report says which")
    return (
        [Line(""), Line("Check", "strong"), *(Line(f"  {one}") for one in dict.fromkeys(said))]
        if said
        else []
    )


def _places(files: Mapping[str, PurePath]) -> list[Line]:
    ordered = [kind for kind in _FILES if kind in files] + [kind for kind in files if kind not in _FILES]
    if not ordered:
        return []
    folder = files[ordered[0]].parent
    names = [one_line(files[kind].name) for kind in ordered]
    wide = max(len(name) for name in names)
    lines = [Line(""), Line(f"Results in {one_line(str(folder))}", "strong")]
    lines += [
        Line(f"  {name:<{wide}}  {_FILES.get(kind, '')}") for kind, name in zip(ordered, names, strict=True)
    ]
    return lines


def _next(report: Report, files: Mapping[str, PurePath], source: str) -> list[Line]:
    summary = report["summary"]
    waiting = summary["review"] + summary["gap"]
    again = " ".join([quoted(source or report["source"]["name"]), *_same_request(report, files)])
    if not waiting:
        return [Line(""), Line("Next: read the report, look through the filled file, and send it.")]
    if "review.xlsx" not in files:
        return [
            Line(""),
            Line(f"Next: settle {waiting} row{'' if waiting == 1 else 's'}; the report lists them."),
        ]
    review = files["review.xlsx"]
    rows = f"{waiting} row{'' if waiting == 1 else 's'}"
    return [
        Line(""),
        Line(f"Next: decide the {rows} in {one_line(review.name)}, then"),
        Line(f"  avow fill {again} --review {quoted(str(review))}", "command"),
    ]


def _same_request(report: Report, files: Mapping[str, PurePath]) -> Iterator[str]:
    """The options that make the next run the same customer's, into the same folder."""
    yield from request_options(report.get("request", {}))
    if "filled" in files:
        yield f"--out {quoted(str(files['filled'].parent))}"


def request_options(request: Mapping[str, Any]) -> Iterator[str]:
    """The options of `avow fill` that say this request again."""
    for name in ("customer", "due", "product", "region"):
        if request.get(name):
            yield f"--{name} {quoted(str(request[name]))}"
    if request.get("sharing") not in (None, Sharing.UNDER_NDA.value):
        yield f"--sharing {request['sharing']}"


def quoted(text: str) -> str:
    """The text as one word of a shell command line."""
    import shlex

    return shlex.quote(one_line(text))
