"""OSCAL catalogs sent as questionnaires: each control's statement is a row, without a place for an answer."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_json import MadeFile, aside, asked

from avow.errors import InputRefusedError
from avow.model.reasons import Reason

SHARED = Path(__file__).resolve().parents[3] / "shared" / "questionnaires" / "mvsp"


def control(number: str, prose: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"c-{number}", "class": "ours", "title": f"Title {number}", "props": [{"name": "label", "value": number}],
        "parts": [{"name": "statement", "prose": prose}, {"name": "guidance", "prose": "Think of it."}], **more,
    }  # fmt: skip


def catalog(*controls: dict[str, Any]) -> str:
    groups = [{"id": "g", "title": "Business", "controls": list(controls)}]
    return json.dumps(
        {"catalog": {"uuid": "u", "metadata": {"title": "Ours", "version": "1"}, "groups": groups}}, indent=1
    )


def test_each_statement_is_a_question_and_the_rest_has_a_reason(tmp_path: Path) -> None:
    form = MadeFile(
        tmp_path, catalog(control("1.1", "Test backups."), control("1.2", "Patch systems."))
    ).understood
    at = "/catalog/groups/0/controls"
    assert asked(form) == [(f"{at}/0/parts/0", "Test backups."), (f"{at}/1/parts/0", "Patch systems.")]
    assert [(one.ref, one.section) for one in form.questions] == [
        ("1.1", "Business / Title 1.1"), ("1.2", "Business / Title 1.2"),
    ]  # fmt: skip
    assert all(one.place.blocked == (Reason.NO_ANSWER_PLACE,) for one in form.questions)
    assert [reason for _, reason in aside(form)] == [
        "not-a-question",
        "section-heading",
        "instruction",
        "instruction",
    ]
    assert [note.reason for note in form.notes] == [Reason.NO_ANSWER_PLACE]


def test_enhancements_are_rows_and_mappings_to_other_frameworks_are_not(tmp_path: Path) -> None:
    enhancement = control("1.1(1)", "Test them quarterly.", **{"class": "ours-enhancement"})
    mapping = control("A.8.13", "Please see the standard.", **{"class": "iso"})
    form = MadeFile(
        tmp_path, catalog(control("1.1", "Test backups.", controls=[enhancement, mapping]))
    ).understood
    assert [text for _, text in asked(form)] == ["Test backups.", "Test them quarterly."]
    assert ("/catalog/groups/0/controls/0/controls/1", "not-a-question") in aside(form)


def test_statements_of_several_parts_are_joined_with_labels_and_parameters(tmp_path: Path) -> None:
    inner = {
        "name": "item",
        "props": [{"name": "label", "value": "a."}],
        "prose": "every {{ insert: param, p-1 }};",
    }
    statement = {"name": "statement", "prose": "Review access:", "parts": [inner]}
    one = control("2", "", parts=[statement], params=[{"id": "p-1", "label": "period"}])
    assert [text for _, text in asked(MadeFile(tmp_path, catalog(one)).understood)] == [
        "Review access:\na. every [period];"
    ]


def test_a_withdrawn_control_is_skipped_and_one_without_a_statement_asks_its_title(tmp_path: Path) -> None:
    withdrawn = control("1", "Old.", props=[{"name": "status", "value": "withdrawn"}])
    form = MadeFile(tmp_path, catalog(withdrawn, {"id": "c", "title": "Encrypt backups"})).understood
    assert [text for _, text in asked(form)] == ["Encrypt backups"]
    assert "skipped-by-form" in [reason for _, reason in aside(form)]


def test_filling_leaves_a_catalog_as_it_is(tmp_path: Path) -> None:
    form = MadeFile(tmp_path, catalog(control("1", "Test backups.")))
    assert form.filled({}) == form.raw


def test_another_oscal_model_is_refused_by_its_name(tmp_path: Path) -> None:
    form = MadeFile(tmp_path, '{"component-definition": {"uuid": "u", "metadata": {}}}')
    with pytest.raises(
        InputRefusedError, match="an OSCAL component definition, which asks nothing"
    ) as refused:
        form.understood  # noqa: B018  # reading it raises
    assert refused.value.code == Reason.NO_QUESTION_FOUND


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real catalogs are not beside this checkout")
@pytest.mark.parametrize(
    "name", ["mvsp_v3.0-20231109-catalog.json", "MVSP_v3.0-20231109-mapping-catalog.json"]
)
def test_the_real_control_lists_ask_their_25_controls(tmp_path: Path, name: str) -> None:
    form = MadeFile(tmp_path, (SHARED / name).read_bytes())
    labels = [one.ref for one in form.understood.questions]
    assert len(labels) == 25
    assert labels[0] == "1.1"
    assert labels[-1] == "4.4"
    assert form.filled({}) == form.raw
