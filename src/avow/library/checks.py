"""Checks over loaded content: small, each yielding the problems it finds. Those on coverage are in `coverage`."""

import re
from collections.abc import Callable, Iterator

from avow.library.coverage import coverage_issues
from avow.library.loader import STATUS, Loaded
from avow.model.approvals import holds
from avow.model.base import Verdict
from avow.model.content import Content
from avow.model.controls import Status
from avow.model.forms import plain
from avow.model.issues import Issue, Severity
from avow.model.verdict_words import opening_verdict

MOST_REQUIREMENTS = 8  # of one framework on one control; more is over-mapping
_JINJA = re.compile(rb"\{\{|\{%|\{#")


def check(loaded: Loaded, files: dict[str, bytes]) -> list[Issue]:
    """All problems of the content: those found while reading, then those between its parts.

    Sorted by file and line. Nothing is written and nothing is approved.
    """
    found = [*loaded.issues, *_templates_in_content(files), *coverage_issues(loaded, files)]
    for one in _CHECKS:
        found.extend(one(loaded))
    return sorted(found, key=lambda issue: (issue.file, issue.line, issue.code, issue.message))


def _at(loaded: Loaded, where: str, severity: Severity, code: str, message: str) -> Issue:
    file, line = loaded.places.get(where, ("", 0))
    return Issue(severity=severity, code=code, message=message, file=file, line=line)


def _templates_in_content(files: dict[str, bytes]) -> Iterator[Issue]:
    for name, text in files.items():
        for number, line in enumerate(text.split(b"\n"), start=1):
            if _JINJA.search(line):
                message = "content is never a template; remove the {{ }} or {% %}"
                yield Issue(
                    severity=Severity.ERROR,
                    code="template-in-content",
                    message=message,
                    file=name,
                    line=number,
                )


def _mappings(loaded: Loaded) -> Iterator[Issue]:
    known = {one.id: {req.id: req for req in one.requirements} for one in loaded.content.frameworks}
    for control in loaded.content.controls:
        where = f"control:{control.id}"
        for framework, ids in control.requirements().items():
            if framework not in known:
                message = f"{control.id}: there is no framework {framework!r}"
                yield _at(loaded, where, Severity.ERROR, "unknown-framework", message)
                continue
            for identifier in ids:
                requirement = known[framework].get(identifier)
                if requirement is None:
                    message = f"{control.id}: {framework} has no requirement {identifier!r}"
                    yield _at(loaded, where, Severity.ERROR, "unknown-requirement", message)
                elif not requirement.assessable:
                    message = (
                        f"{control.id}: {framework} {identifier} is a heading; map to a requirement below it"
                    )
                    yield _at(loaded, where, Severity.ERROR, "requirement-is-heading", message)
            if len(ids) != len(set(ids)):
                message = f"{control.id}: the same {framework} requirement is mapped twice"
                yield _at(loaded, where, Severity.ERROR, "duplicate-mapping", message)
            if len(ids) > MOST_REQUIREMENTS:
                message = f"{control.id}: {len(ids)} requirements of {framework}; more than {MOST_REQUIREMENTS} is over-mapping"
                yield _at(loaded, where, Severity.WARNING, "over-mapping", message)


def _references(loaded: Loaded) -> Iterator[Issue]:
    content = loaded.content
    for implementation in content.implementations:
        scope = implementation.scope
        where = "/".join(
            (f"status:{implementation.control}", ",".join(scope.products), ",".join(scope.regions))
        )
        if implementation.control not in content.control_by_id:
            message = f"the status of {implementation.control!r}: there is no such control"
            yield _at(loaded, where, Severity.ERROR, "unknown-control", message)
        yield from _evidence_exists(loaded, where, implementation.control, implementation.evidence)
    for answer in content.answers:
        where = f"answer:{answer.id}"
        for control in answer.controls:
            if control not in content.control_by_id:
                message = f"{answer.id}: there is no control {control!r}"
                yield _at(loaded, where, Severity.ERROR, "unknown-control", message)
        yield from _evidence_exists(loaded, where, answer.id, answer.evidence)


