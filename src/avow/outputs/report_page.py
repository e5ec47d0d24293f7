"""What the report page shows, worked out from the report: counts, words and bars ready for the template."""

from collections import Counter
from typing import Any, NamedTuple

from avow.model.forms import RecognisedForm
from avow.outputs.plain_words import OUTCOMES, capital, explained, human_date

Report = dict[str, Any]
Row = dict[str, Any]

MEANINGS = {
    "answered": "written, or in the companion workbook",
    "review": "a person decides first",
    "gap": "nothing approved to say",
    "ignored": "asks nothing, or is kept as it is",
}
SHARING = {"public": "public content", "under-nda": "content under NDA", "internal": "internal content"}
STATES = {"hidden": "hidden", "veryHidden": "hidden"}

_COLUMN_WORDS = {"comment": "comments", "ref": "references", "section": "sections"}
_OPEN = ("review", "gap")


class Part(NamedTuple):
    """One outcome in the summary. `width` is its share of the questions in whole percent, 1 to 100."""

    outcome: str
    word: str
    rows: int
    share: str
    width: int
    of_questions: bool
    meaning: str


class ReasonLine(NamedTuple):
    """How many rows a reason keeps open; `width` against the most frequent, in percent."""

    code: str
    words: str
    rows: int
    width: int


class Person(NamedTuple):
    """An owner and how many rows wait for them."""

    name: str
    review: int
    gap: int


class SheetLine(NamedTuple):
    """One sheet: what was counted on it and how it was read."""

    name: str
    anchor: str
    state: str
    questions: int
    answered: int
    review: int
    gap: int
    kept: int
    reading: str
    assumptions: tuple[str, ...]


class NoteLine(NamedTuple):
    """Something to know about the file."""

    code: str
    words: str
    where: str


class Group(NamedTuple):
    """Rows of one section of one sheet; `anchor` where the sheet begins."""

    sheet: str
    section: str
    anchor: str
    rows: list[Row]


class Page(NamedTuple):
    """Everything the template reads."""

    company: str
    customer: str
    source: str
    lead: str
    facts: list[tuple[str, str, str]]
    parts: list[Part]
    chips: list[Part]
    reasons: list[ReasonLine]
    people: list[Person]
    sheets: list[SheetLine]
    notes: list[NoteLine]
    groups: list[Group]
    others: list[tuple[str, list[tuple[str, str, str]]]]
    others_count: int
    made_from: list[tuple[str, str]]


def page_of(report: Report) -> Page:
    """The page for a report in the shape `report.build_report` gives it (or its JSON read back)."""
    rows: list[Row] = report["rows"]
    asked = [row for row in rows if row.get("kind") != "other"]
    others = _others(rows)
    anchors = {
        name: f"sheet-{number}" for number, name in enumerate(dict.fromkeys(row["sheet"] for row in asked), 1)
    }
    request = report.get("request", {})
    return Page(
        company=report.get("company", ""),
        customer=request.get("customer", ""),
        source=report["source"]["name"],
        lead=lead(report),
        facts=_facts(report),
        parts=_parts(report),
        chips=_chips(asked),
        reasons=ranked_reasons(rows),
        people=_people(asked),
        sheets=_sheets(report, asked, anchors),
        notes=[_note(note) for note in report.get("notes", ())],
        groups=_groups(asked, anchors),
        others=others,
        others_count=sum(len(ones) for _, ones in others),
        made_from=_made_from(report),
    )


def lead(report: Report) -> str:
    """The whole result in one or two sentences."""
    summary = report["summary"]
    questions = sum(summary[outcome] for outcome in ("answered", *_OPEN))
    if not questions:
        return "No question of this file is open; every row is left as it is."
    answered = summary["answered"]
    noun, verb = _plural(questions, "question", "questions"), _plural(answered, "is", "are")
    said = f"{answered} of {questions} {noun} {verb} answered."
    review, gap = summary["review"], summary["gap"]
    rest = []
    if review:
        rest.append(f"{review} {_plural(review, 'waits', 'wait')} for a person")
    if gap:
        rest.append(f"{gap} {_plural(gap, 'is a gap', 'are gaps')} with nothing approved to say")
    return f"{said} {', and '.join(rest)}." if rest else f"{said} None waits for a person."


def ranked_reasons(rows: list[Row]) -> list[ReasonLine]:
    """Why rows are open, the most frequent first; ties in the order of the codes."""
    counts = Counter(code for row in rows if row["outcome"] in _OPEN for code in row["reasons"])
    if not counts:
        return []
    most = max(counts.values())
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [
        ReasonLine(code, capital(explained(code)), count, max(1, round(100 * count / most)))
        for code, count in ordered
    ]


def _plural(count: int, one: str, more: str) -> str:
    return one if count == 1 else more


