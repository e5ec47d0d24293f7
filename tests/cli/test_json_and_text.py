"""JSON questionnaires and pasted questions through the verbs: filled, learned from, and filled again the same."""

import io
import json
import shutil
from pathlib import Path

import pytest

from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
REST, CARDS = "Is customer data encrypted at rest?", "Are you certified under PCI DSS?"
FORMS = {
    "list.json": json.dumps(
        [{"id": 1.5, "question": REST, "answer": ""}, {"question": CARDS}, {"question": "Do you own a submarine?"}], indent=1
    ),
    "vsaq.json": json.dumps(
        {
            "questionnaire": [
                {"type": "block", "text": "Form", "items": [
                    {"type": "box", "text": REST, "id": "rest"},
                    {"type": "yesno", "text": CARDS, "id": "cards", "yes": "Yes", "no": "No"},
                    {"type": "line", "text": "Do you own a submarine?", "id": "boat"},
                ]}
            ]
        }
    ),
    "mail.txt": f"Hi,\r\n\r\n1. {REST}\r\n2. {CARDS}\r\n3. Do you own a submarine?\r\n\r\nThanks,\r\nMark\r\n",
    "form.md": f"# Form\n\n- {REST}\n\n| # | Question | Answer |\n|---|---|---|\n| 1 | {CARDS} | |\n",
}  # fmt: skip
WORDS = "Yes. All stored customer data is encrypted with AES-256."


@pytest.fixture
def space(tree: Tree, run: Run) -> Path:
    root = tree({**FILES, **FORMS})
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    return root


@pytest.fixture
def empty(tmp_path: Path, run: Run) -> Path:
    """The same company without an answer."""
    root = tmp_path / "empty"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text
            if "cryptography" not in name or "catalogue" in name
            else "topic: Cryptography\nanswers: []\n"
        )
    shutil.copytree(ROOT / "templates", root / "templates")
    return root


def filled(run: Run, root: Path, form: Path, out: Path) -> bytes:
    ran = run("fill", form, "--out", out, "--json", "--workspace", root)
    assert ran.code == 0, ran.err
    summary = json.loads(ran.out)
    counts = summary["summary"]
    assert counts["rows"] == counts["answered"] + counts["review"] + counts["gap"] + counts["ignored"]
    return Path(summary["files"]["filled"]).read_bytes()


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_was_learned_from_a_filled_file_fills_the_blank_one_the_same(
    run: Run, space: Path, empty: Path, name: str, tmp_path: Path
) -> None:
    form = space / name
    first = filled(run, space, form, tmp_path / "first")
    assert WORDS.encode() in first
    assert first != form.read_bytes()
    answered = tmp_path / f"answered{form.suffix}"
    answered.write_bytes(first)
    ran = run("learn", answered, "--approve", "--as", "Dana", "--sharing", "public", "--workspace", empty)
    assert ran.code == 0, ran.err
    assert filled(run, empty, form, tmp_path / "second") == first


def test_a_ticked_choice_comes_back_ticked(run: Run, empty: Path, tmp_path: Path) -> None:
    said = "No, card data is handled by our payment provider alone"
    blank = {
        "questionnaire": [{"type": "block", "text": "F", "items": [
            {"type": "radiogroup", "text": CARDS, "id": "c",
             "choices": [{"c_yes": "Yes, for all of it in every region"}, {"c_no": said}]},
            {"type": "checkgroup", "text": "Which reports do you not have?",
             "choices": [{"a": "SOC 1"}, {"b": "SOC 3"}, {"d": "FedRAMP"}]},
        ]}]
    }  # fmt: skip
    (tmp_path / "blank.json").write_text(json.dumps(blank))
    (tmp_path / "answered.json").write_text(
        json.dumps({"c_no": "checked", "a": "checked", "d": "checked", **blank})
    )
    ran = run(
        "learn",
        tmp_path / "answered.json",
        "--approve",
        "--as",
        "Dana",
        "--sharing",
        "public",
        "--workspace",
        empty,
    )
    assert ran.code == 0, ran.err
    found = json.loads(filled(run, empty, tmp_path / "blank.json", tmp_path / "out"))
    assert found["c_no"] == "checked"
    assert "c_yes" not in found


def test_the_report_names_the_places_by_pointer_and_by_line(run: Run, space: Path, tmp_path: Path) -> None:
    for name, written in (("list.json", "/0/answer"), ("mail.txt", "line[3]/answer")):
        filled(run, space, space / name, tmp_path)
        report = json.loads((tmp_path / f"{Path(name).stem}.report.json").read_bytes())
        row = next(one for one in report["rows"] if one["question"] == REST)
        assert (row["outcome"], row["written"]) == (
            "answered",
            [{"sheet": "", "cell": written, "value": WORDS}],
        )


def test_a_control_list_is_answered_in_the_companion_workbook(run: Run, space: Path, tmp_path: Path) -> None:
    control = {"id": "c", "title": "Cards", "parts": [{"name": "statement", "prose": CARDS}]}
    (space / "list.json").write_text(json.dumps({"catalog": {"uuid": "u", "controls": [control]}}))
    before = (space / "list.json").read_bytes()
    assert filled(run, space, space / "list.json", tmp_path) == before
    assert (tmp_path / "list.answers.xlsx").is_file()


def test_inspect_says_what_was_understood(run: Run, space: Path) -> None:
    said = run("inspect", space / "list.json", "--rows", "--workspace", space).out
    assert "3 questions" in said
    assert "/0/question" in said
    assert "line[3]" in run("inspect", space / "mail.txt", "--rows", "--workspace", space).out


def test_pasted_questions_come_from_standard_input(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(space)
    pasted = f"1. {REST}\n2. {CARDS}\n"
    for verb in ("inspect", "learn", "fill"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pasted.encode())))
        ran = run(verb, "-", *(["--json"] if verb == "fill" else []))
        assert ran.code == 0, ran.err
    files = json.loads(ran.out)["files"]
    assert Path(files["filled"]).parent == Path("avow-out")
    assert WORDS in Path(files["filled"]).read_text()
    assert [path.read_text() for path in Path("avow-out").glob("questions-????????.txt")] == [pasted]


def test_a_json_list_on_standard_input_is_read_as_one(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FORMS["list.json"].encode())))
    assert "/0/question" in run("inspect", "-", "--rows", "--workspace", space).out


@pytest.mark.parametrize(("given", "says"), [(["-"], "nothing came"), (["-", "-"], "once only")])
def test_standard_input_without_questions_or_named_twice_is_a_usage_error(
    run: Run, space: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], says: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b" \n")))
    ran = run("learn", *given, "--workspace", space)
    assert ran.code == 2
    assert says in ran.err
