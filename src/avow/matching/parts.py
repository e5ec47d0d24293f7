"""Double-barrelled questions: the halves, and which of them an answer speaks to."""

from avow.matching.candidates import Asked
from avow.matching.normalise import Reading
from avow.matching.words import cleaned, words_and_marks

_ENOUGH = 0.4


def parts_of(reading: Reading) -> list[list[str]]:
    """The features of each half of a question, split at "and", ";" and sentence ends; empty where it is single."""
    if not reading.joints:
        return []
    parts: list[list[str]] = [[]]
    joints = iter([*reading.joints, 10**9])
    joint = next(joints)
    for name, place in sorted(reading.places, key=lambda item: item[1]):
        while place > joint:
            parts.append([])
            joint = next(joints)
        parts[-1].append(name)
    parts = [part for part in parts if part]
    return parts if len(parts) > 1 else []


def part_texts(text: str, reading: Reading) -> tuple[str, ...]:
    """The halves in the question's words (lower-case), for people to read."""
    if not reading.joints:
        return ()
    words = words_and_marks(cleaned(text))
    spans, start = [], 0
    for joint in [*reading.joints, len(words)]:
        spans.append(
            " ".join(word.lower for word in words[start:joint] if word.lower not in {",", ";", "?", "."})
        )
        start = joint + 1
    return tuple(span for span in spans if span)


def uncovered_parts(asked: Asked, places: dict[int, float]) -> list[str]:
    """The halves (named by their features) of which the match covers too little, where it covers another."""
    parts = parts_of(asked.reading)
    if not parts:
        return []
    number_of = {name: place for place, name in enumerate(asked.reading.features)}
    shares = []
    for part in parts:
        weight = sum(asked.facts[number_of[name]].weight for name in part if name in number_of)
        got = sum(
            asked.facts[number_of[name]].weight * places.get(number_of[name], 0.0)
            for name in part
            if name in number_of
        )
        salient = any(asked.facts[number_of[name]].salience >= 0.8 for name in part if name in number_of)
        shares.append((got / weight if weight else 1.0, salient, part))
    if not any(share >= _ENOUGH for share, _, _ in shares):
        return []
    return [" ".join(part) for share, salient, part in shares if salient and share < _ENOUGH]
