"""How much of each framework the catalogue reaches, and the checks on that."""

import statistics
from collections.abc import Iterator
from functools import cached_property

from avow.library.loader import CATALOGUE, MAPPINGS, Loaded
from avow.library.yaml_source import Located, parse
from avow.model.base import Value
from avow.model.content import Content
from avow.model.controls import Control
from avow.model.frameworks import Framework
from avow.model.issues import Issue, Severity

MOST_PER_CONTROL = 3  # the median over a framework's controls; above it, mappings say "related", not "meets"
_WANTED = (
    "objective",
    "type",
    "owner_role",
    "frequency",
    "guidance",
    "evidence_requests",
    "tests",
    "questions",
)


class NotOwed(Value):
    """Requirements without a control, and the reason why none is owed."""

    reason: str
    requirements: tuple[str, ...]

    def as_clause(self) -> str:
        """The reason as part of a sentence; a first word such as `ISO` keeps its capitals."""
        text = " ".join(self.reason.split()).rstrip(".")
        return text[:1].lower() + text[1:] if text[1:2].islower() else text


class FrameworkCoverage(Value):
    """A framework's assessable requirements, each in one place: with a control, not owed, not applicable, or neither.

    `not_owed` are the framework's exemptions, `not_applicable` the company's own decisions; both without what a
    control is mapped to all the same. `median` is that of the requirements per control that has any (0.0: none has).
    """

    framework: str
    title: str
    assessable: int
    covered: tuple[str, ...]
    not_owed: tuple[NotOwed, ...] = ()
    not_applicable: tuple[NotOwed, ...] = ()
    uncovered: tuple[str, ...] = ()
    median: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether each requirement is covered or has a reason why not."""
        return not self.uncovered

    def lines(self) -> list[str]:
        """In words: the counts, then a line a reason with how many requirements it holds for."""
        said = [f"{self.framework}: {len(self.covered)} of {self.assessable} requirements covered"]
        reasons: list[str] = []
        for name, groups in (("not owed", self.not_owed), ("not applicable here", self.not_applicable)):
            if groups:
                said.append(f"{sum(len(one.requirements) for one in groups)} {name}")
                reasons += [f"  {len(one.requirements)} {name}: {one.as_clause()}" for one in groups]
        if self.uncovered:
            said.append(f"{len(self.uncovered)} without a control or a reason")
        return [", ".join(said), *reasons]


def coverage(content: Content) -> tuple[FrameworkCoverage, ...]:
    """The coverage of each framework, in the content's order."""
    per_control = [control.requirements() for control in content.controls]
    return tuple(_of(framework, content, per_control) for framework in content.frameworks)


def _of(framework: Framework, content: Content, per_control: list[dict[str, list[str]]]) -> FrameworkCoverage:
    counts = [len(one[framework.id]) for one in per_control if framework.id in one]
    mapped = {identifier for one in per_control for identifier in one.get(framework.id, ())}
    assessable = [one.id for one in framework.requirements if one.assessable]
    left = [identifier for identifier in assessable if identifier not in mapped]
    decided = {
        identifier: one.justification
        for one in content.applicability
        if one.framework == framework.id and not one.applicable
        for identifier in one.requirements
    }
    not_owed = {
        identifier: framework.exempt[identifier] for identifier in left if identifier in framework.exempt
    }
    not_applicable = {one: decided[one] for one in left if one in decided and one not in not_owed}
    return FrameworkCoverage(
        framework=framework.id,
        title=framework.title,
        assessable=len(assessable),
        covered=tuple(identifier for identifier in assessable if identifier in mapped),
        not_owed=_by_reason(not_owed),
        not_applicable=_by_reason(not_applicable),
        uncovered=tuple(one for one in left if one not in not_owed and one not in not_applicable),
        median=float(statistics.median(counts)) if counts else 0.0,
    )


def _by_reason(reasons: dict[str, str]) -> tuple[NotOwed, ...]:
    grouped: dict[str, list[str]] = {}
    for identifier, reason in reasons.items():
        grouped.setdefault(reason, []).append(identifier)
    return tuple(NotOwed(reason=reason, requirements=tuple(ids)) for reason, ids in grouped.items())


# ── checks ─────────────────────────────────────────────────────────────────────────────────────


