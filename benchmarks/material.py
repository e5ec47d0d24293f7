"""Generated questionnaires and workspaces, the same on every run: a fixed seed, vocabulary.py and the shipped library."""

import itertools
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from vocabulary import FORMS, GUIDANCE, OBJECTS, PLACES, PRACTICES, RHYTHMS, SENTENCES

ROOT = Path(__file__).resolve().parent.parent
SHEET = "Questionnaire"
HEADER_ROW = 5
HEADINGS = ("ID", "Domain", "Question", "Answer", "Comment", "Guidance", "Owner", "Weight")
ANSWER, COMMENT = "D", "E"
_SEED = 20261123
_ROWS_A_SECTION = 25
_FORMS_IN_LIBRARY = 5  # an answer's own; the workbook asks in the others
_OWNERS = ("Vendor", "Vendor security", "Vendor legal", "Vendor engineering")
DOMAINS = (
    "Access control", "Asset management", "Business continuity", "Change management", "Cryptography",
    "Human resources", "Incident response", "Logging and monitoring", "Network security", "Physical security",
    "Privacy", "Risk management", "Secure development", "Suppliers", "Vulnerability management",
)  # fmt: skip


class Topic(NamedTuple):
    """What one generated answer is about."""

    practice: str
    noun: str
    domain: str
    thing: str
    place: str
    rhythm: str

    def asked(self, form: str) -> str:
        place, rhythm = (f" {one}" if one else "" for one in (self.place, self.rhythm))
        return form.format(
            practice=self.practice, noun=self.noun, object=self.thing, place=place, rhythm=rhythm
        )


def topics() -> Iterator[Topic]:
    """Distinct topics without end, practices and objects mixed."""
    dice = random.Random(_SEED)
    seen: set[Topic] = set()
    while True:
        practice, noun, domain = dice.choice(PRACTICES)
        topic = Topic(practice, noun, domain, dice.choice(OBJECTS), dice.choice(PLACES), dice.choice(RHYTHMS))
        if topic not in seen:
            seen.add(topic)
            yield topic


def shipped_answers() -> list[dict[str, Any]]:
    """The sample company's answers as authored, in the files' order."""
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "answer_library").glob("*.yaml")):
        found += _read(path).get("answers", [])
    return found


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return data


# ── questions and workbooks ────────────────────────────────────────────────────────────────────────


