"""Learning: an answered questionnaire's rows as library answers, drafts until somebody approves them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from avow.library.edits import free_id, unfit
from avow.model.base import Sharing, Verdict
from avow.model.content import Content
from avow.model.questionnaires import Question
from avow.model.verdict_words import SPOKEN, is_unsettled, meaning, opening_verdict

_MAY_DENY = re.compile(
    r"\b(not|never|cannot|no|none|neither|without|lacks?|nicht|keine?[nrms]?)\b|n['’]t\b", re.IGNORECASE
)


_GOES_ON = re.compile(r"\s[-–—:]\s|[,;:(]")


class Held(NamedTuple):
    """A row that was not learned, and why, in words."""

    question: Question
    why: str


class Learned(NamedTuple):
    """Entries for the library as authored, and the rows held back."""

    entries: list[dict[str, Any]]
    held: list[Held]


def learn(
    questions: Sequence[Question],
    content: Content,
    *,
    source: str,
    sharing: Sharing,
    controls_for: Callable[[str], Sequence[str]],
) -> Learned:
    """Make library entries of answered questions.

    `sharing` is who may see what is learned; `controls_for` gives the controls a question is about. Rows
    without an answer, with an answer that says neither yes, partly, no nor anything in words, or with a
    question the library has already are held back.
    """
    known = {_key(phrasing): answer for answer in content.answers for phrasing in answer.all_phrasings}
    taken = {answer.id for answer in content.answers}
    seen: dict[str, Mapping[str, Any]] = {}
    learned = Learned([], [])
    for question in questions:
        entry, why = _entry(question, source, sharing)
        if entry is None:
            learned.held.append(Held(question, why))
            continue
        key = _key(question.text)
        if key in known:
            same = known[key].verdict.value == entry["verdict"]
            what = "says the same" if same else f"says {known[key].verdict}; look at both"
            learned.held.append(Held(question, f"the library has this question: {known[key].id} {what}"))
            continue
        if key in seen:
            same = seen[key]["verdict"] == entry["verdict"]
            learned.held.append(
                Held(
                    question,
                    "asked twice in this file" + ("" if same else ", with two verdicts; look at both"),
                )
            )
            continue
        entry["id"] = free_id(question.ref or question.text, taken)
        taken.add(entry["id"])
        controls = list(controls_for(question.text))
        if controls:
            entry["controls"] = controls
        seen[key] = entry
        learned.entries.append({"id": entry.pop("id"), **entry})
    return learned


def _entry(question: Question, source: str, sharing: Sharing) -> tuple[dict[str, Any] | None, str]:
    answer, comment = question.place.existing.strip(), question.place.existing_comment.strip()
    if not question.text:
        return None, "the question has no text"
    if not answer and not comment:
        return None, "it has no answer"
    if is_unsettled(answer or comment):
        return None, f"{answer or comment!r} is no answer yet"
    verdict = meaning(answer) if answer else None
    # "Yes - in the EU" says more than its verdict, and that must not be lost.
    bare = verdict is not None and not _GOES_ON.search(answer)
    words = comment if bare else "\n".join(text for text in (answer, comment) if text)
    if verdict is None:
        verdict = opening_verdict(answer or comment)
    if verdict is None and _MAY_DENY.search(re.split(r"[.!?;\n]", words, maxsplit=1)[0]):
        return None, "its words may say no; add it by hand with its verdict"
    if verdict is None:
        # Words alone ("AES-256", "every quarter") answer an open question; they claim what they say.
        verdict = Verdict.YES
    narrative = words or f"{SPOKEN[verdict]}."
    for text in (question.text, narrative, question.ref):
        why = unfit(text)
        if why:
            return None, f"{why}; add it by hand"
    said = opening_verdict(narrative)
    if said is not None and said is not verdict:
        return None, f"the answer says {verdict} and its words say {said}; look at it"
    entry: dict[str, Any] = {
        "question": question.text,
        "verdict": verdict.value,
        "narrative": narrative,
        "sharing": sharing.value,
    }
    if question.ref:
        entry["ref"] = question.ref
    return {**entry, "source": source}, ""


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?.! ")
