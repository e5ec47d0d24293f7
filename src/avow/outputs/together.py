"""What is to say of several files that were filled together: each file's rows by outcome, and the questions they share."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from avow import __version__
from avow.model.responses import Outcome
from avow.outputs.plain_words import OUTCOMES
from avow.outputs.report_page import lead
from avow.outputs.shown_text import one_line
from avow.outputs.summary import quoted, request_options

Summary = dict[str, Any]

_SHOWN = 5  # shared questions with different answers, on a terminal
_COUNTED = tuple(outcome.value for outcome in Outcome)


class FiledReport(NamedTuple):
    """One file as it was named, the id it is recorded under, its report, and what was written for it (kind -> path)."""

    path: str
    engagement: str
    report: Mapping[str, Any]
    outputs: Mapping[str, PurePath]


def summary_of(
    files: Sequence[FiledReport], refused: Iterable[tuple[str, str, str]], *, engagement: str
) -> Summary:
    """The summary as dicts, lists, text and numbers; `refused`: name, reason code and message of files not answered.

    `files` is not empty. A question is shared where two files ask it in the same words, case and blanks aside; a follow-up
    is not, since the same words ask something else under another question.
    """
    first = files[0].report
    counts: Counter[str] = Counter()
    for one in files:
        counts.update(one.report["summary"])
    return {
        "avow": __version__,
        "as_of": first["as_of"],
        "company": first["company"],
        "engagement": engagement,
        "request": first["request"],
        "summary": {name: counts[name] for name in ("rows", *_COUNTED)},
        "files": [
            {
                "path": one.path,
                "name": one.report["source"]["name"],
                "sha256": one.report["source"]["sha256"],
                "engagement": one.engagement,
                "summary": dict(one.report["summary"]),
                "outputs": {kind: str(path) for kind, path in one.outputs.items()},
            }
            for one in files
        ],
        "refused": [
            {"name": name, "reason": reason, "message": message} for name, reason, message in refused
        ],
        "shared": list(_shared(files)),
    }


def _shared(files: Sequence[FiledReport]) -> Iterator[dict[str, Any]]:
    places: dict[str, list[tuple[FiledReport, Mapping[str, Any]]]] = {}
    for one in files:
        for row in one.report["rows"]:
            if row["kind"] == "question" and row["question"] and not row.get("parent"):
                places.setdefault(" ".join(row["question"].casefold().split()), []).append((one, row))
    for ones in places.values():
        if len({file.path for file, _ in ones}) < 2:
            continue
        said = {(row["verdict"], row["text"]) for _, row in ones if row["outcome"] == Outcome.ANSWERED.value}
        yield {
            "question": ones[0][1]["question"],
            "answered": all(row["outcome"] == Outcome.ANSWERED.value for _, row in ones),
            "answers": len(said),
            "places": [
                {name: row[name] for name in ("sheet", "cell", "outcome", "verdict", "reasons")}
                | {"file": file.path}
                for file, row in ones
            ],
        }


def summary_json(said: Summary) -> bytes:
    """The summary as UTF-8 JSON: equal summaries give equal bytes."""
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def summary_html(said: Summary, templates: Path) -> bytes:
    """The summary as one self-contained page. Raises ContentError where a template is missing or broken."""
    from avow.outputs.pages import PageFiles, rendered

    return rendered(
        templates,
        PageFiles("summary.html.j2", "summary.css"),
        said=said,
        lead=lead(said),
        words=OUTCOMES,
        shared=_shared_words(said["shared"]),
    )


def summary_text(said: Summary, written: Mapping[str, PurePath]) -> str:
    """The summary for a terminal; `written`: where it was put, kind -> path."""
    customer = one_line(said["request"].get("customer") or "")
    count = len(said["files"])
    lines = [
        f"{count} file{'' if count == 1 else 's'}{f' for {customer}' if customer else ''}",
        lead(said),
        "",
        *_table(said),
        *(f"  not filled: {one_line(one['message'])}" for one in said["refused"]),
        *_shared_lines(said["shared"]),
    ]
    if "html" in written:
        lines += ["", f"The whole in {one_line(str(written['html']))}"]
    return "\n".join([*lines, *_next(said)])


def _table(said: Summary) -> Iterator[str]:
    names = [one_line(one["path"]) for one in said["files"]]
    wide = max(map(len, [*names, "all files"]))
    heads = [(name, OUTCOMES[name].lower()) for name in _COUNTED]
    yield f"  {'':<{wide}}{'rows':>8}" + "".join(f"{word:>12}" for _, word in heads)
    rows = [
        *zip(names, (one["summary"] for one in said["files"]), strict=True),
        ("all files", said["summary"]),
    ]
    for name, counts in rows:
        yield f"  {name:<{wide}}{counts['rows']:>8}" + "".join(f"{counts[key]:>12}" for key, _ in heads)


def _shared_words(shared: Sequence[Mapping[str, Any]]) -> str:
    if not shared:
        return "No question is in several files."
    alike = sum(one["answered"] and one["answers"] == 1 for one in shared)
    are = "question is" if len(shared) == 1 else "questions are"
    return f"{len(shared)} {are} in several files; {alike} of them answered, the same way everywhere."


def _shared_lines(shared: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield _shared_words(shared)
    split = [
        one
        for one in shared
        if any("earlier-row-contradicted" in place["reasons"] for place in one["places"])
    ]
    for one in split[:_SHOWN]:
        where = ", ".join(one_line(f"{place['file']} {place['cell']}") for place in one["places"])
        yield f"  has two answers, decide one: {one_line(one['question'])[:80]} ({where})"
    if len(split) > _SHOWN:
        yield f"  and {len(split) - _SHOWN} more"


def _next(said: Summary) -> Iterator[str]:
    waiting = said["summary"]["review"] + said["summary"]["gap"]
    yield ""
    if not waiting:
        yield "Next: read the reports, look through the filled files, and send them."
        return
    reviews = [one["outputs"].get("review.xlsx") for one in said["files"]]
    again = [quoted(one["path"]) for one in said["files"]]
    again += request_options(said["request"])
    folders = {str(PurePath(one["outputs"]["filled"]).parent) for one in said["files"]}
    if len(folders) == 1:
        again.append(f"--out {quoted(*folders)}")
    again += [f"--review {quoted(one)}" for one in reviews if one]
    yield f"Next: decide the {waiting} row{'' if waiting == 1 else 's'} in the review workbooks, then"
    yield f"  avow fill {' '.join(again)}"