def questions(count: int) -> list[str]:
    """`count` distinct questions: up to 1,500 as the shipped library phrases them, at most three in five; the rest
    generated, half of them about what a generated library of 5,000 answers, in other words than it uses."""
    dice = random.Random(_SEED + count)
    known = [
        text for answer in shipped_answers() for text in (answer["question"], *answer.get("phrasings", ()))
    ]
    dice.shuffle(known)
    chosen = dict.fromkeys(known[: min(1500, count * 3 // 5)])
    covered = itertools.islice(topics(), 0, 4000)
    uncovered = itertools.islice(topics(), 10_000, None)
    for topic in itertools.chain.from_iterable(zip(covered, uncovered, strict=False)):
        if len(chosen) == count:
            break
        chosen[topic.asked(dice.choice(FORMS[_FORMS_IN_LIBRARY:]))] = None
    if len(chosen) != count:
        raise ValueError(f"the vocabulary yields {len(chosen)} questions, not {count}")
    asked = list(chosen)
    dice.shuffle(asked)
    return asked


def make_workbook(path: Path, count: int) -> list[int]:
    """Write a customer's workbook with `count` questions and return their row numbers."""
    dice = random.Random(_SEED + 1)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    _head(sheet)
    rows: list[int] = []
    row = HEADER_ROW + 1
    for number, text in enumerate(questions(count)):
        section, within = divmod(number, _ROWS_A_SECTION)
        domain = DOMAINS[section % len(DOMAINS)]
        if within == 0:
            _section_row(sheet, row, f"{section + 1}. {domain}")
            row += 1
        values = (f"Q-{section + 1:03}.{within + 1:02}", domain, text, None, None)
        values += (dice.choice(GUIDANCE), dice.choice(_OWNERS), dice.choice((1, 2, 3, 5)))
        _question_row(sheet, row, values)
        rows.append(row)
        row += 1
    _rules(sheet, row - 1)
    book.save(path)
    return rows


_LINE = Side(style="thin", color="B7C3CE")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_INPUT = PatternFill("solid", fgColor="FFF9E5")
_BAND = PatternFill("solid", fgColor="DCE6F0")


def _head(sheet: Worksheet) -> None:
    for letter, width in zip("ABCDEFGH", (12, 22, 60, 14, 60, 40, 18, 9), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet["A1"], sheet["A2"] = "Third-party security questionnaire", "Answer every row; leave nothing blank."
    sheet["A3"] = "Answers are binding for the term of the contract."
    sheet["A1"].font = Font(size=16, bold=True)
    for row in (1, 2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=8)
    for column, heading in enumerate(HEADINGS, start=1):
        cell = sheet.cell(HEADER_ROW, column, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3A57")
        cell.border, cell.alignment = _BOX, _WRAPPED
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"


def _section_row(sheet: Worksheet, row: int, title: str) -> None:
    sheet.cell(row, 1, title).font = Font(bold=True)
    for column in range(1, 9):
        sheet.cell(row, column).fill = _BAND
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=8)


def _question_row(sheet: Worksheet, row: int, values: tuple[Any, ...]) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.border, cell.alignment = _BOX, _WRAPPED
        if column in (4, 5):
            cell.fill = _INPUT


def _rules(sheet: Worksheet, last: int) -> None:
    places = f"{ANSWER}{HEADER_ROW + 1}:{ANSWER}{last}"
    choices = DataValidation("list", formula1='"Yes,No,Partial,N/A"', allow_blank=True)
    choices.add(places)
    sheet.add_data_validation(choices)
    warning = PatternFill("solid", bgColor="F8D7DA")
    sheet.conditional_formatting.add(places, CellIsRule(operator="equal", formula=['"No"'], fill=warning))
    sheet.auto_filter.ref = f"A{HEADER_ROW}:H{last}"


# ── workspaces ─────────────────────────────────────────────────────────────────────────────────────


def make_workspace(root: Path, count: int) -> None:
    """Write a workspace with `count` answers, not approved yet: the shipped ones first, then generated ones."""
    for part in ("controls", "templates"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "avow.toml", root)
    (root / "answer_library").mkdir()
    shutil.copy(ROOT / "answer_library" / "facts.yaml", root / "answer_library")
    answers = shipped_answers()[:count]
    generated = map(_generated_answer, itertools.count(), topics(), itertools.repeat(_Backing.read()))
    answers += itertools.islice(generated, count - len(answers))
    for number, start in enumerate(range(0, count, 250), start=1):
        data = {"topic": f"Part {number}", "answers": answers[start : start + 250]}
        text = yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
        (root / "answer_library" / f"part-{number:02}.yaml").write_text(text, encoding="utf-8")


class _Backing(NamedTuple):
    """What generated answers may lean on: implemented controls by domain, and each one's evidence."""

    controls: dict[str, list[str]]
    evidence: dict[str, list[str]]

    @classmethod
    def read(cls) -> "_Backing":
        controls: dict[str, list[str]] = {}
        evidence: dict[str, list[str]] = {}
        for entry in _read(ROOT / "controls" / "status.yaml")["status"]:
            if entry["status"] == "implemented" and "scope" not in entry:
                controls.setdefault(entry["control"].partition("-")[0], []).append(entry["control"])
                evidence[entry["control"]] = entry.get("evidence", [])
        return cls(controls, evidence)


def _generated_answer(number: int, topic: Topic, backing: _Backing) -> dict[str, Any]:
    dice = random.Random(_SEED + number)
    phrasings = [topic.asked(form) for form in FORMS[:_FORMS_IN_LIBRARY]]
    dice.shuffle(phrasings)
    verdict = dice.choices(("yes", "partial", "no"), (88, 7, 5))[0]
    controls = [dice.choice(backing.controls.get(topic.domain) or backing.controls["gov"])]
    place = f" {topic.place}" if topic.place else ""
    opening = {
        "yes": f"Yes. We {topic.practice} {topic.thing}{place}.",
        "partial": f"Partly. {topic.noun[0].upper()}{topic.noun[1:]} {topic.thing}{place} is under way and not complete.",
        "no": f"No. We do not {topic.practice} {topic.thing}{place} today.",
    }[verdict]
    return {
        "id": f"generated-{number:05}",
        "question": phrasings[0],
        "phrasings": phrasings[1:],
        "verdict": verdict,
        "narrative": " ".join((opening, *dice.sample(SENTENCES, dice.randint(1, 3)))),
        "controls": controls,
        "evidence": backing.evidence[controls[0]][:1] if verdict == "yes" else [],
        "sharing": "under-nda",
        "owner": "Head of IT",
        "review_by": "release+9mo",
    }


# ── large libraries, for matching alone ────────────────────────────────────────────────────────────


def _lexicon_terms() -> list[str]:
    """Terms of two to four words the lexicon knows of what security is about, in the files' order."""
    names = ("access", "data", "governance", "operations", "resilience")
    folder = ROOT / "src" / "avow" / "matching" / "lexicon"
    listed = (
        terms for name in names for terms in _read(folder / f"{name}.yaml").get("concepts", {}).values()
    )
    terms = (term.strip() for line in listed for term in str(line).split("|"))
    return list(dict.fromkeys(term for term in terms if 2 <= len(term.split()) <= 4))


def varied_topics(seed: int) -> Iterator[Topic]:
    """Distinct topics without end about what vocabulary.py and the lexicon name."""
    dice = random.Random(seed)
    things = [*OBJECTS, *_lexicon_terms()]
    seen: set[Topic] = set()
    while True:
        practice, noun, domain = dice.choice(PRACTICES)
        topic = Topic(practice, noun, domain, dice.choice(things), dice.choice(PLACES), dice.choice(RHYTHMS))
        if topic not in seen:
            seen.add(topic)
            yield topic


def large_library(count: int) -> list[dict[str, Any]]:
    """`count` answers as authored: the shipped ones with all their phrasings, then generated ones with one question
    each, as learned from old questionnaires."""
    backing = _Backing.read()
    answers = shipped_answers()[:count]
    topics_then = itertools.islice(varied_topics(_SEED), count - len(answers))
    for number, topic in enumerate(topics_then):
        answers.append({**_generated_answer(number, topic, backing), "phrasings": []})
    return answers


def questions_for_large(count: int) -> dict[str, str]:
    """Distinct questions, each with the answer it is about: a third the shipped library's with an object named, a third
    about generated answers (those any size has) in other words, a third about what no answer is about ("")."""
    dice = random.Random(_SEED + 2)
    known = [(one["question"].rstrip("?."), one["id"]) for one in shipped_answers()]
    covered = list(enumerate(itertools.islice(varied_topics(_SEED), 600)))
    uncovered = varied_topics(_SEED + 3)
    asked: dict[str, str] = {}
    while len(asked) < count:
        kind = len(asked) % 3
        if kind == 0:
            text, about = dice.choice(known)
            asked[f"{text}, {dice.choice(PLACES) or 'also'} for {dice.choice(OBJECTS)}?"] = about
            continue
        number, topic = dice.choice(covered) if kind == 1 else (-1, next(uncovered))
        about = f"generated-{number:05}" if kind == 1 else ""
        asked[topic.asked(dice.choice(FORMS[_FORMS_IN_LIBRARY:]))] = about
    return asked
