"""YAML strictness: nothing is guessed, and nothing takes long."""

import subprocess
import sys
import time

import pytest

from avow.library.yaml_source import parse


def only_issue(text: str | bytes) -> tuple[str, int]:
    document, issues = parse(text if isinstance(text, bytes) else text.encode(), "file.yaml")
    assert document.value is None
    (issue,) = issues
    assert str(issue).startswith(f"file.yaml:{issue.line}: error: ")
    assert "\n" not in str(issue)
    return issue.code, issue.line


def test_plain_scalars_stay_the_text_that_was_written() -> None:
    text = "a: NO\nb: yes\nc: 1.10\nd: 12:30:45\ne: 0x1F\nf: 010\ng: 2024-01-01\nh: ~\ni: null\nj:\nk: .inf\n"
    document, issues = parse(text.encode(), "f")
    assert issues == []
    assert document.value == {
        "a": "NO",
        "b": "yes",
        "c": "1.10",
        "d": "12:30:45",
        "e": "0x1F",
        "f": "010",
        "g": "2024-01-01",
        "h": "~",
        "i": "null",
        "j": "",
        "k": ".inf",
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3),
        ("x:\n  - {a: 1, a: 2}\n", "yaml-duplicate-key", 2),
        ("a: &x\n  b: 1\nc: *x\n", "yaml-alias", 3),
        ("a: &x text\nb: *x\n", "yaml-alias", 2),
        ("a: &a\n  b: *a\n", "yaml-alias", 2),
        ("base: &b {k: v}\nm:\n  <<: *b\n", "yaml-alias", 3),
        ("\na: !!python/object/apply:os.system ['true']\n", "yaml-tag", 2),
        ("a: !!int 3\n", "yaml-tag", 1),
        ("a: !!bool yes\n", "yaml-tag", 1),
        ("a: !mine {b: c}\n", "yaml-tag", 1),
        ("? [a, b]\n: c\n", "yaml-key", 1),
        ("a: 1\n---\nb: 2\n", "yaml-syntax", 2),
        ("a: 1\nb: [1, 2\nc: 3\n", "yaml-syntax", 3),
        ("a: 1\n\tb: 2\n", "yaml-syntax", 2),
        (b"a: 1\nb: \xff\xfe\n", "yaml-syntax", 0),
        ("a: \x07\n", "yaml-syntax", 0),
    ],
)
def test_what_could_surprise_a_reader_is_refused_with_its_line(
    text: str | bytes, code: str, line: int
) -> None:
    assert only_issue(text) == (code, line)


BOMBS = {
    "flow": b"[" * 20_000 + b"]" * 20_000,
    "flow with comments that close it": b"a:\n" + b" [[[[ # ]]]]\n" * 20_000,
    "dashes": b"- " * 20_000 + b"a",
    "dashes and keys": b"- ? " * 20_000 + b"a",
    "keys": b"? " * 20_000 + b"a",
    "indentation": b"".join(b" " * depth + b"a:\n" for depth in range(300)),
    "aliases": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    ).encode(),
    "merges": b"a: &a {k1: v}\n"
    + "".join(
        f"m{i}: &m{i}\n  <<: [{','.join(['*a' if i == 0 else f'*m{i - 1}'] * 20)}]\n" for i in range(6)
    ).encode(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_less_than_a_second(name: str) -> None:
    # In a process of its own: a stack that overflows takes the process with it.
    code = (
        "import sys; from avow.library.yaml_source import parse\n"
        "document, issues = parse(sys.stdin.buffer.read(), 'f.yaml')\n"
        "assert document.value is None; print(issues[0].code)"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], input=BOMBS[name], capture_output=True, check=False, timeout=20
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in (b"yaml-too-deep", b"yaml-alias", b"yaml-syntax")
    assert time.monotonic() - started < 5  # the process's own start included


def test_a_bomb_costs_less_than_a_second_itself() -> None:
    started = time.monotonic()
    assert only_issue(BOMBS["aliases"])[0] == "yaml-alias"
    assert only_issue(BOMBS["flow"])[0] == "yaml-too-deep"
    assert time.monotonic() - started < 1


def test_brackets_in_prose_are_no_nesting() -> None:
    document, issues = parse(b"a: >-\n  see [1] {2} [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ and [[fact]]\n" * 1, "f")
    assert issues == []
    assert document.value["a"].startswith("see [1]")


def test_a_file_above_the_limit_is_refused_before_it_is_parsed() -> None:
    assert only_issue(b"a: " + b"x" * (8 << 20)) == ("yaml-too-large", 0)


def test_lines_of_parts_are_known() -> None:
    document, _ = parse(b"answers:\n  - id: one\n    verdict: maybe\n  - id: two\n", "f")
    assert document.line("answers", 0, "verdict") == 3
    assert document.line("answers", 1) == 4
    assert document.line("answers", 1, "missing") == 4  # the nearest parent
