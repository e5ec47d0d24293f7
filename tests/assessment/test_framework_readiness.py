"""Where a framework's requirements stand, how it is counted, and what to mend first."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.assessment.readiness import framework_readiness
from avow.compliance import Compliance
from avow.errors import WorkspaceError
from avow.model.content import Content
from avow.model.controls import Applicability, Implementation, Status
from avow.model.readiness import (
    UNJUSTIFIED,
    FrameworkReadiness,
    NextDate,
    Readiness,
    RequirementReadiness,
    Standing,
)
from avow.workspace import Workspace
from readiness_company import company, control, done, framework
from small_company import changed

ROOT = Path(__file__).resolve().parents[2]


def ready(content: Content) -> FrameworkReadiness:
    return framework_readiness(content.frameworks[0], content)


def the_row(content: Content, identifier: str = "CC1") -> RequirementReadiness:
    return next(row for row in ready(content).requirements if row.requirement.id == identifier)


def entry(name: str, standing: Standing) -> list[Implementation]:
    """What makes a control stand so."""
    return {
        Standing.IN_PLACE: [done(name)],
        Standing.PARTLY: [done(name, owner="")],
        Standing.MISSING: [],
        Standing.NOT_APPLICABLE: [
            Implementation(control=name, status=Status.NOT_APPLICABLE, notes=f"no {name} here")
        ],
    }[standing]


IN, HALF, OUT, NONE = Standing.IN_PLACE, Standing.PARTLY, Standing.MISSING, Standing.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("standings", "state"),
    [
        ((IN,), Readiness.READY),
        ((IN, IN, NONE), Readiness.READY),
        ((IN, OUT), Readiness.PARTLY),
        ((IN, HALF), Readiness.PARTLY),
        ((HALF,), Readiness.PARTLY),
        ((HALF, OUT, NONE), Readiness.PARTLY),
        ((OUT,), Readiness.NOT_READY),
        ((OUT, NONE), Readiness.NOT_READY),
        ((), Readiness.NOT_READY),
        ((NONE, NONE), Readiness.NOT_APPLICABLE),
    ],
)
def test_a_requirement_stands_as_its_controls_do(standings: tuple[Standing, ...], state: Readiness) -> None:
    names = [f"c{number}" for number in range(len(standings))]
    entries = [one for name, standing in zip(names, standings, strict=True) for one in entry(name, standing)]
    row = the_row(company([control(name, "CC1") for name in names], entries, [framework("CC1")]))
    assert row.readiness is state
    assert [one.control for one in row.controls] == names
    assert all(one.rationale == "why CC1" for one in row.controls)


def test_what_no_control_applies_to_is_justified_by_their_notes() -> None:
    entries = [*entry("a", NONE), Implementation(control="b", status=Status.NOT_APPLICABLE)]
    row = the_row(company([control("a", "CC1"), control("b", "CC1")], entries, [framework("CC1")]))
    assert row.justification == f"no a here\nThe b control: {UNJUSTIFIED}"
    assert row.next_date is None


def test_an_exempt_requirement_is_not_owed_though_a_control_is_mapped_to_it() -> None:
    content = company([control("a", "CC1")], [done("a")], [framework("CC1", exempt=["CC1"])])
    row = the_row(content)
    assert (row.readiness, row.justification) == (Readiness.NOT_OWED, "addressed to somebody else")
    assert ready(content).score is None


def test_the_company_decides_what_applies_and_says_why() -> None:
    fw = framework("CC1", "CC2")
    decisions = [
        Applicability(framework="soc2", requirements=("CC1",), applicable=False, justification="no cards"),
        Applicability(framework="soc2", requirements=("CC2",), justification="a contract wants it"),
        Applicability(framework="hipaa", requirements=("CC2",), applicable=False, justification="other"),
    ]
    content = company([control("a", "CC1", "CC2")], [done("a")], [fw], decisions)
    first, second = ready(content).requirements
    assert (first.readiness, first.justification) == (Readiness.NOT_APPLICABLE, "no cards")
    assert (second.readiness, second.justification) == (Readiness.READY, "a contract wants it")


def test_what_the_company_includes_is_not_set_aside_by_its_controls() -> None:
    decision = Applicability(framework="soc2", requirements=("CC1",), justification="it applies")
    content = company([control("a", "CC1")], entry("a", NONE), [framework("CC1")], [decision])
    assert (the_row(content).readiness, the_row(content).justification) == (Readiness.NOT_READY, "it applies")


def test_of_two_decisions_the_one_that_includes_holds() -> None:
    decisions = [
        Applicability(framework="soc2", requirements=("CC1",), applicable=False, justification="out"),
        Applicability(framework="soc2", requirements=("CC1",), justification="in"),
    ]
    for order in (decisions, decisions[::-1]):
        assert the_row(company([], [], [framework("CC1")], order)).justification == "in"


def test_headings_are_no_rows() -> None:
    content = company([], [], [framework("CC1", "CC2")])
    assert [row.requirement.id for row in ready(content).requirements] == ["CC1", "CC2"]


def test_the_score_counts_a_partly_ready_requirement_half() -> None:
    controls = [control("a", "CC1", "CC2"), control("b", "CC2"), control("n", "CC4")]
    content = company(
        controls,
        [done("a"), *entry("n", NONE)],
        [framework("CC1", "CC2", "CC3", "CC4", "CC5", exempt=["CC5"])],
    )
    found = ready(content)
    assert found.counts == {
        Readiness.READY: 1,
        Readiness.PARTLY: 1,
        Readiness.NOT_READY: 1,
        Readiness.NOT_APPLICABLE: 1,
        Readiness.NOT_OWED: 1,
    }
    assert found.score == pytest.approx((1 + 0.5) / 3)


def test_the_next_date_of_a_requirement_is_the_earliest_of_its_controls_and_names_what_is_due() -> None:
    entries = [done("a"), done("b", evidence=("old",))]
    row = the_row(company([control("a", "CC1"), control("b", "CC1")], entries, [framework("CC1")]))
    assert row.next_date is not None
    assert row.next_date.what == "Last year's report expired"


def test_a_review_that_is_due_names_its_control() -> None:
    entries = [done("a"), done("b", reviewed_on=date(2025, 12, 1))]
    row = the_row(company([control("a", "CC1"), control("b", "CC1")], entries, [framework("CC1")]))
    assert row.next_date == NextDate(on=date(2026, 12, 1), what="status review due (The b control)")


def test_only_controls_of_the_framework_are_assessed() -> None:
    controls = [control("a", "CC1"), control("z", "A.5.1", framework="iso27001")]
    assert set(ready(company(controls, [], [framework("CC1")])).assessments) == {"a"}


# ── what to do next ────────────────────────────────────────────────────────────────────────────


def steps(content: Content) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.control, one.unlocks, one.advances) for one in ready(content).next_steps]


def test_what_makes_most_ready_comes_first_and_later_steps_build_on_it() -> None:
    controls = [control("few", "CC1"), control("many", "CC2", "CC3", "CC4"), control("last", "CC4", "CC5")]
    content = company(controls, [], [framework("CC1", "CC2", "CC3", "CC4", "CC5")])
    assert steps(content) == [
        ("many", ("CC2", "CC3"), ("CC4",)),
        ("last", ("CC4", "CC5"), ()),
        ("few", ("CC1",), ()),
    ]


def test_of_equals_the_one_that_helps_more_then_what_is_missing_then_the_id() -> None:
    helps = [control("a", "CC1"), control("b", "CC2", "CC3"), control("c", "CC3", "CC4"), control("d", "CC3")]
    content = company(helps, [], [framework("CC1", "CC2", "CC3", "CC4")])
    assert [one[0] for one in steps(content)] == ["b", "c", "a", "d"]
    equal = [control("a", "CC1"), control("b", "CC2"), control("c", "CC3")]
    content = company(equal, entry("a", HALF), [framework("CC1", "CC2", "CC3")])
    assert [one[0] for one in steps(content)] == ["b", "c", "a"]


def test_what_lacks_nothing_or_unlocks_nothing_owed_is_no_step() -> None:
    controls = [control("a", "CC1"), control("n", "CC1"), control("x", "CC2")]
    content = company(controls, [done("a"), *entry("n", NONE)], [framework("CC1", "CC2", exempt=["CC2"])])
    assert steps(content) == []


def mended(content: Content, name: str) -> Content:
    others = [one for one in content.implementations if one.control != name]
    evidence = next(one.id for one in content.evidence if one.is_live(content.as_of))
    entries = (*others, done(name, evidence=(evidence,), reviewed_on=content.as_of))
    return changed(content, implementations=entries)


def follow(content: Content, number: int) -> None:
    """Do the steps one after the other: each must make ready what it says, and nothing else."""
    first = framework_readiness(content.frameworks[number], content)
    before = {row.requirement.id for row in first.requirements if row.readiness is Readiness.READY}
    for step in first.next_steps:
        content = mended(content, step.control)
        after = framework_readiness(content.frameworks[number], content)
        now = {row.requirement.id for row in after.requirements if row.readiness is Readiness.READY}
        assert now - before == set(step.unlocks), step.control
        assert before <= now
        assert not set(step.advances) & now
        before = now
    left = framework_readiness(content.frameworks[number], content)
    assert left.counts[Readiness.PARTLY] == 0
    assert left.next_steps == ()


@st.composite
def contents(draw: st.DrawFn) -> Content:
    chance = draw(st.randoms(use_true_random=False))
    ids = [f"R{number}" for number in range(chance.randint(1, 9))]
    controls = [
        control(f"c{number}", *chance.sample(ids, chance.randint(1, len(ids))))
        for number in range(chance.randint(0, 8))
    ]
    entries = [one for each in controls for one in entry(each.id, chance.choice(list(Standing)))]
    decisions = [
        Applicability(
            framework="soc2", requirements=(one,), applicable=chance.random() < 0.5, justification="j"
        )
        for one in ids
        if chance.random() < 0.2
    ]
    exempt = [one for one in ids if chance.random() < 0.2]
    return company(controls, entries, [framework(*ids, exempt=exempt)], decisions)


@settings(max_examples=120, deadline=None)
@given(contents())
def test_counts_add_up_the_score_is_a_share_and_steps_do_what_they_say(content: Content) -> None:
    found = ready(content)
    assert sum(found.counts.values()) == len(found.requirements)
    assert found.score is None or 0 <= found.score <= 1
    applying = [
        row
        for row in found.requirements
        if row.readiness in (Readiness.READY, Readiness.PARTLY, Readiness.NOT_READY)
    ]
    assert (found.score is None) == (not applying)
    assert (found.score == 1) == (
        bool(applying) and all(row.readiness is Readiness.READY for row in applying)
    )
    assert all(row.justification for row in found.requirements if row not in applying)
    lacking = {
        one.control
        for row in applying
        for one in row.controls
        if found.assessments[one.control].standing in (Standing.PARTLY, Standing.MISSING)
    }
    assert {step.control for step in found.next_steps} == lacking
    assert len(found.next_steps) == len(lacking)
    follow(content, 0)


@pytest.fixture(scope="module")
def own() -> Content:
    """The content of the repository itself."""
    return Workspace(ROOT).content


def test_the_steps_do_what_they_say_on_the_shipped_content(own: Content) -> None:
    for number, one in enumerate(own.frameworks):
        found = framework_readiness(one, own)
        assert (
            sum(found.counts.values())
            == len(found.requirements)
            == sum(each.assessable for each in one.requirements)
        )
        assert found.score is not None
        assert 0 <= found.score <= 1
        follow(own, number)


def test_the_status_shown_is_the_one_that_gates_look_at_but_for_parts_that_do_not_apply(own: Content) -> None:
    for one in own.frameworks:
        for product, region in ((None, None), ("Harborlight Mobile", None), (None, "EU")):
            found = framework_readiness(one, own, product, region)
            for assessed in found.assessments.values():
                said = own.status_of(assessed.control, product, region)
                if said is not Status.NOT_APPLICABLE:
                    assert assessed.status is said, assessed.control


def test_a_framework_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(WorkspaceError, match=r"there is no framework 'nist'; there are .*soc2"):
        Compliance(Workspace(ROOT)).readiness("nist")
