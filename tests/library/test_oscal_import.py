"""OSCAL import: our own catalogues come back as they were, others' as well as they can, hostile ones not at all."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.errors import AvowError, ContentError, InputRefusedError, TargetExistsError
from avow.library.edits import unfit
from avow.library.folder import ContentFolder
from avow.library.loader import load
from avow.library.oscal_controls import LeftOut, own_domains
from avow.library.oscal_import import Imported, import_controls, import_framework
from avow.library.oscal_prose import PlainProse
from avow.library.oscal_source import MAX_BYTES, read_catalog
from avow.library.starting import start_workspace
from avow.library.yaml_writing import catalogue_yaml
from avow.model.content import Content
from avow.model.controls import Control, ControlMapping, ControlType, EvidenceRequest, Relationship
from avow.model.frameworks import Exemption, Framework, Requirement
from avow.model.oscal import Catalog
from oscal_documents import foreign_catalog, valid
from small_company import FILES, TODAY, Tree, loaded

ROOT = Path(__file__).resolve().parents[2]


def exported(content: Content, folder: Path, homes: dict[str, str] | None = None) -> Path:
    """The content's OSCAL documents in a folder. Through the façade's parts: outputs and library never meet."""
    from avow.model.gaps import GapRegister
    from avow.outputs.oscal import export

    register = GapRegister(company=content.company, as_of=content.as_of, entries=())
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in export(content, register, homes or {}).files.items():
        (folder / name).write_bytes(data)
    return folder


def workspace(root: Path) -> ContentFolder:
    return ContentFolder(root, TODAY)


def without_catalogue(tree: Tree, **more: str) -> Path:
    gone = ("controls/catalogue/", "controls/status.yaml", "answer_library/cryptography.yaml")
    return tree({**{name: text for name, text in FILES.items() if not name.startswith(gone)}, **more})


def foreign(tmp_path: Path, document: Any = None) -> Path:
    path = tmp_path / "lantern.json"
    path.write_text(json.dumps(foreign_catalog() if document is None else document))
    return path


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def controls_of(root: Path) -> dict[str, Control]:
    return workspace(root).content.control_by_id


# ── round trips ────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_catalogue_comes_back_as_it_was_into_a_bare_workspace(tmp_path: Path) -> None:
    source = workspace(ROOT)
    homes = {
        where.partition(":")[2]: Path(file).stem
        for where, (file, _) in source.loaded.places.items()
        if where.startswith("control:")
    }
    out = exported(source.content, tmp_path / "out", homes)
    root = tmp_path / "bare"
    start_workspace(root, company="Quillworks", bare=True, on=TODAY)
    names = {path.name for path in (root / "controls/catalogue").iterdir()}
    done = import_controls(workspace(root), out / "catalog.json", force=True)
    assert workspace(root).content.controls == source.content.controls
    assert {path.name for path in (root / "controls/catalogue").iterdir()} == names
    assert (done.count, done.left_out) == (len(source.content.controls), ())


@pytest.mark.parametrize("framework", ["soc2", "iso27001", "hipaa", "gdpr"])
def test_the_shipped_frameworks_come_back_as_they_were(tmp_path: Path, framework: str) -> None:
    content = workspace(ROOT).content
    out = exported(content, tmp_path / "out")
    root = tmp_path / "bare"
    start_workspace(root, company="Quillworks", bare=True, on=TODAY)
    import_framework(workspace(root), out / f"framework-{framework}.json", None, force=True)
    assert workspace(root).content.framework_by_id[framework] == content.framework_by_id[framework]
    assert workspace(root).content.frameworks == content.frameworks


def test_file_names_keep_the_order_where_the_catalogue_names_none(tmp_path: Path, tree: Tree) -> None:
    content = workspace(ROOT).content
    out = exported(content, tmp_path / "out")
    root = tree({"avow.toml": 'company = "Q"\n'})
    for one in content.frameworks:
        import_framework(workspace(root), out / f"framework-{one.id}.json", None, force=False)
    import_controls(workspace(root), out / "catalog.json", force=False)
    assert workspace(root).content.controls == content.controls
    assert "01-access-control.yaml" in {path.name for path in (root / "controls/catalogue").iterdir()}


def test_a_framework_keeps_headings_exemptions_designations_and_odd_parents(
    tmp_path: Path, tree: Tree
) -> None:
    framework = Framework(
        id="our own",
        title="Ours * and\nmore",
        version="1.10",
        notice="Nobody's [x](y).",
        requirements=(
            Requirement(id="2", title="Two", assessable=False),
            Requirement(id="1", title="One", assessable=False),
            Requirement(id="1 (a)", title="One a", group="Somewhere", parent="1", designation="required"),
            Requirement(id="1-a", title="", parent="1"),
            Requirement(id="1.1", title="Heading beside them", parent="1", assessable=False),
            Requirement(id="1.1.1", title="Below", parent="1.1"),
            Requirement(id="2.1", title="Lost", parent="nowhere"),
            Requirement(id="x", title="Chases y", parent="y"),
            Requirement(id="y", title="Chases x", parent="x"),
        ),
        exemptions=(
            Exemption(reason="Not *ours*", requirements=("1-a", "1 (a)")),
            Exemption(reason="Nor this", requirements=("2.1",)),
        ),
    )
    content = Content(company="Q", as_of=TODAY, revision="r", frameworks=(framework,))
    out = exported(content, tmp_path / "out")
    valid(out / "framework-our-own.json")
    root = tree({"avow.toml": 'company = "Q"\n'})
    import_framework(workspace(root), out / "framework-our-own.json", None, force=False)
    assert workspace(root).content.frameworks == (framework,)


_TEXT = st.text(alphabet="ab \n\t*_`[](){}<>&;\\:#-'\"|>%@,?!é\u2028\u0085😀", max_size=30).filter(
    lambda text: unfit(text) is None
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT), min_size=1, max_size=3))
def test_any_control_comes_back_as_it_was(tmp_path: Path, texts: list[tuple[str, str, str]]) -> None:
    controls = tuple(
        Control(
            id=f"{number} c",
            title=first,
            domain="D",
            statement=second,
            objective=third,
            type=ControlType.DETECTIVE,
            owner_role=first,
            frequency=second,
            guidance=third,
            evidence_requests=(EvidenceRequest(artefact=first, freshness=second),),
            tests=(third, first),
            questions=(second, ""),
            mappings=(
                ControlMapping(
                    framework="f", requirement="1", relationship=Relationship.SUPERSET, rationale=third
                ),
            ),
        )
        for number, (first, second, third) in enumerate(texts)
    )
    framework = Framework(id="f", title="F", version="1", requirements=(Requirement(id="1", title="One"),))
    content = Content(company="Q", as_of=TODAY, revision="r", controls=controls, frameworks=(framework,))
    catalog = read_catalog(exported(content, tmp_path / "out") / "catalog.json")
    left_out = LeftOut()
    (domain,) = own_domains(catalog, left_out)
    data = catalogue_yaml("# made\n", domain.title, domain.controls)
    back = load({"controls/catalogue/d.yaml": data}, company="Q", as_of=TODAY, release=None, revision="r")
    assert (back.issues, left_out.said()) == ([], [])
    assert back.content.controls == controls


# ── other people's catalogues ──────────────────────────────────────────────────────────────────


@pytest.fixture
def lantern(tmp_path: Path, tree: Tree) -> tuple[Path, Imported]:
    root = without_catalogue(tree)
    return root, import_controls(workspace(root), foreign(tmp_path), force=False)


def test_the_foreign_catalogue_of_these_tests_is_valid(tmp_path: Path) -> None:
    valid(foreign(tmp_path))


def test_groups_become_domains_and_enhancements_controls_of_their_own(lantern: tuple[Path, Imported]) -> None:
    root, done = lantern
    assert [(one.domain, one.id) for one in workspace(root).content.controls] == [
        ("Lantern Baseline for Harbour Systems", "lb-1"),
        ("People on watch", "wa-1"),
        ("People on watch", "wa-1.1"),
        ("People on watch", "wa-1.1.1"),
        ("People on watch", "wa-2"),
        ("Tools", "to-1"),
        ("Tools", "to-3"),
        ("Berths", "be-1"),
    ]
    assert (done.count, done.title) == (8, "Lantern Baseline for Harbour Systems")
    assert [name.rpartition("/")[2] for name in done.written] == [
        "1-lantern-baseline-for-harbour-systems.yaml",
        "2-people.yaml",
        "3-tools.yaml",
        "4-berths.yaml",
    ]


def test_parameters_stand_filled_in_or_in_brackets_and_markup_goes(lantern: tuple[Path, Imported]) -> None:
    controls = controls_of(lantern[0])
    assert controls["wa-1"].statement == (
        "[the operator]: a. keeps a rota for all quays; the tower; b. reviews it [choose one or more: monthly; "
        "after [an event]]; and c. tells everybody on it, see the annex & the rota file."
    )
    assert controls["wa-1"].guidance == "Two people per watch *at least*. More at night."
    assert controls["wa-1.1"].statement == "The rota is kept in [wa-1.1_prm_1]."
    assert controls["wa-2"].statement == "[again [loop]]"
    assert controls["to-1"].statement == "Lamps are tested [nobody]."
    assert controls["be-1"].statement == "Moorings hold 5 * 3 tonnes."


def test_assessment_methods_become_evidence_and_tests(lantern: tuple[Path, Imported]) -> None:
    control = controls_of(lantern[0])["wa-1"]
    assert [one.artefact for one in control.evidence_requests] == ["The rota", "Signed hand-overs"]
    assert control.tests == ("Interview: Watch leader; Deputies",)


def test_what_was_left_out_is_said(lantern: tuple[Path, Imported]) -> None:
    assert lantern[1].left_out == (
        "links: 1",
        "parts named 'assessment-objective': 1",
        "parts named 'overview': 1",
        "wa-1.2: withdrawn",
        "to-1: its guidance: it looks like a template ({{ }} or {% %})",
        "to-2: the control, with its title: it looks like a template ({{ }} or {% %})",
        "to-3: has no statement; its title stands for it",
    )
    assert controls_of(lantern[0])["to-1"].guidance == ""


def test_the_files_read_like_those_people_write(lantern: tuple[Path, Imported]) -> None:
    text = (lantern[0] / "controls/catalogue/2-people.yaml").read_text()
    assert "    statement: >-\n      [the operator]: a. keeps a rota" in text
    assert "\n\n  - id: wa-1.1\n    title: Rota kept by machine\n" in text
    assert max(len(line) for line in text.splitlines()) <= 110


def test_a_fifth_framework_comes_in_with_headings_and_parents(tmp_path: Path, tree: Tree) -> None:
    root = tree(FILES)
    done = import_framework(workspace(root), foreign(tmp_path), "lantern", force=False)
    framework = workspace(root).content.framework_by_id["lantern"]
    said = [(one.id, one.parent, one.assessable) for one in framework.requirements]
    assert said == [
        ("LB-1", None, True),
        ("watch", None, False),
        ("people", "watch", False),
        ("WA-1", "people", True),
        ("WA-1.1", "WA-1", True),
        ("WA-1.1.1", "WA-1.1", True),
        ("WA-2", "people", True),
        ("tools", "watch", False),
        ("TO-1", "tools", True),
        ("TO-3", "tools", True),
        ("berths", None, False),
        ("BE-1", "berths", True),
    ]
    assert (framework.title, framework.version) == ("Lantern Baseline for Harbour Systems", "3.1")
    assert framework.notice == "Text of the Lantern Society, free to use."
    assert framework.requirement_by_id["WA-1"].group == "People on watch"
    assert done.written == ("controls/frameworks/lantern.yaml",)
    assert "rota for" not in (root / done.written[0]).read_text()


def test_controls_can_be_mapped_to_the_fifth_framework_without_code(tmp_path: Path, tree: Tree) -> None:
    mapping = {
        "control": "rest",
        "requirement": "WA-1",
        "relationship": "intersects",
        "rationale": "Both keep.",
    }
    mappings = yaml.safe_dump({"framework": "lantern", "mappings": [mapping]})
    root = tree({**FILES, "controls/mappings/lantern.yaml": mappings})
    import_framework(workspace(root), foreign(tmp_path), "lantern", force=False)
    assert controls_of(root)["rest"].requirements()["lantern"] == ["WA-1"]


def test_labels_that_two_controls_share_do_not_become_ids_twice(tmp_path: Path, tree: Tree) -> None:
    document = foreign_catalog()
    group = document["catalog"]["groups"][1]
    twin = {**group["controls"][0], "id": "be-2", "title": "Bollards"}
    other = {**twin, "id": "be-3", "props": [{"name": "label", "value": "be-2"}]}
    group["controls"] += [twin, other]
    root = tree(FILES)
    import_framework(workspace(root), foreign(tmp_path, document), "lantern", force=False)
    found = workspace(root).content.framework_by_id["lantern"].requirements
    assert [one.id for one in found[-3:]] == ["BE-1", "be-2", "be-3"]


# ── what is refused ────────────────────────────────────────────────────────────────────────────


def deep(levels: int) -> bytes:
    return b'{"catalog": ' + b"[" * levels + b"]" * levels + b"}"


_HEAD = '{"catalog": {"uuid": "u", "metadata": {"title": "t", "last-modified": "l", "version": "v", "oscal-version": "1"}'
HOSTILE = {
    "nothing": (b"", "file-empty"),
    "only a mark": (b"\xef\xbb\xbf \n", "file-empty"),
    "xml": (b'<?xml version="1.0"?><catalog/>', "format-unsupported"),
    "yaml": (b"catalog:\n  uuid: x\n", "format-unsupported"),
    "an archive": (b"PK\x03\x04\x00\x00", "format-unsupported"),
    "latin-1": ('{"catalog": "é"}'.encode("latin-1"), "encoding-error"),
    "cut off": (b'{"catalog": {"uuid": "x"', "file-damaged"),
    "an open string": (b'{"catalog": "' + b"\\\\x" * 100_000, "file-damaged"),
    "a million brackets": (deep(1_000_000), "file-damaged"),
    "a bit too deep": (deep(64), "file-damaged"),
    "brackets that never open": (b'{"catalog"' + b"]" * 100_000, "file-damaged"),
    "a key twice": (b'{"catalog": {"uuid": "a", "uuid": "b"}}', "file-damaged"),
    "no number": (b'{"catalog": {"uuid": NaN}}', "file-damaged"),
    "a huge number": (b'{"catalog": {"uuid": ' + b"9" * 5000 + b"}}", "file-damaged"),
    "a list": (b"[]", "format-unsupported"),
    "a profile": (b'{"profile": {}}', "format-unsupported"),
    "no metadata": (b'{"catalog": {"uuid": "x"}}', "file-damaged"),
    "no controls": (f"{_HEAD}}}}}".encode(), "file-empty"),
    "null for a list": (f'{_HEAD}, "controls": null}}}}'.encode(), "file-damaged"),
    "half a character": (
        f'{_HEAD}, "controls": [{{"id": "a", "title": "\\ud800"}}]}}}}'.encode(),
        "encoding-error",
    ),
    "one id twice": (
        f'{_HEAD}, "controls": [{{"id": "a", "title": "A"}}, {{"id": "a", "title": "B"}}]}}}}'.encode(),
        "file-damaged",
    ),
    "too many": (
        f'{_HEAD}, "controls": [{", ".join(json.dumps({"id": f"c{n}", "title": "T"}) for n in range(10_001))}]}}}}'.encode(),
        "file-too-large",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_is_written(tmp_path: Path, tree: Tree, case: str) -> None:
    data, code = HOSTILE[case]
    root = without_catalogue(tree)
    before = snapshot(root)
    path = tmp_path / "hostile.json"
    path.write_bytes(data)
    with pytest.raises(InputRefusedError) as refused:
        import_controls(workspace(root), path, force=True)
    assert refused.value.code == code
    assert len(str(refused.value)) < 600
    assert snapshot(root) == before


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(tmp_path: Path, tree: Tree) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(InputRefusedError, match="32 MiB"):
        import_controls(workspace(without_catalogue(tree)), path, force=False)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, tree: Tree) -> None:
    root = without_catalogue(tree)
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputRefusedError):
            import_controls(workspace(root), path, force=False)


def test_parameters_cannot_make_a_text_grow_without_end() -> None:
    document = foreign_catalog()["catalog"]
    document["params"] = [
        {"id": f"p{n}", "label": " ".join([f"{{{{ insert: param, p{n + 1} }}}}"] * 9)} for n in range(50)
    ]
    prose = PlainProse(Catalog.model_validate(document))
    assert len(prose("{{ insert: param, p0 }}")) < 400


def test_texts_that_content_would_read_as_more_are_left_out(tmp_path: Path, tree: Tree) -> None:
    """A fact's brackets, a bell, a template: in our own documents too, which anybody can edit."""
    out = exported(loaded().content, tmp_path / "out")
    document = json.loads((out / "catalog.json").read_bytes())
    first, _ = document["catalog"]["groups"][0]["controls"]
    first["parts"][0]["prose"] = "Stored data is {{ config }}."
    (out / "catalog.json").write_text(json.dumps(document))
    root = without_catalogue(tree)
    done = import_controls(workspace(root), out / "catalog.json", force=False)
    assert list(controls_of(root)) == ["backup"]
    assert done.left_out == ("rest: it looks like a template ({{ }} or {% %})",)


