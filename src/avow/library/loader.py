"""A workspace's content files, read, validated and put together.

Every problem is an `Issue` with its file and line; loading goes on to find them all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from avow.library.dates import parse_date
from avow.library.facts import fact_text, facts_used, fill_in
from avow.library.yaml_source import Located, parse
from avow.model.answers import Approval, LibraryAnswer
from avow.model.base import Value
from avow.model.content import Content
from avow.model.controls import Applicability, Control, ControlMapping, Evidence, Implementation
from avow.model.forms import FormProfile
from avow.model.frameworks import Framework
from avow.model.issues import Issue, Severity
from avow.model.lessons import Lesson
from avow.model.stamps import stamp
from avow.model.vocabulary import OwnWords

FRAMEWORKS, CATALOGUE = "controls/frameworks", "controls/catalogue"
MAPPINGS = "controls/mappings"
STATUS, EVIDENCE = "controls/status.yaml", "controls/evidence.yaml"
APPLICABILITY = "controls/applicability.yaml"
FORMS = "forms"
LIBRARY, FACTS, APPROVALS = "answer_library", "answer_library/facts.yaml", "answer_library/approvals.yaml"
LESSONS, OWN_WORDS = "answer_library/lessons.yaml", "answer_library/lexicon.yaml"

_DATE_FIELDS = ("review_by", "valid_from", "valid_until", "reviewed_on", "planned_for")
_BLANK_MEANS_ABSENT = (*_DATE_FIELDS, "status", "ref", "source", "parent", "designation", "form")


V = TypeVar("V", bound=Value)


@dataclass
class Loaded:
    """Content with where each of its parts stands (`kind:id` -> file and line) and the problems found."""

    content: Content
    places: dict[str, tuple[str, int]]
    issues: list[Issue]


@dataclass
class _Reading:
    release: date | None
    issues: list[Issue] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    raw_facts: dict[str, Any] = field(default_factory=dict)

    def error(self, code: str, message: str, file: str, line: int) -> None:
        self.issues.append(Issue(severity=Severity.ERROR, code=code, message=message, file=file, line=line))


def load(
    files: dict[str, bytes], *, company: str, as_of: date, release: date | None, revision: str
) -> Loaded:
    """Build the content from `files` (path below the workspace, with slashes -> bytes).

    `as_of` is the day gates compare dates with; `release` the day relative dates count from, or None.
    """
    reading = _Reading(release)
    documents = {
        name: _parsed(name, text, reading) for name, text in sorted(files.items()) if name.endswith(".yaml")
    }
    _read_facts(documents.get(FACTS), reading)
    lessons = tuple(_listed(documents.get(LESSONS), LESSONS, "lessons", Lesson, reading))
    content = Content(
        company=company,
        as_of=as_of,
        revision=revision,
        frameworks=tuple(_frameworks(documents, reading)),
        controls=tuple(_mapped_further(documents, tuple(_controls(documents, reading)), reading)),
        implementations=tuple(_listed(documents.get(STATUS), STATUS, "status", Implementation, reading)),
        applicability=tuple(
            _listed(documents.get(APPLICABILITY), APPLICABILITY, "applicability", Applicability, reading)
        ),
        evidence=tuple(
            piece.model_copy(update={"content_hash": _authored_hash(piece, documents[EVIDENCE])})
            for piece in _listed(documents.get(EVIDENCE), EVIDENCE, "evidence", Evidence, reading)
        ),
        answers=tuple(_taught(_answers(documents, reading), lessons)),
        lessons=lessons,
        own_words=tuple(_listed(documents.get(OWN_WORDS), OWN_WORDS, "lexicon", OwnWords, reading)),
        forms=tuple(_forms(documents, reading)),
    )
    return Loaded(content, reading.places, reading.issues)


def load_forms(files: dict[str, bytes]) -> tuple[FormProfile, ...]:
    """The profiles of known forms among `files`, without those that have an error."""
    reading = _Reading(None)
    documents = {name: _parsed(name, text, reading) for name, text in sorted(files.items())}
    return tuple(_forms(documents, reading))


def content_files(root: Path, folders: Iterable[str] = ("controls", LIBRARY, FORMS)) -> dict[str, bytes]:
    """The YAML files of a workspace's content, path below `root` with slashes -> bytes. Links are not followed out."""
    found: dict[str, bytes] = {}
    home = root.resolve()
    for folder in folders:
        for path in sorted((root / folder).rglob("*.yaml")):
            if path.is_file() and path.resolve().is_relative_to(home):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def _parsed(name: str, text: bytes, reading: _Reading) -> Located:
    located, issues = parse(text, name)
    reading.issues.extend(issues)
    if located.value is not None and not isinstance(located.value, dict):
        reading.error("content-shape", "the file must be a mapping of keys to values", name, 1)
        return Located(None, None)
    return located


