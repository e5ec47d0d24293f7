"""What controls lack becomes a gap, each lack once."""

from datetime import date

import pytest
from asked_questions import asked, found_in

from avow.model.base import Scope
from avow.model.gaps import FoundGap, GapSeverity, SeverityRule
from avow.model.reasons import Reason
from small_company import CONTROL, FILES, approved, edited, loaded

STATUS = "controls/status.yaml"
EVIDENCE = "controls/evidence.yaml"
IN_ORDER = """\
  - control: rest
    status: implemented
    owner: Head of Engineering
    evidence: [report]
    reviewed_on: 2026-06-01
"""
EXPIRED = """\
evidence:
  - id: report
    document: Audit report
    valid_from: 2025-01-01
    valid_until: 2026-10-31
    sharing: under-nda
"""


def status(*entries: str) -> dict[str, str]:
    return {STATUS: "status:\n" + "".join(entries)}


def entry(control: str, said: str, **more: str) -> str:
    lines = [f"  - control: {control}", f"    status: {said}"]
    return "\n".join([*lines, *(f"    {key}: {value}" for key, value in more.items())]) + "\n"


def of(found: list[FoundGap], control: str) -> list[FoundGap]:
    return [one for one in found if control in one.controls]


def reasons(found: list[FoundGap], control: str) -> list[Reason]:
    return [one.reason for one in of(found, control)]


def test_a_control_that_works_is_proven_owned_and_reviewed_is_no_gap() -> None:
    assert of(found_in(status(IN_ORDER)), "rest") == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (entry("rest", "planned", owner="IT", planned_for="2027-03-31"), [Reason.CONTROL_NOT_IMPLEMENTED]),
        (entry("rest", "planned"), [Reason.CONTROL_NOT_IMPLEMENTED, Reason.OWNER_MISSING]),
        (IN_ORDER.replace("implemented", "partial"), [Reason.CONTROL_PARTLY_IMPLEMENTED]),
        (IN_ORDER.replace("    owner: Head of Engineering\n", ""), [Reason.OWNER_MISSING]),
        (IN_ORDER.replace("    evidence: [report]\n", ""), [Reason.EVIDENCE_NOT_NAMED]),
        (IN_ORDER.replace("2026-06-01", "2025-11-01"), [Reason.REVIEW_OVERDUE]),
        (entry("rest", "not-applicable", notes="No data is stored."), []),
    ],
)
def test_each_lack_is_one_gap(said: str, expected: list[Reason]) -> None:
    assert reasons(found_in(status(said)), "rest") == expected


def test_a_control_nobody_said_anything_about_is_one_gap_and_no_more() -> None:
    (gap,) = of(found_in(status(entry("backup", "planned", owner="IT"))), "rest")
    assert (gap.reason, gap.severity, gap.detail) == (
        Reason.CONTROL_STATUS_UNKNOWN,
        GapSeverity.HIGH,
        "Nobody has said how far it works.",
    )
    assert gap.severity_rule == SeverityRule.OWED_CONTROL.words


def test_a_gap_says_what_where_by_when_and_which_requirements() -> None:
    (gap,) = of(
        found_in(status(IN_ORDER, entry("backup", "planned", owner="IT", planned_for="2027-03-31"))), "backup"
    )
    assert (gap.subject, gap.control, gap.owner, gap.due) == ("Backups", "backup", "IT", date(2027, 3, 31))
    assert gap.requirements == {"soc2": ["CC6.1"]}
    assert gap.detail == "It is planned for 2027-03-31."


def test_a_gap_of_a_part_of_the_company_stands_beside_what_the_whole_lacks() -> None:
    part = entry("rest", "planned", owner="IT", scope="{products: [Quill]}")
    (gap,) = of(found_in(status(IN_ORDER, part)), "rest")
    assert (gap.reason, gap.scope) == (Reason.CONTROL_NOT_IMPLEMENTED, Scope(products=("Quill",)))


def test_what_the_whole_company_lacks_is_not_a_gap_of_its_parts_again() -> None:
    ownerless = IN_ORDER.replace("    owner: Head of Engineering\n", "")
    part = ownerless + "    scope: {products: [Quill]}\n"
    (gap,) = of(found_in(status(ownerless, part)), "rest")
    assert (gap.reason, gap.scope.is_everything) == (Reason.OWNER_MISSING, True)


def test_two_parts_that_lack_the_same_are_two_gaps() -> None:
    parts = [entry("rest", "planned", owner="IT", scope=f"{{regions: [{one}]}}") for one in ("EU", "US")]
    found = of(found_in(status(IN_ORDER, *parts)), "rest")
    assert [one.scope.regions for one in found] == [("EU",), ("US",)]
    assert len({one.id for one in found}) == 2


def test_entries_for_parts_alone_leave_the_rest_of_the_company_unknown() -> None:
    part = IN_ORDER + "    scope: {products: [Quill]}\n"
    (gap,) = of(found_in(status(part)), "rest")
    assert (gap.reason, gap.scope.is_everything) == (Reason.CONTROL_STATUS_UNKNOWN, True)
    assert gap.detail == "Nobody has said how far it works outside Quill."


def test_expired_evidence_behind_several_controls_is_one_gap() -> None:
    both = status(IN_ORDER, IN_ORDER.replace("rest", "backup").replace("Engineering", "IT"))
    (gap,) = found_in({**both, EVIDENCE: EXPIRED})
    assert (gap.reason, gap.evidence, gap.control) == (Reason.EVIDENCE_EXPIRED, "report", None)
    assert gap.controls == ("rest", "backup")
    assert (gap.subject, gap.due) == ("Audit report", date(2026, 10, 31))
    assert gap.detail == "Valid until 2026-10-31. It stands behind 2 controls."