@pytest.mark.parametrize("name", ["../../../evil", "/etc/evil", "a/b", ".hidden", "x" * 300, "nul\x00l"])
def test_a_document_cannot_name_a_file_outside_the_catalogue(tmp_path: Path, tree: Tree, name: str) -> None:
    out = exported(loaded().content, tmp_path / "out", {"rest": "fine", "backup": "fine"})
    document = json.loads((out / "catalog.json").read_bytes())
    (file,) = document["catalog"]["groups"][0]["props"]
    assert file["value"] == "fine"
    file["value"] = name
    (out / "catalog.json").write_text(json.dumps(document))
    root = without_catalogue(tree)
    done = import_controls(workspace(root), out / "catalog.json", force=False)
    assert done.written == ("controls/catalogue/cryptography.yaml",)


def test_a_catalogue_folder_that_leads_out_of_the_workspace_is_not_written(
    tmp_path: Path, tree: Tree
) -> None:
    root = without_catalogue(tree)
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "controls/catalogue").symlink_to(outside)
    with pytest.raises(AvowError, match="out of the workspace"):
        import_controls(workspace(root), foreign(tmp_path), force=False)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("identifier", ["", "PCI", "../pci", "a b", "x" * 41])
def test_a_framework_id_is_a_plain_word(tmp_path: Path, tree: Tree, identifier: str) -> None:
    root = tree(FILES)
    with pytest.raises(InputRefusedError, match="--id"):
        import_framework(workspace(root), foreign(tmp_path), identifier, force=False)


