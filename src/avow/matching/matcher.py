"""The façade: one question in, one proposal out."""

from collections.abc import Iterable, Sequence

from avow.matching.affinity import compared_controls, shares_of
from avow.matching.candidates import Asked, asked_of, candidate_phrasings
from avow.matching.contrast import Cap
from avow.matching.index import MatchIndex, Side
from avow.matching.names import without_names
from avow.matching.parts import part_texts, uncovered_parts
from avow.matching.recommend import recommend
from avow.matching.signals import Comparison, add_wording, compare, judge, settle, unite
from avow.model.matches import ControlMatch, Match, Proposal, Recommendation, Signal
from avow.model.reasons import Reason

# Compared by coverage; then so many judged by wording, contrast and polarity; pulled in by one control.
_COMPARED = 20
_RESCORED = 12
_PULLED = 3


def match(
    text: str,
    index: MatchIndex,
    *,
    parent: str = "",
    section: str = "",
    top: int = 10,
    names: Sequence[str] = (),
) -> Proposal:
    """Candidates for `text`, best first, at most `top`, with the controls it is about.

    `parent` is the question this one follows up: it lends its words, and the confidence is capped by its own.
    `section` is the heading it stands under, read where the question itself says little. `names` of the customer,
    the company and its products are read as "us": they say who asks whom, nothing more. Never raises for a text.
    """
    key = (text, parent, section, top, tuple(names))
    known = index.memory.get(key)
    if isinstance(known, Proposal):
        return known
    proposal = _match(text, index, without_names(parent, names), section, top, without_names(text, names))
    if len(index.memory) > 20_000:
        index.memory.clear()
    index.memory[key] = proposal
    return proposal


def _match(text: str, index: MatchIndex, parent: str, section: str, top: int, plain: str) -> Proposal:
    reading = index.reader.read(plain)
    caps: list[Cap] = []
    if parent:
        caps += _parent_cap(parent, index)
        if reading.substance < 4:
            reading = index.reader.read(f"{parent} {plain}")
            note = "read with its main question"
            caps.append(Cap(Signal(Reason.PARENT_UNSETTLED.value, 0.0, note), Recommendation.MEDIUM))
    if section and 0 < reading.substance < 2:
        reading = index.reader.read(f"{plain} {section}")
        caps.append(
            Cap(
                Signal(Reason.WEAK_MATCH.value, 0.0, "read with its section's heading"), Recommendation.MEDIUM
            )
        )
    if reading.truncated:
        caps.append(
            Cap(Signal(Reason.TEXT_TOO_LONG.value, 0.0, "only the beginning was read"), Recommendation.MEDIUM)
        )
    controls: list[Comparison] = []
    if index.controls.owners:
        controls = compared_controls(asked_of(reading, index.controls, index.lexicon), index.controls)[:top]
    asked = asked_of(reading, index.answers, index.lexicon)
    ranked = _ranked(asked, index, controls, text)
    if reading.language == "?" and not (ranked and ranked[0].exact):
        caps.append(
            Cap(
                Signal(Reason.UNREADABLE_LANGUAGE.value, 0.0, Reason.UNREADABLE_LANGUAGE.explanation),
                Recommendation.LOW,
            )
        )
    uncovered: list[str] = []
    if ranked:
        if not ranked[0].exact:
            settle(asked, ranked[0], index.answers, index.reader)
        uncovered = uncovered_parts(asked, ranked[0].union) if not ranked[0].exact else []
        if uncovered:
            note = f"not in the answer: {'; '.join(uncovered)}"
            caps.append(Cap(Signal(Reason.HALF_UNCOVERED.value, -0.5, note), Recommendation.MEDIUM))
        ranked[0].caps.extend(caps)
    level, lowering = recommend(ranked, asked, index.scoring)
    if not ranked:
        lowering += [cap.signal for cap in caps]
    side = index.answers
    return Proposal.model_construct(
        question=text,
        recommendation=level,
        matches=tuple(_as_match(found, side) for found in ranked[:top]),
        controls=tuple(_as_control(found, index.controls) for found in controls),
        caps=tuple(lowering),
        parts=part_texts(text, reading) if uncovered else (),
        uncovered=tuple(uncovered),
    )


def _parent_cap(parent: str, index: MatchIndex) -> list[Cap]:
    settled = match(parent, index).recommendation
    if settled is Recommendation.STRONG:
        return []
    signal = Signal(Reason.PARENT_UNSETTLED.value, 0.0, f"its main question is matched {settled.value}")
    return [Cap(signal, settled)]


def _ranked(asked: Asked, index: MatchIndex, controls: list[Comparison], text: str) -> list[Comparison]:
    """Answers, best first, each with its best phrasing."""
    side = index.answers
    same = set(side.same_text(text))
    about = dict(shares_of(controls))
    phrasings = dict.fromkeys([*same, *candidate_phrasings(asked, side, _COMPARED)])
    for control in about:
        phrasings.update(
            (index.first_phrasing[owner], None)
            for owner in index.answers_of_control.get(control, ())[:_PULLED]
        )
    weight = index.scoring.weights["control"]
    best_control = controls[0].owner if controls else -1
    compared = [compare(asked, side, phrasing) for phrasing in phrasings]
    for found in compared:
        found.exact = found.phrasing in same
        if about:
            found.control = max(
                [
                    share * about[control]
                    for control, share in side.owners[found.owner].nearby
                    if control in about
                ],
                default=0.0,
            )
    compared.sort(key=lambda found: (not found.exact, -found.score - weight * found.control, found.phrasing))
    best: dict[int, Comparison] = {}
    for found in compared[:_RESCORED]:
        found.agrees = any(control == best_control for control, _ in side.owners[found.owner].nearby)
        known = best.get(found.owner)
        if found.exact:
            found.score = found.wording = 1.0
        else:
            add_wording(asked, side, found)
            bonus = weight * found.control
            if known and known.score >= found.score + bonus * (1 - found.score):
                continue  # judging can only lower it
            judge(asked, side, found)
            found.score += bonus * (1 - found.score)
        if known is None or known.score < found.score:
            best[found.owner] = found
    _blend(best.values(), asked, index)
    return sorted(best.values(), key=lambda found: (not found.exact, -found.fit, found.owner))


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


def _as_match(found: Comparison, side: Side) -> Match:
    owner = side.owners[found.owner]
    return Match.model_construct(
        answer=owner.id,
        ref=owner.ref,
        score=round(min(1.0, found.fit), 4),
        polarity=found.polarity,
        phrasing=side.texts[found.phrasing],
        signals=found.signals(),
    )


def _as_control(found: Comparison, side: Side) -> ControlMatch:
    return ControlMatch.model_construct(
        control=side.owners[found.owner].id, score=round(min(1.0, found.score), 4), signals=found.signals()
    )
