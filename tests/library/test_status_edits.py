"""Editing the status file: one entry changes, and every other byte stays."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.compliance import Compliance
from avow.errors import ContentError
from avow.library.status_edits import StatusEdit, edited_text
from avow.library.yaml_source import parse
from avow.model.base import Scope
from avow.workspace import Workspace
from small_company import FILES, TODAY, Tree

NAME = "controls/status.yaml"
FILE = """\
# How far we are.
status:
  # the first
  - control: rest   # since 2020
    status:   # nobody knows
    # who
    owner: Head of IT  # for now
    evidence:
      - report  # the long one
      # and the other
      - other
    notes: >-  # read this
      long
      text

  # the second
  - {control: backup, status: planned}  # soon
  - control: last
# the end
"""


def edit(text: str, control: str = "rest", scope: Scope | None = None, **fields: object) -> str:
    change = StatusEdit.model_validate({"control": control, "scope": scope or Scope(), "fields": fields})
    return edited_text(text.encode(), [change])[0].decode()


def entries(text: str) -> list[dict[str, object]]:
    document, issues = parse(text.encode(), "f")
    assert issues == []
    found: list[dict[str, object]] = document.value["status"]
    return found


COMMENTS = ("since 2020|nobody knows|who|for now|the long one|and the other|read this|the second|soon|the end|the first"
    r"|How far we are\.|one|two: {x}|three|alone|with: \[a\]|at the edge|why|between|folded|top")  # fmt: skip


def comments(text: str) -> list[str]:
    return sorted(one.rstrip() for one in re.findall(rf"(?<!\S)# ?(?:{COMMENTS})\s*$", text, re.MULTILINE))


def test_a_value_is_replaced_where_it_stands():
    changed = edit(FILE, status="implemented")
    assert changed == FILE.replace("status:   # nobody", "status: implemented   # nobody")


def test_a_new_field_stands_behind_the_one_it_follows_in_the_format():
    changed = edit(FILE, reviewed_on="2026-11-23")
    assert changed == FILE.replace("      - other\n", "      - other\n    reviewed_on: 2026-11-23\n")


def test_items_of_a_list_that_stay_keep_their_lines():
    changed = edit(FILE, evidence=("report", "other", "third"))
    assert changed == FILE.replace("      - other\n", "      - other\n      - third\n")


def test_what_goes_leaves_its_comments():
    changed = edit(FILE, evidence=None, notes=None, owner=None)
    assert comments(changed) == comments(FILE)
    assert entries(changed)[0] == {"control": "rest", "status": ""}
    assert entries(changed)[1:] == entries(FILE)[1:]


def test_an_entry_between_braces_stays_between_braces():
    changed = edit(FILE, "backup", status="partial", owner="Ann, Bob", evidence=("report",))
    line = "  - {control: backup, status: partial, owner: 'Ann, Bob', evidence: [report]}  # soon"
    assert changed == FILE.replace("  - {control: backup, status: planned}  # soon", line)
    assert edit(FILE, "backup", status=None) == FILE.replace("backup, status: planned}", "backup}")


def test_a_missing_entry_joins_the_controls_others_or_the_end():
    scoped = edit(FILE, scope=Scope(products=("Big Box",)), status="planned", planned_for="2027-03-31")
    assert entries(scoped)[1] == {
        "control": "rest",
        "status": "planned",
        "scope": {"products": ["Big Box"]},
        "planned_for": "2027-03-31",
    }
    added = "  - control: rest\n    status: planned\n    scope: {products: [Big Box]}\n    planned_for: 2027-03-31\n"
    assert scoped == FILE.replace("      text\n", f"      text\n{added}")
    behind_braces = edit(FILE, "backup", scope=Scope(regions=("EU",)), status="planned")
    assert (
        behind_braces.replace("\n  - control: backup\n    status: planned\n    scope: {regions: [EU]}", "")
        == FILE
    )
    new = edit(FILE, "new", status="planned")
    assert new == FILE.replace(
        "- control: last\n", "- control: last\n  - control: new\n    status: planned\n"
    )


def test_the_entry_of_a_scope_is_found_whatever_its_order_and_case():
    text = "status:\n- control: rest\n  scope: {products: [B, a], regions: []}\n  status: planned\n"
    changed = edit(text, scope=Scope(products=("A", "b")), status="partial")
    assert changed == text.replace("planned", "partial")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "status:\n  - control: rest\n    status: planned\n"),
        ("# none yet\n", "# none yet\nstatus:\n  - control: rest\n    status: planned\n"),
        ("status: []\n", "status:\n  - control: rest\n    status: planned\n"),
        ("status: [] # none\n\n# end", "status: # none\n  - control: rest\n    status: planned\n\n# end"),
        ("status:", "status:\n  - control: rest\n    status: planned"),
        ("status: []\r\n", "status:\r\n  - control: rest\r\n    status: planned\r\n"),
        ("\ufeffstatus:\n- control: a", "\ufeffstatus:\n- control: a\n- control: rest\n  status: planned"),
        (
            "---\nstatus:\n-   control: a\n    owner: b\nother: x\n...\n",
            "---\nstatus:\n-   control: a\n    owner: b\n- control: rest\n  status: planned\nother: x\n...\n",
        ),
    ],
)
def test_the_first_entry_of_any_file(text: str, expected: str):
    assert edit(text, status="planned") == expected


@pytest.mark.parametrize(
    "text",
    [
        "status: [{control: rest}]\n",
        "{status: []}\n",
        "colour: blue\n",
        "status: yes\n",
        "- a\n",
        "status:\n  - {control: rest, # here\n     status: planned, # why\n     owner: x}\n",
        "status:\n  - just text\n",
        "status: [\n",
        "a: &x b\nstatus: []\nc: *x\n",
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_refused(text: str):
    with pytest.raises(ContentError, match=r"controls/status\.yaml"):
        edit(text, status=None, owner="me")


def test_a_file_in_another_encoding_is_refused():
    with pytest.raises(ContentError, match="not UTF-8"):
        edited_text(
            "status: []\n".encode("utf-16"), [StatusEdit(control="rest", fields={"status": "planned"})]
        )


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "null",
        "1.10",
        "a: b",
        "x # y",
        "- a",
        "{",
        "it's",
        'say "x"',
        "two\nlines",
        " padded ",
        "Ünlü",
        "*",
        "0x1f",
    ],
)
def test_any_text_reads_back_as_it_was_given(text: str):
    for name in ("rest", "backup", "new"):
        changed = edit(FILE, name, notes=text)
        assert next(one for one in entries(changed) if one["control"] == name)["notes"] == text


def test_a_key_without_a_colon_is_refused_where_its_value_would_be_lost():
    with pytest.raises(ContentError, match="layout is unusual"):
        edit("status:\n  - {control: rest, status}\n", status="planned")


def test_a_file_that_ends_inside_a_block_of_text_is_refused_where_that_text_would_change():
    with pytest.raises(ContentError, match="layout is unusual"):
        edit("status:\n  - control: a\n    notes: |\n      text", status="planned")


def test_nothing_to_change_gives_the_same_bytes_and_no_change():
    change = StatusEdit(control="backup", fields={"status": "planned", "owner": None, "evidence": ()})
    assert edited_text(FILE.encode(), [change]) == (FILE.encode(), [])


# ── any file ───────────────────────────────────────────────────────────────────────────────────

_COMMENT = st.sampled_from(["", "  # one", " # two: {x}", "   #three"])
_BETWEEN = st.sampled_from(["", "\n", "{pad}# alone\n", "\n{pad}# with: [a]\n\n", "# at the edge\n"])
_TEXT = st.sampled_from(["Head of IT", "'quoted: yes'", '"double # no"', "2026-01-02", "~"])
_LIST = st.sampled_from(
    ["[a, b]", "[]", "\n{pad}- a  # why\n{pad}# between\n{pad}- b", "\n{pad}  - a\n\n{pad}  - c"]
)
_LONG = st.sampled_from(
    ["plain", ">-  # folded\n{pad}  some\n{pad}  text", "|\n{pad}  # no comment\n{pad}  x", ""]
)
_VALUES = {
    "status": st.sampled_from(["implemented", "planned", ""]),
    "owner": _TEXT,
    "evidence": _LIST,
    "reviewed_on": st.just("2026-01-02"),
    "notes": _LONG,
}
_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["partial", "planned", None]),
        "owner": st.sampled_from(["Ann", "Ann, # Bob", None]),
        "evidence": st.sampled_from([("a",), ("b", "a", "d"), ("x: y",), None]),
        "planned_for": st.just("2027-01-01"),
        "notes": st.sampled_from(["short", "two\nlines", None]),
    },
)


@st.composite
def _files(draw: st.DrawFn) -> str:
    dash = draw(st.sampled_from(["", "  ", "    "]))
    lines = ["# top\nstatus:" + draw(_COMMENT) + "\n"]
    for control in draw(st.permutations(["one", "two", "three"])):
        pad = dash + "  "
        keys = draw(st.permutations(["control", *draw(st.sets(st.sampled_from(sorted(_VALUES))))]))
        lines.append(draw(_BETWEEN).replace("{pad}", dash))
        for number, key in enumerate(keys):
            value = control if key == "control" else draw(_VALUES[key])
            start = f"{dash}- " if number == 0 else pad
            space = "" if value.startswith("\n") or not value else " "
            is_block = value[:1] in (">", "|") or "\n" in value
            tail = "" if is_block else draw(_COMMENT)
            lines.append(f"{start}{key}:{space}{value.replace('{pad}', pad)}{tail}\n")
            if number + 1 < len(keys) and not value.startswith("|"):
                lines.append(draw(_BETWEEN).replace("{pad}", pad))
    text = "".join(lines)
    # A block scalar that ends with the file gains a line break by what follows it; such a file is refused.
    text = text if text.endswith("  x\n") or draw(st.booleans()) else text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@settings(max_examples=400, deadline=None)
@given(text=_files(), control=st.sampled_from(["one", "two", "three", "four"]), fields=_EDITS)
def test_comments_orders_and_all_other_entries_survive_any_edit(
    text: str, control: str, fields: dict[str, object]
):
    before = entries(text)
    changed = edit(text, control, **fields)
    after = entries(changed)
    assert [one for one in after if one["control"] != control] == [
        one for one in before if one["control"] != control
    ]
    assert comments(changed) == comments(text)
    old = next((one for one in before if one["control"] == control), {"control": control})
    wanted = {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}
    expected = {key: value for key, value in {**old, **wanted}.items() if value is not None}
    cleared = {
        key for key, value in wanted.items() if value is None and not old.get(key)
    }  # said nothing, stays so
    found = next((one for one in after if one["control"] == control), {"control": control})
    assert {k: v for k, v in found.items() if k not in cleared} == {
        k: v for k, v in expected.items() if k not in cleared
    }
    shared = [key for key in found if key in old]
    assert shared == [key for key in old if key in found]
    assert ("\r\n" in changed) == ("\r\n" in text)


# ── in a workspace ─────────────────────────────────────────────────────────────────────────────


def space(tree: Tree) -> Workspace:
    workspace = Workspace(tree(FILES), on=TODAY)
    workspace.approve(["encrypted", "certified"], by="Dana Okafor")
    return workspace


def test_an_edit_says_which_approvals_it_voids(tree: Tree):
    workspace = space(tree)
    edited = Compliance(workspace).set_status(["rest"], {"owner": "Head of Security"})
    assert (edited.voided, [one.old for one in edited.changes]) == ((), ["Head of Engineering"])
    edited = Compliance(workspace).set_status(["rest", "backup"], {"status": "partial"})
    assert edited.voided == ("encrypted",)
    assert [(one.control, one.old, one.new) for one in edited.changes] == [
        ("rest", "implemented", "partial"),
        ("backup", "planned", "partial"),
    ]
    assert workspace.content.status_of("rest") == "partial"
    assert [one.name for one in (workspace.root / "controls").iterdir() if one.suffix == ".part"] == []


@pytest.mark.parametrize(
    ("controls", "fields", "says"),
    [
        (["rset"], {"status": "planned"}, "did you mean 'rest'"),
        (["zzzzzz"], {"status": "planned"}, "`avow status` lists"),
        (["rest"], {"evidence": ("reprot",)}, "did you mean 'report'"),
        (["rest"], {"evidence": ("zzzzzzz",)}, r"evidence\.yaml first"),
        (["rest"], {"planned_for": "soon"}, "is not a date"),
        (["rest"], {"reviewed_on": "release-1mo"}, "sample workspace"),
        (["rest"], {"status": "finished"}, r"status\.yaml:3"),
        (["rest"], {"notes": "{{ x }}"}, "template"),
        (["rest"], {"owner": "bell \x07"}, "control characters"),
    ],
)
def test_an_edit_that_would_break_the_content_writes_nothing(
    tree: Tree, controls: list[str], fields: dict[str, str | tuple[str, ...]], says: str
):
    workspace = space(tree)
    before = (workspace.root / NAME).read_bytes()
    with pytest.raises(ContentError, match=says):
        Compliance(workspace).set_status(controls, fields)
    assert (workspace.root / NAME).read_bytes() == before


def test_an_edit_may_mend_the_one_thing_that_is_wrong(tree: Tree):
    root = tree({**FILES, NAME: FILES[NAME].replace("status: planned", "status: someday")})
    workspace = Workspace(root, on=TODAY)
    Compliance(workspace).set_status(["backup"], {"status": "planned"})
    assert (root / NAME).read_text(encoding="utf-8") == FILES[NAME]


def test_the_file_is_made_where_there_is_none(tree: Tree):
    workspace = Workspace(tree({name: text for name, text in FILES.items() if name != NAME}), on=TODAY)
    Compliance(workspace).set_status(["rest"], {"status": "implemented"})
    assert (workspace.root / NAME).read_text(encoding="utf-8") == (
        "status:\n  - control: rest\n    status: implemented\n"
    )


def test_a_link_out_of_the_workspace_is_not_followed(tree: Tree, tmp_path: Path):
    root = tree(FILES)
    outside = tmp_path / "outside.yaml"
    outside.write_text(FILES[NAME], encoding="utf-8")
    (root / NAME).unlink()
    (root / NAME).symlink_to(outside)
    with pytest.raises(ContentError, match="link out of the workspace"):
        Compliance(Workspace(root, on=TODAY)).set_status(["rest"], {"status": "planned"})
    assert outside.read_text(encoding="utf-8") == FILES[NAME]


def test_what_is_shown_says_what_a_yes_may_rest_on(tree: Tree):
    status = (
        FILES[NAME]
        + "  - {control: rest, status: planned, evidence: [report], scope: {products: [Mobile]}}\n"
    )
    workspace = Workspace(tree({**FILES, NAME: status}), on=TODAY)
    (whole,) = Compliance(workspace).statuses(["rest"])
    (desk,) = Compliance(workspace).statuses(["rest"], product="Desk")
    assert (whole.status, whole.yes, desk.status, desk.yes) == ("planned", False, "implemented", True)
    assert whole.yes_answers == ("encrypted",)
    assert [(one.id, one.live) for one in whole.entries[1].evidence] == [("report", True)]
    late = Workspace(workspace.root, on=TODAY.replace(year=2028))
    assert not Compliance(late).statuses(["rest"])[0].entries[1].evidence[0].live
    assert [one.control for one in Compliance(workspace).statuses()] == ["rest", "backup"]
