"""Content put together value by value, for tests of readiness: controls, what stands behind them, requirements."""

from collections.abc import Sequence
from datetime import date, timedelta

from avow.model.content import Content
from avow.model.controls import (
    Applicability,
    Control,
    ControlMapping,
    Evidence,
    Implementation,
    Relationship,
    Status,
)
from avow.model.frameworks import Exemption, Framework, Requirement

TODAY = date(2026, 11, 23)
LIVE = Evidence(
    id="report", document="Audit report", valid_from=date(2026, 1, 1), valid_until=date(2027, 6, 30)
)
OLD = Evidence(
    id="old", document="Last year's report", valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 31)
)
DONE = {
    "status": Status.IMPLEMENTED,
    "owner": "Head of IT",
    "evidence": ("report",),
    "reviewed_on": TODAY - timedelta(days=30),
}


def done(control: str, **other: object) -> Implementation:
    """An entry that lacks nothing, but for what is said otherwise."""
    return Implementation(control=control, **{**DONE, **other})  # type: ignore[arg-type]


def control(identifier: str, *requirements: str, framework: str = "soc2") -> Control:
    return Control(
        id=identifier,
        title=f"The {identifier} control",
        domain="Access",
        statement="s",
        mappings=tuple(
            ControlMapping(
                framework=framework, requirement=one, relationship=Relationship.SUBSET, rationale=f"why {one}"
            )
            for one in requirements
        ),
    )


def framework(
    *ids: str, exempt: Sequence[str] = (), identifier: str = "soc2", title: str = "SOC 2: criteria"
) -> Framework:
    """A heading, then the requirements."""
    return Framework(
        id=identifier,
        title=title,
        version="2017",
        requirements=(
            Requirement(id="CC", title="Common criteria", assessable=False),
            *(Requirement(id=one, title=f"Requirement {one}", group="Access", parent="CC") for one in ids),
        ),
        exemptions=(Exemption(reason="addressed to somebody else", requirements=tuple(exempt)),)
        if exempt
        else (),
    )


def company(
    controls: Sequence[Control],
    implementations: Sequence[Implementation] = (),
    frameworks: Sequence[Framework] = (),
    applicability: Sequence[Applicability] = (),
) -> Content:
    return Content(
        company="Quillworks",
        as_of=TODAY,
        revision="r1",
        frameworks=tuple(frameworks),
        controls=tuple(controls),
        implementations=tuple(implementations),
        applicability=tuple(applicability),
        evidence=(LIVE, OLD),
    )
