"""JSON with the place of every value: as the standard library reads it, and refused where it is none."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avow.errors import InputRefusedError
from avow.formats.json.syntax import MAX_DEPTH, Node, parsed, pointer, resolved
from avow.model.reasons import Reason

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


def plain(node: Node, text: str) -> object:
    """The node as a Python value, scalars through their own span."""
    if node.kind == "object":
        return {one.name: plain(one.value, text) for one in node.members}
    if node.kind == "array":
        return [plain(one, text) for one in node.items]
    value = json.loads(text[node.start : node.end])
    if node.kind == "string":
        assert node.text == value
    return value


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_value_and_its_span_are_as_the_standard_library_reads_them(
    value: object, indent: int | None, escaped: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    document = parsed(text, "f.json")
    assert document.edits == []
    assert plain(document.root, text) == value
    assert text[document.root.start : document.root.end] == text


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ('{"a": 1, "a": 2}', Reason.DUPLICATE_KEY, "line 1, column 10: the name 'a' stands twice"),
        ('[{"question": "q", "answer": "Yes", "answer": "No"}]', Reason.DUPLICATE_KEY, "'answer'"),
        ('{"a": 1, "\\u0061": 2}', Reason.DUPLICATE_KEY, "twice"),
        ("[" * 200_000 + "]" * 200_000, Reason.LIMIT_REACHED, "nested more than 100 deep"),
        ('{"a":' * 200_000, Reason.LIMIT_REACHED, "nested more than 100 deep"),
        ('{"n":' + "9" * 1_000_000 + "}", Reason.LIMIT_REACHED, "number"),
        ("[1e999]", Reason.LIMIT_REACHED, "number"),
        ("[-1e999]", Reason.LIMIT_REACHED, "number"),
        ('{"score": NaN}', Reason.FILE_DAMAGED, "column 11: not valid JSON: no JSON value"),
        ("[Infinity]", Reason.FILE_DAMAGED, "no JSON value"),
        ("[01]", Reason.FILE_DAMAGED, "comma"),
        ("[1.]", Reason.FILE_DAMAGED, "comma"),
        ("[.5]", Reason.FILE_DAMAGED, "no JSON value"),
        ('{"a": 1,}', Reason.FILE_DAMAGED, "a comma before the end"),
        ("[1 2]", Reason.FILE_DAMAGED, "comma"),
        ("{'a': 1}", Reason.FILE_DAMAGED, "double quotes"),
        ('{"a" 1}', Reason.FILE_DAMAGED, "colon"),
        ('"a\nb"', Reason.FILE_DAMAGED, "line break"),
        ('["a\tb"]', Reason.FILE_DAMAGED, "control character"),
        ('["\\q"]', Reason.FILE_DAMAGED, "no escape"),
        ('["\\u12"]', Reason.FILE_DAMAGED, "no escape"),
        ("[1]]", Reason.FILE_DAMAGED, "more text after the end"),
        ("{", Reason.FILE_DAMAGED, "ends too early"),
        ("", Reason.FILE_DAMAGED, "ends too early"),
        ('{"a": 1 // why\n}', Reason.FILE_DAMAGED, "comments are no part of JSON"),
        ('{"answer": "\\ud800"}', Reason.ENCODING_ERROR, "surrogate"),
        ('{"answer": "\ufffd\\udc00"}', Reason.ENCODING_ERROR, "surrogate"),
        ('["' + "A" * 1_000_001 + '"]', Reason.TEXT_TOO_LONG, "1,000,001 characters"),
        ("[" + "0," * 600_000 + "0]", Reason.LIMIT_REACHED, "400,000 values"),
    ],
)
def test_what_is_no_json_or_beyond_a_limit_is_refused_quickly_on_one_line_with_its_place(
    text: str, code: Reason, says: str
) -> None:
    started = time.process_time()
    with pytest.raises(InputRefusedError) as refused:
        parsed(text, "f.json")
    assert time.process_time() - started < 10
    assert refused.value.code == code
    assert says in str(refused.value)
    assert "line " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_stated_depth_is_read_and_one_more_is_refused() -> None:
    parsed("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.json")
    with pytest.raises(InputRefusedError, match="limit-reached"):
        parsed("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "f.json")


def test_two_escaped_halves_make_one_character() -> None:
    assert parsed('"\\ud83d\\ude00"', "f.json").root.text == "😀"


def test_numbers_stay_as_they_are_spelled() -> None:
    numbers = [one.text for one in parsed("[1.10, 1E+2, -0, 12345678901234567890]", "f.json").root.items]
    assert numbers == ["1.10", "1E+2", "-0", "12345678901234567890"]


def test_a_pointer_leads_back_to_its_value() -> None:
    root = parsed('{"a/b": {"~": ["x", "y"]}}', "f.json").root
    address = pointer(pointer(pointer("", "a/b"), "~"), 1)
    assert address == "/a~1b/~0/1"
    assert (found := resolved(root, address)) is not None
    assert found.text == "y"
    assert resolved(root, "/a~1b/~0/2") is None


def test_the_looser_notation_of_vsaq_is_read_and_its_edits_make_plain_json() -> None:
    text = '\n// one\n{\n  // two\n  "a": "x" +\n       "y\\x41",\n  "b": 1\n}'
    document = parsed(text, "f.json")
    assert document.root.members[0].value.text == "xyA"
    out = text
    for edit in sorted(document.edits, key=lambda one: -one.start):
        out = out[: edit.start] + edit.text + out[edit.end :]
    assert json.loads(out) == {"a": "xyA", "b": 1}
