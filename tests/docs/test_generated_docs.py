"""What is generated from the code stands in the documentation as the code says it now."""

import re
from pathlib import Path

import click
import pytest
from generator import ROOT, load_generator

from avow.cli.app import VERBS, app
from avow.model.reasons import Reason

generate = load_generator()
FORMS = ROOT.parent / "shared" / "questionnaires"
KNOWN_FORMS = ROOT / "docs" / "formats" / "known-forms.md"


def test_every_generated_page_is_up_to_date():
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in generate.pages(generate.block_kinds())
        if path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"run `python docs/generate.py`: {stale}"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented_with_every_option_its_help_shows(verb: str):
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    section = re.search(rf"^## avow {verb}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert section, f"avow {verb} is not in docs/cli.md"
    with click.Context(app, info_name="avow") as ctx:
        command = app.get_command(ctx, verb)
        assert command is not None
        help_text = command.get_help(click.Context(command, info_name=verb, parent=ctx))
    shown = set(re.findall(r"(?<=\s)--[a-z][a-z-]+", help_text.split("Options:")[1].split("Example:")[0]))
    missing = {option for option in shown - {"--help"} if f"`{option}`" not in section[1]}
    assert not missing
    assert "\n    avow " in section[1].split("| option |")[1] or "| avow " in section[1], (
        "an example is missing"
    )


def test_every_reason_is_documented_once_with_its_meaning():
    page = (ROOT / "docs" / "formats" / "reasons.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?) \|", page, re.MULTILINE)
    assert sorted(documented) == sorted((reason.value, reason.explanation) for reason in Reason)


def test_the_readme_counts_what_the_content_holds():
    from avow.workspace import Workspace

    content = Workspace(ROOT).content
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    counted = re.search(r"(\d+) controls in (\d+) domains, (\d+) answers .* (\d+) pieces of evidence", readme)
    assert counted, "the README does not say how much content there is"
    domains = {control.domain for control in content.controls}
    sizes = [len(content.controls), len(domains), len(content.answers), len(content.evidence)]
    assert [int(number) for number in counted.groups()] == sizes
    for framework in content.frameworks:
        assert f"| {framework.title} | " in readme


@pytest.mark.skipif(not FORMS.is_dir(), reason="the published forms are not beside this checkout")
def test_known_forms_says_what_is_found_in_them_now():
    page = KNOWN_FORMS.read_text(encoding="utf-8")
    assert generate.generated(page, generate.form_kind(FORMS)) == page, (
        "run `python docs/generate.py --forms …`"
    )


@pytest.mark.skipif(not FORMS.is_dir(), reason="the published forms are not beside this checkout")
def test_every_readable_form_at_hand_is_listed():
    page = KNOWN_FORMS.read_text(encoding="utf-8")
    at_hand = [path for path in FORMS.rglob("*") if path.suffix in {".xlsx", ".xlsm", ".csv"}]
    assert at_hand
    assert not [path.name for path in at_hand if f"<!-- generated: form {path.name} -->" not in page]


def test_a_generated_block_is_replaced_and_the_rest_of_the_page_stays():
    page = "before\n<!-- generated: fields Approval -->\nstale\n<!-- end -->\nafter\n"
    found = generate.generated(page, generate.block_kinds())
    assert found.startswith("before\n<!-- generated: fields Approval -->\n| field |")
    assert "stale" not in found
    assert found.endswith("<!-- end -->\nafter\n")


def test_a_field_without_a_meaning_is_refused(monkeypatch: pytest.MonkeyPatch):
    meanings = {key: value for key, value in generate.FIELDS[generate.Approval].items() if key != "stamp"}
    monkeypatch.setattr(generate, "FIELDS", {**generate.FIELDS, generate.Approval: meanings})
    with pytest.raises(ValueError, match="stamp"):
        generate.fields_table(generate.Approval)


def test_the_generator_writes_nothing_outside_the_documentation():
    written = [path for path, _ in generate.pages(generate.block_kinds())]
    allowed = {ROOT / "README.md", *(ROOT / "docs").rglob("*.md")}
    assert set(written) <= allowed
    assert Path(ROOT / "docs" / "cli.md") in written