def _under(documents: dict[str, Located], folder: str) -> Iterator[tuple[str, Located]]:
    return ((name, one) for name, one in documents.items() if name.startswith(folder + "/") and one.value)


def _frameworks(documents: dict[str, Located], reading: _Reading) -> Iterator[Framework]:
    for name, document in _under(documents, FRAMEWORKS):
        framework = _validated(Framework, document.value, name, document, (), reading)
        if framework is not None and _is_new("framework", framework.id, name, 1, reading):
            yield framework


def _forms(documents: dict[str, Located], reading: _Reading) -> Iterator[FormProfile]:
    for name, document in _under(documents, FORMS):
        profile = _validated(FormProfile, document.value, name, document, (), reading)
        if profile is not None and _is_new("form", profile.name, name, document.line("id"), reading):
            yield profile


def _controls(documents: dict[str, Located], reading: _Reading) -> Iterator[Control]:
    for name, document in _under(documents, CATALOGUE):
        domain = document.value.get("domain", "")
        if not isinstance(domain, str) or not domain:
            reading.error("field-missing", "`domain` is missing", name, 1)
            continue
        yield from _listed(document, name, "controls", Control, reading, {"domain": domain})


def _mapped_further(
    documents: dict[str, Located], controls: tuple[Control, ...], reading: _Reading
) -> Iterator[Control]:
    """The controls with the mappings of `controls/mappings/*.yaml`: a framework of one's own, over any catalogue."""
    known = {control.id for control in controls}
    added: dict[str, list[ControlMapping]] = {}
    for name, document in _under(documents, MAPPINGS):
        framework = str(document.value.get("framework", ""))
        for position, entry in _entries(document, name, "mappings", reading):
            path = ("mappings", position)
            control = str(entry.get("control", ""))
            if control not in known:
                message = f"a mapping of {control!r}: there is no such control"
                reading.error("unknown-control", message, name, document.line(*path))
                continue
            rest = {key: value for key, value in entry.items() if key != "control"}
            mapping = _validated(
                ControlMapping, {"framework": framework, **rest}, name, document, path, reading
            )
            if mapping is not None:
                added.setdefault(control, []).append(mapping)
    for one in controls:
        more = added.get(one.id)
        yield one.model_copy(update={"mappings": (*one.mappings, *more)}) if more else one


def _answers(documents: dict[str, Located], reading: _Reading) -> Iterator[LibraryAnswer]:
    approvals = _read_approvals(documents.get(APPROVALS), reading)
    for name, document in _under(documents, LIBRARY):
        if name in (FACTS, APPROVALS, LESSONS, OWN_WORDS):
            continue
        for position, entry in _entries(document, name, "answers", reading):
            answer = _answer(entry, name, document, position, approvals, reading)
            if answer is not None:
                yield answer


def _taught(answers: Iterable[LibraryAnswer], lessons: tuple[Lesson, ...]) -> Iterator[LibraryAnswer]:
    """The answers, each with the questions reviewers found it to fit as further phrasings."""
    fitting: dict[str, list[str]] = {}
    for lesson in lessons:
        if lesson.fits:
            fitting.setdefault(lesson.answer, []).append(lesson.question)
    for answer in answers:
        more = fitting.get(answer.id)
        yield answer.model_copy(update={"phrasings": (*answer.phrasings, *more)}) if more else answer


def _answer(
    entry: dict[str, Any],
    name: str,
    document: Located,
    position: int,
    approvals: dict[str, Approval],
    reading: _Reading,
) -> LibraryAnswer | None:
    path = ("answers", position)
    texts = [str(entry.get(key, "")) for key in ("narrative", "detail")]
    used = [fact for text in texts for fact in facts_used(text)]
    for fact in used:
        if fact not in reading.facts:
            message = f"the fact [[{fact}]] is not in {FACTS}"
            reading.error("unknown-fact", message, name, document.line(*path, "narrative"))
    authored = {**entry, "facts": {fact: reading.raw_facts.get(fact, "") for fact in used}}
    filled = dict(entry)
    for key in ("narrative", "detail"):
        if isinstance(filled.get(key), str):
            filled[key] = fill_in(filled[key], reading.facts)
    for forbidden in ("content_hash", "approval"):
        if forbidden in filled:
            message = f"`{forbidden}` is kept by Avow, not written by hand; approve with `avow approve`"
            reading.error("field-unknown", message, name, document.line(*path, forbidden))
            return None
    filled["content_hash"] = stamp(authored)
    approval = approvals.get(str(entry.get("id")))
    if approval is not None:
        filled["approval"] = approval
    answer = _validated(LibraryAnswer, filled, name, document, path, reading)
    line = document.line(*path)
    return answer if answer and _is_new("answer", answer.id, name, line, reading) else None


