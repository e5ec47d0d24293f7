"""Readiness values with every state and hostile text in them, as outputs get them."""

from datetime import date

from avow.assessment.readiness import framework_readiness
from avow.model.controls import Applicability, Control, Implementation, Status
from avow.model.frameworks import Framework, Requirement
from avow.model.readiness import FrameworkReadiness
from readiness_company import company, control, done, framework

HOSTILE = '=HYPERLINK("http://x")</t><script>alert(1)</script>\u202e\x07 "\'{{ 7*7 }} _x0041_ & co'


def assessed() -> FrameworkReadiness:
    """Five requirements, one a state, and two steps."""
    entries = [
        done("good"),
        done("half", evidence=("report", "old"), owner=HOSTILE, notes=HOSTILE),
        Implementation(
            control="open", status=Status.PLANNED, planned_for=date(2027, 3, 31), owner="Head of IT"
        ),
    ]
    decision = Applicability(framework="soc2", requirements=("CC4",), applicable=False, justification=HOSTILE)
    controls = [control("good", "CC1"), hostile(control("half", "CC2")), control("open", "CC3", "CC2")]
    frame = framework("CC1", "CC2", "CC3", "CC4", "CC5", exempt=["CC5"])
    return framework_readiness(frame, company(controls, entries, [frame], [decision]))


def hostile(one: Control) -> Control:
    return one.model_copy(update={"title": HOSTILE})


def annex_a() -> FrameworkReadiness:
    """A clause and eight controls of Annex A, one for each thing a Statement of Applicability says."""
    ids = [f"A.5.{number}" for number in range(1, 9)]
    frame = Framework(
        id="iso27001",
        title="ISO/IEC 27001:2022",
        version="2022",
        requirements=(
            Requirement(id="A", title="Annex A", assessable=False),
            Requirement(id="4.1", title="Context", group="Context"),
            *(Requirement(id=one, title=f"Control {one}", group="Organizational") for one in ids),
        ),
    )
    entries = [
        done("a1"),
        done("a2", owner=""),
        done("a3", status=Status.PARTIAL),
        Implementation(control="a4", status=Status.PLANNED),
        Implementation(control="a6", status=Status.NOT_APPLICABLE, notes="No development is bought."),
    ]
    controls = [control(f"a{number}", f"A.5.{number}", framework="iso27001") for number in range(1, 7)]
    decisions = [
        Applicability(framework="iso27001", requirements=("A.5.1",), justification="customers ask for it"),
        Applicability(
            framework="iso27001", requirements=("A.5.7",), applicable=False, justification="no doors"
        ),
    ]
    return framework_readiness(frame, company(controls, entries, [frame], decisions))
