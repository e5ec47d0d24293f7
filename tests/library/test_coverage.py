"""Coverage: every requirement has a control or a reason why not, and mappings do not spread too wide."""

import json
from pathlib import Path

import pytest

from avow.compliance import Compliance
from avow.library.checks import check
from avow.library.coverage import coverage
from avow.workspace import Workspace
from small_company import FILES, loaded

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT.parent / "shared" / "frameworks"
LISTS = {"soc2": "soc2", "iso27001": "iso27001_2022", "hipaa": "hipaa", "gdpr": "gdpr"}
FRAMEWORK, CATALOGUE = "controls/frameworks/soc2.yaml", "controls/catalogue/cryptography.yaml"
APPLICABILITY = "controls/applicability.yaml"
MORE = "  - {id: CC6.2, title: Users}\n  - {id: CC6.3, title: Roles}\n  - {id: CC6.4, title: Doors}\n"


def found(changes: dict[str, str]) -> list[tuple[str, str, str, int, str]]:
    """(code, severity, file, line, message) of all issues but those on approvals."""
    files = {name: text.encode() for name, text in {**FILES, **changes}.items() if name.endswith(".yaml")}
    issues = check(loaded(changes), files)
    return [
        (one.code, one.severity.value, one.file, one.line, one.message)
        for one in issues
        if one.code != "not-approved"
    ]


def codes(changes: dict[str, str]) -> list[tuple[str, str, int]]:
    return [(code, severity, line) for code, severity, _, line, _ in found(changes)]


def framework(exemptions: str = "") -> dict[str, str]:
    return {FRAMEWORK: FILES[FRAMEWORK] + MORE + exemptions}