def test_a_foreign_framework_needs_an_id(tmp_path: Path, tree: Tree) -> None:
    with pytest.raises(InputRefusedError, match="add --id"):
        import_framework(workspace(tree(FILES)), foreign(tmp_path), None, force=False)


def test_a_frameworks_catalogue_is_not_taken_for_controls(tmp_path: Path, tree: Tree) -> None:
    out = exported(loaded().content, tmp_path / "out")
    with pytest.raises(InputRefusedError, match="--as framework"):
        import_controls(workspace(without_catalogue(tree)), out / "framework-soc2.json", force=False)


# ── what is there already ──────────────────────────────────────────────────────────────────────


def test_controls_that_are_there_stay_without_force(tmp_path: Path, tree: Tree) -> None:
    root = tree(FILES)
    out = exported(loaded().content, tmp_path / "out")
    before = snapshot(root)
    with pytest.raises(TargetExistsError, match=r"'backup' is there already, in controls/catalogue/crypto"):
        import_controls(workspace(root), out / "catalog.json", force=False)
    assert snapshot(root) == before


def test_force_replaces_the_file_that_held_them_whatever_its_name(tmp_path: Path, tree: Tree) -> None:
    root = tree(FILES)
    content = loaded().content
    out = exported(content, tmp_path / "out", {"rest": "newer", "backup": "newer"})
    done = import_controls(workspace(root), out / "catalog.json", force=True)
    assert (done.written, done.removed) == (
        ("controls/catalogue/newer.yaml",),
        ("controls/catalogue/cryptography.yaml",),
    )
    assert workspace(root).content.controls == content.controls
    assert [path.name for path in (root / "controls/catalogue").iterdir()] == ["newer.yaml"]