def _facts(report: Report) -> list[tuple[str, str, str]]:
    request = report.get("request", {})
    facts = [("File", report["source"]["name"], "")] if request.get("customer") else []
    if report["source"].get("form"):
        facts.append(("Known form", RecognisedForm(**report["source"]["form"]).in_words(), ""))
    if request.get("due"):
        facts.append(("Due", human_date(request["due"]), request["due"]))
    if request.get("sharing"):
        facts.append(("May receive", SHARING.get(request["sharing"], request["sharing"]), ""))
    facts += [
        (word, request[key], "")
        for word, key in (("Product", "product"), ("Region", "region"))
        if request.get(key)
    ]
    if report.get("as_of"):
        facts.append(("Answered as of", human_date(report["as_of"]), report["as_of"]))
    return facts


def _parts(report: Report) -> list[Part]:
    summary = report["summary"]
    questions = sum(summary[outcome] for outcome in ("answered", *_OPEN))
    parts = []
    for outcome, word in OUTCOMES.items():
        count = summary[outcome]
        counted = outcome != "ignored"
        share = 100 * count / questions if counted and questions else 0
        said = f"{share:.0f} %" if counted and questions else ""
        parts.append(Part(outcome, word, count, said, max(1, round(share)), counted, MEANINGS[outcome]))
    return parts


def _chips(asked: list[Row]) -> list[Part]:
    counts = Counter(row["outcome"] for row in asked)
    chips = [Part("all", "All", len(asked), "", 1, False, "")]
    chips += [Part(outcome, word, counts[outcome], "", 1, False, "") for outcome, word in OUTCOMES.items()]
    return [chip for chip in chips if chip.rows or chip.outcome != "ignored"]


def _people(asked: list[Row]) -> list[Person]:
    counts: dict[str, Counter[str]] = {}
    for row in asked:
        if row["outcome"] in _OPEN:
            counts.setdefault(row.get("owner") or "", Counter())[row["outcome"]] += 1
    if not any(counts):
        return []
    ordered = sorted(counts.items(), key=lambda one: (not one[0], -one[1].total(), one[0]))
    return [Person(name or "Nobody named yet", count["review"], count["gap"]) for name, count in ordered]


def _sheets(report: Report, asked: list[Row], anchors: dict[str, str]) -> list[SheetLine]:
    counts: dict[str, Counter[str]] = {}
    for row in asked:
        counts.setdefault(row["sheet"], Counter())[row["outcome"]] += 1
    layouts = {layout["sheet"]: layout for layout in report.get("layouts", ())}
    lines = []
    for name in dict.fromkeys([*layouts, *counts]):
        count, layout = counts.get(name, Counter()), layouts.get(name, {})
        lines.append(
            SheetLine(
                name=name or "The file",
                anchor=anchors.get(name, ""),
                state=STATES.get(layout.get("state", ""), ""),
                questions=count.total(),
                answered=count["answered"],
                review=count["review"],
                gap=count["gap"],
                kept=count["ignored"],
                reading=_reading(layout),
                assumptions=tuple(layout.get("assumptions", ())),
            )
        )
    return lines


def _reading(layout: Row) -> str:
    """`Headings in row 4; questions B, answers C, comments D`."""
    if not layout.get("question"):
        return "No questions found"
    headers = layout.get("header_rows", ())
    rows = ", ".join(str(row) for row in headers[:4]) + (" …" if len(headers) > 4 else "")
    said = [f"questions {layout['question']}"]
    if layout.get("options"):
        said.append("a mark under " + ", ".join(f"“{label}” {column}" for label, column in layout["options"]))
    else:
        said.append(f"answers {layout['answer']}" if layout.get("answer") else "no column for answers")
    said += [f"{word} {layout[key]}" for key, word in _COLUMN_WORDS.items() if layout.get(key)]
    return capital((f"headings in row {rows}; " if rows else "no headings; ") + ", ".join(said))


def _note(note: Row) -> NoteLine:
    words, message = explained(note["reason"]), note.get("message", "")
    return NoteLine(
        note["reason"],
        capital(f"{words}: {message}" if message and message not in words else words),
        note.get("where", ""),
    )


def _groups(asked: list[Row], anchors: dict[str, str]) -> list[Group]:
    groups: list[Group] = []
    last: tuple[str, str] | None = None
    several = len(anchors) > 1
    begun: set[str] = set()
    for row in asked:
        place = (row["sheet"], row["section"])
        if place != last:
            sheet = row["sheet"]
            anchor = "" if sheet in begun else anchors[sheet]
            begun.add(sheet)
            section = row["section"] or ("" if several and sheet else "Questions")
            groups.append(Group(sheet if several else "", section, anchor, []))
            last = place
        groups[-1].rows.append(row)
    return groups


def _others(rows: list[Row]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        if row.get("kind") == "other":
            words = capital(explained(row["reasons"][0]) if row["reasons"] else "")
            found.setdefault(row["sheet"], []).append((row["cell"], row["question"], words))
    return list(found.items())


def _made_from(report: Report) -> list[tuple[str, str]]:
    source, filled = report["source"], report.get("filled", {})
    lines = [("Customer's file", f"{source['name']}  sha256 {source['sha256']}")]
    if filled:
        lines.append(("Filled file", f"{filled['name']}  sha256 {filled['sha256']}"))
    lines.append(("Library", f"revision {report['library']['revision']}"))
    lines.append(("Made by", f"Avow {report['avow']}"))
    return lines
