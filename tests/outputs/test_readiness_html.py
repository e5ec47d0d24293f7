import base64
import hashlib
import re
import shutil
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from avow.errors import ContentError
from avow.model.base import Scope
from avow.model.controls import Relationship, Status
from avow.model.frameworks import Requirement
from avow.model.readiness import (
    ControlAssessment,
    EvidenceAge,
    FrameworkReadiness,
    MappedControl,
    NextDate,
    NextStep,
    Readiness,
    RequirementReadiness,
    Standing,
)
from avow.model.reasons import Reason
from avow.outputs.readiness_html import readiness_html

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TODAY = date(2026, 11, 23)
HOSTILE = (
    "</title></style><script>alert(1)</script>\u202e\x07 \"'><img src=x onerror=alert(2)> {{ 7*7 }} & \ud800"
)


class Elements(HTMLParser):
    """Collects elements with their attributes, and the text that a reader sees."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "

    def of(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.found
            if name == tag and all(value in (attrs.get(key) or "").split() for key, value in wanted.items())
        ]

    def words(self) -> str:
        return " ".join(self.text.split())


def requirement(identifier: str, state: Readiness = Readiness.READY, **more: object) -> RequirementReadiness:
    shape = {key: more.pop(key) for key in ("title", "group", "parent", "designation") if key in more}
    one = Requirement(id=identifier, **{"title": f"Title of {identifier}", "group": "Access", **shape})
    return RequirementReadiness(requirement=one, readiness=state, **more)


def control(identifier: str, standing: Standing = Standing.IN_PLACE, **more: object) -> ControlAssessment:
    status = {
        Standing.IN_PLACE: Status.IMPLEMENTED,
        Standing.PARTLY: Status.PARTIAL,
        Standing.MISSING: None,
        Standing.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    }[standing]
    return ControlAssessment(
        **{
            "control": identifier,
            "title": f"Control {identifier}",
            "status": status,
            "standing": standing,
            "owner": "Head of IT",
            **more,
        }
    )


def mapped(*controls: str) -> tuple[MappedControl, ...]:
    return tuple(
        MappedControl(control=one, relationship=Relationship.SUBSET, rationale=f"Why {one}")
        for one in controls
    )


def framework(
    rows: tuple[RequirementReadiness, ...],
    controls: tuple[ControlAssessment, ...] = (),
    **more: object,
) -> FrameworkReadiness:
    counts = {state: sum(1 for row in rows if row.readiness is state) for state in Readiness}
    ready, partly = counts[Readiness.READY], counts[Readiness.PARTLY]
    applying = ready + partly + counts[Readiness.NOT_READY]
    return FrameworkReadiness(
        **{
            "framework": "soc2",
            "title": "SOC 2: Trust Services Criteria",
            "version": "2017",
            "company": "Quillworks",
            "as_of": TODAY,
            "requirements": rows,
            "assessments": {one.control: one for one in controls},
            "score": (ready + partly / 2) / applying if applying else None,
            "counts": counts,
            **more,
        }
    )


REPORT = EvidenceAge(
    evidence="report", document="Audit report", live=True, age_days=130, valid_until=date(2027, 6, 23)
)
STALE = EvidenceAge(
    evidence="scan", document="Scan", live=False, age_days=200, valid_until=TODAY - timedelta(days=12)
)


@pytest.fixture
def mixed() -> FrameworkReadiness:
    """One requirement of each state, and two groups."""
    return framework(
        (
            requirement("CC6.1", controls=mapped("mfa")),
            requirement(
                "CC6.2",
                Readiness.PARTLY,
                controls=mapped("mfa", "review"),
                designation="addressable",
                next_date=NextDate(on=date(2027, 1, 5), what="planned (review)"),
            ),
            requirement("CC6.3", Readiness.NOT_READY),
            requirement("CC7.1", Readiness.NOT_APPLICABLE, group="Operation", justification="No premises."),
            requirement("CC7.2", Readiness.NOT_OWED, group="Operation", justification="For auditors."),
        ),
        (
            control("mfa", evidence=(REPORT,)),
            control(
                "review",
                Standing.PARTLY,
                lacks=(Reason.CONTROL_PARTLY_IMPLEMENTED, Reason.EVIDENCE_EXPIRED),
                evidence=(STALE,),
                owner="Dana Okafor",
            ),
        ),
        next_steps=(
            NextStep(
                control="review",
                title="Control review",
                lacks=(Reason.CONTROL_PARTLY_IMPLEMENTED, Reason.EVIDENCE_EXPIRED),
                owner="Dana Okafor",
                planned_for=date(2027, 1, 5),
                unlocks=("CC6.2",),
                advances=("CC6.3",),
            ),
        ),
    )


def test_the_score_stands_beside_its_formula_and_every_state_is_counted(mixed: FrameworkReadiness) -> None:
    words = Elements(readiness_html([mixed], TEMPLATES)).words()
    assert "50 % (1 ready + 1 partly ready ÷ 2) ÷ 3 requirements that apply" in words
    assert "1 of 3 requirements that apply is ready; 1 is partly ready and 1 is not ready." in words
    for word in ("Ready 1", "Partly ready 1", "Not ready 1", "Not applicable 1", "Not owed 1"):
        assert word in words


def test_the_picture_has_one_square_for_each_requirement_and_it_leads_to_its_row(
    mixed: FrameworkReadiness,
) -> None:
    page = readiness_html([mixed], TEMPLATES).decode()
    squares = re.findall(
        r'<a href="#([^"]+)"><svg class="sq ([a-z-]+)" [^>]*role="img"><title>([^<]+)</title>', page
    )
    assert [(state, title) for _, state, title in squares] == [
        ("ready", "CC6.1 Title of CC6.1: ready"),
        ("partly", "CC6.2 Title of CC6.2: partly ready"),
        ("not-ready", "CC6.3 Title of CC6.3: not ready"),
        ("not-applicable", "CC7.1 Title of CC7.1: not applicable"),
        ("not-owed", "CC7.2 Title of CC7.2: not owed"),
    ]
    for anchor, state, _ in squares:
        assert f'<tr id="{anchor}" class="req {state}">' in page


def test_no_two_states_are_drawn_with_the_same_shape(mixed: FrameworkReadiness) -> None:
    page = readiness_html([mixed], TEMPLATES).decode()
    shapes = dict(
        re.findall(r'<svg class="sq ([a-z-]+)"[^>]*role="img"><title>[^<]+</title>(.*?)</svg>', page)
    )
    assert len(shapes) == len(Readiness)
    assert len(set(shapes.values())) == len(Readiness)


def test_the_inked_share_of_the_bar_is_the_score(mixed: FrameworkReadiness) -> None:
    page = readiness_html([mixed], TEMPLATES).decode()
    (bar,) = re.findall(r'<svg class="bar".*?</svg></svg>', page)
    widths = {
        state: float(width)
        for state, width in re.findall(r'class="([a-z-]+)" x="[\d.]+%" width="([\d.]+)%"', bar)
    }
    assert mixed.score is not None
    assert widths["ready"] + widths["partly"] / 2 == pytest.approx(100 * mixed.score, abs=0.02)
    assert sum(widths.values()) == pytest.approx(100, abs=0.02)


def test_a_step_says_what_it_lacks_who_owns_it_and_what_it_makes_ready(mixed: FrameworkReadiness) -> None:
    words = Elements(readiness_html([mixed], TEMPLATES)).words()
    assert (
        "1 Control review review The control is implemented in part only Evidence it rests on is no longer valid "
        "Dana Okafor 5 January 2027 1 CC6.2 1 CC6.3" in words
    )
    assert "1 without a control." in words


def test_a_row_says_designation_controls_evidence_with_age_owner_and_next_date(
    mixed: FrameworkReadiness,
) -> None:
    elements = Elements(readiness_html([mixed], TEMPLATES))
    words = elements.words()
    assert "CC6.2 Title of CC6.2 addressable" in words
    assert "Control review subset, partly implemented evidence it rests on is no longer valid" in words
    assert "Audit report 4 months old, valid until 23 June 2027" in words
    assert "Scan expired 12 days ago, on 11 November 2026" in words
    assert "5 January 2027 planned (review)" in words
    assert {"datetime": "2027-06-23", "title": "2027-06-23"} in elements.of("time")
    assert "No control is mapped to it." in words
    assert "No premises." in words
    assert "For auditors." in words


def test_many_controls_are_folded_with_what_lacks_something_in_front() -> None:
    ids = [f"c{number}" for number in range(9)]
    held = framework(
        (requirement("CC6.1", Readiness.PARTLY, controls=mapped(*ids)),),
        tuple(control(one, Standing.MISSING if one == "c8" else Standing.IN_PLACE) for one in ids),
    )
    words = Elements(readiness_html([held], TEMPLATES)).words()
    assert "5 more, in place" in words
    assert words.index("Control c8 subset, no status yet") < words.index("Control c0 subset, implemented")
    assert words.count("subset, implemented") == 8


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (EvidenceAge(evidence="e", document="D", live=True, age_days=0), "new today, no end date"),
        (EvidenceAge(evidence="e", document="D", live=True, age_days=1), "1 day old, no end date"),
        (EvidenceAge(evidence="e", document="D", live=True, age_days=800), "2 years old, no end date"),
        (
            EvidenceAge(evidence="e", document="D", live=True, valid_until=TODAY),
            "valid until 23 November 2026",
        ),
        (EvidenceAge(evidence="e", document="D", live=False, age_days=-30), "valid in 30 days only"),
        (
            EvidenceAge(evidence="e", document="not in the evidence register", live=False),
            "not in the evidence register Head of IT",
        ),
    ],
)
def test_evidence_says_how_old_it_is(evidence: EvidenceAge, said: str) -> None:
    held = framework((requirement("CC6.1", controls=mapped("mfa")),), (control("mfa", evidence=(evidence,)),))
    assert said in Elements(readiness_html([held], TEMPLATES)).words()


def test_a_score_just_below_all_is_not_shown_as_all() -> None:
    rows = tuple(requirement(f"CC6.{number}") for number in range(400))
    held = framework((*rows, requirement("CC7.1", Readiness.PARTLY)))
    assert "99 %" in Elements(readiness_html([held], TEMPLATES)).words()


def test_groups_are_called_by_what_their_ids_share_and_parts_follow_their_whole() -> None:
    held = framework(
        (
            requirement("164.308(a)(1)", group="Administrative safeguards"),
            requirement("164.308(b)(2)", group="Administrative safeguards"),
            requirement("164.404(a)", group="Breach notification"),
            requirement("164.414(b)", group="Breach notification"),
            requirement("Art. 5", group="Chapter II - Principles"),
            requirement("Art. 6", group="Chapter II - Principles"),
            requirement("Art. 5(1)", group="Chapter II - Principles", parent="Art. 5"),
        )
    )
    words = Elements(readiness_html([held], TEMPLATES)).words()
    assert "164.308 Administrative safeguards" in words
    assert "164.404 – 164.414 Breach notification" in words
    assert "Chapter II Principles" in words
    assert words.index("Art. 5 Title") < words.index("Art. 5(1) Title") < words.index("Art. 6 Title")


def test_requirements_that_are_each_others_part_are_all_there() -> None:
    held = framework(
        (requirement("A", parent="B"), requirement("B", parent="A"), requirement("C", parent="C"))
    )
    assert len(Elements(readiness_html([held], TEMPLATES)).of("tr", **{"class": "req"})) == 3


def test_every_link_resolves_and_every_id_is_there_once(mixed: FrameworkReadiness) -> None:
    odd = framework(
        (
            requirement("164.308(a)(1)"),
            requirement("164.308-a-1"),
            requirement("Ünïcode §"),
            requirement("soc2"),
        ),
        framework="CC6.1",
    )
    elements = Elements(readiness_html([mixed, odd, mixed, iso()], TEMPLATES))
    ids = [attrs["id"] for _, attrs in elements.found if "id" in attrs]
    links = [attrs["href"] or "" for attrs in elements.of("a")]
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    named = [attrs["aria-labelledby"] for _, attrs in elements.found if "aria-labelledby" in attrs]
    assert set(named) <= set(ids)


def test_several_frameworks_are_compared_first(mixed: FrameworkReadiness) -> None:
    page = readiness_html([mixed, iso()], TEMPLATES)
    words = Elements(page).words()
    assert "4 of 6 requirements that apply are not ready yet" in words
    assert len(Elements(page).of("svg", **{"class": "bar"})) == 4
    assert words.index("ISO 27001 33 %") < words.index("SOC 2: Trust Services Criteria")


def iso() -> FrameworkReadiness:
    return framework(
        (
            requirement("4.1", Readiness.NOT_READY, group="Context", justification="Asked by the standard."),
            requirement("A.5.1", group="Organizational controls", justification="Customers ask for it."),
            requirement("A.5.2", Readiness.NOT_READY, group="Organizational controls"),
            requirement(
                "A.7.1", Readiness.NOT_APPLICABLE, group="Physical controls", justification="No premises."
            ),
        ),
        framework="iso27001",
        title="ISO/IEC 27001:2022",
    )


def test_the_statement_of_applicability_goes_through_annex_a_with_justification_and_status() -> None:
    page = readiness_html([iso()], TEMPLATES).decode()
    statement = Elements(page[page.index('<section class="soa"') :].encode()).words()
    assert "3 controls of Annex A: 2 included, 1 excluded." in statement
    assert "1 of them has no justification yet." in statement
    assert "A.5.1 Title of A.5.1 Included Customers ask for it. Ready" in statement
    assert "A.5.2 Title of A.5.2 Included Not given yet Not ready" in statement
    assert "A.7.1 Title of A.7.1 Excluded No premises. Not applicable" in statement
    assert "4.1" not in statement.replace("A.", "")


def test_other_frameworks_have_no_statement_of_applicability(mixed: FrameworkReadiness) -> None:
    assert b"Statement of Applicability" not in readiness_html([mixed], TEMPLATES)


def test_the_scope_asked_about_is_said(mixed: FrameworkReadiness) -> None:
    narrow = mixed.model_copy(update={"scope": Scope(products=("Cloud",), regions=("EU",))})
    assert "Scope Cloud, EU" in Elements(readiness_html([narrow], TEMPLATES)).words()
    assert "Scope The whole company" in Elements(readiness_html([mixed], TEMPLATES)).words()


def hostile() -> FrameworkReadiness:
    """Text that nobody should trust in every field that takes text."""
    age = EvidenceAge(evidence=HOSTILE, document=HOSTILE, live=True, age_days=3)
    behind = MappedControl(control=HOSTILE, relationship=Relationship.EQUAL, rationale=HOSTILE)
    next_date = NextDate(on=TODAY, what=HOSTILE)
    texts = {"title": HOSTILE, "group": HOSTILE, "designation": HOSTILE, "justification": HOSTILE}
    return framework(
        (
            requirement(HOSTILE, Readiness.PARTLY, controls=(behind,), next_date=next_date, **texts),
            requirement(f"A.{HOSTILE}", Readiness.NOT_APPLICABLE, **texts),
            requirement(f"B{HOSTILE}", Readiness.NOT_READY, **{**texts, "group": f"{HOSTILE} - {HOSTILE}"}),
        ),
        (
            control(
                HOSTILE,
                Standing.PARTLY,
                title=HOSTILE,
                owner=HOSTILE,
                notes=HOSTILE,
                evidence=(age,),
                lacks=(Reason.OWNER_MISSING,),
            ),
        ),
        framework="iso27001",
        title=HOSTILE,
        version=HOSTILE,
        company=HOSTILE,
        scope=Scope(products=(HOSTILE,)),
        next_steps=(
            NextStep(
                control=HOSTILE,
                title=HOSTILE,
                lacks=(Reason.OWNER_MISSING,),
                owner=HOSTILE,
                unlocks=(HOSTILE,),
                advances=(HOSTILE, "nowhere"),
            ),
        ),
    )


@pytest.mark.parametrize("how_many", [1, 2])
def test_hostile_text_is_inert_and_unseen_characters_are_seen(how_many: int) -> None:
    page = readiness_html([hostile()] * how_many, TEMPLATES)
    elements = Elements(page)
    tags = {tag for tag, _ in elements.found}
    assert not tags & {"script", "img", "iframe", "object", "base", "form"}
    assert not [attrs for _, attrs in elements.found if any(name.startswith("on") for name in attrs)]
    assert "\u202e".encode() not in page
    assert b"\x07" not in page
    assert "{{ 7*7 }}" in elements.text
    assert "<script>alert(1)</script>" in elements.text
    for attrs in (attrs for _, attrs in elements.found if "id" in attrs):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", attrs["id"] or "")


def test_nothing_is_fetched_and_nothing_runs(mixed: FrameworkReadiness) -> None:
    page = readiness_html([mixed, iso()], TEMPLATES).decode()
    elements = Elements(page.encode())
    for _tag, attrs in elements.found:
        assert not {"src", "action", "srcset", "data", "style", "poster"} & set(attrs)
        for name in ("href", "xlink:href"):
            assert (attrs.get(name) or "#").startswith(("#", "data:,"))
    assert not elements.of("script")
    assert "@import" not in page
    assert "url(" not in page


def test_the_policy_allows_the_style_of_the_page_and_nothing_else(mixed: FrameworkReadiness) -> None:
    page = readiness_html([mixed], TEMPLATES).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "script-src" not in policy[1]
    assert "unsafe" not in policy[1]


def test_the_same_values_give_the_same_bytes(mixed: FrameworkReadiness) -> None:
    again = FrameworkReadiness.model_validate_json(mixed.model_dump_json())
    assert readiness_html([mixed, iso()], TEMPLATES) == readiness_html([again, iso()], TEMPLATES)


def test_without_frameworks_the_page_says_what_to_do_first() -> None:
    words = Elements(readiness_html([], TEMPLATES)).words()
    assert "There is no framework to assess yet." in words
    assert "controls/frameworks/" in words


def test_without_requirements_controls_or_statuses_the_page_says_what_to_do_first() -> None:
    empty = Elements(readiness_html([framework(())], TEMPLATES)).words()
    assert "This framework has no requirement that could be assessed." in empty
    bare = Elements(readiness_html([framework((requirement("CC6.1", Readiness.NOT_READY),))], TEMPLATES))
    assert "No control is mapped to this framework yet." in bare.words()
    unsaid = framework(
        (requirement("CC6.1", Readiness.NOT_READY, controls=mapped("mfa")),),
        (control("mfa", Standing.MISSING),),
    )
    assert (
        "Nobody has said yet how far any control works."
        in Elements(readiness_html([unsaid], TEMPLATES)).words()
    )
    excluded = framework((requirement("CC6.1", Readiness.NOT_APPLICABLE),))
    words = Elements(readiness_html([excluded], TEMPLATES)).words()
    assert "No score: nothing applies" in words
    assert "No justification given." in words


def test_where_all_is_ready_there_is_nothing_to_do() -> None:
    held = framework((requirement("CC6.1", controls=mapped("mfa")),), (control("mfa"),))
    words = Elements(readiness_html([held], TEMPLATES)).words()
    assert "The 1 requirement that applies is ready." in words
    assert "100 %" in words
    assert "Nothing: every requirement that applies is ready." in words


@pytest.mark.parametrize("name", ["readiness.html.j2", "readiness.css", "page.css"])
def test_a_missing_template_is_named_with_advice(
    name: str, mixed: FrameworkReadiness, tmp_path: Path
) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates" / name).unlink()
    with pytest.raises(ContentError, match=rf"{re.escape(name)} is missing; .*avow init"):
        readiness_html([mixed], tmp_path / "templates")


def test_a_broken_template_is_named_with_its_line(mixed: FrameworkReadiness, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates/readiness.html.j2").write_text("one\n{% if %}")
    with pytest.raises(ContentError, match=r"readiness\.html\.j2:2:"):
        readiness_html([mixed], tmp_path / "templates")


def test_a_template_cannot_reach_out(mixed: FrameworkReadiness, tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates/readiness.html.j2").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ContentError, match="templates do not fit"):
        readiness_html([mixed], tmp_path / "templates")
