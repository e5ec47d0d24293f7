"""The gap register for programs and terminals: one JSON document, a csv file, and lines to read."""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from avow import __version__
from avow.model.base import Scope
from avow.model.gaps import FoundGap, GapEntry, GapRegister, GapSeverity, GapStatus
from avow.outputs.gaps_csv import inert
from avow.outputs.shown_text import one_line

HEADER = (
    "id", "kind", "reason", "explanation", "severity", "severity rule", "subject", "detail", "control", "controls",
    "scope", "status", "owner", "due", "note", "first seen", "days open", "decided by", "requirements", "customers",
    "found",
)  # fmt: skip
Paint = Callable[
    [str, str], str
]  # a text and one of `bold`, `dim`, `high`, `medium`, `low` -> the text, coloured
_INDENT = " " * 12  # the width of an id and two blanks
_NAMES_SHOWN = 4


def register_document(register: GapRegister) -> dict[str, Any]:
    """The register in plain values: see docs/formats/gap-register.md."""
    return {
        "avow": __version__,
        "company": register.company,
        "as_of": register.as_of.isoformat(),
        "counts": counts(register),
        "gaps": [_entry(one) for one in register.entries],
    }


def register_json(register: GapRegister) -> bytes:
    """The document as JSON: UTF-8, indented, one line feed at the end."""
    text = json.dumps(register_document(register), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def register_csv(register: GapRegister) -> bytes:
    """One line a gap: UTF-8 with a byte order mark, CRLF, one header line, nothing a spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for entry in register.entries:
        writer.writerow([inert(field) for field in _fields(entry)])
    return out.getvalue().encode("utf-8-sig", "backslashreplace")


def counts(register: GapRegister) -> dict[str, Any]:
    """How many gaps there are by severity (of those that are found) and by status, and how many are overdue."""
    severities = Counter(one.gap.severity for one in register.entries if one.found)
    statuses = Counter(one.status for one in register.entries)
    return {
        "found": sum(severities.values()),
        "overdue": sum(is_overdue(one, register) for one in register.entries),
        "severity": {one.value: severities[one] for one in GapSeverity},
        "status": {one.value: statuses[one] for one in GapStatus},
    }


def is_overdue(entry: GapEntry, register: GapRegister) -> bool:
    """Whether the gap is still there past its due date."""
    return entry.found and entry.due is not None and entry.due < register.as_of


def requirement_words(gap: FoundGap) -> str:
    """The requirements a gap touches: `soc2: CC6.1, CC6.7; gdpr: Art. 32`."""
    return "; ".join(f"{framework}: {', '.join(ids)}" for framework, ids in gap.requirements.items())


def scope_words(scope: Scope) -> str:
    """The products and regions; empty for the whole company."""
    return ", ".join((*scope.products, *scope.regions))


def customer_words(gap: FoundGap) -> str:
    """Who asked, with the date each waits for, and who was told something that rests on it."""
    asked: dict[str, list[str]] = {}
    for one in gap.asked_by:
        days = asked.setdefault(one.customer or "a customer without a name", [])
        if one.due is not None and one.due.isoformat() not in days:
            days.append(one.due.isoformat())
    waits = [f"{name} ({', '.join(sorted(days))})" if days else name for name, days in asked.items()]
    parts = [f"asked: {', '.join(waits)}"] if waits else []
    if gap.told:
        parts.append(f"told: {', '.join(gap.told)}")
    return "; ".join(parts)


def decided_words(entry: GapEntry) -> str:
    """Who decided last and when, and whether the gap had been closed before."""
    said = []
    if entry.decided_by:
        on = f" on {entry.decided_on}" if entry.decided_on else ""
        said.append(f"{entry.decided_by}{on}")
    if entry.reopened_on is not None:
        said.append(f"found again on {entry.reopened_on}")
    if entry.closed_on is not None:
        said.append(f"closed on {entry.closed_on}")
    return "; ".join(said)


def register_text(register: GapRegister, *, width: int = 100, paint: Paint | None = None) -> str:
    """The register as text at most `width` columns wide (60 at least), worst first; every gap is there."""
    paint = paint or (lambda text, _: text)
    return "\n".join(_lines(register, max(60, width), paint))


def _lines(register: GapRegister, width: int, paint: Paint) -> Iterator[str]:
    yield paint(one_line(f"{register.company}: {_head(register)}"), "bold")
    severity = None
    for entry in register.entries:
        heading = entry.gap.severity.value.capitalize() if entry.found else "Closed"
        if heading != severity:
            yield ""
            yield paint(heading, entry.gap.severity.value if entry.found else "dim")
        severity = heading
        yield from _entry_lines(entry, register, width, paint)


def _head(register: GapRegister) -> str:
    found = counts(register)
    if not register.entries:
        return f"no gap on {register.as_of}"
    number = found["found"]
    words = [f"{count} {name}" for name, count in found["severity"].items() if count]
    said = f"{number} gap{'' if number == 1 else 's'} on {register.as_of}"
    if words:
        said += f": {', '.join(words)}"
    others = [(found["overdue"], "overdue")]
    others += [(found["status"][one.value], one.value) for one in list(GapStatus)[1:]]
    noted = [f"{count} {name}" for count, name in others if count]
    return f"{said} ({', '.join(noted)})" if noted else said


def _entry_lines(entry: GapEntry, register: GapRegister, width: int, paint: Paint) -> Iterator[str]:
    gap = entry.gap
    where = f" [{scope_words(gap.scope)}]" if not gap.scope.is_everything else ""
    first, *rest = _wrapped(one_line(f"{gap.subject}{where}"), width) or [""]
    yield f"{gap.id}  {paint(first, 'bold')}"
    yield from (f"{_INDENT}{paint(one, 'bold')}" for one in rest)
    reason = gap.reason.explanation
    said = f"{reason[:1].upper()}{reason[1:]}. {one_line(gap.detail)}"
    yield from (f"{_INDENT}{one}" for one in _wrapped(said, width))
    for line in _facts(entry, register):
        yield from (f"{_INDENT}{paint(one, 'dim')}" for one in _wrapped(line, width))


def _facts(entry: GapEntry, register: GapRegister) -> Iterator[str]:
    gap = entry.gap
    age = "new" if not entry.age_days else f"{entry.age_days} day{'' if entry.age_days == 1 else 's'} old"
    overdue = " (overdue)" if is_overdue(entry, register) else ""
    standing = (
        entry.status.value,
        f"owner: {entry.owner or 'nobody'}",
        f"due {entry.due}{overdue}" if entry.due else "no date",
        age,
        decided_words(entry),
    )
    requirements = ", ".join(f"{len(ids)} of {framework}" for framework, ids in gap.requirements.items())
    touches = (_controls(gap), f"requirements: {requirements}" if requirements else "")
    note = f"note: {entry.note}" if entry.note else ""
    for parts in (standing, touches, (customer_words(gap),), (note,)):
        line = one_line("; ".join(part for part in parts if part))
        if line:
            yield line


def _controls(gap: FoundGap) -> str:
    more = len(gap.controls) - _NAMES_SHOWN
    named = ", ".join(gap.controls[:_NAMES_SHOWN])
    return f"{named} and {more} more controls" if more > 0 else named


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width - len(_INDENT), break_on_hyphens=False)


def _entry(entry: GapEntry) -> dict[str, Any]:
    gap = entry.gap
    return {
        "id": gap.id,
        "kind": gap.kind.value,
        "reason": gap.reason.value,
        "explanation": gap.reason.explanation,
        "severity": gap.severity.value,
        "severity_rule": gap.severity_rule,
        "subject": gap.subject,
        "detail": gap.detail,
        "control": gap.control,
        "controls": list(gap.controls),
        "evidence": gap.evidence,
        "scope": gap.scope.model_dump(mode="json"),
        "owner": entry.owner,
        "due": entry.due.isoformat() if entry.due else None,
        "age_days": entry.age_days,
        "first_seen": entry.first_seen.isoformat(),
        "status": entry.status.value,
        "note": entry.note,
        "decided_by": entry.decided_by,
        "decided_on": entry.decided_on.isoformat() if entry.decided_on else None,
        "reopened_on": entry.reopened_on.isoformat() if entry.reopened_on else None,
        "closed_on": entry.closed_on.isoformat() if entry.closed_on else None,
        "requirements": gap.requirements,
        "customers": [one.model_dump(mode="json") for one in gap.asked_by],
        "told": list(gap.told),
        "found": entry.found,
    }


def _fields(entry: GapEntry) -> tuple[str, ...]:
    gap = entry.gap
    return (
        gap.id,
        gap.kind.value,
        gap.reason.value,
        gap.reason.explanation,
        gap.severity.value,
        gap.severity_rule,
        gap.subject,
        gap.detail,
        gap.control or "",
        ", ".join(gap.controls),
        scope_words(gap.scope),
        entry.status.value,
        entry.owner,
        entry.due.isoformat() if entry.due else "",
        entry.note,
        entry.first_seen.isoformat(),
        str(entry.age_days),
        decided_words(entry),
        requirement_words(gap),
        customer_words(gap),
        "yes" if entry.found else "no",
    )
