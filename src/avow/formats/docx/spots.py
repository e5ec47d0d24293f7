"""What a cell or a stretch of paragraphs offers to write in: nothing yet, boxes to tick, a control, choices to pick from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from avow.formats.docx.blocks import CellBlock, Control, Paragraph, Table
from avow.formats.docx.controls import is_placeholder
from avow.formats.docx.names import name
from avow.formats.docx.texts import is_answer_label, split_said
from avow.formats.headings import option_label
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell
from avow.model.reasons import Reason
from avow.model.verdict_words import meaning

EMPTY, CHOICE, CHECKS, MARK, CONTROL, TEXT = "empty", "choice", "checks", "mark", "control", "text"
BLANK = "blank"  # a text with a line to write on behind it
BELOW = "/answer"  # behind a paragraph's path: a paragraph made below it

_SPLIT = re.compile(r"\s*(?:[/|;\n]|,(?=\s)|\s{3,}|\t|\bor\b|\bou\b|\boder\b|\bo\b)\s*", re.IGNORECASE)
_NA = re.compile(r"\bn\s?/\s?a\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"([^\s_…][^_…]{0,400}?)(?:_{4,}|…{2,}|\.{6,})\s*")
_LEAD_CUT = re.compile(r".*[?:.\t]|.*\s{2}", re.DOTALL)
_ASKED_TO_PICK = re.compile(
    r"^\W*(please )?((choose|select|circle|pick|delete|strike|mark|tick|underline)[^:]{0,40}:|"
    r"(?P<kept>answer|response|antwort|réponse)\s*:)\s*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Spot:
    """One place. `path` is where a text goes; `boxes` are (label, control) to tick; `printed` is the form's own text."""

    kind: str
    path: str
    printed: str = ""
    existing: str = ""
    boxes: list[tuple[str, Control]] = field(default_factory=list)
    choices: tuple[str, ...] = ()
    source: str = ""
    controls: list[Control] = field(default_factory=list)  # those to write in, boxes aside
    refused: bool = False  # it stands in nothing that may be written to

    @property
    def takes_answer(self) -> bool:
        """Whether an answer may go there (or went there already)."""
        return self.kind not in (TEXT, BLANK)


def cell_spot(cell: CellBlock) -> Spot:
    """What a table cell offers."""
    spot = spot_of(cell.paragraphs, cell.path)
    if spot.kind == EMPTY and not spot.printed and not any(is_bare(one) for one in cell.paragraphs):
        spot.refused = True  # nothing in it to write in, or a picture, a field, the end of a page
    if any(isinstance(block, Table) for block in cell.blocks):
        return Spot(
            TEXT, cell.path, spot.printed, refused=True
        )  # what it holds is a table, and read by itself
    if spot.kind == BLANK:  # "Answer: ____" waits; "Do you…? ____" asks, and waits below (`below_spot`)
        kind = EMPTY if is_answer_label(spot.printed) else TEXT
        return Spot(kind, cell.path, spot.printed, "" if kind == EMPTY else spot.printed)
    return spot


def spot_of(paragraphs: Sequence[Paragraph], path: str) -> Spot:
    """What some paragraphs offer together; `path` is where a plain text would go."""
    printed, boxes = boxes_in(paragraphs)
    held = [control for one in paragraphs for control in one.controls if control.kind != "checkbox"]
    if boxes:
        return _with_boxes(path, printed, boxes, held)
    if held:
        kind = TEXT if printed.strip() and not is_placeholder(printed) else CONTROL
        first = held[0]
        choices = first.options if first.kind == "dropdown" else ()
        source = first.kind if first.kind in ("dropdown", "date") else ""
        return Spot(kind, first.path, printed, first.text, choices=choices, source=source, controls=held)
    if is_placeholder(printed):
        return Spot(EMPTY, path, printed)
    if len(paragraphs) == 1 and lead_of_blank(printed):
        return Spot(BLANK, paragraphs[0].path, lead_of_blank(printed).strip())
    choices = choices_in(printed)
    if choices:
        return Spot(CHOICE, path, printed, choices=choices, source="cell")
    return Spot(TEXT, path, printed, printed)


