"""Keeping what reviewers taught, in a content file one can read, edit and revert: `answer_library/lessons.yaml`."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from avow.errors import ContentError
from avow.library.edits import unfit
from avow.library.yaml_source import parse
from avow.model.content import Content
from avow.model.lessons import Lesson

NAME = "lessons.yaml"
_HEADER = """\
# What reviewers' decisions taught the matching: a question an answer fits is one more phrasing of it; one it does
# not fit ranks it low. Written by `avow fill --review`. Take an entry out to take the lesson back.
lessons:
"""


def fresh_lessons(lessons: Iterable[Lesson], content: Content) -> list[Lesson]:
    """Those worth keeping: about an answer there is, not known yet, and fit to be content.

    A question that is some answer's phrasing already teaches nothing by fitting it.
    """
    known = {(one.answer, _plain(one.question)): one.fits for one in content.lessons}
    phrased = {_plain(text) for answer in content.answers for text in answer.all_phrasings}
    kept: dict[tuple[str, str], Lesson] = {}
    for one in lessons:
        key = (one.answer, _plain(one.question))
        if one.answer not in content.answer_by_id or known.get(key) is one.fits or unfit(one.question):
            continue
        if one.fits and key[1] in phrased:
            continue
        kept[key] = one
    return list(kept.values())


def append_lessons(root: Path, lessons: Sequence[Lesson]) -> Path:
    """Add lessons at the end of the file below the workspace `root`, making it where it is missing. Written atomically.

    Raises ContentError where the file there cannot be added to.
    """
    path = root / "answer_library" / NAME
    old = path.read_bytes() if path.exists() else _HEADER.encode()
    entries = [
        {
            "answer": one.answer,
            "question": one.question,
            "fits": "yes" if one.fits else "no",
            "by": one.by,
            "on": one.on.isoformat(),
        }
        for one in lessons
    ]
    added = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=110)
    body = "".join(f"  {line}\n" if line else "\n" for line in added.splitlines())
    text = old + (b"" if old.endswith(b"\n") else b"\n") + body.encode()
    before, _ = parse(old, NAME)
    after, issues = parse(text, NAME)
    held = (before.value or {}).get("lessons") or []
    if issues or len((after.value or {}).get("lessons") or ()) != len(held) + len(entries):
        raise ContentError(f"{path}: cannot be added to; mend it, its `lessons:` must be its last list")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(text)
    partial.replace(path)
    return path


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?.! ")
