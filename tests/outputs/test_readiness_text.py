import re

import pytest
from assessed_readiness import annex_a, assessed

from avow.assessment.readiness import framework_readiness
from avow.outputs.readiness_text import STEPS_SHOWN, readiness_text
from readiness_company import company, control, framework


def test_the_head_shows_score_counts_and_formula() -> None:
    text = readiness_text([assessed()])
    assert "SOC 2: criteria (2017)" in text
    assert "Quillworks. The whole company, on 2026-11-23" in text
    assert "50 %  = (1 ready + 1 partly / 2) / 3 that apply" in text
    assert "1 ready · 1 partly ready · 1 not ready · 1 not applicable · 1 not owed" in text


def test_ready_rows_are_counted_and_shown_with_all() -> None:
    text = readiness_text([assessed()])
    assert not re.search(r"^CC1 ", text, re.MULTILINE)
    assert all(re.search(rf"^CC{number}  Requirement", text, re.MULTILINE) for number in (2, 3))
    assert "1 ready row is not shown; see --all" in text
    whole = readiness_text([assessed()], show_all=True)
    assert re.search(r"^CC1  .*Ready +1 / 1 +Head of IT +2027-06-30$", whole, re.MULTILINE)
    assert "not shown" not in whole
    assert re.search(r"^CC5  .*Not owed +none$", whole, re.MULTILINE)


def test_what_is_out_of_the_score_stands_together_under_its_justification() -> None:
    frame = framework("CC1", "CC2", "CC3", exempt=["CC1", "CC3"])
    text = readiness_text([framework_readiness(frame, company([], [], [frame]))])
    assert "Not owed (2): addressed to somebody else\nCC1, CC3\n" in text


def test_a_row_says_how_many_controls_are_in_place_who_owns_them_and_what_is_overdue() -> None:
    text = readiness_text([assessed()])
    assert re.search(r"^CC2 .*Partly +0 / 2 +Head of IT \+1 +2026-01-31$", text, re.MULTILINE)
    assert re.search(r"^ +.*overdue$", text, re.MULTILINE)
    assert "addressed to somebody else" in text


def test_the_first_steps_are_spelled_out_and_the_others_counted() -> None:
    ids = [f"CC{number}" for number in range(11)]
    frame = framework(*ids)
    content = company([control(f"c{one}", one) for one in ids], [], [frame])
    text = readiness_text([framework_readiness(frame, content)])
    assert f" {STEPS_SHOWN}. mend " in text
    assert f" {STEPS_SHOWN + 1}. mend " not in text
    assert f"and {len(ids) - STEPS_SHOWN} more" in text
    assert " 1. mend cCC0: unlocks 1, advances 0. The cCC0 control" in text


def test_requirements_without_a_control_are_named() -> None:
    frame = framework("CC1", "CC2")
    text = readiness_text([framework_readiness(frame, company([], [], [frame]))])
    assert (
        "2 requirements have no control: map one, or say in controls/applicability.yaml why not\nCC1, CC2"
        in text
    )


@pytest.mark.parametrize("width", [80, 100, 137])
def test_no_line_is_wider_than_the_terminal_and_nothing_steers_it(width: int) -> None:
    text = readiness_text([assessed(), annex_a()], width=width, show_all=True)
    assert max(map(len, text.split("\n"))) <= width
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "\\u202e" in text


def test_a_terminal_without_unicode_gets_plain_marks() -> None:
    frame = framework("CC1")
    text = readiness_text([framework_readiness(frame, company([], [], [frame]))], ascii_only=True)
    assert text.isascii()


def test_the_bar_never_shows_more_ready_than_there_is() -> None:
    ids = [f"CC{number}" for number in range(200)]
    frame = framework(*ids)
    from readiness_company import done

    content = company([control(f"c{one}", one) for one in ids], [done(f"c{one}") for one in ids[1:]], [frame])
    text = readiness_text([framework_readiness(frame, content)])
    assert "█" * 39 + "░" in text
    assert "99 %" in text