class _Places:
    """Where the parts of a framework stand; the file is parsed again only where there is something to say."""

    def __init__(self, loaded: Loaded, files: dict[str, bytes], framework: Framework) -> None:
        self._framework = framework
        self._files = files
        self.file, self._line = loaded.places.get(f"framework:{framework.id}", ("", 0))

    @cached_property
    def _document(self) -> Located:
        return parse(self._files.get(self.file, b""), self.file)[0]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {one.id: position for position, one in enumerate(self._framework.requirements)}

    def issue(self, severity: Severity, code: str, message: str, line: int | None = None) -> Issue:
        where = self._line if line is None else line
        return Issue(severity=severity, code=code, message=message, file=self.file, line=where)

    def requirement(self, identifier: str) -> int:
        return self._document.line("requirements", self._positions[identifier])

    def exemption(self, position: int, number: int) -> int:
        return self._document.line("exemptions", position, "requirements", number)


def coverage_issues(loaded: Loaded, files: dict[str, bytes]) -> Iterator[Issue]:
    """Requirements nobody covers, mappings spread too wide, exemptions and decisions that name nothing."""
    # A broken catalogue file would show as a hundred uncovered requirements, and hide what is wrong.
    is_readable = not any(one.file.startswith((CATALOGUE, MAPPINGS)) for one in loaded.issues)
    for found in coverage(loaded.content):
        framework = loaded.content.framework_by_id[found.framework]
        places = _Places(loaded, files, framework)
        for identifier in found.uncovered if is_readable else ():
            message = (
                f"{framework.id} {identifier}: no control is mapped to it, and no exemption says why not"
            )
            line = places.requirement(identifier)
            yield places.issue(Severity.WARNING, "uncovered-requirement", message, line)
        if found.median > MOST_PER_CONTROL:
            message = (
                f"{framework.id}: half of its controls are mapped to {found.median:g} or more of its requirements;"
                f" more than {MOST_PER_CONTROL} is over-mapping"
            )
            yield places.issue(Severity.WARNING, "over-mapped-framework", message)
        yield from _exemptions(framework, set(found.covered), places)
    yield from _applicability(loaded)
    yield from _incomplete(loaded)


def _exemptions(framework: Framework, covered: set[str], places: _Places) -> Iterator[Issue]:
    seen: set[str] = set()
    for position, exemption in enumerate(framework.exemptions):
        for number, identifier in enumerate(exemption.requirements):
            requirement = framework.requirement_by_id.get(identifier)
            code, severity = "exemption-unknown", Severity.ERROR
            if requirement is None:
                message = f"{framework.id} has no requirement {identifier!r} to exempt"
            elif not requirement.assessable:
                message = f"{framework.id} {identifier} is a heading; exempt the requirements below it"
            elif identifier in seen:
                message = f"{framework.id} {identifier} is exempt twice; one reason is enough"
                code = "duplicate-exemption"
            elif identifier in covered:
                message = f"{framework.id} {identifier} is exempt, but a control is mapped to it; keep one of the two"
                code, severity = "exempt-but-mapped", Severity.WARNING
            else:
                seen.add(identifier)
                continue
            seen.add(identifier)
            yield places.issue(severity, code, message, places.exemption(position, number))


def _applicability(loaded: Loaded) -> Iterator[Issue]:
    first: dict[tuple[str, str], str] = {}
    for entry in loaded.content.applicability:
        where = f"applicability:{'/'.join((entry.framework, *entry.requirements))}"
        file, line = loaded.places.get(where, ("", 0))

        def error(code: str, message: str, file: str = file, line: int = line) -> Issue:
            return Issue(severity=Severity.ERROR, code=code, message=message, file=file, line=line)

        framework = loaded.content.framework_by_id.get(entry.framework)
        if framework is None:
            yield error("unknown-framework", f"applicability: there is no framework {entry.framework!r}")
            continue
        for identifier in entry.requirements:
            requirement = framework.requirement_by_id.get(identifier)
            if requirement is None:
                message = f"applicability: {framework.id} has no requirement {identifier!r}"
                yield error("unknown-requirement", message)
            elif not requirement.assessable:
                message = f"applicability: {framework.id} {identifier} is a heading; decide on the requirements below it"
                yield error("requirement-is-heading", message)
            elif (framework.id, identifier) in first:
                before = first[framework.id, identifier]
                message = (
                    f"applicability: {framework.id} {identifier} is decided already, in {before}; remove one"
                )
                yield error("duplicate-applicability", message)
            else:
                first[framework.id, identifier] = f"{file}:{line}"


def _incomplete(loaded: Loaded) -> Iterator[Issue]:
    for control in loaded.content.controls:
        missing = _missing(control)
        if missing:
            file, line = loaded.places.get(f"control:{control.id}", ("", 0))
            message = f"{control.id} does not say: {', '.join(missing)}"
            yield Issue(
                severity=Severity.INFO, code="control-incomplete", message=message, file=file, line=line
            )


def _missing(control: Control) -> list[str]:
    return [name for name in _WANTED if not getattr(control, name)]