def applicability(*entries: str) -> dict[str, str]:
    return {APPLICABILITY: "applicability:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)}


def test_a_requirement_without_control_or_reason_is_said_at_its_line():
    assert codes(framework()) == [("uncovered-requirement", "warning", line) for line in (7, 8, 9)]
    (one,) = coverage(loaded(framework()).content)
    assert (one.covered, one.uncovered, one.assessable) == (("CC6.1",), ("CC6.2", "CC6.3", "CC6.4"), 4)
    assert not one.is_whole
    assert one.lines() == ["soc2: 1 of 4 requirements covered, 3 without a control or a reason"]


def test_exemptions_and_the_companys_decisions_are_reasons():
    changes = {
        **framework(
            "exemptions:\n  - {reason: Addressed to auditors., requirements: [CC6.2]}\n"
            "  - {reason: ISO does that., requirements: [CC6.3]}\n"
        ),
        **applicability(
            "framework: soc2, requirements: [CC6.4], applicable: false, justification: No doors.",
            "framework: soc2, requirements: [CC6.1], justification: It applies.",
        ),
    }
    assert codes(changes) == []
    (one,) = coverage(loaded(changes).content)
    assert one.is_whole
    assert one.lines() == [
        "soc2: 1 of 4 requirements covered, 2 not owed, 1 not applicable here",
        "  1 not owed: addressed to auditors",
        "  1 not owed: ISO does that",
        "  1 not applicable here: no doors",
    ]
    assert [(group.reason, group.requirements) for group in one.not_owed] == [
        ("Addressed to auditors.", ("CC6.2",)),
        ("ISO does that.", ("CC6.3",)),
    ]


def test_each_assessable_requirement_is_in_exactly_one_place():
    for one in coverage(Workspace(ROOT).loaded.content):
        parts = [*one.covered, *one.uncovered]
        parts += [
            identifier for group in (*one.not_owed, *one.not_applicable) for identifier in group.requirements
        ]
        assert len(parts) == len(set(parts)) == one.assessable


@pytest.mark.parametrize(
    ("last", "code", "severity"),
    [
        ("CC9.9", "exemption-unknown", "error"),
        ("CC6", "exemption-unknown", "error"),
        ("CC6.2", "duplicate-exemption", "error"),
        ("CC6.1", "exempt-but-mapped", "warning"),
    ],
)
def test_an_exemption_that_cannot_hold_is_said_at_its_line(last: str, code: str, severity: str):
    listed = "".join(f"      - {one}\n" for one in ("CC6.2", "CC6.3", "CC6.4", last))
    changes = framework(f"exemptions:\n  - reason: r\n    requirements:\n{listed}")
    line = changes[FRAMEWORK].rstrip("\n").count("\n") + 1
    assert codes(changes) == [(code, severity, line)]


@pytest.mark.parametrize(
    ("entries", "code", "line"),
    [
        (["framework: soc9, requirements: [CC6.1], justification: j"], "unknown-framework", 2),
        (["framework: soc2, requirements: [CC6.9], justification: j"], "unknown-requirement", 2),
        (["framework: soc2, requirements: [CC6], justification: j"], "requirement-is-heading", 2),
        (["framework: soc2, requirements: [CC6.1, CC6.1], justification: j"], "duplicate-applicability", 2),
        (
            [
                "framework: soc2, requirements: [CC6.1], justification: j",
                "framework: soc2, requirements: [CC6.2, CC6.1], applicable: false, justification: k",
            ],
            "duplicate-applicability",
            3,
        ),
    ],
)
def test_a_decision_that_names_nothing_or_decides_twice_is_an_error(entries: list[str], code: str, line: int):
    changes = {FRAMEWORK: FILES[FRAMEWORK] + "  - {id: CC6.2, title: Users}\n", **applicability(*entries)}
    errors = [one for one in found(changes) if one[1] == "error"]
    assert [(one[0], one[2], one[3]) for one in errors] == [(code, APPLICABILITY, line)]


def test_a_framework_mapped_too_wide_is_said():
    more = "".join(
        f"      - {{framework: soc2, requirement: CC6.{number}, relationship: subset, rationale: It is.}}\n"
        for number in (2, 3, 4)
    )
    wide = {
        **framework(),
        CATALOGUE: FILES[CATALOGUE].replace("of the measures.}\n", "of the measures.}\n" + more),
    }
    assert codes(wide) == [("over-mapped-framework", "warning", 1)]
    first_only = FILES[CATALOGUE].replace("of the measures.}\n", "of the measures.}\n" + more, 1)
    assert codes({**framework(), CATALOGUE: first_only}) == []


def test_a_control_that_leaves_fields_out_is_worth_knowing():
    changes = {
        CATALOGUE: FILES[CATALOGUE].replace("    objective: It stays secret.\n    type: preventive\n", "", 1)
    }
    assert [(one[0], one[1], one[4]) for one in found(changes)] == [
        ("control-incomplete", "info", "rest does not say: objective, type")
    ]


def test_a_broken_catalogue_is_not_drowned_in_uncovered_requirements():
    changes = {CATALOGUE: FILES[CATALOGUE] + "  - id: [\n"}
    assert {code for code, *_ in found(changes)} == {"yaml-syntax", "unknown-control"}


def test_the_repositorys_own_workspace_covers_every_requirement_or_says_why_not():
    space = Workspace(ROOT)
    assert {one.framework: one.uncovered for one in Compliance(space).coverage()} == dict.fromkeys(LISTS, ())
    own = {
        "uncovered-requirement",
        "over-mapped-framework",
        "over-mapping",
        "exempt-but-mapped",
        "control-incomplete",
    }
    assert [str(issue) for issue in space.issues() if issue.code in own] == []


@pytest.mark.skipif(
    not OUTSIDE.is_dir(), reason="the published identifier lists are not beside this checkout"
)
@pytest.mark.parametrize(("framework_id", "file"), LISTS.items())
def test_the_identifiers_are_those_of_the_published_list(framework_id: str, file: str):
    entries = json.loads((OUTSIDE / f"{file}.json").read_text(encoding="utf-8"))
    ours = Workspace(ROOT).loaded.content.framework_by_id[framework_id]
    assert [one.id for one in ours.requirements] == [entry["id"] for entry in entries]
    assert {one.id: one.parent for one in ours.requirements} == {
        entry["id"]: entry.get("parent") for entry in entries
    }
