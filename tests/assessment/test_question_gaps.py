"""What customers asked and nobody could answer, each question once."""

from datetime import date
from time import monotonic

import pytest
from asked_questions import asked, found_in, key_of

from avow.model.gaps import FoundGap, GapKind, KnownGap, OpenQuestion, QuestionKey, SeverityRule
from avow.model.reasons import Reason
from small_company import TODAY

MFA = "Is multi-factor authentication enforced for all administrators?"


def gaps(*questions: OpenQuestion, known: tuple[KnownGap, ...] = ()) -> list[FoundGap]:
    return [one for one in found_in(None, questions, known=known) if one.kind is GapKind.QUESTION]


@pytest.mark.parametrize(
    "other",
    [
        "is multi-factor authentication enforced for all administrators",
        "Is MFA enforced for all administrators?",
        "For all administrators, is MFA enforced?",
        "Is  two-factor authentication\nenforced for all administrators ?!",
        "Is M\u200bFA enforced for all admini\u00adstrators?",
    ],
)
def test_the_same_question_in_other_clothes_is_one_gap(other: str) -> None:
    (gap,) = gaps(asked(MFA), asked(other, "Globex"))
    assert [one.customer for one in gap.asked_by] == ["Acme Bank", "Globex"]
    assert gap.subject == MFA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you keep bees on the roof of the office?", "Do you not keep bees on the roof of the office?"),
        ("Are bees counted every 30 days?", "Are bees counted every 60 days?"),
        (
            "Is honey encrypted in transit between all of the hives?",
            "Is honey encrypted at rest between all of the hives?",
        ),
        ("Do you keep bees?", "Do you keep wasps?"),
        ("Do you keep bees?", "Where do you keep bees?"),
        ("Are customers told of bees within 24 hours?", "Are employees told of bees within 24 hours?"),
        ("蜜蜂在哪里饲养", "你们有潜水艇吗"),
    ],
)
def test_questions_that_differ_in_what_matters_are_two_gaps(one: str, other: str) -> None:
    assert len(gaps(asked(one), asked(other, "Globex"))) == 2


LONG = "Describe how the hives on the roof terrace of the northern office building are looked after in winter"


def test_another_spelling_of_a_word_makes_no_other_question() -> None:
    (gap,) = gaps(
        asked(LONG), asked(LONG.replace("terrace", "terace").replace("northern", "nothern"), "Globex")
    )
    assert len(gap.asked_by) == 2


def test_one_other_word_makes_another_question_however_long_it_is() -> None:
    assert len(gaps(asked(LONG), asked(LONG.replace("winter", "summer"), "Globex"))) == 2
    assert len(gaps(asked(LONG), asked(LONG.replace("hives", "cats"), "Globex"))) == 2
    assert len(gaps(asked(LONG), asked(LONG.replace("northern", ""), "Globex"))) == 2


def test_the_name_of_the_customer_makes_no_other_question() -> None:
    (gap,) = gaps(
        asked("Will the bees be kept away from Acme Bank?", "Acme Bank"),
        asked("Will the bees be kept away from Globex Corp?", "Globex Corp"),
    )
    assert len(gap.asked_by) == 2


def test_a_follow_up_is_told_from_others_by_the_question_before_it() -> None:
    found = gaps(
        asked("If yes, describe.", before="Do you keep bees?", cell="B6"),
        asked("If yes, describe.", before="Do you own a submarine?", cell="B9"),
        asked("If yes, describe.", "Globex", before="do you keep BEES"),
    )
    assert [(one.subject, len(one.asked_by)) for one in found] == [
        ("Do you keep bees? → If yes, describe.", 2),
        ("Do you own a submarine? → If yes, describe.", 1),
    ]


@pytest.mark.parametrize(
    "text", ["How often?", "If not, when is it planned?", "Please explain", "Wenn ja, bitte beschreiben"]
)
def test_what_says_too_little_by_itself_is_read_with_the_question_before(text: str) -> None:
    first, second = asked(text, before="Do you keep bees?"), asked(text, before="Do you own a submarine?")
    assert len(gaps(first, second)) == 2


@pytest.mark.parametrize("text", ["Do you have MFA?", "Are backups made?", "Is access reviewed?"])
def test_a_short_question_that_says_enough_stands_for_itself(text: str) -> None:
    first, second = asked(text, before="Do you keep bees?"), asked(text, before="Do you own a submarine?")
    (gap,) = gaps(first, second)
    assert gap.subject == text


def test_a_known_follow_up_keeps_its_name() -> None:
    (before,) = gaps(asked("How often?", before="Do you keep bees?"))
    known = KnownGap(gap=before, first_seen=TODAY, last_seen=TODAY)
    (after,) = gaps(asked("How often?", "Globex", before="Do you keep bees?"), known=(known,))
    assert (after.id, after.subject) == (before.id, before.subject)


