"""Edits to content files: entries are appended, so that what people wrote, comments and order included, stays."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from avow.errors import ContentError
from avow.library.facts import REFERENCE
from avow.library.yaml_source import parse

_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def unfit(text: str) -> str | None:
    """Why a text from outside cannot become content as it is, in words; None where it can."""
    if _TEMPLATE.search(text):
        return "it looks like a template ({{ }} or {% %})"
    if REFERENCE.search(text):
        return "it holds [[…]], which content reads as a fact"
    if _CONTROL.search(text):
        return "it holds control characters"
    return None


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """A readable id made of `wanted` (lower-case words joined by hyphens, 60 characters at most) that is not taken."""
    base = re.sub(r"[^a-z0-9]+", "-", wanted.casefold()).strip("-")[:60].strip("-") or "answer"
    held = set(taken)
    if base not in held:
        return base
    number = 2
    while f"{base}-{number}" in held:
        number += 1
    return f"{base}-{number}"


def _indent_of_answers(text: bytes) -> int:
    """How far the entries of the file's `answers:` are indented; 2 where it has none yet."""
    found = re.search(rb"^answers:[^\n]*\n(?:[ ]*(?:#[^\n]*)?\r?\n)*([ ]*)- ", text, re.MULTILINE)
    return len(found[1]) if found else 2


def append_answers(root: Path, name: str, topic: str, entries: Sequence[Mapping[str, Any]]) -> Path:
    """Append answers (mappings as authored) to `answer_library/<name>.yaml`, making the file where there is none.

    Written atomically. Raises ContentError where the file there does not end with its list of answers.
    """
    path = root / "answer_library" / f"{name}.yaml"
    old = path.read_bytes() if path.exists() else b""
    if old:
        located, issues = parse(old, path.name)
        ends_with_answers = isinstance(located.value, dict) and list(located.value)[-1:] == ["answers"]
        if issues or not ends_with_answers:
            raise ContentError(f"{path}: cannot be added to; mend it, or move its `answers:` to the end")
    else:
        header = yaml.safe_dump({"topic": topic}, allow_unicode=True, width=110)
        old = header.encode() + b"answers:\n"
    if old.rstrip().endswith(b"answers: []"):
        old = old.rstrip()[: -len(b" []")] + b"\n"
    added = yaml.safe_dump([dict(entry) for entry in entries], allow_unicode=True, sort_keys=False, width=110)
    indent = " " * _indent_of_answers(old)
    body = "".join(f"{indent}{line}\n" if line else "\n" for line in added.splitlines())
    separator = b"" if old.endswith(b"\n") else b"\n"
    located, issues = parse(old + separator + body.encode(), path.name)
    if issues or len(located.value.get("answers", ())) < len(entries):
        raise ContentError(
            f"{path}: cannot be added to; write its `answers:` as a list of lines beginning with -"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(old + separator + body.encode())
    partial.replace(path)
    return path
