"""The report page's rows as HTML.

Made here and not in the template: a template engine takes 1.5 s for 5,000 rows where this takes a tenth.
`text_html` is the one way a text gets in; every other piece is written here.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from avow.outputs.plain_words import OUTCOMES, VERDICTS, capital, explained, human_date, short_name
from avow.outputs.shown_text import with_marks

Row = dict[str, Any]

MARK = "X"
_NO_BAR = "<s></s><b>limit</b>"
_SHORT = 40  # a written value up to this long is shown as the verdict
_OPEN = frozenset({"review", "gap"})


def text_html(text: str) -> str:
    """A text of anybody's as HTML: escaped, each unseen character as `<mark>\\u202e</mark>`."""
    return with_marks(escape(text), "<mark>{}</mark>")


def rows_html(rows: Iterable[Row], names: Row) -> str:
    """Question rows of a report as `<article>`s; `names` says what identifiers stand for."""
    return "\n".join([_row(row, names) for row in rows])


def _row(row: Row, names: Row) -> str:
    outcome = row["outcome"]
    codes = f' data-r="{escape(" ".join(row["reasons"]))}"' if outcome in _OPEN else ""
    ref = f'<b class="ref">{text_html(row["ref"])}</b>' if row["ref"] else ""
    context = f'<p class="ctx">{text_html(row["context"])}</p>' if row.get("context") else ""
    text = f'<p class="say">{text_html(row["text"])}</p>' if row["text"] else ""
    return (
        f'<article class="row {outcome}"{codes}><p class="at"><b class="mark">{OUTCOMES[outcome]}</b>{ref}'
        f'<span>{text_html(row["cell"])}</span></p><div class="qa"><h4>{text_html(row["question"])}</h4>'
        f"{context}{text}{_reasons(tuple(row['reasons']))}{_more(row, names)}</div>"
        f'<div class="put">{_put(row)}</div></article>'
    )


@lru_cache(maxsize=512)
def _reasons(codes: tuple[str, ...]) -> str:
    if not codes:
        return ""
    words = dict.fromkeys(explained(code) for code in codes)
    return f'<ul class="but">{"".join(f"<li>{escape(word)}" for word in words)}</ul>'


def _more(row: Row, names: Row) -> str:
    """What stands behind a row, folded."""
    outcome = row["outcome"]
    parts = [_cited(one, names, named=outcome in _OPEN) for one in row["citations"]]
    controls = names.get("controls", {})
    if row["controls"]:
        parts.append(_line("Control", ", ".join(controls.get(one, one) for one in row["controls"])))
    if row["requirements"]:
        parts.append(f'<dt>Requirements<dd class="fws">{_requirements(row["requirements"], names)}')
    if outcome in _OPEN:
        first = row["citations"][0]["answer"] if row["citations"] else ""
        near = [f"{one['answer']} ({one['score']:.2f})" for one in row["proposed"] if one["answer"] != first]
        parts.append(_line("Also near", ", ".join(near)) if near else "")
        parts.append(_line("Choices", " · ".join(row["choices"])) if row["choices"] else "")
    if row.get("contradicts"):
        parts.append(_line("Answered otherwise in", row["contradicts"]))
    if row.get("existing"):
        parts.append(_line("In the form", row["existing"]))
    if outcome != "ignored":
        parts.append(_signals(row))
    inside = "".join(parts)
    if not inside:
        return ""
    label = "Why this answer" if outcome == "answered" else "What is known"
    return f"<details><summary>{label}</summary><dl>{inside}</dl></details>"


def _line(term: str, text: str) -> str:
    return f"<dt>{term}<dd>{text_html(text)}"


def _cited(citation: Row, names: Row, *, named: bool) -> str:
    documents = names.get("evidence", {})
    question = names.get("answers", {}).get(citation["answer"], "") if named else ""
    evidence = ", ".join(documents.get(one, one) for one in citation["evidence"])
    return (
        f"<dt>Source<dd><code>{text_html(citation['answer'])}</code>"
        + (f" {text_html(question)}" if question else "")
        + (_line("Evidence", evidence) if evidence else "")
    )


def _requirements(requirements: Row, names: Row) -> str:
    titles = names.get("frameworks", {})
    return "".join(
        f"<i>{text_html(short_name(titles.get(key, key)))}</i><span>{text_html(', '.join(ids))}</span>"
        for key, ids in requirements.items()
    )


def _put(row: Row) -> str:
    """Where the answer stands, or who is asked."""
    outcome = row["outcome"]
    if outcome == "answered":
        said = "".join(
            f"<span>{_kind(cell, row)} in {text_html(_where(cell, row))}</span>" for cell in row["written"]
        )
        return f"<b>{text_html(_verdict(row))}</b>{said or '<span>In the companion workbook</span>'}"
    lead = ""
    if outcome == "review" and row["text"]:
        lead = f"<b>Proposed: {VERDICTS.get(row['verdict'], 'to decide').lower()}</b>"
    owner = f"<span>Owner: {text_html(row['owner'])}</span>" if row.get("owner") else ""
    due = row.get("gap", {}).get("due")
    return f"{lead}{owner}" + (f"<span>Due {human_date(due)}</span>" if due else "")


def _verdict(row: Row) -> str:
    """The short form of what was said: the value in the file where it is short, else the verdict's word."""
    for cell in row["written"]:
        if cell["value"] != row["text"] and cell["value"] != MARK and len(cell["value"]) <= _SHORT:
            return str(cell["value"])
    return VERDICTS.get(row["verdict"], "")


def _kind(cell: Row, row: Row) -> str:
    if cell["value"] == row["text"]:
        return "Text"
    return "Mark" if cell["value"] == MARK else "Answer"


def _where(cell: Row, row: Row) -> str:
    return str(cell["cell"]) if cell["sheet"] == row["sheet"] else f"{cell['sheet']}!{cell['cell']}"


def _signals(row: Row) -> str:
    """Each signal with a bar from the middle: to the right it speaks for the match, to the left against."""
    held = row["signals"]
    caps = [cap for cap in row["caps"] if cap not in held]
    if not held and not caps:
        return ""
    lines = [f"<li>{_named(one)}{_bar(one['value'])}{_noted(one)}" for one in held]
    # What held the recommendation back but did not count against the score has no bar to draw.
    lines += [
        f"<li>{_named(one)}{_bar(one['value']) if one['value'] < 0 else _NO_BAR}{_noted(one)}" for one in caps
    ]
    return f'<dt>Signals<dd><ul class="sig">{"".join(lines)}</ul>'


def _named(signal: Row) -> str:
    return text_html(capital(signal["name"].replace("-", " ")))


def _noted(signal: Row) -> str:
    return f"<q>{text_html(signal['note'])}</q>" if signal["note"] else ""


@lru_cache(maxsize=4096)
def _bar(value: float) -> str:
    step = min(20, round(abs(value) * 20))
    side = "n" if value < 0 else "p"
    bar = f'<i class="{side}{step}"></i>' if step else ""
    return f"<u>{bar}</u><b>{f'{value:+.2f}'.replace('-', '−')}</b>"
