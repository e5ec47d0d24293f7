"""Questions nobody could answer, those that ask the same as one."""

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import fuzz, process

from avow.assessment.gap_severity import customers_of, first_due, severity_rule
from avow.model.base import Scope
from avow.model.content import Content
from avow.model.gaps import FoundGap, GapKind, KnownGap, OpenQuestion, QuestionKey, gap_id
from avow.model.reasons import Reason

KeyOf = Callable[[str, str], QuestionKey]  # (a question, the customer who asks) -> what is asked
ControlOf = Callable[[str], str | None]  # a question -> the control it is surely about

ALIKE = 92  # likeness of two questions' words, in their alphabetical order, from which they ask the same (0 to 100)
_LIKE_A_WORD = 80  # likeness of two spellings of one word
_LOOKED_AT = 5


class Asked:
    """One thing that is asked, and the rows that ask it. `subject` is the wording it is known by."""

    def __init__(self, identifier: str, subject: str, key: QuestionKey) -> None:
        self.id = identifier
        self.subject = subject
        self.key = key
        self.rows: list[OpenQuestion] = []


class Grouping:
    """Takes questions one by one and puts those that ask the same together.

    Gaps of questions that are `known` (longest known first) come before all others, so that a question asked
    before keeps its gap and its name, also when the rules for reading questions have changed since.
    """

    def __init__(self, known: Iterable[KnownGap], key_of: KeyOf) -> None:
        self._key_of = key_of
        self._same: dict[QuestionKey, Asked] = {}
        self._alike: dict[tuple[str, ...], list[Asked]] = {}
        self._words: dict[tuple[str, ...], list[str]] = {}
        for one in known:
            if one.gap.kind is GapKind.QUESTION:
                customer = next((row.customer for row in one.gap.asked_by), "")
                self._group(one.gap.subject, key_of(one.gap.subject, customer), one.gap.id)

    def add(self, question: OpenQuestion) -> None:
        """Put one question where it belongs."""
        customer, subject = question.asked_by.customer, question.text
        key = self._key_of(subject, customer)
        if not key.complete and question.before:
            subject = f"{question.before} → {question.text}"
            key = self._key_of(subject, customer)
        self._group(subject, key).rows.append(question)

    def asked(self) -> list[Asked]:
        """What is asked by one row at least, in the order it came."""
        return [one for ones in self._alike.values() for one in ones if one.rows]

    def _group(self, subject: str, key: QuestionKey, identifier: str = "") -> Asked:
        found = self._same.get(key) or self._nearest(key)
        if found is None:
            what = "\n".join((key.words, *key.apart))
            named = identifier or gap_id(GapKind.QUESTION, Reason.NO_ANSWER, what, Scope())
            found = Asked(named, subject, key)
            self._alike.setdefault(key.apart, []).append(found)
            self._words.setdefault(key.apart, []).append(key.words)
        self._same[key] = found
        return found

    def _nearest(self, key: QuestionKey) -> Asked | None:
        """The group whose words are most alike, among those with the same numbers, negations and contrasts."""
        near = process.extract(
            key.words,
            self._words.get(key.apart, ()),
            scorer=fuzz.token_sort_ratio,
            score_cutoff=ALIKE,
            limit=_LOOKED_AT,
        )
        ones = (self._alike[key.apart][place] for _, _, place in near)
        return next((one for one in ones if _differs_in_spelling_only(one.key.words, key.words)), None)


def _differs_in_spelling_only(one: str, other: str) -> bool:
    """Whether each word that only one text has looks like one of the other's: in a long text one word changes
    the likeness of the whole very little, and the meaning altogether.
    """
    ours, theirs = set(one.split()), set(other.split())
    left, right = sorted(ours - theirs), sorted(theirs - ours)
    return len(left) == len(right) and all(
        any(fuzz.ratio(word, candidate) >= _LIKE_A_WORD for candidate in against)
        for words, against in ((left, right), (right, left))
        for word in words
    )


def question_gaps(
    questions: Sequence[OpenQuestion],
    content: Content,
    known: Iterable[KnownGap],
    *,
    key_of: KeyOf,
    control_of: ControlOf,
) -> list[FoundGap]:
    """A gap for each thing that is asked and not answered; `questions` oldest first."""
    grouping = Grouping(known, key_of)
    for question in questions:
        grouping.add(question)
    return [_gap(one, content, control_of(one.subject)) for one in grouping.asked()]


def _gap(asked: Asked, content: Content, control: str | None) -> FoundGap:
    rows = tuple(row.asked_by for row in asked.rows)
    rule = severity_rule(Reason.NO_ANSWER, rows, content.as_of)
    controls = (control,) if control else ()
    entries = content.implementations_by_control.get(control or "", ())
    return FoundGap(
        id=asked.id,
        kind=GapKind.QUESTION,
        reason=Reason.NO_ANSWER,
        subject=asked.subject,
        detail=_detail(asked, content),
        severity=rule.severity,
        severity_rule=rule.words,
        control=control,
        controls=controls,
        owner=next((one.owner for one in entries if one.owner), ""),
        due=first_due(rows, content.as_of),
        requirements=content.requirements_of(controls),
        asked_by=rows,
    )


def _detail(asked: Asked, content: Content) -> str:
    rows = [row.asked_by for row in asked.rows]
    customers, due = len(customers_of(rows)), first_due(rows, content.as_of)
    said = f"{customers} customer{'' if customers == 1 else 's'} asked, in {len(rows)} row{'' if len(rows) == 1 else 's'}."
    if due is not None:
        said += f" The next date is {due}." if due >= content.as_of else f" The last date was {due}."
    if any(Reason.MARKED_GAP in row.reasons for row in asked.rows):
        said += " A reviewer marked it as a gap."
    if any(Reason.UNREADABLE_LANGUAGE in row.reasons for row in asked.rows):
        said += " It is in a language Avow does not read."
    return said