def _lessons(loaded: Loaded) -> Iterator[Issue]:
    for lesson in loaded.content.lessons:
        if lesson.answer not in loaded.content.answer_by_id:
            where = f"lesson:{lesson.answer}/{lesson.question}"
            message = (
                f"a lesson about {lesson.answer!r}: there is no such answer any more; take the entry out"
            )
            yield _at(loaded, where, Severity.WARNING, "lesson-without-answer", message)


def _forms(loaded: Loaded) -> Iterator[Issue]:
    """Two profiles that no file could tell apart."""
    first: dict[str, str] = {}
    for profile in loaded.content.forms:
        known_by = profile.digest or "/".join(
            plain(text) for sheet in profile.sheets for text in sheet.headings
        )
        other = first.setdefault(known_by, profile.name)
        if other != profile.name:
            what = "fingerprint" if profile.digest else "headings"
            message = f"{profile.name} has the same {what} as {other}; no file can be told to be the one or the other"
            yield _at(loaded, f"form:{profile.name}", Severity.ERROR, "form-clash", message)


def _evidence_exists(loaded: Loaded, where: str, who: str, ids: tuple[str, ...]) -> Iterator[Issue]:
    for identifier in ids:
        if identifier not in loaded.content.evidence_by_id:
            message = f"{who}: there is no evidence {identifier!r}"
            yield _at(loaded, where, Severity.ERROR, "unknown-evidence", message)


def _phrasings(loaded: Loaded) -> Iterator[Issue]:
    first: dict[str, str] = {}
    for answer in loaded.content.answers:
        for phrasing in answer.all_phrasings:
            key = " ".join(phrasing.casefold().split()).rstrip("?.! ")
            other = first.setdefault(key, answer.id)
            if other != answer.id:
                message = f"{answer.id}: {phrasing!r} is a phrasing of {other} too; one question, one answer"
                yield _at(loaded, f"answer:{answer.id}", Severity.WARNING, "shared-phrasing", message)


def _narratives(loaded: Loaded) -> Iterator[Issue]:
    for answer in loaded.content.answers:
        said = opening_verdict(answer.narrative)
        if said is not None and said is not answer.verdict:
            message = f"{answer.id}: the narrative opens with {said} but the verdict is {answer.verdict}"
            yield _at(loaded, f"answer:{answer.id}", Severity.ERROR, "verdict-and-words", message)


def _approvals(loaded: Loaded) -> Iterator[Issue]:
    for answer in loaded.content.answers:
        where = f"answer:{answer.id}"
        if answer.approval is None:
            message = f"{answer.id} is not approved; it is never written without a person"
            yield _at(loaded, where, Severity.INFO, "not-approved", message)
        elif not holds(answer, loaded.content):
            by = answer.approval.by
            message = (
                f"{answer.id}: it, its control or its evidence changed after {by} approved it; approve again"
            )
            yield _at(loaded, where, Severity.WARNING, "approval-void", message)


def _overclaims(loaded: Loaded) -> Iterator[Issue]:
    content: Content = loaded.content
    too_weak = {
        Verdict.YES: set(Status) - {Status.IMPLEMENTED},
        Verdict.PARTIAL: {Status.PLANNED, Status.NOT_APPLICABLE},
    }
    for answer in content.answers:
        product = next(iter(answer.scope.products), None)
        region = next(iter(answer.scope.regions), None)
        for control in answer.controls:
            status = content.status_of(control, product, region)
            if status in too_weak.get(answer.verdict, ()):
                message = f"{answer.id} says {answer.verdict}, but {control} is {status} in {STATUS}; rows it fits go to review"
                yield _at(loaded, f"answer:{answer.id}", Severity.INFO, "overclaim", message)


_CHECKS: tuple[Callable[[Loaded], Iterator[Issue]], ...] = (
    _mappings,
    _references,
    _lessons,
    _forms,
    _phrasings,
    _narratives,
    _approvals,
    _overclaims,
)