def test_force_never_drops_a_control_that_the_import_does_not_bring(tmp_path: Path, tree: Tree) -> None:
    content = loaded().content
    one = content.model_copy(update={"controls": content.controls[:1]})
    out = exported(one, tmp_path / "out")
    root = tree(FILES)
    before = snapshot(root)
    with pytest.raises(TargetExistsError, match=r"has the control 'backup' too"):
        import_controls(workspace(root), out / "catalog.json", force=True)
    assert snapshot(root) == before


def test_a_file_of_the_same_name_stays_without_force(tmp_path: Path, tree: Tree) -> None:
    root = without_catalogue(tree, **{"controls/catalogue/2-people.yaml": "domain: Mine\ncontrols: []\n"})
    with pytest.raises(TargetExistsError, match=r"2-people\.yaml is there already"):
        import_controls(workspace(root), foreign(tmp_path), force=False)


def test_a_framework_that_is_there_is_replaced_with_force_only(tmp_path: Path, tree: Tree) -> None:
    out = exported(loaded().content, tmp_path / "out")
    changed = FILES["controls/frameworks/soc2.yaml"].replace("Logical access", "Locks")
    files = {name: text for name, text in FILES.items() if name != "controls/frameworks/soc2.yaml"}
    root = tree({**files, "controls/frameworks/elsewhere.yaml": changed})
    with pytest.raises(TargetExistsError, match=r"elsewhere\.yaml is there already"):
        import_framework(workspace(root), out / "framework-soc2.json", None, force=False)
    import_framework(workspace(root), out / "framework-soc2.json", None, force=True)
    assert workspace(root).content.frameworks == loaded().content.frameworks
    assert [path.name for path in (root / "controls/frameworks").iterdir()] == ["elsewhere.yaml"]


def test_an_import_that_would_break_the_content_writes_nothing(tmp_path: Path, tree: Tree) -> None:
    """Mappings to a framework that is not there."""
    out = exported(loaded().content, tmp_path / "out")
    root = tree({"avow.toml": 'company = "Q"\n', "controls/notes.yaml": "a: b\n"})
    before = snapshot(root)
    with pytest.raises(ContentError, match=r"nothing was imported.*there is no framework 'soc2'"):
        import_controls(workspace(root), out / "catalog.json", force=False)
    assert snapshot(root) == before


def test_errors_that_were_there_before_do_not_stand_in_the_way(tmp_path: Path, tree: Tree) -> None:
    root = without_catalogue(tree, **{"controls/status.yaml": FILES["controls/status.yaml"]})
    assert any(issue.code == "unknown-control" for issue in workspace(root).issues())
    out = exported(loaded().content, tmp_path / "out")
    import_controls(workspace(root), out / "catalog.json", force=False)
    assert not any(issue.code == "unknown-control" for issue in workspace(root).issues())
