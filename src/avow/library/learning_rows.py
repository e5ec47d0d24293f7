"""What an answered row says: its verdict and its words, or why it says nothing one could learn."""

import re
from dataclasses import dataclass

from avow.library.edits import unfit
from avow.model.base import Verdict
from avow.model.questionnaires import AnswerPlace, Question
from avow.model.verdict_words import SPOKEN, is_unsettled, opening_verdict

_MAY_DENY = re.compile(
    r"\b(not|never|cannot|no|none|neither|without|lacks?|nicht|keine?[nrms]?)\b|n['’]t\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s[-–—:]\s|[,;:(]")
_NOTED = re.compile(
    r"(complete[d]?|done|ok(ay)?|noted|confirmed|agreed|acknowledged|accepted)\W*", re.IGNORECASE
)
_MOST_WORDS = 4  # of a choice that says a verdict and no more ("Yes, fully implemented")
_SAYS_IT = re.compile(r"(?:yes|no|partly|partially|n/?a|not applicable)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """A row with its question as it would stand in the library, and what it says."""

    question: Question
    text: str
    verdict: Verdict
    narrative: str
    words_alone: bool  # nothing in them says yes or no

    @property
    def said(self) -> tuple[Verdict, str]:
        """Verdict and words."""
        return self.verdict, self.narrative


def read_row(question: Question, text: str) -> tuple[Answered | None, str]:
    """What a row says, or why nothing can be learned from it, in words; `text` is the question as it would stand in the
    library.

    A bare verdict opens the words beside it: "Yes" and "Nightly." are "Yes. Nightly.", so that both are said again. A choice
    of the form beside a question is chosen again by the verdict alone, and the words stay as they are.
    """
    place = question.place
    answer, comment = place.existing.strip(), place.existing_comment.strip()
    if not text:
        return None, "the question has no text"
    if not answer and not comment:
        return None, "it has no answer"
    put_off = next((one for one in (answer, comment) if one and is_unsettled(one)), None)
    if put_off is not None:
        return None, f"{put_off!r} is no answer yet"
    if _NOTED.fullmatch(answer) and not comment and place.existing_verdict is None:
        return None, f"{answer!r} says no more than that somebody was here"
    if place.options and answer and not _may_be_marked(place, answer):
        return None, f"several options are marked: {answer}"
    verdict, narrative, why = _said(place, answer, comment, asks=text.rstrip().endswith("?"))
    if why:
        return None, why
    for one in (text, narrative, question.ref):
        cannot = unfit(one)
        if cannot:
            return None, f"{cannot}; add it by hand"
    if verdict is None:
        # Words alone ("AES-256", "every quarter") answer an open question; they claim what they say.
        return Answered(question, text, Verdict.YES, narrative, words_alone=True), ""
    return Answered(question, text, verdict, narrative, words_alone=False), ""


def _may_be_marked(place: AnswerPlace, answer: str) -> bool:
    """Whether what is marked is one option, or several of boxes of which any number may be."""
    labels = {option.label for option in place.options}
    several = place.choices is not None and place.choices.source == "boxes"
    return answer in labels or (several and set(answer.split("\n")) <= labels)


def _said(place: AnswerPlace, answer: str, comment: str, *, asks: bool) -> tuple[Verdict | None, str, str]:
    """Verdict (None where the words do not say), words, and in place of both why they cannot be taken."""
    verdict = place.existing_verdict if answer else None
    # A short choice is a verdict and no more; "Yes, and each backup is tested" says more, and so do free words such as
    # "Yes - in the EU": that must not be lost.
    is_choice = place.choices is not None and answer in place.choices.options
    short = len(answer.split()) <= _MOST_WORDS if is_choice else not _GOES_ON.search(answer)
    bare = verdict is not None and short
    if verdict is None and is_choice:
        return None, "", f"the choice {answer!r} is neither yes, partly, no nor not applicable"
    words = comment if bare else "\n".join(text for text in (answer, comment) if text)
    if verdict is None:
        verdict = opening_verdict(answer or comment)
    if verdict is None and _MAY_DENY.search(re.split(r"[.!?;\n]", words, maxsplit=1)[0]):
        return None, "", "its words may say no; add it by hand with its verdict"
    if verdict is None:
        return None, words, ""
    said = opening_verdict(words)
    if said is not None and said is not verdict:
        return verdict, "", f"the answer says {verdict} and its words say {said}; look at it"
    stays = words and (_SAYS_IT.match(words) or (is_choice and asks))
    if bare and not stays:
        words = f"{SPOKEN[verdict]}. {words}".rstrip()
    return verdict, words, ""
