"""Where one control stands: each rule of `assess_control`."""

from datetime import date, timedelta

import pytest

from avow.assessment.controls import NOT_REGISTERED, assess_control, short_title
from avow.model.base import Scope
from avow.model.controls import Implementation, Status
from avow.model.readiness import ControlAssessment, NextDate, Standing
from avow.model.reasons import Reason
from readiness_company import LIVE, TODAY, company, control, done

MOBILE = Scope(products=("Mobile",))
EU = Scope(regions=("EU",))


def assessed(
    *entries: Implementation, product: str | None = None, region: str | None = None
) -> ControlAssessment:
    one = control("mfa", "CC6.1")
    return assess_control(one, company([one], entries), product, region)


def test_what_is_implemented_owned_proven_and_reviewed_is_in_place() -> None:
    found = assessed(done("mfa", notes="With keys."))
    assert (found.standing, found.lacks, found.status) == (Standing.IN_PLACE, (), Status.IMPLEMENTED)
    assert (found.title, found.owner, found.notes) == ("The mfa control", "Head of IT", "With keys.")
    (piece,) = found.evidence
    assert (piece.evidence, piece.document, piece.live) == ("report", LIVE.document, True)
    assert piece.age_days == (TODAY - date(2026, 1, 1)).days
    assert piece.valid_until == date(2027, 6, 30)


def test_an_alternative_that_lacks_nothing_is_in_place() -> None:
    assert assessed(done("mfa", status=Status.ALTERNATIVE)).standing is Standing.IN_PLACE


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ({"status": Status.PARTIAL}, [Reason.CONTROL_PARTLY_IMPLEMENTED]),
        ({"owner": ""}, [Reason.OWNER_MISSING]),
        ({"owner": "  "}, [Reason.OWNER_MISSING]),
        ({"evidence": ()}, [Reason.EVIDENCE_NOT_NAMED]),
        ({"evidence": ("old",)}, [Reason.EVIDENCE_EXPIRED]),
        ({"evidence": ("report", "old")}, [Reason.EVIDENCE_EXPIRED]),
        ({"evidence": ("nowhere",)}, [Reason.EVIDENCE_MISSING]),
        ({"reviewed_on": None}, [Reason.REVIEW_OVERDUE]),
        ({"reviewed_on": TODAY - timedelta(days=366)}, [Reason.REVIEW_OVERDUE]),
        (
            {"status": Status.PARTIAL, "owner": "", "evidence": ("old", "nowhere"), "reviewed_on": None},
            [
                Reason.CONTROL_PARTLY_IMPLEMENTED,
                Reason.OWNER_MISSING,
                Reason.EVIDENCE_EXPIRED,
                Reason.EVIDENCE_MISSING,
                Reason.REVIEW_OVERDUE,
            ],
        ),
    ],
)
def test_what_works_and_lacks_something_is_partly_there(
    said: dict[str, object], lacking: list[Reason]
) -> None:
    found = assessed(done("mfa", **said))
    assert (found.standing, list(found.lacks)) == (Standing.PARTLY, lacking)


def test_evidence_that_is_not_in_the_register_is_shown_as_such() -> None:
    (piece,) = assessed(done("mfa", evidence=("nowhere",))).evidence
    assert (piece.evidence, piece.document, piece.live) == ("nowhere", NOT_REGISTERED, False)


def test_a_review_holds_for_the_period_and_its_last_day() -> None:
    one = control("mfa", "CC6.1")
    on_the_day = company([one], [done("mfa", reviewed_on=TODAY - timedelta(days=30))])
    assert assess_control(one, on_the_day, status_days=30).lacks == ()
    assert assess_control(one, on_the_day, status_days=29).lacks == (Reason.REVIEW_OVERDUE,)


def test_a_planned_control_is_missing_and_nobody_asks_for_its_evidence() -> None:
    found = assessed(Implementation(control="mfa", status=Status.PLANNED, evidence=("old",)))
    assert found.standing is Standing.MISSING
    assert found.lacks == (Reason.CONTROL_NOT_IMPLEMENTED, Reason.OWNER_MISSING)


def test_a_control_nobody_spoke_of_is_missing() -> None:
    found = assessed()
    assert (found.standing, found.status) == (Standing.MISSING, None)
    assert found.lacks == (Reason.CONTROL_STATUS_UNKNOWN, Reason.OWNER_MISSING)


def test_what_does_not_apply_lacks_nothing() -> None:
    found = assessed(Implementation(control="mfa", status=Status.NOT_APPLICABLE, notes="No premises."))
    assert (found.standing, found.lacks, found.notes) == (Standing.NOT_APPLICABLE, (), "No premises.")