def _with_boxes(path: str, printed: str, boxes: list[tuple[str, Control]], held: list[Control]) -> Spot:
    ticked = [label for label, control in boxes if control.checked]
    if len(boxes) == 1 and not boxes[0][0] and not printed:
        existing = "X" if ticked else ""
        return Spot(
            MARK, boxes[0][1].path, "", existing, [("Yes", boxes[0][1])], source="checkboxes", controls=held
        )
    kind = CHECKS if not printed or is_placeholder(printed) else TEXT
    labels = tuple(label for label, _ in boxes)
    return Spot(kind, path, printed, ", ".join(ticked), boxes, labels, "checkboxes", held)


def is_bare(one: Paragraph) -> bool:
    """Whether an empty paragraph holds nothing at all: no page break, picture, field or end of a section."""
    return not any(
        name(inner) in ("br", "drawing", "pict", "object", "sectPr", "fldChar")
        for inner in one.element.iter()
    )


def boxes_in(paragraphs: Iterable[Paragraph]) -> tuple[str, list[tuple[str, Control]]]:
    """(text that belongs to no box, boxes with their labels); a label stands behind its box, or before it."""
    lead: list[str] = []
    parts: list[tuple[Control, list[str]]] = []
    for number, one in enumerate(paragraphs):
        into = parts[-1][1] if parts else lead
        if number and into:
            into.append("\n")
        for piece in one.pieces:
            if piece.control is not None and piece.control.kind == "checkbox":
                parts.append((piece.control, []))
            elif piece.control is None:
                (parts[-1][1] if parts else lead).append(piece.text)
    text = _lines("".join(lead))
    if not parts:
        return text, []
    behind = ["".join(said).strip() for _, said in parts]
    if not behind[-1] and text and all(behind[:-1]):
        # Yes ☐  No ☐: the label stands before its box; the first comes after the question, if there is one.
        cut = _LEAD_CUT.match(text)
        first = text[cut.end() :] if cut else text
        if first.strip():
            labels = [first, *behind[:-1]]
            return _lines(text[: cut.end()] if cut else ""), [
                (_label(label), control) for label, (control, _) in zip(labels, parts, strict=True)
            ]
    rest = [text]
    found = []
    for said, (control, _) in zip(behind, parts, strict=True):
        label, _, more = said.partition("\n")
        found.append((_label(label), control))
        rest.append(more)
    return _lines("\n".join(rest)), found


def _lines(text: str) -> str:
    return "\n".join(line for one in text.split("\n") if (line := one.strip()))


def _label(text: str) -> str:
    return " ".join(text.split()).strip(" ,;/|")


def choices_in(text: str) -> tuple[str, ...]:
    """The choices a text spells out to pick from ("Yes / No / N/A", or one a line); empty where it is no such text."""
    plain = _ASKED_TO_PICK.sub("", text.strip().strip("[](){}<>"))
    if not plain or len(plain) > 160:
        return ()
    shielded = _NA.sub("N\0A", plain)
    options = [
        part.strip(" []()").replace("\0", "/") for part in _SPLIT.split(shielded) if part.strip(" []()")
    ]
    if not 2 <= len(options) <= 8 or len({one.casefold() for one in options}) != len(options):
        return ()
    if any(len(one) > 40 or one.endswith(("?", ".")) or len(one.split()) > 5 for one in options):
        return ()
    known = sum(1 for one in options if option_label(one) or meaning(one) is not None)
    return tuple(options) if known >= 2 and known * 2 >= len(options) else ()


