"""Real Word forms: nothing in them is unaccounted for, and every place of theirs is filled alone and reads back."""

from pathlib import Path

import pytest

from avow.model.questionnaires import Question
from docx_files import differences, filled, read, unaccounted

FORMS = Path(__file__).resolve().parents[3] / "shared" / "questionnaires"
FOUND = sorted(FORMS.rglob("*.docx"))
TEXT = "Yes. It is written down & looked over every year."


@pytest.fixture(params=FOUND or [None], ids=lambda path: path.stem if path else "none")
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param is None:
        pytest.skip("the real forms are not beside the checkout")
    copy = tmp_path / request.param.name
    copy.write_bytes(request.param.read_bytes())
    return copy


def answers(questions: tuple[Question, ...]) -> dict[str, str]:
    """Something for every open place: each option and each choice in turn, words elsewhere."""
    found: dict[str, str] = {}
    for number, one in enumerate(questions):
        place = one.place
        if place.options:
            found[place.options[number % len(place.options)].address.cell] = "X"
        elif place.answer is not None and place.choices is not None:
            found[place.answer.cell] = place.choices.options[number % len(place.choices.options)]
        elif place.answer is not None:
            found[place.answer.cell] = TEXT
        if place.comment is not None:
            found[place.comment.cell] = "As the policy says:\nsection 4."
    return found


def test_every_paragraph_of_a_real_form_is_accounted_for(form: Path) -> None:
    assert unaccounted(form, read(form)) == []


def test_every_place_of_a_real_form_is_filled_and_nothing_else_differs(form: Path) -> None:
    before = read(form)
    assert all(one.place.can_be_written and not one.place.existing for one in before.questions)
    written = answers(before.questions)
    done = filled(form, written)
    assert differences(form, done, list(written)) == []
    after = read(done)
    assert [(one.text, one.ref) for one in after.questions] == [
        (one.text, one.ref) for one in before.questions
    ]
    for old, new in zip(before.questions, after.questions, strict=True):
        place = old.place
        if place.options:
            ticked = [one.label for one in place.options if one.address.cell in written]
            assert new.place.existing == ", ".join(ticked)
        elif place.answer is not None:
            assert new.place.existing == written[place.answer.cell]