def test_in_the_whole_company_the_weakest_part_counts() -> None:
    mobile = Implementation(control="mfa", status=Status.PLANNED, scope=MOBILE, planned_for=date(2027, 3, 31))
    found = assessed(done("mfa"), mobile)
    assert (found.standing, found.planned_for) == (Standing.MISSING, date(2027, 3, 31))
    assert found.owner == "Head of IT"  # the weakest entry names none
    assert assessed(done("mfa"), mobile, product="Cloud").standing is Standing.IN_PLACE


def test_evidence_of_all_parts_counts_and_one_part_that_was_never_reviewed_too() -> None:
    eu = done("mfa", scope=EU, evidence=("old",), reviewed_on=None, owner="EU lead", notes="n")
    found = assessed(done("mfa"), eu)
    assert [piece.evidence for piece in found.evidence] == ["report", "old"]
    assert found.lacks == (Reason.EVIDENCE_EXPIRED, Reason.REVIEW_OVERDUE)
    assert found.notes == "EU: n"


def test_what_is_claimed_somewhere_must_be_proven_though_it_is_planned_elsewhere() -> None:
    mobile = Implementation(control="mfa", status=Status.PLANNED, scope=MOBILE, owner="x")
    found = assessed(done("mfa", evidence=("old",)), mobile)
    assert found.lacks == (Reason.CONTROL_NOT_IMPLEMENTED, Reason.EVIDENCE_EXPIRED)


def test_an_entry_for_the_product_outweighs_the_companys() -> None:
    narrow = done("mfa", scope=MOBILE, owner="Mobile lead", evidence=())
    found = assessed(done("mfa"), narrow, product="Mobile")
    assert (found.owner, found.evidence) == ("Mobile lead", ())
    assert found.lacks == (Reason.EVIDENCE_NOT_NAMED,)
    assert found.scope == MOBILE


def test_what_does_not_apply_to_a_part_says_nothing_about_the_rest() -> None:
    mobile = Implementation(control="mfa", status=Status.NOT_APPLICABLE, scope=MOBILE, notes="No sign-in.")
    assert assessed(done("mfa"), mobile).standing is Standing.IN_PLACE
    assert assessed(done("mfa"), mobile, product="Mobile").standing is Standing.NOT_APPLICABLE
    the_other_way = (
        Implementation(control="mfa", status=Status.NOT_APPLICABLE, notes="None."),
        Implementation(control="mfa", status=Status.PLANNED, scope=MOBILE),
    )
    assert assessed(*the_other_way).standing is Standing.MISSING


def test_entries_for_parts_do_not_add_up_to_the_whole() -> None:
    found = assessed(done("mfa", scope=MOBILE), done("mfa", scope=Scope(products=("Cloud",))))
    assert (found.status, found.standing) == (None, Standing.MISSING)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ({}, NextDate(on=date(2027, 6, 30), what="Audit report expires", evidence="report")),
        (
            {"evidence": ("report", "old")},
            NextDate(on=date(2026, 1, 31), what="Last year's report expired", evidence="old"),
        ),
        (
            {"reviewed_on": date(2026, 2, 1)},
            NextDate(on=date(2027, 2, 1), what="status review due"),
        ),
        (
            {"reviewed_on": date(2025, 2, 1)},
            NextDate(on=date(2026, 2, 1), what="status review overdue"),
        ),
        (
            {"status": Status.PARTIAL, "planned_for": date(2026, 12, 31)},
            NextDate(on=date(2026, 12, 31), what="planned"),
        ),
        (
            {"status": Status.PARTIAL, "planned_for": date(2026, 10, 31)},
            NextDate(on=date(2026, 10, 31), what="was planned"),
        ),
        # A date left on what is done says nothing any more.
        (
            {"planned_for": date(2026, 12, 31)},
            NextDate(on=date(2027, 6, 30), what="Audit report expires", evidence="report"),
        ),
    ],
)
def test_the_next_date_is_the_earliest_that_falls_due(said: dict[str, object], day: NextDate) -> None:
    assert assessed(done("mfa", **{"reviewed_on": TODAY, **said})).next_date == day


def test_a_control_without_any_date_has_no_next_one() -> None:
    assert assessed().next_date is None


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Audit report", "Audit report"),
        ("A title of exactly as many characters as fit", "A title of exactly as many characters as fit"),
        ("SOC 2 Type II report on security, availability and privacy", "SOC 2 Type II report on security…"),
        ("x" * 60, "x" * 43 + "…"),
    ],
)
def test_a_long_title_is_cut_between_words(title: str, short: str) -> None:
    assert short_title(title) == short
    assert len(short) <= 44
