"""Learning: an answered questionnaire's rows as library answers, drafts until somebody approves them.

rows ──read──▶ verdict and words ──traces held back──▶ ──against the file and the library──▶ entries, phrasings, contradictions
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from avow.library.edits import free_id
from avow.library.learning_rows import Answered, read_row
from avow.library.learning_traces import Names, trace_in
from avow.model.answers import LibraryAnswer
from avow.model.base import Sharing, Verdict
from avow.model.content import Content
from avow.model.learning import Disputed, Held, Learned, Likeness, Phrased
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason


@dataclass(frozen=True)
class Reading:
    """How questions and answers are read: by the matching, which the library does not know.

    `controls_for` gives the controls a question is about; `answered_by` the library answer that answers a question already,
    given verdict and words; `differs` in what two answers to a question contradict each other (empty: in nothing);
    `stands_alone` says whether a follow-up says by itself what it asks, `asks_whether` whether a question wants a yes or a no.
    """

    controls_for: Callable[[str], Sequence[str]]
    answered_by: Callable[[str, Verdict, str], Likeness | None]
    differs: Callable[[str, tuple[Verdict, str], tuple[Verdict, str]], str]
    stands_alone: Callable[[str], bool]
    asks_whether: Callable[[str], bool]


@dataclass(frozen=True)
class Taken:
    """Where rows come from, and what becomes of them: the file's name, the known form it is, who may see what is learned,
    and the names that tell ours from others'.
    """

    source: str
    sharing: Sharing
    names: Names = field(default_factory=Names)
    form: str = ""


def learn(questions: Sequence[Question], content: Content, taken: Taken, reading: Reading) -> Learned:
    """Make library entries of answered questions.

    Held back, each with why: rows without an answer, with an answer that says neither yes, partly, no nor anything in
    words, with traces of somebody else, and with a question the library, or an earlier row, answers the same way. A row
    that contradicts the library or another row is listed with what it contradicts, and neither is learned. One that says
    what a library answer says to nearly the same question is proposed as a phrasing of that.
    """
    learned = Learned([], [], [], [], [], [])
    by_address = {one.address: one for one in questions}
    rows = []
    for question in questions:
        row, why = read_row(question, _text(question, by_address, reading))
        trace = trace_in(f"{row.text}\n{row.narrative}", taken.names) if row else None
        if row is None or trace:
            learned.held.append(Held(question, trace or why))
        else:
            rows.append(row)
    _against_library(_agreeing(rows, learned, reading), content, learned, taken, reading)
    return learned


def _text(question: Question, by_address: Mapping[CellAddress, Question], reading: Reading) -> str:
    """What a row asks: a follow-up that says little by itself is read with its main question."""
    parent = by_address.get(question.parent) if question.parent else None
    if parent is None or not question.text or reading.stands_alone(question.text):
        return question.text
    return f"{parent.text} {question.text}"


def _agreeing(rows: Iterable[Answered], learned: Learned, reading: Reading) -> list[Answered]:
    """One row for each question of the file: the first where all say the same, none where they do not."""
    by_key: dict[str, list[Answered]] = {}
    for row in rows:
        by_key.setdefault(_key(row.text), []).append(row)
    kept = []
    for first, *others in by_key.values():
        told = [reading.differs(first.text, one.said, first.said) for one in others]
        for one, differs in zip(others, told, strict=True):
            if differs:
                learned.contradictions.append(
                    _disputed(one, str(first.question.address), first.said, differs)
                )
            else:
                learned.held.append(Held(one.question, "asked twice in this file, with the same answer"))
        if not any(told):
            kept.append(first)
    return kept


def _against_library(
    rows: Iterable[Answered], content: Content, learned: Learned, taken: Taken, reading: Reading
) -> None:
    known = {_key(phrasing): answer for answer in content.answers for phrasing in answer.all_phrasings}
    ids = {answer.id for answer in content.answers}
    for row in rows:
        same = known.get(_key(row.text))
        if same is not None:
            _asked_before(row, same, learned, reading)
            continue
        like = reading.answered_by(row.text, *row.said)
        if like is not None:
            answer = content.answer_by_id[like.answer]
            if like.differs:
                said = answer.verdict, answer.narrative
                learned.contradictions.append(_disputed(row, answer.id, said, like.differs, in_file=False))
            else:
                learned.phrasings.append(Phrased(row.question, row.text, answer.id))
            continue
        entry = _entry(row, free_id(row.question.ref or row.text, ids), taken, reading)
        ids.add(entry["id"])
        learned.entries.append(entry)
        learned.questions.append(row.question)
        unsure = Reason.LAYOUT_UNSURE in row.question.flags  # whether these words are the answer at all
        if row.words_alone and (unsure or reading.asks_whether(row.question.text)):
            learned.assumed.append(entry["id"])


def _asked_before(row: Answered, same: LibraryAnswer, learned: Learned, reading: Reading) -> None:
    said = same.verdict, same.narrative
    differs = reading.differs(row.text, row.said, said)
    if differs:
        learned.contradictions.append(_disputed(row, same.id, said, differs, in_file=False))
    else:
        why = f"the library has this question: {same.id} says {_says(same.verdict)}"
        learned.held.append(Held(row.question, why))


def _says(verdict: Verdict) -> str:
    return "that a person decides" if verdict is Verdict.NEEDS_INPUT else "the same"


def _disputed(
    row: Answered, against: str, said: tuple[Verdict, str], differs: str, *, in_file: bool = True
) -> Disputed:
    return Disputed(row.question, *row.said, against, in_file, *said, differs)


def _entry(row: Answered, identifier: str, taken: Taken, reading: Reading) -> dict[str, Any]:
    """The library entry as authored."""
    entry: dict[str, Any] = {
        "id": identifier,
        "question": row.text,
        "verdict": row.verdict.value,
        "narrative": row.narrative,
        "sharing": taken.sharing.value,
    }
    if row.question.ref:
        entry["ref"] = row.question.ref
    if taken.form:
        entry["form"] = taken.form
    entry["source"] = taken.source
    controls = list(reading.controls_for(row.text))
    if controls:
        entry["controls"] = controls
    return entry


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?.! ")
