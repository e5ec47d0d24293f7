"""What is expected of a real form, in a shape a person can check and a file can hold: places and counts, no words of it.

`python tests/formats/expectations.py FORM` prints what detection finds. It goes into `expected_forms/` only after somebody has
read the form itself and found every line true: the file is the truth, not a record of the program.
"""

import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from avow.formats.files import understand_file
from avow.model.questionnaires import Question, Questionnaire, SheetLayout

_NUMBERS = re.compile(r"\d+")


def short_hash(text: str) -> str:
    """Eight hex digits that say a text is still the same, and nothing else."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def runs(addresses: Iterable[str]) -> list[str]:
    """Addresses in their order, those that count up in one number as `first..last`: `C2..C43`, `2:4..45:4`."""
    found: list[list[str]] = []
    for address in addresses:
        if found and _follows(found[-1][0], found[-1][-1], address):
            found[-1] = [found[-1][0], address]
        else:
            found.append([address])
    return ["..".join(dict.fromkeys(run)) for run in found]


def _follows(first: str, last: str, address: str) -> bool:
    """Whether `address` is one further than `last` in the very number in which the run counts."""
    if _NUMBERS.sub("#", last) != _NUMBERS.sub("#", address):
        return False
    numbers, before, start = (list(map(int, _NUMBERS.findall(one))) for one in (address, last, first))
    steps = [at for at, number in enumerate(numbers) if number != before[at]]
    counted = [at for at, number in enumerate(before) if number != start[at]]
    return len(steps) == 1 and numbers[steps[0]] == before[steps[0]] + 1 and counted in ([], steps)


def observed(path: Path) -> dict[str, Any]:
    """What detection finds in a form."""
    found = understand_file(path).questionnaire
    reasons = sorted(one.reason.value for one in found.ignored)
    return {
        "questions": len(found.questions),
        "texts": short_hash("\n".join(one.text for one in found.questions)),
        "ignored": {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
        "sheets": [_sheet(one, found) for one in found.layouts if _has_rows(one, found)],
    }


def _has_rows(layout: SheetLayout, found: Questionnaire) -> bool:
    return any(one.address.sheet == layout.sheet for one in (*found.questions, *found.ignored))


def _sheet(layout: SheetLayout, found: Questionnaire) -> dict[str, Any]:
    """One sheet; what is empty is left out."""
    questions = [one for one in found.questions if one.address.sheet == layout.sheet]
    said: dict[str, Any] = {
        "name": short_hash(layout.sheet),
        "header_rows": list(layout.header_rows),
        "columns": {
            name: value
            for name in ("question", "answer", "comment", "ref", "section")
            if (value := getattr(layout, name))
        },
        "options": [column for _, column in layout.options],
        "questions": runs(one.address.cell for one in questions),
        "answers": runs(one.place.answer.cell for one in questions if _open(one) and one.place.answer),
        "comments": runs(one.place.comment.cell for one in questions if _open(one) and one.place.comment),
        "option_cells": runs(
            option.address.cell for one in questions if _open(one) for option in one.place.options
        ),
        "choices": {
            short_hash("|".join(options)): runs(
                one.address.cell
                for one in questions
                if one.place.choices and one.place.choices.options == options
            )
            for options in dict.fromkeys(
                one.place.choices.options for one in questions if one.place.choices is not None
            )
        },
        "answered_already": runs(one.address.cell for one in questions if one.place.existing),
        "blocked": {
            reason.value: runs(one.address.cell for one in questions if one.place.blocked[:1] == (reason,))
            for reason in sorted({one.place.blocked[0] for one in questions if one.place.blocked})
        },
        "follow_ups": runs(one.address.cell for one in questions if one.parent is not None),
        "flagged": {
            flag.value: runs(one.address.cell for one in questions if flag in one.flags)
            for flag in sorted({flag for one in questions for flag in one.flags})
        },
    }
    return {key: value for key, value in said.items() if value}


def _open(question: Question) -> bool:
    return question.place.can_be_written


def as_yaml(form: str, found: dict[str, Any]) -> str:
    """An expectation file's text. `form`: its path below the folder of real forms."""
    return yaml.safe_dump({"form": form, **found}, sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    sys.stdout.write(as_yaml(f"{given.parent.name}/{given.name}", observed(given)))
