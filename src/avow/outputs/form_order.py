"""The order of the customer's file: as its reader met the rows, or else sheet, then row, then column."""

import re
from collections.abc import Callable, Iterable

from avow.model.questionnaires import CellAddress, Questionnaire

_Place = tuple[int, tuple[int, ...], str]

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_FIELD = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")
_STEP = re.compile(r"[0-9]{1,9}")


def form_order(questionnaire: Questionnaire) -> Callable[[CellAddress], int]:
    """What tells an address's place among the rows of the form, questions or not; an unknown one comes last."""
    sheets = _sheets(questionnaire)
    every = (
        *(question.address for question in questionnaire.questions),
        *(row.address for row in questionnaire.ignored),
    )
    ordered = sorted(every, key=lambda address: _place(address, sheets))
    places = {address: at for at, address in enumerate(dict.fromkeys((*questionnaire.order, *ordered)))}
    return lambda address: places.get(address, len(places))


def _sheets(questionnaire: Questionnaire) -> dict[str, int]:
    """Sheet name -> its place in the file: the order of the layouts, then of first appearance."""
    names: Iterable[str] = (
        *(layout.sheet for layout in questionnaire.layouts),
        *(question.address.sheet for question in questionnaire.questions),
        *(row.address.sheet for row in questionnaire.ignored),
    )
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _place(address: CellAddress, sheets: dict[str, int]) -> _Place:
    cell = address.cell
    place = sheets.get(address.sheet, len(sheets))
    if found := _CELL.fullmatch(cell):
        return place, (int(found[2]), _column_number(found[1])), cell
    if found := _FIELD.fullmatch(cell):
        return place, (int(found[1]), int(found[2])), cell
    return place, tuple(int(step) for step in _STEP.findall(cell)), cell


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