def test_a_gap_says_who_asks_where_and_until_when() -> None:
    (gap,) = gaps(
        asked("Do you keep bees?", "Acme", due=date(2026, 12, 20)),
        asked("Do you keep bees?", "Acme", due=date(2026, 12, 20), cell="B9"),
        asked("Do you keep bees?", "Globex", due=date(2026, 1, 5)),
    )
    assert (gap.reason, gap.due) == (Reason.NO_ANSWER, date(2026, 12, 20))
    assert [(one.customer, one.sheet, one.cell) for one in gap.asked_by] == [
        ("Acme", "Security", "B5"),
        ("Acme", "Security", "B9"),
        ("Globex", "Security", "B5"),
    ]
    assert gap.detail == "2 customers asked, in 3 rows. The next date is 2026-12-20."
    assert gap.customers == ("Acme", "Globex")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([date(2026, 12, 1), date(2026, 11, 30), date(2026, 1, 1)], date(2026, 11, 30)),
        ([date(2026, 1, 1), date(2026, 11, 22)], date(2026, 11, 22)),
        ([TODAY, date(2026, 11, 22)], TODAY),
        ([], None),
    ],
)
def test_due_is_the_next_day_a_customer_waits_for_else_the_last_that_passed(
    days: list[date], expected: date | None
) -> None:
    questions = [asked("Do you keep bees?", f"Customer {day}", due=day) for day in days]
    (gap,) = gaps(*(questions or [asked("Do you keep bees?")]))
    assert gap.due == expected


@pytest.mark.parametrize(
    ("questions", "rule"),
    [
        ([("A", None), ("B", None), ("C", None)], SeverityRule.ASKED_BY_THREE),
        ([("A", None), ("a ", None), ("A", None)], SeverityRule.OTHERWISE),
        ([("A", date(2026, 12, 7))], SeverityRule.DUE_SOON),
        ([("A", date(2026, 12, 8))], SeverityRule.DUE_LATER),
        ([("A", date(2027, 1, 7))], SeverityRule.DUE_LATER),
        ([("A", date(2027, 1, 8))], SeverityRule.OTHERWISE),
        ([("A", date(2026, 11, 22))], SeverityRule.OTHERWISE),
        ([("A", None), ("B", date(2028, 1, 1))], SeverityRule.ASKED_BY_TWO),
        ([("", None), ("", None)], SeverityRule.OTHERWISE),
    ],
)
def test_who_asks_and_until_when_makes_the_severity(
    questions: list[tuple[str, date | None]], rule: SeverityRule
) -> None:
    (gap,) = gaps(*(asked("Do you keep bees?", name, due=due) for name, due in questions))
    assert (gap.severity, gap.severity_rule) == (rule.severity, rule.words)


def test_the_control_a_question_is_about_gives_owner_and_requirements() -> None:
    found = found_in(None, [asked("Are bees backed up?")], control_of=lambda _: "backup")
    (gap,) = [one for one in found if one.kind is GapKind.QUESTION]
    assert (gap.control, gap.controls, gap.owner) == ("backup", ("backup",), "Head of IT")
    assert gap.requirements == {"soc2": ["CC6.1"]}


def test_what_a_reviewer_marked_as_a_gap_says_so() -> None:
    reasons = (Reason.MARKED_GAP, Reason.CONTROL_NOT_IMPLEMENTED)
    (gap,) = gaps(asked("Are backups made?", reasons=reasons))
    assert gap.detail.endswith("A reviewer marked it as a gap.")


def test_a_known_question_keeps_its_name_when_questions_are_read_in_another_way() -> None:
    (before,) = gaps(asked(MFA))
    known = KnownGap(gap=before, first_seen=TODAY, last_seen=TODAY)

    def other_key(text: str, customer: str) -> QuestionKey:
        return key_of(text, customer)._replace(words=" ".join(sorted(text.casefold().split())))

    anew = found_in(None, [asked(MFA)], key=other_key)
    again = found_in(None, [asked(MFA)], key=other_key, known=[known])
    assert anew[-1].id != before.id
    assert again[-1].id == before.id


def test_a_known_question_keeps_its_name_when_an_older_engagement_spells_it_otherwise() -> None:
    other = LONG.replace("terrace", "terace")
    (before,) = gaps(asked(LONG))
    known = KnownGap(gap=before, first_seen=TODAY, last_seen=TODAY)
    (after,) = gaps(asked(other, "Globex"), asked(LONG), known=(known,))
    assert (after.id, after.subject) == (before.id, LONG)
    assert gaps(asked(other, "Globex"), asked(LONG))[0].id != before.id


def test_without_a_row_a_known_question_is_not_found() -> None:
    (before,) = gaps(asked(MFA))
    known = KnownGap(gap=before, first_seen=TODAY, last_seen=TODAY)
    assert gaps(known=(known,)) == []


def test_thousands_of_questions_are_grouped_in_seconds() -> None:
    questions = [
        asked(f"Is hive {word(n)} of apiary {word(n * 7 + 1)} inspected by {word(n * 31 + 5)}?")
        for n in range(3000)
    ]
    started = monotonic()
    found = gaps(*questions, *questions)
    assert monotonic() - started < 20
    assert sum(len(one.asked_by) for one in found) == 6000
    assert len(found) > 1500


def word(number: int) -> str:
    letters = "bcdfghklmnprstvz"
    return "".join(letters[number // 16**place % 16] + "aeiou"[(number + place) % 5] for place in range(4))
