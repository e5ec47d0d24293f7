"""The façade: one question in, one proposal out."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from avow.matching.affinity import Affinity, affinity_of, control_matches
from avow.matching.candidates import Asked, asked_of, candidate_phrasings
from avow.matching.contrast import Cap
from avow.matching.index import MatchIndex
from avow.matching.names import without_names
from avow.matching.normalise import Reading
from avow.matching.parts import part_texts, uncovered_parts
from avow.matching.recommend import recommend
from avow.matching.side import Side
from avow.matching.signals import (
    Comparison,
    compared,
    coverage,
    judge,
    settle,
    unite,
    with_wording,
    wording_of,
)
from avow.matching.together import whole_questions
from avow.model.matches import ControlMatch, Match, Proposal, Recommendation, Signal
from avow.model.reasons import Reason

# Compared by coverage; then so many judged by wording, contrast and polarity; pulled in by one control.
_COMPARED = 20
_RESCORED = 12
_PULLED = 3
# Taken in for their meaning.
_MEANT = 12
_PER_PART = 4


_REJECTED = Cap(
    Signal("rejected", -1.0, "a reviewer found that this answer does not fit this question"),
    Recommendation.LOW,
)


class Judged(NamedTuple):
    """A question with its candidates, best first and judged, the caps that hold for the first included.

    `uncovered`: the halves of the question that the first leaves open.
    """

    asked: Asked
    ranked: list[Comparison]
    controls: tuple[ControlMatch, ...]
    caps: list[Cap]
    uncovered: list[str]


def match(
    text: str,
    index: MatchIndex,
    *,
    parent: str = "",
    section: str = "",
    ref: str = "",
    top: int = 10,
    names: Sequence[str] = (),
) -> Proposal:
    """Candidates for `text`, best first, at most `top`, with the controls it is about.

    `parent` is the question this one follows up: it lends its words, and the confidence is capped by its own.
    `section` is the heading it stands under, read where the question itself says little. `ref` is the form's identifier
    of the question: an answer learned under the same one, to a question in like words, gains by it. `names` of the customer,
    the company and its products are read as "us": they say who asks whom, nothing more. Never raises for a text.
    """
    key = (text, parent, section, ref, top, tuple(names))
    known = index.memory.get(key)
    if isinstance(known, Proposal):
        return known
    proposal = _match(text, index, parent, section, ref, top, names)
    if proposal.recommendation is not Recommendation.STRONG and not parent:
        proposal = _with_parts(proposal, index, section, names)
    if len(index.memory) > 20_000:
        index.memory.clear()
    index.memory[key] = proposal
    return proposal


def _match(
    text: str, index: MatchIndex, parent: str, section: str, ref: str, top: int, names: Sequence[str]
) -> Proposal:
    judged = judged_question(text, index, parent=parent, section=section, ref=ref, top=top, names=names)
    level, lowering = recommend(judged.ranked, judged.asked, index.scoring, len(index.answers.owners))
    if not judged.ranked:
        lowering += [cap.signal for cap in judged.caps]
    side, uncovered = index.answers, judged.uncovered
    return Proposal.model_construct(
        question=text,
        recommendation=level,
        matches=tuple(_as_match(found, side) for found in judged.ranked[:top]),
        controls=judged.controls,
        caps=tuple(lowering),
        parts=part_texts(text, judged.asked.reading) if uncovered else (),
        uncovered=tuple(uncovered),
    )


def judged_question(
    text: str,
    index: MatchIndex,
    *,
    parent: str = "",
    section: str = "",
    ref: str = "",
    top: int = 10,
    names: Sequence[str] = (),
    absent: Collection[str] = (),
) -> Judged:
    """What `match` decides by. The answers with the ids `absent` are passed over, as if the library had not got them."""
    reading, caps = _read(index, without_names(parent, names), section, without_names(text, names))
    affinity = Affinity()
    controls: tuple[ControlMatch, ...] = ()
    if index.controls.owners:
        affinity = affinity_of(asked_of(reading, index.controls), index.controls)
        controls = control_matches(reading, index.controls, index.topics, affinity, top)
    asked = asked_of(reading, index.answers)
    ranked = _ranked(asked, index, affinity, text, ref)
    if absent:
        ranked = [one for one in ranked if index.answers.owners[one.owner].id not in absent]
    if reading.language == "?" and not (ranked and ranked[0].exact):
        why = Reason.UNREADABLE_LANGUAGE
        caps.append(Cap(Signal(why.value, 0.0, why.explanation), Recommendation.LOW))
    uncovered: list[str] = []
    if ranked:
        if not ranked[0].exact:
            settle(asked, ranked[0], index.answers, index.reader)
        if not ranked[0].exact and "parts" not in index.scoring.off:
            uncovered = uncovered_parts(asked, ranked[0].union)
        if uncovered:
            note = f"not in the answer: {'; '.join(uncovered)}"
            caps.append(Cap(Signal(Reason.HALF_UNCOVERED.value, -0.5, note), Recommendation.MEDIUM))
        ranked[0].caps.extend(caps)
    return Judged(asked, ranked, controls, caps, uncovered)


def _read(index: MatchIndex, parent: str, section: str, plain: str) -> tuple[Reading, list[Cap]]:
    """A question as it is read, with its parent or its section where it needs them, and what that makes unsure."""
    reading = index.reader.read(plain)
    caps: list[Cap] = []
    if parent:
        caps += _parent_cap(parent, index)
        if reading.substance < 4:
            reading = index.reader.read(f"{parent} {plain}")
            caps.append(_unsure(Reason.PARENT_UNSETTLED, "read with its main question"))
    if section and 0 < reading.substance < 2:
        reading = index.reader.read(f"{plain} {section}")
        caps.append(_unsure(Reason.WEAK_MATCH, "read with its section's heading"))
    if reading.truncated:
        caps.append(_unsure(Reason.TEXT_TOO_LONG, "only the beginning was read"))
    if reading.elsewhere and not parent:
        caps.append(_unsure(Reason.PARENT_UNSETTLED, "it speaks of something said before or elsewhere"))
    return reading, caps


def _unsure(reason: Reason, note: str) -> Cap:
    return Cap(Signal(reason.value, 0.0, note), Recommendation.MEDIUM)


def _with_parts(proposal: Proposal, index: MatchIndex, section: str, names: Sequence[str]) -> Proposal:
    """The proposal with one for each question of the row, where it asks several and each has an answer of its own."""
    if "parts" in index.scoring.off:
        return proposal
    each = tuple(
        match(part, index, section=section, top=_PER_PART, names=names)
        for part in whole_questions(proposal.question)
    )
    firsts = {one.matches[0].answer for one in each if one.matches}
    return proposal.model_copy(update={"together": each}) if len(firsts) == len(each) > 1 else proposal


def _parent_cap(parent: str, index: MatchIndex) -> list[Cap]:
    settled = match(parent, index).recommendation
    if settled is Recommendation.STRONG:
        return []
    signal = Signal(Reason.PARENT_UNSETTLED.value, 0.0, f"its main question is matched {settled.value}")
    return [Cap(signal, settled)]


def _ranked(asked: Asked, index: MatchIndex, affinity: Affinity, text: str, ref: str) -> list[Comparison]:
    """Answers, best first, each with its best phrasing."""
    side = index.answers
    same = set(side.same_text(text))
    about = dict(affinity.shares)
    phrasings = dict.fromkeys([*same, *candidate_phrasings(asked, side, _COMPARED)])
    meanings = _meanings(index, text)
    phrasings.update(dict.fromkeys(meanings))
    for control in about:
        phrasings.update(
            (index.first_phrasing[owner], None)
            for owner in index.answers_of_control.get(control, ())[:_PULLED]
        )
    weight, meant = index.scoring.weights["control"], index.scoring.weights["meaning"]
    best_control = affinity.shares[0][0] if affinity.shares else -1
    owners, owner_of = side.owners, side.owner_of
    near: dict[int, float] = {}
    ranked = []
    for found in coverage(asked, side, phrasings):
        owner = owner_of[found.phrasing]
        if owner not in near:
            near[owner] = _nearness(owners[owner].nearby, about)
        ranked.append(
            (
                found.phrasing not in same,
                -found.score - weight * near[owner] - meant * meanings.get(found.phrasing, 0.0),
                found.phrasing,
                found,
            )
        )
    ranked.sort()
    best: dict[int, Comparison] = {}
    for differs, _, phrasing, covering in ranked[:_RESCORED]:
        owner = owner_of[phrasing]
        known = best.get(owner)
        wording = 1.0 if not differs else wording_of(asked, side, phrasing)
        score = 1.0 if not differs else with_wording(covering.score, wording, side)
        bonus = weight * near[owner]
        if differs and known and known.score >= score + bonus * (1 - score):
            continue  # judging can only lower it
        one = compared(covering, side)
        one.score, one.wording, one.control, one.exact = score, wording, near[owner], not differs
        one.meaning = meanings.get(phrasing)
        one.agrees = any(control == best_control for control, _ in owners[owner].nearby)
        if differs:
            judge(asked, side, one)
            one.score += bonus * (1 - one.score)
        if index.rejected and (owners[owner].id, asked.key) in index.rejected:
            one.score *= index.scoring.contrast_factor
            one.caps.append(_REJECTED)
        if known is None or known.score < one.score:
            if known is not None:
                one.meaning = max(one.meaning or 0.0, known.meaning or 0.0) or None
            best[owner] = one
        elif one.meaning is not None:
            known.meaning = max(known.meaning or 0.0, one.meaning)
    _blend(best.values(), asked, index)
    if ref and "same-id" not in index.scoring.off:
        _with_same_id(best.values(), ref, index)
    if meanings:
        _with_meaning(best.values(), meant, min(meanings.values()))
    return sorted(best.values(), key=lambda found: (not found.exact, -found.fit, found.owner))


def _meanings(index: MatchIndex, text: str) -> dict[int, float]:
    """Phrasings near in meaning, number -> cosine, where the semantic extra is set up and not turned off."""
    if index.meanings is None or "meaning" in index.scoring.off:
        return {}
    return index.meanings.nearest(text, _MEANT)


def _nearness(nearby: Iterable[tuple[int, float]], about: dict[int, float]) -> float:
    """How near an answer is to the controls the question is about."""
    nearest = 0.0
    for control, share in nearby:
        if control in about:
            nearest = max(nearest, share * about[control])
    return nearest


def _blend(compared: Iterable[Comparison], asked: Asked, index: MatchIndex) -> None:
    """Lets what a whole answer covers count beside its best phrasing, where it has several."""
    side, share = index.answers, index.scoring.weights["united"]
    for found in compared:
        found.fit = found.score
        if found.exact:
            continue
        unite(asked, found, side)
        if len(side.phrasings_of(found.owner)) > 1:
            found.fit = (found.score + share * min(1.0, found.united)) / (1 + share)


def _with_same_id(compared: Iterable[Comparison], ref: str, index: MatchIndex) -> None:
    """Lets the form's own identifier count for an answer learned under it, where the question is alike as well: forms
    reuse identifiers for other questions."""
    sought = _plain_id(ref)
    for one in compared:
        learned_as = index.answers.owners[one.owner].ref
        if learned_as and _plain_id(learned_as) == sought and one.fit >= index.scoring.medium:
            one.same_id = True
            one.fit += index.scoring.weights["same-id"] * (1.0 - one.fit)


def _plain_id(ref: str) -> str:
    return ref.strip().rstrip(".):").casefold()


def _with_meaning(compared: Iterable[Comparison], weight: float, least: float) -> None:
    """Lets likeness of meaning count for the order, the more the less an answer's words say. What is not among the
    nearest counts as the farthest of them, `least`.
    """
    for one in compared:
        if not one.exact and one.meaning is not None:
            one.fit += weight * (one.meaning - least) * (1.0 - one.fit)


def _as_match(found: Comparison, side: Side) -> Match:
    owner = side.owners[found.owner]
    return Match(
        answer=owner.id,
        ref=owner.ref,
        score=round(min(1.0, found.fit), 4),
        polarity=found.polarity,
        phrasing=side.texts[found.phrasing],
        signals=found.signals(),
    )