def lead_of_choices(text: str) -> str:
    """What stands before the choices and is kept when one is chosen: `Answer: ` of `Answer: Yes / No`."""
    found = _ASKED_TO_PICK.match(text)
    return found[0] if found and found["kept"] else ""


def below_spot(cell: CellBlock) -> Spot | None:
    """The place below a question in its own cell, and what was answered there; None for a cell without text."""
    asked, said = split_said(cell.paragraphs)
    if not asked:
        return None
    if said:
        return Spot(EMPTY, said[0].path, existing="\n".join(one.text for one in said))
    return Spot(EMPTY, asked[-1].path if lead_of_blank(asked[-1].text) else asked[-1].path + BELOW)


def lead_of_blank(text: str) -> str:
    """What stands before a line to write on: `Your answer: ` of `Your answer: ______`; "" where there is no such line."""
    found = _BLANK_LINE.fullmatch(text)
    return found[1] if found else ""


def place_of(sheet: str, answer: Spot | None, comment: Spot | None, protection: str) -> AnswerPlace:
    """The answer place made of one spot for the answer and perhaps one for the words beside it."""
    if answer is None:
        if comment is None:
            return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        answer, comment = comment, None
    blocked = _blocked(answer, protection)
    words, note, room = _words(sheet, answer, comment, protection)
    shared: dict[str, Any] = {
        "comment": words,
        "existing_comment": note,
        "existing": answer.existing,
        "comment_longest": room,
    }
    if answer.kind in (CHECKS, MARK) or (answer.boxes and answer.kind == TEXT):
        options = tuple(
            OptionCell(label=label, address=CellAddress(sheet=sheet, cell=control.path))
            for label, control in answer.boxes
        )
        labels = tuple(one.label for one in options)
        existing = answer.existing if answer.kind != MARK else "Yes" if answer.existing else ""
        shared["existing"] = existing
        return AnswerPlace(
            options=options,
            choices=AnswerChoices(options=labels, source="checkboxes"),
            blocked=blocked,
            **shared,
        )
    choices = AnswerChoices(options=answer.choices, source=answer.source) if answer.source else None
    return AnswerPlace(
        answer=CellAddress(sheet=sheet, cell=answer.path),
        choices=choices,
        blocked=blocked,
        longest=_longest(answer),
        **shared,
    )


def _longest(spot: Spot) -> int | None:
    """How many characters the field takes that a text goes to; None where it takes any number."""
    return (spot.controls[0].limit or None) if spot.controls and not spot.boxes else None


def _words(
    sheet: str, answer: Spot, comment: Spot | None, protection: str
) -> tuple[CellAddress | None, str, int | None]:
    """Where the words beside a choice go, what stands there, and how many characters it takes."""
    if comment is None:
        beside = answer.controls if answer.boxes else answer.controls[1:]
        free = next((one for one in beside if one.kind == "text"), None)
        if free is None or (not answer.boxes and not answer.source):
            return None, "", None
        comment = Spot(CONTROL, free.path, existing=free.text, controls=[free])
    picks = comment.source == "dropdown" and not (comment.controls and comment.controls[0].free)
    if comment.boxes or comment.kind == CHOICE or picks or comment.source == "date":
        return None, comment.existing, None  # it takes a choice, not words
    if _blocked(comment, protection):
        return None, comment.existing, None
    return CellAddress(sheet=sheet, cell=comment.path), comment.existing, _longest(comment)


def _blocked(spot: Spot, protection: str) -> tuple[Reason, ...]:
    """Why nothing may be written there."""
    controls = [control for _, control in spot.boxes] or spot.controls[:1]
    found: list[Reason] = []
    fields_alone = protection == "forms" and (not controls or any(one.how == "glyph" for one in controls))
    if protection in ("readOnly", "comments") or fields_alone or any(one.locked for one in controls):
        found.append(Reason.ANSWER_CELL_LOCKED)
    if spot.refused:
        found.append(Reason.NO_ANSWER_PLACE)
    return tuple(found)
