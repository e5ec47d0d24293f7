"""Questions with known answers, each asked twice: with its answers in the library and with them taken out.

In the second asking whatever comes first is wrong, which is what a threshold has to tell apart and what labels alone hardly
hold. The sets are the development questions and pairs (looked for beside the checkout), OpenChain's next version, the
example questionnaire, the example reworded, and rows of published forms that a person read.
"""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import next_version
import openpyxl
import yaml
from figures import HERE

from avow.matching.index import MatchIndex
from avow.matching.matcher import Judged, judged_question
from avow.matching.recommend import is_open, measures
from avow.model.matches import Polarity, Recommendation
from avow.workspace import Workspace

EXAMPLES = HERE.parent / "examples"


class Row(NamedTuple):
    """The first candidate of one asking. `said`: right, part or wrong; `held`: the question's answers were in the library."""

    group: str
    question: str
    held: bool
    said: str
    inverted: bool
    barred: bool
    exact: bool
    measured: dict[str, float]
    answer: str


class Asked(NamedTuple):
    """Questions to a library. `right` and `part`: question id -> ids (refs where `by_ref`) of the answers that answer it in
    full or in part; `turned`: the questions an inverted answer is right for."""

    group: str
    index: MatchIndex
    questions: list[dict[str, Any]]
    right: dict[str, set[str]]
    part: dict[str, set[str]]
    by_ref: bool
    turned: frozenset[str] = frozenset()


def rows(asked: Asked) -> Iterator[Row]:
    """Both askings of each question; one without a candidate makes no row, one without an answer a single one."""
    owners = asked.index.answers.owners
    names = {one.id: (one.ref or "") if asked.by_ref else one.id for one in owners}
    for one in asked.questions:
        right, part = asked.right.get(one["id"], set()), asked.part.get(one["id"], set())
        absent = _with_follow_ups(
            [owner for owner, name in names.items() if name in right | part], asked.index
        )
        for held in (True, False) if absent else (True,):
            judged = judged_question(one["question"], asked.index, absent=() if held else absent)
            if not judged.ranked:
                continue
            first = judged.ranked[0]
            answer = owners[first.owner].id
            said = "right" if names[answer] in right else "part" if names[answer] in part else "wrong"
            inverted = first.polarity is not Polarity.SAME
            if said == "right" and inverted != (one["id"] in asked.turned) and asked.by_ref:
                said = "wrong"
            yield _row(asked.group, one["question"], held, said, inverted, judged, asked.index)


def development(bench: Path, caiq: MatchIndex, pairs: MatchIndex) -> Iterator[Asked]:
    """The development questions and pairs of `bench`, over the indexes of the libraries that belong to them."""
    labels = {one["id"]: one for one in _lines(bench / "labels_dev.jsonl")}
    yield Asked(
        "development questions",
        caiq,
        _lines(bench / "dev_queries.jsonl"),
        {key: set(one["full"]) for key, one in labels.items()},
        {key: set(one["partial"]) for key, one in labels.items()},
        by_ref=True,
    )
    same = [one for one in _lines(bench / "pairs_dev.jsonl") if one["same"]]
    yield Asked(
        "pairs",
        pairs,
        _lines(bench / "pairs_dev_queries.jsonl"),
        {one["id"]: {one["id"]} for one in same},
        # Another pair's question to the same effect, which the labels, a pair each, do not speak of.
        {"D020": {"D076"}},
        by_ref=True,
        turned=frozenset(one["id"] for one in same if one["polarity"] == "inverted"),
    )


def next_versions(cases: list[tuple[next_version.Case, MatchIndex]]) -> Iterator[Asked]:
    """Forms asked again, each with the index of what was answered before."""
    for case, index in cases:
        yield Asked(case.name, index, case.questions, case.same, case.changed, by_ref=case.learn is not None)


def example(space: Workspace) -> Asked:
    """The example questionnaire on the sample company's library."""
    expected = yaml.safe_load((EXAMPLES / "meridian-expected.yaml").read_text(encoding="utf-8"))["rows"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(EXAMPLES / "meridian-vendor-risk.xlsx")
    questions = [
        {"id": row["ref"], "question": str(book[row["sheet"]][row["cell"]].value)} for row in expected
    ]
    right = {row["ref"]: {one for one in (row["expect"], *row.get("also", ())) if one} for row in expected}
    asked = [one for one in questions if not one["question"].startswith("=")]
    return Asked("example", space.index, asked, right, {}, by_ref=False)


def _with_follow_ups(ids: list[str], index: MatchIndex) -> list[str]:
    """Answers and those to their follow-ups, which were learned with their main question's words before their own."""
    side = index.answers
    texts = {side.texts[one] for one, owner in enumerate(side.owner_of) if side.owners[owner].id in ids}
    begins = tuple(f"{text} " for text in texts)
    more = {
        side.owners[side.owner_of[at]].id
        for at, text in enumerate(side.texts)
        if begins and text.startswith(begins)
    }
    return [*ids, *sorted(more - set(ids))]


def published_rows(space: Workspace, forms: Path) -> Iterator[Row]:
    """The questions of published forms in `forms` (looked for beside the checkout) that published_forms.yaml judges, on the
    sample company's library. One whose first candidate is no longer the one judged makes no row."""
    judged_forms = yaml.safe_load((HERE / "published_forms.yaml").read_text(encoding="utf-8"))
    owners = space.index.answers.owners
    for name, places in judged_forms.items():
        path = next(iter(forms.rglob(name)), None)
        questions = space.inspect(path).questions if path else ()
        for one in questions:
            said = places.get(str(one.address))
            if not said:
                continue
            judged = judged_question(one.text, space.index, section=one.section)
            if judged.ranked and (answer := owners[judged.ranked[0].owner].id) in said:
                first = judged.ranked[0]
                yield _row(
                    "published forms",
                    one.text,
                    True,
                    said[answer],
                    first.polarity is not Polarity.SAME,
                    judged,
                    space.index,
                )


def _row(
    group: str, question: str, held: bool, said: str, inverted: bool, judged: Judged, index: MatchIndex
) -> Row:
    first = judged.ranked[0]
    capped = any(cap.level.rank < Recommendation.STRONG.rank for cap in first.caps)
    return Row(
        group,
        question,
        held,
        said,
        inverted,
        capped or is_open(first, index.scoring),
        first.exact,
        measures(judged.ranked, judged.asked, len(index.answers.owners)),
        index.answers.owners[first.owner].id,
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
