"""OSCAL export: valid for somebody else's code, the same bytes each time, and nothing claimed that nobody said."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from trestle.core.profile_resolver import ProfileResolver

from avow.errors import TargetExistsError
from avow.model.base import Scope, Sharing
from avow.model.content import Content
from avow.model.controls import (
    Control,
    ControlMapping,
    Evidence,
    EvidenceRequest,
    Implementation,
    Relationship,
    Status,
)
from avow.model.frameworks import Framework, Requirement
from avow.model.gaps import (
    FoundGap,
    GapEntry,
    GapKind,
    GapRegister,
    GapSeverity,
    GapStatus,
)
from avow.model.oscal import as_markup, from_markup
from avow.model.reasons import Reason
from avow.outputs.oscal import Exported, export
from avow.outputs.oscal.folder import write_documents
from avow.outputs.oscal.ids import token, tokens
from avow.workspace import Workspace
from oscal_documents import valid, written
from small_company import TODAY, changed, loaded

ROOT = Path(__file__).resolve().parents[2]


def register(*entries: GapEntry) -> GapRegister:
    return GapRegister(company="Quillworks", as_of=TODAY, entries=entries)


def entry(gap: str, status: GapStatus = GapStatus.OPEN, **more: Any) -> GapEntry:
    found = FoundGap(
        id=gap,
        kind=GapKind.CONTROL,
        reason=Reason.CONTROL_NOT_IMPLEMENTED,
        subject="Backups",
        detail="Backups is planned.",
        severity=GapSeverity.HIGH,
        severity_rule="a requirement we owe rests on it",
        control="backup",
        requirements={"soc2": ["CC6.1"]},
        **more.pop("found_more", {}),
    )
    said = {"owner": "", "due": None, **more}
    there = status is not GapStatus.CLOSED
    return GapEntry(gap=found, found=there, status=status, first_seen=TODAY, age_days=0, **said)


def exported(content: Content, *entries: GapEntry) -> Exported:
    return export(content, register(*entries), {})


def body(made: Exported, name: str) -> dict[str, Any]:
    (document,) = json.loads(made.files[name]).values()
    return dict(document)


def props(part: dict[str, Any], name: str) -> list[str]:
    return [one["value"] for one in part.get("props", ()) if one["name"] == name]


# ── validity ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped() -> Content:
    return Workspace(ROOT, on=TODAY).content


def test_every_document_of_the_shipped_content_is_valid(shipped: Content, tmp_path: Path) -> None:
    gaps = [entry(f"G-{status.value}", status, due=date(2027, 3, 31)) for status in GapStatus]
    made = export(shipped, register(*gaps), {})
    for path in written(tmp_path, made.files).values():
        assert valid(path).metadata.oscal_version.root.root == "1.2.1"
    assert {name.partition("-")[0].partition(".")[0] for name in made.files} == {
        "catalog",
        "framework",
        "profile",
        "mappings",
        "component",
        "poam",
    }


def test_the_same_content_gives_the_same_bytes_and_another_day_another_edition(shipped: Content) -> None:
    first = export(shipped, register(), {})
    assert export(shipped.model_copy(deep=True), register(), {}).files == first.files
    later = export(changed(shipped, as_of=date(2026, 11, 24)), register(), {})
    before, after = body(first, "catalog.json"), body(later, "catalog.json")
    assert before["uuid"] != after["uuid"]
    assert before["metadata"]["document-ids"] == after["metadata"]["document-ids"]
    assert before["metadata"]["last-modified"] == "2026-11-23T00:00:00Z"
    assert first.files["catalog.json"].endswith(b"}\n")


def test_a_profile_resolves_to_the_controls_mapped_to_its_framework(
    shipped: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = written(tmp_path, export(shipped, register(), {}).files)
    (tmp_path / ".trestle").mkdir()
    monkeypatch.chdir(tmp_path)
    resolved = ProfileResolver.get_resolved_profile_catalog(tmp_path, paths["profile-hipaa.json"])
    found = {control.id for group in resolved.groups or [] for control in group.controls or []}
    assert found == {one.id for one in shipped.controls if "hipaa" in one.requirements()}
    assert 0 < len(found) < len(shipped.controls)


def test_awkward_content_is_exported_validly(tmp_path: Path) -> None:
    """Ids that are no tokens, titles of several lines, markup, and texts that are empty."""
    mapping = ControlMapping(
        framework="our own", requirement="1 (a)", relationship=Relationship.EQUAL, rationale=""
    )
    awkward = Control(
        id="1. Ünïcode id",
        title=" two\nlines * [x](y) <b> ",
        domain="Domain & Co:\t*bold*",
        statement="",
        frequency=" \n ",
        tests=("", "# heading\n\n- item"),
        questions=("",),
        evidence_requests=(EvidenceRequest(artefact="", freshness=""),),
        mappings=(mapping,),
    )
    twin = Control(id="1 Ünïcode id", title="", domain="domain-co-bold", statement="s")
    framework = Framework(
        id="our own",
        title="",
        version="",
        requirements=(
            Requirement(id="1", title="", assessable=False),
            Requirement(id="1 (a)", title="x", parent="1"),
            Requirement(id="1 [a]", title="a heading beside it", parent="1", assessable=False),
            Requirement(id="round", title="in a circle", parent="round"),
        ),
    )
    content = Content(
        company='Ä & Söhne\n"GmbH"',
        as_of=TODAY,
        revision="",
        controls=(awkward, twin),
        frameworks=(framework,),
        implementations=(
            Implementation(control=awkward.id, status=Status.PARTIAL, owner="The\nboss", notes=" "),
        ),
    )
    made = export(content, register(entry("G-1", found_more={"scope": Scope(products=("A B",))})), {})
    for path in written(tmp_path, made.files).values():
        valid(path)


@given(st.lists(st.text(alphabet="ab1 .()[]-_/é", max_size=6), max_size=12))
def test_tokens_are_tokens_and_all_different(texts: list[str]) -> None:
    made = tokens(texts, taken=["a", "_1"])
    assert set(made) == set(texts)
    assert len({*made.values(), "a", "_1"}) == len(made) + 2
    assert all(token(one) == one for one in made.values())


@given(st.text(alphabet="ab \\*_`~^<>[](){}&;#!/-amplt\n", max_size=40))
def test_markup_reads_as_the_text_it_was_made_of(text: str) -> None:
    assert from_markup(as_markup(text)) == text


@given(st.text(alphabet="ab \\*_`[](){}<>&;#!/ampltgx3", max_size=30))
def test_a_commonmark_reader_sees_the_text_itself(text: str) -> None:
    line = " ".join(text.split())
    (inline,) = MarkdownIt("commonmark").parseInline(as_markup(line))
    assert all(child.type in ("text", "text_special") for child in inline.children or [])
    assert "".join(child.content for child in inline.children or []) == line


# ── what is said ───────────────────────────────────────────────────────────────────────────────


def requirements_of(made: Exported) -> list[dict[str, Any]]:
    (component,) = body(made, "component-definition.json")["components"]
    return [
        one
        for part in component.get("control-implementations", ())
        for one in part["implemented-requirements"]
    ]


def test_status_owner_and_dates_are_said_in_oscals_words() -> None:
    content = loaded().content
    made = exported(content)
    rest, backup = requirements_of(made)
    assert (rest["control-id"], props(rest, "implementation-status")) == ("rest", ["implemented"])
    assert (backup["control-id"], props(backup, "implementation-status")) == ("backup", ["planned"])
    assert props(backup, "planned-for") == ["2027-03-31"]
    roles = {one["id"]: one["title"] for one in body(made, "component-definition.json")["metadata"]["roles"]}
    (named,) = backup["responsible-roles"]
    assert roles[named["role-id"]] == "Head of IT"


def test_a_control_nobody_spoke_of_is_left_out_and_counted(tmp_path: Path) -> None:
    content = loaded().content
    silent = tuple(one.model_copy(update={"status": None}) for one in content.implementations)
    some = exported(changed(content, implementations=(silent[0], content.implementations[1])))
    assert ([one["control-id"] for one in requirements_of(some)], some.unstated) == (["backup"], ("rest",))
    nothing = exported(changed(content, implementations=silent))
    assert (requirements_of(nothing), nothing.unstated) == ([], ("rest", "backup"))
    valid(written(tmp_path, nothing.files)["component-definition.json"])


def test_each_scope_is_an_entry_of_its_own() -> None:
    content = loaded().content
    scoped = (
        Implementation(control="rest", status=Status.IMPLEMENTED),
        Implementation(
            control="rest", status=Status.PLANNED, scope=Scope(products=("Quill", "Ink"), regions=("EU",))
        ),
    )
    whole, part = requirements_of(exported(changed(content, implementations=scoped)))
    assert (props(whole, "product"), props(whole, "region")) == ([], [])
    assert (props(part, "product"), props(part, "region")) == (["Quill", "Ink"], ["EU"])
    assert whole["uuid"] != part["uuid"]


def test_a_control_without_a_framework_is_said_against_the_catalogue() -> None:
    content = loaded().content
    unmapped = tuple(one.model_copy(update={"mappings": ()}) for one in content.controls)
    made = exported(changed(content, controls=unmapped))
    (component,) = body(made, "component-definition.json")["components"]
    assert [one["source"] for one in component["control-implementations"]] == ["catalog.json"]
    assert made.unmapped == ("soc2",)
    assert not {"profile-soc2.json", "mappings.json"} & set(made.files)


def test_of_evidence_only_title_validity_and_circle_are_told() -> None:
    content = loaded().content
    secret = Evidence(
        id="scan", document="Scan", sharing=Sharing.INTERNAL, location="smb://vault/scan", notes="ask Kim"
    )
    first = content.implementations[0].model_copy(update={"evidence": ("scan", "report", "scan")})
    made = exported(changed(content, evidence=(*content.evidence, secret), implementations=(first,)))
    resources = body(made, "component-definition.json")["back-matter"]["resources"]
    assert [(one["title"], props(one, "sharing")) for one in resources] == [
        ("Audit report", ["under-nda"]),
        ("Scan", ["internal"]),
    ]
    assert "not handed out" in resources[1]["remarks"]
    assert props(resources[0], "valid-until") == ["2027-06-30"]
    (requirement,) = requirements_of(made)
    assert {one["href"] for one in requirement["links"]} == {f"#{one['uuid']}" for one in resources}
    everything = b"".join(made.files.values())
    assert b"vault" not in everything
    assert b"Kim" not in everything


def test_mappings_stand_in_the_catalogue_and_in_a_collection() -> None:
    made = exported(loaded().content)
    (mapping,) = body(made, "mappings.json")["mappings"]
    first = mapping["maps"][0]
    assert (mapping["source-resource"]["href"], mapping["target-resource"]["href"]) == (
        "catalog.json",
        "framework-soc2.json",
    )
    assert (first["relationship"], first["sources"][0]["id-ref"], first["targets"][0]["id-ref"]) == (
        "subset-of",
        "rest",
        "CC6.1",
    )
    assert first["remarks"] == "It is one of the measures."


def test_a_framework_has_identifiers_and_titles_and_none_of_its_text() -> None:
    (heading,) = body(exported(loaded().content), "framework-soc2.json")["groups"]
    (requirement,) = heading["controls"]
    assert (heading["id"], requirement["id"], requirement["title"]) == ("CC6", "CC6.1", "Logical access")
    assert [part["name"] for part in requirement["parts"]] == ["statement"]
    assert "not part of this document" in requirement["parts"][0]["prose"]


# ── gaps ───────────────────────────────────────────────────────────────────────────────────────


def test_gaps_become_items_with_risks_in_oscals_words() -> None:
    gaps = [
        entry(f"G-{one.value}", one, due=date(2027, 3, 31), owner="Kim", note="soon") for one in GapStatus
    ]
    plan = body(exported(loaded().content, *gaps), "poam.json")
    risks = {one["uuid"]: one for one in plan["risks"]}
    said = {}
    for item in plan["poam-items"]:
        (related,) = item["related-risks"]
        risk = risks[related["risk-uuid"]]
        said[props(item, "status")[0]] = risk["status"]
        assert risk["deadline"] == "2027-03-31T00:00:00Z"
        assert (props(item, "owner"), item["remarks"]) == (["Kim"], "soon")
        assert props(item, "reason") == ["control-not-implemented"]
        assert (props(item, "control"), props(item, "requirement")) == (["backup"], ["CC6.1"])
    assert said == {
        "open": "open",
        "in-progress": "remediating",
        "risk-accepted": "deviation-approved",
        "closed": "closed",
    }


def test_without_gaps_there_is_no_plan_because_oscal_has_no_empty_one() -> None:
    made = exported(loaded().content)
    assert ("poam.json" in made.files, made.gaps) == (False, 0)


# ── the folder ─────────────────────────────────────────────────────────────────────────────────


def test_an_earlier_export_is_replaced_and_its_plan_of_closed_gaps_goes(tmp_path: Path) -> None:
    content = loaded().content
    write_documents(tmp_path, exported(content, entry("G-1")).files, "Quillworks", force=False)
    (tmp_path / "notes.json").write_text('{"a": 1}')
    later = exported(changed(content, revision="r2"))
    write_documents(tmp_path, later.files, "Quillworks", force=False)
    assert {path.name for path in tmp_path.iterdir()} == {*later.files, "notes.json"}
    assert (tmp_path / "catalog.json").read_bytes() == later.files["catalog.json"]


@pytest.mark.parametrize(
    "there", [b"{}", b"not json", b'{"catalog": {"metadata": {"props": []}}}', b"[" * 100_000]
)
def test_somebody_elses_file_stays_without_force(tmp_path: Path, there: bytes) -> None:
    made = exported(loaded().content)
    (tmp_path / "catalog.json").write_bytes(there)
    with pytest.raises(TargetExistsError, match=r"catalog\.json"):
        write_documents(tmp_path, made.files, "Quillworks", force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.json"]
    assert (tmp_path / "catalog.json").read_bytes() == there
    write_documents(tmp_path, made.files, "Quillworks", force=True)
    assert (tmp_path / "catalog.json").read_bytes() == made.files["catalog.json"]


def test_another_companys_export_is_somebody_elses(tmp_path: Path) -> None:
    made = exported(loaded().content)
    write_documents(tmp_path, made.files, "Quillworks", force=False)
    other = exported(changed(loaded().content, company="Inkwell"))
    with pytest.raises(TargetExistsError):
        write_documents(tmp_path, other.files, "Inkwell", force=False)
