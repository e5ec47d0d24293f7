"""What the readiness page shows, worked out from the assessment: counts, words and rows for the template."""

from collections.abc import Sequence
from typing import NamedTuple

from avow.model.readiness import FrameworkReadiness, NextStep, Readiness
from avow.outputs.plain_words import capital, human_date, short_name
from avow.outputs.readiness_groups import Anchors, family, grouped
from avow.outputs.readiness_rows import RequirementRow, requirement_row
from avow.outputs.readiness_words import MEANINGS, STATES, Day, counted, day, percent, scope_words

STATEMENT_OF = ("iso27001", "A.")  # the framework and its ids that a Statement of Applicability goes through
_SMALL = 12  # squares a group may have for two columns of groups
_NAMED = 3  # ids named beside a group's squares
_STEPS = 15  # steps shown before the rest is folded
_OPEN = (Readiness.PARTLY, Readiness.NOT_READY)
_APPLYING = (Readiness.READY, *_OPEN)


class Count(NamedTuple):
    """How many requirements are in a state."""

    state: Readiness
    word: str
    number: int
    meaning: str


class Ref(NamedTuple):
    """A requirement named elsewhere; without an anchor where it is not on the page."""

    id: str
    anchor: str


class Step(NamedTuple):
    """A control to mend."""

    number: int
    code: str
    title: str
    lacks: tuple[str, ...]
    owner: str
    planned: Day | None
    unlocks: list[Ref]
    advances: list[Ref]


class GroupOfRows(NamedTuple):
    """A group of requirements. `apart` where the picture leaves a space before it."""

    anchor: str
    code: str
    name: str
    apart: bool
    tally: str
    open: list[Ref]
    more_open: int
    rows: list[RequirementRow]


class Statement(NamedTuple):
    """The Statement of Applicability: the groups of Annex A, and what is counted over them."""

    groups: list[GroupOfRows]
    lead: str
    advice: str


class Section(NamedTuple):
    """One framework."""

    anchor: str
    name: str
    title: str
    facts: list[tuple[str, str, str]]
    score: str
    formula: str
    lead: str
    advice: str
    counts: list[Count]
    numbers: dict[Readiness, int]
    small: bool
    groups: list[GroupOfRows]
    steps: list[Step]
    more_steps: list[Step]
    nothing_to_do: str
    without_control: list[Ref]
    statement: Statement | None


class Page(NamedTuple):
    """Everything the template reads."""

    company: str
    heading: str
    facts: list[tuple[str, str, str]]
    lead: str
    filters: list[Count]
    sections: list[Section]


def page_of(frameworks: Sequence[FrameworkReadiness]) -> Page:
    """The page for some frameworks of one company on one day, in the order given."""
    anchors = Anchors()
    sections = [_section(one, anchors) for one in frameworks]
    heading = f"Readiness for {sections[0].name}" if len(sections) == 1 else "Readiness"
    return Page(
        company=frameworks[0].company if frameworks else "",
        heading=heading,
        facts=_facts(frameworks[0]) if len(sections) > 1 else [],
        lead=_lead(frameworks),
        filters=_filters(frameworks),
        sections=sections,
    )


def _facts(held: FrameworkReadiness) -> list[tuple[str, str, str]]:
    iso = held.as_of.isoformat()
    return [
        ("As of", human_date(iso), iso),
        ("Scope", scope_words(held.scope), ""),
    ]


def _lead(frameworks: Sequence[FrameworkReadiness]) -> str:
    """What keeps the frameworks from being ready, over all of them."""
    open_ones = [row for held in frameworks for row in held.requirements if row.readiness in _OPEN]
    applying = sum(_applying(held) for held in frameworks)
    if not applying:
        return ""
    if not open_ones:
        return _all_ready(applying)
    controls = {step.control for held in frameworks for step in held.next_steps}
    bare = sum(1 for row in open_ones if not row.controls)
    said = [f"{counted(len(controls), 'control')} to mend"] if controls else []
    said += [f"{counted(bare, 'requirement')} without a control"] if bare else []
    verb = "is" if len(open_ones) == 1 else "are"
    why = f": {', and '.join(said)}" if said else ""
    return f"{len(open_ones)} of {_that_apply(applying)} {verb} not ready yet{why}."


def _filters(frameworks: Sequence[FrameworkReadiness]) -> list[Count]:
    return [
        Count(state, word, number, "")
        for state, word in STATES.items()
        if (number := sum(held.counts.get(state, 0) for held in frameworks))
    ]


def _section(held: FrameworkReadiness, anchors: Anchors) -> Section:
    anchor = anchors.new(held.framework)
    places = {
        row.requirement.id: anchors.new(held.framework, row.requirement.id) for row in held.requirements
    }
    groups = _groups(held, places, anchors)
    steps = [_step(number, one, held, places) for number, one in enumerate(held.next_steps, 1)]
    shown = len(steps) if len(steps) <= _STEPS + 2 else _STEPS
    bare = [row for row in held.requirements if row.readiness in _OPEN and not row.controls]
    return Section(
        anchor=anchor,
        name=short_name(held.title),
        title=held.title,
        facts=[("Version", held.version, ""), ("Company", held.company, ""), *_facts(held)],
        score=percent(held.score) if held.score is not None else "",
        formula=_formula(held),
        lead=_framework_lead(held),
        advice=_advice(held),
        counts=[
            Count(state, word, held.counts.get(state, 0), MEANINGS[state]) for state, word in STATES.items()
        ],
        numbers=held.counts,
        small=all(len(group.rows) <= _SMALL for group in groups) and len(groups) > 3,
        groups=groups,
        steps=steps[:shown],
        more_steps=steps[shown:],
        nothing_to_do=""
        if steps or bare or not _applying(held)
        else "Nothing: every requirement that applies is ready.",
        without_control=[Ref(row.requirement.id, places[row.requirement.id]) for row in bare],
        statement=_statement(held, groups),
    )