def _listed(
    document: Located | None,
    name: str,
    key: str,
    kind: type[V],
    reading: _Reading,
    extra: dict[str, str] | None = None,
) -> Iterator[V]:
    if document is None or document.value is None:
        return
    for position, entry in _entries(document, name, key, reading):
        path = (key, position)
        value = _validated(kind, {**entry, **(extra or {})}, name, document, path, reading)
        if value is not None and _is_new(*_identity(value), name, document.line(*path), reading):
            yield value


def _authored_hash(piece: Evidence, document: Located) -> str:
    return stamp(next(entry for entry in document.value["evidence"] if entry.get("id") == piece.id))


def _identity(value: Value) -> tuple[str, str]:
    if isinstance(value, Implementation):
        scope = value.scope
        return "status", "/".join((value.control, ",".join(scope.products), ",".join(scope.regions)))
    if isinstance(value, Applicability):
        return "applicability", "/".join((value.framework, *value.requirements))
    if isinstance(value, Lesson):
        return "lesson", "/".join((value.answer, value.question))
    if isinstance(value, OwnWords):
        return "lexicon", value.concept
    return type(value).__name__.lower(), str(getattr(value, "id", ""))


def _entries(
    document: Located, name: str, key: str, reading: _Reading
) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = document.value.get(key)
    if entries is None or not isinstance(entries, list | str) or (isinstance(entries, str) and entries):
        reading.error("content-shape", f"`{key}:` with a list is missing", name, 1)
        return
    for position, entry in enumerate(entries or []):
        if isinstance(entry, dict):
            yield position, entry
        else:
            line = document.line(key, position)
            reading.error("content-shape", f"an entry of `{key}` must be a mapping", name, line)


def _is_new(kind: str, identifier: str, name: str, line: int, reading: _Reading) -> bool:
    where = f"{kind}:{identifier}"
    if where in reading.places:
        first_file, first_line = reading.places[where]
        message = f"the {kind} {identifier!r} is there already, in {first_file}:{first_line}; rename one"
        reading.error("duplicate-id", message, name, line)
        return False
    reading.places[where] = (name, line)
    return True


def _validated(
    kind: type[V],
    data: dict[str, Any],
    name: str,
    document: Located,
    path: tuple[str | int, ...],
    reading: _Reading,
) -> V | None:
    data = {key: text for key, text in data.items() if text != "" or key not in _BLANK_MEANS_ABSENT}
    for key in _DATE_FIELDS:
        if isinstance(data.get(key), str):
            try:
                data[key] = parse_date(data[key], reading.release)
            except ValueError as error:
                reading.error("date", f"{key}: {error}", name, document.line(*path, key))
                return None
    try:
        return kind.model_validate(data)
    except ValidationError as invalid:
        for problem in invalid.errors(include_url=False):
            code, message = _in_words(problem["type"], problem["loc"], problem["msg"])
            reading.error(code, message, name, document.line(*path, *problem["loc"]))
        return None


def _in_words(kind: str, loc: tuple[str | int, ...], message: str) -> tuple[str, str]:
    where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in loc)
    if kind == "extra_forbidden":
        return "field-unknown", f"`{where}` is not a field here; remove it or mend its name"
    if kind == "missing":
        return "field-missing", f"`{where}` is missing"
    said = message.removeprefix("Value error, ")
    said = f"{said[:1].lower()}{said[1:]}"
    return "field-invalid", f"`{where}`: {said}" if where else said


def _read_facts(document: Located | None, reading: _Reading) -> None:
    facts = (document.value or {}).get("facts") if document else None
    for key, definition in (facts if isinstance(facts, dict) else {}).items():
        try:
            reading.facts[key] = fact_text(definition, reading.release)
            reading.raw_facts[key] = definition
        except ValueError as error:
            line = document.line("facts", key) if document else 0
            reading.error("fact", f"the fact {key!r}: {error}", FACTS, line)


def _read_approvals(document: Located | None, reading: _Reading) -> dict[str, Approval]:
    entries = (document.value or {}).get("approvals") if document else None
    found: dict[str, Approval] = {}
    for key, entry in (entries if isinstance(entries, dict) else {}).items():
        try:
            found[key] = Approval.model_validate(entry)
        except ValidationError:
            line = document.line("approvals", key) if document else 0
            reading.error(
                "approval", f"the approval of {key!r} needs `by`, `on` and `stamp`", APPROVALS, line
            )
    return found