def test_evidence_that_is_not_in_the_register_is_a_gap_of_its_own() -> None:
    changes = status(IN_ORDER.replace("[report]", "[report, minutes]"))
    content = loaded({**changes, EVIDENCE: FILES[EVIDENCE]}).content
    found = of(found_in(content), "rest")
    assert [(one.reason, one.evidence, one.subject) for one in found] == [
        (Reason.EVIDENCE_MISSING, "minutes", "minutes")
    ]


def test_evidence_that_begins_later_says_so_and_is_not_overdue() -> None:
    early = EXPIRED.replace("2025-01-01", "2027-01-01").replace("2026-10-31", "2027-12-31")
    (gap,) = of(found_in({**status(IN_ORDER), EVIDENCE: early}), "rest")
    assert gap.due is None
    assert gap.detail.startswith("Not valid before 2027-01-01.")


def test_expired_evidence_weighs_most_where_something_approved_or_told_rests_on_it() -> None:
    content = loaded({**status(IN_ORDER), EVIDENCE: EXPIRED}).content
    told = {"encrypted": ["Globex", "Acme"]}
    severities = [
        of(found_in(content), "rest")[0].severity,
        of(found_in(approved(content)), "rest")[0].severity,
        of(found_in(content, told=told), "rest")[0].severity,
    ]
    assert severities == [GapSeverity.MEDIUM, GapSeverity.HIGH, GapSeverity.HIGH]
    assert of(found_in(content, told=told), "rest")[0].told == ("Acme", "Globex")


def test_expired_evidence_of_a_control_that_works_in_part_only_weighs_less() -> None:
    content = approved(
        loaded({**status(IN_ORDER.replace("implemented", "partial")), EVIDENCE: EXPIRED}).content
    )
    found = {one.reason: one.severity for one in of(found_in(content), "rest")}
    assert found == {
        Reason.CONTROL_PARTLY_IMPLEMENTED: GapSeverity.MEDIUM,
        Reason.EVIDENCE_EXPIRED: GapSeverity.MEDIUM,
    }


@pytest.mark.parametrize(
    "changes",
    [
        edited(
            "controls/frameworks/soc2.yaml",
            "  - {id: CC6.1, title: Logical access, parent: CC6}\n",
            "  - {id: CC6.1, title: Logical access, parent: CC6}\n"
            "exemptions:\n  - {reason: addressed to others, requirements: [CC6.1]}\n",
        ),
        {
            "controls/applicability.yaml": "applicability:\n  - framework: soc2\n    requirements: [CC6.1]\n"
            "    applicable: false\n    justification: We store nothing.\n"
        },
        {
            "controls/catalogue/cryptography.yaml": "domain: Cryptography\ncontrols:\n"
            + CONTROL.format(id="rest", title="Encryption at rest", statement="Encrypted.")
            + CONTROL.format(id="backup", title="Backups", statement="Backed up.").replace("CC6.1", "CC6")
        },
    ],
    ids=["exempt", "not applicable", "a heading"],
)
def test_a_control_that_nothing_owed_rests_on_weighs_little(changes: dict[str, str]) -> None:
    (gap,) = of(found_in(loaded(changes).content), "backup")
    assert (gap.reason, gap.severity) == (Reason.CONTROL_NOT_IMPLEMENTED, GapSeverity.LOW)


def test_customers_who_wait_for_a_control_raise_its_gap() -> None:
    """Their rows are no gaps of their own: the control is what is missing."""
    content = loaded(
        {"controls/frameworks/soc2.yaml": 'id: soc2\ntitle: T\nversion: "2017"\nrequirements: []\n'}
    )
    waiting = [
        asked(f"Are backups made? {name}", name, reasons=(Reason.CONTROL_NOT_IMPLEMENTED,), cell="C7")
        for name in ("Acme", "Globex", "Initech")
    ]
    found = found_in(content.content, waiting, control_of=lambda _: "backup")
    (gap,) = of(found, "backup")
    assert [one.customer for one in gap.asked_by] == ["Acme", "Globex", "Initech"]
    assert (gap.severity, gap.severity_rule) == (GapSeverity.HIGH, SeverityRule.ASKED_BY_THREE.words)
    assert gap.due == date(2027, 3, 31)
    assert not [one for one in found if one.kind == "question"]


def test_a_row_that_waited_for_a_control_which_is_there_by_now_is_a_question_again() -> None:
    row = asked("Is it encrypted?", reasons=(Reason.CONTROL_NOT_IMPLEMENTED,), answer="encrypted")
    found = found_in(status(IN_ORDER, entry("backup", "planned", owner="IT")), [row])
    assert [one.subject for one in found if one.kind == "question"] == ["Is it encrypted?"]


def test_names_depend_on_what_is_missing_and_not_on_the_day_or_the_words() -> None:
    first = of(found_in(status(entry("rest", "planned", owner="IT"))), "rest")[0]
    other = status(entry("rest", "planned", owner="Kim", planned_for="2028-01-01", notes="Later."))
    assert of(found_in(other), "rest")[0].id == first.id
    assert first.id == "G-" + first.id[2:].upper() and len(first.id) == 10
    planned = of(found_in(status(IN_ORDER.replace("    evidence: [report]\n", ""))), "rest")[0]
    assert planned.id != first.id