def _applying(held: FrameworkReadiness) -> int:
    return sum(held.counts.get(state, 0) for state in _APPLYING)


def _that_apply(count: int) -> str:
    return f"{counted(count, 'requirement')} that {'applies' if count == 1 else 'apply'}"


def _all_ready(count: int) -> str:
    return f"{'The' if count == 1 else 'All'} {_that_apply(count)} {'is' if count == 1 else 'are'} ready."


def _formula(held: FrameworkReadiness) -> str:
    """`(83 ready + 39 partly ready ÷ 2) ÷ 122 requirements that apply`."""
    ready, partly = (held.counts.get(state, 0) for state in (Readiness.READY, Readiness.PARTLY))
    return f"({ready} ready + {partly} partly ready ÷ 2) ÷ {_that_apply(_applying(held))}"


def _framework_lead(held: FrameworkReadiness) -> str:
    applying = _applying(held)
    if not held.requirements:
        return "This framework has no requirement that could be assessed."
    if not applying:
        return "No requirement of this framework applies."
    ready, partly, missing = (held.counts.get(state, 0) for state in _APPLYING)
    if ready == applying:
        return _all_ready(applying)
    said = f"{ready} of {_that_apply(applying)} {'is' if ready == 1 else 'are'} ready"
    rest = [f"{partly} {'is' if partly == 1 else 'are'} partly ready"] if partly else []
    rest += [f"{missing} {'is' if missing == 1 else 'are'} not ready"] if missing else []
    return f"{said}; {' and '.join(rest)}."


def _advice(held: FrameworkReadiness) -> str:
    """What to do first where the framework cannot be judged for want of content."""
    if not held.requirements:
        return "List its requirements in its file in controls/frameworks/, then run `avow readiness` again."
    if not _applying(held):
        return ""
    if not held.assessments:
        return (
            "No control is mapped to this framework yet. Add mappings to the controls in controls/catalogue/, "
            "each with its requirement, then say in controls/status.yaml how far each control works."
        )
    if all(one.status is None for one in held.assessments.values()):
        return (
            "Nobody has said yet how far any control works. Start in controls/status.yaml: a status, an owner "
            "and evidence for each control, beginning with the first steps below."
        )
    return ""


def _groups(held: FrameworkReadiness, places: dict[str, str], anchors: Anchors) -> list[GroupOfRows]:
    found: list[GroupOfRows] = []
    before: str | None = None
    for group in grouped(held.requirements):
        rows = [requirement_row(row, held, places[row.requirement.id]) for row in group.rows]
        kin = family(group.code)
        open_ones = _open_ones(rows)
        shown = open_ones if len(open_ones) <= _NAMED + 1 else open_ones[:_NAMED]
        found.append(
            GroupOfRows(
                anchor=anchors.new(held.framework, "group", group.code or group.name),
                code=group.code,
                name=group.name,
                apart=before is not None and kin != before,
                tally=_tally(rows),
                open=shown,
                more_open=len(open_ones) - len(shown),
                rows=rows,
            )
        )
        before = kin
    return found


def _tally(rows: Sequence[RequirementRow]) -> str:
    applying = sum(1 for row in rows if row.applies)
    if not applying:
        return "none owed" if all(row.state is Readiness.NOT_OWED for row in rows) else "none applies"
    return f"{sum(1 for row in rows if row.state is Readiness.READY)} of {applying} ready"


def _open_ones(rows: Sequence[RequirementRow]) -> list[Ref]:
    """Which requirements of a group are open, the worst first; none is named where all of them are."""
    if all(row.state in _OPEN for row in rows if row.applies):
        return []
    return [Ref(row.id, row.anchor) for state in reversed(_OPEN) for row in rows if row.state is state]


def _step(number: int, step: NextStep, held: FrameworkReadiness, places: dict[str, str]) -> Step:
    return Step(
        number=number,
        code=step.control,
        title=step.title,
        lacks=tuple(capital(reason.explanation) for reason in step.lacks),
        owner=step.owner,
        planned=day(step.planned_for, held.as_of) if step.planned_for else None,
        unlocks=[Ref(one, places.get(one, "")) for one in step.unlocks],
        advances=[Ref(one, places.get(one, "")) for one in step.advances],
    )


def _statement(held: FrameworkReadiness, groups: Sequence[GroupOfRows]) -> Statement | None:
    """ISO/IEC 27001:2022, 6.1.3 d): the Annex A controls, included or not, with justification and status."""
    framework, prefix = STATEMENT_OF
    if held.framework != framework:
        return None
    parts = [
        group._replace(rows=rows)
        for group in groups
        if (rows := [row for row in group.rows if row.id.startswith(prefix)])
    ]
    rows = [row for group in parts for row in group.rows]
    if not rows:
        return None
    included = sum(1 for row in rows if row.applies)
    bare = sum(1 for row in rows if row.unjustified)
    advice = (
        f"{counted(bare, 'of them has', 'of them have')} no justification yet. ISO/IEC 27001:2022, 6.1.3 d) asks "
        "for one for what is included as well as for what is left out: write it in controls/applicability.yaml."
        if bare
        else ""
    )
    lead = (
        f"{counted(len(rows), 'control')} of Annex A: {included} included, {len(rows) - included} excluded."
    )
    return Statement(parts, lead, advice)
