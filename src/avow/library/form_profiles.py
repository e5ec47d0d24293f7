"""Profiles of known forms: made of a file as it was understood, and written into the workspace."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from avow.errors import ContentError, WorkspaceError
from avow.library.all_or_none import put_all
from avow.library.checks import check
from avow.library.folder import ContentFolder
from avow.library.loader import FORMS
from avow.library.yaml_source import parse
from avow.library.yaml_writing import document_yaml
from avow.model.base import Verdict
from avow.model.forms import (
    LONGEST_HEADING,
    FormProfile,
    FormSheet,
    IdPattern,
    digest_of,
    kept_marks,
    plain,
    question_marks,
    shape_of,
)
from avow.model.issues import Severity
from avow.model.questionnaires import Questionnaire, SheetLayout
from avow.model.verdict_words import is_unsettled, meaning

_FINGERPRINT = re.compile(r"^(?:questions|digest|marks):.*\n?(?:[ \t]+\S.*\n?)*", re.MULTILINE)
_COLUMNS = ("question", "answer", "comment", "ref", "section")
_MOST_SHAPES = 6  # of ids; more are no scheme
_MOST_CHOICES = 30  # more belong to single questions, and are not the form's way of answering
_SURE_HEADINGS = 3  # with fewer, a sheet is named too
_HEADER = """\
# A form that comes again: see docs/formats/content.md. `questions`, `digest` and `marks` are its fingerprint, which Avow
# works out; everything else may be edited.
"""


def profile_of(
    questionnaire: Questionnaire,
    headings: Mapping[str, Mapping[str, str]],
    *,
    identifier: str,
    version: str,
    title: str,
    by_hand: bool = False,
) -> FormProfile:
    """A profile of a form as it was understood; `headings` is sheet -> column -> text of the header row. `by_hand`: a
    person set columns, which are not to be lost.

    Raises ContentError where too little was understood to know the form again, or a name is none.
    """
    asked = questionnaire.questions
    headless = [one.sheet for one in questionnaire.layouts if one.question and not headings.get(one.sheet)]
    if by_hand and headless:
        where = (
            f"sheet {headless[0]!r} of {questionnaire.source.name}"
            if headless[0]
            else questionnaire.source.name
        )
        raise ContentError(f"{where} has no header row to know its columns by; name one with --header-row")
    marks = question_marks((one.ref, one.text) for one in asked)
    options = [one.place.choices.options for one in asked if one.place.choices is not None]
    choices = list(dict.fromkeys(option for ones in options for option in ones))
    waiting = tuple(one for one in choices if is_unsettled(one) and meaning(one) is None)
    try:
        return FormProfile(
            id=identifier,
            version=version,
            title=title,
            questions=len(marks),
            digest=digest_of(marks) if marks else "",
            marks=kept_marks(marks),
            sheets=tuple(_sheets(questionnaire.layouts, headings)),
            ids=tuple(
                IdPattern(pattern=pattern, standard=title, version=version)
                for pattern in id_patterns(one.ref for one in asked)
            ),
            defaults=waiting[:_MOST_CHOICES],
            choices=_meanings([one for one in choices if one not in waiting]),
        )
    except ValidationError as invalid:
        problem = invalid.errors(include_url=False)[0]
        where = str(problem["loc"][0]) if problem["loc"] else "the form"
        said = problem["msg"].removeprefix("Value error, ")
        raise ContentError(
            f"no profile can be made of {questionnaire.source.name}: {where}: {said}"
        ) from None


def id_patterns(refs: Iterable[str]) -> list[str]:
    """The shapes that the ids have, most frequent first: `CONTROL.GOV.01` -> `CONTROL.@.#`; nothing where they have many."""
    groups: dict[str, list[list[str]]] = {}
    for ref in refs:
        if ref.strip():
            groups.setdefault(shape_of(ref), []).append(_words(ref.strip()))
    if len(groups) > _MOST_SHAPES:
        return []
    found: Counter[str] = Counter()
    for shape, words in groups.items():
        always = [ones[0] if len(set(ones)) == 1 else None for ones in zip(*words, strict=True)]
        whole = iter(always)
        pattern = "".join((next(whole, None) or char) if char == "@" else char for char in shape)
        if 0 < len(pattern) <= 60 and ("#" in pattern or "@" in pattern):
            found[pattern] += len(words)
    return [pattern for pattern, _ in found.most_common()]


def profile_yaml(profile: FormProfile) -> bytes:
    """The profile as a file of `forms/`."""
    return document_yaml(_HEADER, profile.model_dump(mode="json", exclude_defaults=True))


def save_profile(folder: ContentFolder, profile: FormProfile) -> Path:
    """Write a profile into the workspace; out: its file. One that is there gets a new fingerprint and keeps all else.

    Raises WorkspaceError where the one there is of another form, ContentError where the content would have an error by
    the new one: the form may be known by another name.
    """
    name, _ = folder.loaded.places.get(f"form:{profile.name}", (f"{FORMS}/{profile.name}.yaml", 0))
    old = folder.files.get(name)
    data = profile_yaml(profile) if old is None else _renewed(old, profile, name)
    files = {**folder.files, name: data}
    for issue in check(folder.load(files), files):
        if issue.severity is Severity.ERROR and (issue.file == name or issue.code == "form-clash"):
            raise ContentError(f"nothing was written: {issue.message}")
    put_all(folder.root, {name: data})
    return folder.root / name


def without_rules(profile: FormProfile) -> FormProfile:
    """A profile to read the form with for a new fingerprint, which is over all its questions, skipped ones too."""
    return profile.model_copy(update={"skip": ()})


def _renewed(old: bytes, profile: FormProfile, name: str) -> bytes:
    """The file `old` with the fingerprint of `profile` at its end, and every other line as it was."""
    document, _ = parse(old, name)
    try:
        before = FormProfile.model_validate(document.value)
    except ValidationError:
        raise WorkspaceError(f"{name} is there already, and has errors; `avow check` lists them") from None
    same = len(before.mark_set & profile.mark_set)
    if 2 * same < max(len(before.mark_set), len(profile.mark_set)):
        raise WorkspaceError(
            f"{name} is the profile of another form; give another name or --form-version, or remove it"
        )
    kept = _FINGERPRINT.sub("", old.decode())
    fingerprint = {key: getattr(profile, key) for key in ("questions", "digest", "marks")}
    separator = "" if kept.endswith("\n") else "\n"
    renewed = (kept + separator + document_yaml("", fingerprint).decode()).encode()
    expected = before.model_copy(
        update={"questions": profile.questions, "digest": profile.digest, "marks": profile.marks}
    )
    document, issues = parse(renewed, name)
    if issues or FormProfile.model_validate(document.value) != expected:
        raise WorkspaceError(
            f"{name} is written in a way that Avow cannot edit; move `questions`, `digest` and `marks` to its end"
        )
    return renewed


def _sheets(layouts: Sequence[SheetLayout], headings: Mapping[str, Mapping[str, str]]) -> Iterator[FormSheet]:
    """Each way of headings and columns once: without a sheet's name where the headings tell enough."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for layout in layouts:
        texts = {
            col: " ".join(text.split())
            for col, text in headings.get(layout.sheet, {}).items()
            if len(text) <= LONGEST_HEADING
        }
        if layout.question is None or not texts:
            continue
        head = tuple(texts.values())
        columns = {
            role: _column(column, texts) for role in _COLUMNS if (column := getattr(layout, role)) is not None
        }
        entry = {"sheet": layout.sheet, "headings": head, **columns}
        found.setdefault(head, []).append(entry)
    for head, entries in found.items():
        same = all({**one, "sheet": ""} == {**entries[0], "sheet": ""} for one in entries)
        if same and len(head) >= _SURE_HEADINGS:
            yield FormSheet(**{**entries[0], "sheet": ""})
        else:
            yield from (FormSheet(**one) for one in entries)


def _column(column: str, texts: Mapping[str, str]) -> str:
    """A column by its heading, or by its place where that has none, or not one of its own."""
    heading = texts.get(column, "")
    alone = sum(1 for one in texts.values() if plain(one) == plain(heading)) == 1
    return heading if heading and alone else f"column {column}"


def _meanings(choices: Sequence[str]) -> dict[str, Verdict]:
    """What the choices mean, where at least one of them has no plain meaning: for a person to complete."""
    if len(choices) > _MOST_CHOICES:
        return {}
    said = {choice: meaning(choice) or Verdict.NEEDS_INPUT for choice in choices}
    return said if Verdict.NEEDS_INPUT in said.values() else {}


def _words(ref: str) -> list[str]:
    found: list[str] = []
    letters = ""
    for char in ref:
        if char.isalpha():
            letters += char
        elif letters:
            found.append(letters)
            letters = ""
    return [*found, letters] if letters else found
