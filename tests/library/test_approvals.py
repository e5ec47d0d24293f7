"""An approval holds exactly as long as what was approved."""

from pathlib import Path

import pytest

from avow.library.approvals import with_approvals, write_ledger
from avow.library.loader import content_files, load
from avow.model.approvals import holds
from avow.model.content import Content
from small_company import FILES, TODAY, Tree, loaded

ANSWERS, STATUS, EVIDENCE = (
    "answer_library/cryptography.yaml",
    "controls/status.yaml",
    "controls/evidence.yaml",
)
CATALOGUE, FACTS, LEDGER = (
    "controls/catalogue/cryptography.yaml",
    "answer_library/facts.yaml",
    "answer_library/approvals.yaml",
)


def read(root: Path) -> Content:
    found = load(content_files(root), company="Quillworks", as_of=TODAY, release=None, revision="r")
    assert found.issues == []
    return found.content


@pytest.fixture
def approved_root(tree: Tree) -> Path:
    root = tree(FILES)
    content = read(root)
    write_ledger(root, with_approvals({}, content.answers, content, "Dana Okafor", TODAY))
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_approval_survives_a_round_trip_through_the_ledger(approved_root: Path) -> None:
    answer = read(approved_root).answer_by_id["encrypted"]
    assert answer.approval is not None
    assert (answer.approval.by, answer.approval.on) == ("Dana Okafor", TODAY)
    assert holds(answer, read(approved_root))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (ANSWERS, "All stored customer data", "Nearly all stored customer data"),
        (ANSWERS, "Is customer data encrypted at rest?", "Is some customer data encrypted at rest?"),
        (ANSWERS, "Yes. All stored customer data is encrypted with [[cipher]].", "Yes."),
        (ANSWERS, "    owner: Head of Engineering", "    scope: {regions: [EU]}"),
        (ANSWERS, "evidence: [report]", "evidence: []"),
        (FACTS, "AES-256", "AES-128"),
        (CATALOGUE, "Stored data is encrypted.", "Some stored data is encrypted."),
        (STATUS, "status: implemented", "status: partial"),
        (STATUS, "status: implemented", "status: implemented\n    scope: {regions: [EU]}"),
        (EVIDENCE, "valid_until: 2027-06-30", "valid_until: 2029-06-30"),
        (EVIDENCE, "document: Audit report", "document: Another report"),
    ],
)
def test_an_edit_of_what_was_approved_voids_the_approval(
    approved_root: Path, name: str, old: str, new: str
) -> None:
    edit(approved_root, name, old, new)
    content = read(approved_root)
    assert not holds(content.answer_by_id["encrypted"], content)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (ANSWERS, "# Kept apart on purpose.", "# Another comment."),
        (CATALOGUE, "statement: Data is backed up.", "statement: All data is backed up."),
        (STATUS, "status: planned", "status: implemented"),
        (ANSWERS, "Card data is handled", "Card data is kept"),
    ],
)
def test_an_edit_elsewhere_leaves_it_standing(approved_root: Path, name: str, old: str, new: str) -> None:
    edit(approved_root, name, old, new)
    content = read(approved_root)
    assert holds(content.answer_by_id["encrypted"], content)


def test_an_approval_of_nothing_does_not_hold() -> None:
    content = loaded().content
    assert not holds(content.answer_by_id["encrypted"], content)


def test_the_ledger_is_sorted_and_survives_odd_names(tree: Tree) -> None:
    root = tree(FILES)
    content = read(root)
    write_ledger(root, with_approvals({}, content.answers, content, 'Dana "D" O\\kafor\n\x07: x', TODAY))
    lines = [
        line for line in (root / LEDGER).read_text(encoding="utf-8").splitlines() if line.startswith('  "')
    ]
    assert lines == ['  "certified":', '  "encrypted":']
    approval = read(root).answer_by_id["encrypted"].approval
    assert approval is not None
    assert approval.by == 'Dana "D" O\\kafor  : x'


def test_an_entry_of_the_ledger_by_hand_needs_all_its_parts(approved_root: Path) -> None:
    path = approved_root / LEDGER
    path.write_text(path.read_text(encoding="utf-8").replace("    by: ", "    who: ", 1), encoding="utf-8")
    found = load(content_files(approved_root), company="Q", as_of=TODAY, release=None, revision="r")
    assert [(one.code, one.file) for one in found.issues] == [("approval", LEDGER)]
