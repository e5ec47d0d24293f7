"""Our mappings against outside crosswalks."""

import json
import statistics
from pathlib import Path

import pytest

from avow.errors import InputRefusedError
from avow.library.crosswalk import MAX_BYTES, OutsidePair, compare, read_pairs
from avow.workspace import Workspace
from small_company import FILES, loaded

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT.parent / "shared" / "frameworks" / "crosswalk_check.json"
CATALOGUE = "controls/catalogue/cryptography.yaml"
HIPAA = """\
id: hipaa
title: Rules
version: "1"
requirements:
  - {id: 164.C, title: Subpart, assessable: false}
  - {id: 164.1, title: Standard, parent: 164.C}
  - {id: 164.1(a), title: Specification, parent: 164.1}
  - {id: 164.2, title: Another}
"""


def content():  # type: ignore[no-untyped-def]  # Content
    mapping = "      - {framework: hipaa, requirement: %s, relationship: intersects, rationale: %s}\n"
    first, second = FILES[CATALOGUE].split("  - id: backup")
    text = (
        first
        + mapping % ("164.1(a)", "It is specified.")
        + "  - id: backup"
        + second
        + mapping % ("164.2", "Ours.")
    )
    return loaded({CATALOGUE: text, "controls/frameworks/hipaa.yaml": HIPAA}).content


def pair(one: str, other: str) -> OutsidePair:
    (first, first_id), (second, second_id) = one.split(), other.split()
    return OutsidePair(from_=first, from_id=first_id, to=second, to_id=second_id, votes=3)


def test_a_specification_counts_for_its_standard_and_pairs_have_no_direction():
    report = compare(content(), [pair("hipaa 164.1", "soc2 CC6.1"), pair("soc2 CC6.1", "hipaa 164.1(a)")])
    assert (report.pairs, report.found, report.recall, report.missed) == (2, 2, 1.0, ())
    heading = compare(content(), [pair("soc2 CC6.1", "hipaa 164.C")])
    assert heading.recall == 0.0


def test_missed_pairs_are_listed_and_unknown_ends_named():
    pairs = [
        pair("soc2 CC6.1", "hipaa 164.1"),
        pair("soc2 CC9.9", "nist 3"),
        pair("soc2 CC6.1", "hipaa 164.C"),
    ]
    report = compare(content(), pairs)
    assert (report.pairs, report.found) == (3, 1)
    assert report.recall == pytest.approx(1 / 3)
    assert [one.unknown for one in report.missed] == [("soc2 CC9.9", "nist 3"), ()]


def test_what_only_we_join_is_listed_with_both_rationales():
    report = compare(content(), [pair("soc2 CC6.1", "hipaa 164.1")])
    (alone,) = report.ours_alone
    assert (alone.control, alone.first.requirement, alone.second.requirement) == ("backup", "CC6.1", "164.2")
    assert (alone.first.rationale, alone.second.rationale) == ("It is one of the measures.", "Ours.")
    (counts,) = report.framework_pairs
    assert (counts.outside_pairs, counts.found, counts.ours_alone) == (1, 1, 1)


def test_the_same_pair_twice_counts_once():
    report = compare(content(), [pair("soc2 CC6.1", "hipaa 164.1"), pair("hipaa 164.1", "soc2 CC6.1")])
    assert report.pairs == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-damaged"),
        (b"[", "file-damaged"),
        (b"[" * 200_000, "file-damaged"),
        (b"\xff\xfe\x00", "file-damaged"),
        (b'{"pairs": ' + b"9" * 10_000 + b"}", "file-damaged"),
        (b"[]", "file-type-mismatch"),
        (b'{"pairs": {}}', "file-type-mismatch"),
        (b'{"pairs": []}', "file-type-mismatch"),
        (b'{"pairs": ["x"]}', "file-type-mismatch"),
        (b'{"pairs": [{"from": "soc2"}]}', "file-type-mismatch"),
        (b'{"pairs": [{"from": "soc2", "from_id": 3, "to": "x", "to_id": "y"}]}', "file-type-mismatch"),
        (b'{"pairs": [' + b"{}," * 100_001 + b"{}]}", "limit-reached"),
        (b" " * (MAX_BYTES + 1), "file-too-large"),
    ],
)
def test_a_file_that_is_no_crosswalk_is_refused_with_its_reason(tmp_path: Path, data: bytes, code: str):
    path = tmp_path / "crosswalk.json"
    path.write_bytes(data)
    with pytest.raises(InputRefusedError) as refused:
        read_pairs(path)
    assert refused.value.code == code
    assert len(str(refused.value)) < 300


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputRefusedError, match="cannot be read"):
            read_pairs(path)


def test_what_a_file_says_besides_is_not_read(tmp_path: Path):
    path = tmp_path / "crosswalk.json"
    entry = {"from": "soc2", "from_id": "CC6.1", "to": "hipaa", "to_id": "164.1", "votes": 4, "by": "x"}
    path.write_text(json.dumps({"note": "facts", "pairs": [entry]}), encoding="utf-8")
    assert read_pairs(path) == [pair("soc2 CC6.1", "hipaa 164.1").model_copy(update={"votes": 4})]


@pytest.mark.skipif(not OUTSIDE.is_file(), reason="the outside crosswalk is not beside this checkout")
def test_the_shipped_mappings_agree_with_independent_publishers():
    content = Workspace(ROOT).loaded.content
    report = compare(content, read_pairs(OUTSIDE))
    assert report.pairs >= 150
    assert report.recall >= 0.95, [str(one.pair) for one in report.missed]
    assert not [one for one in report.missed if one.unknown]
    for framework in content.frameworks:
        counts = [
            len(one.requirements()[framework.id])
            for one in content.controls
            if framework.id in one.requirements()
        ]
        assert statistics.median(counts) <= 3, framework.id
