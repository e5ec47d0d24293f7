"""The stored index gives what the built one gives, and refuses what is damaged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_content import answer, control

from avow.matching import MatchIndex, load_lexicon, match

ANSWERS = [
    answer("mfa", "Is MFA enforced?", "Is a second factor needed to log in?", controls=("iam-mfa",)),
    answer("backup", "Are backups tested?", narrative="Restored every quarter."),
    answer("utf8", "Wo werden die Daten gespeichert – in Zürich?"),
]
CONTROLS = [
    control("iam-mfa", "Multi-factor authentication", "Staff log in with a second factor.", "Is MFA used?")
]


def test_a_stored_index_answers_like_the_built_one(lexicon):
    built = MatchIndex.build(ANSWERS, CONTROLS, lexicon)
    loaded = MatchIndex.from_bytes(built.to_bytes(), lexicon)
    for question in (
        "Is 2FA mandatory?",
        "Are backups tested at least annually?",
        "Wo liegen die Daten?",
        "",
    ):
        assert match(question, loaded) == match(question, built)
    assert loaded.to_bytes() == built.to_bytes()


def test_another_lexicon_is_refused(lexicon):
    data = MatchIndex.build(ANSWERS, CONTROLS, lexicon).to_bytes()
    other = load_lexicon([{"concepts": {"widget": "widget | gizmo"}}])
    with pytest.raises(ValueError, match="another lexicon"):
        MatchIndex.from_bytes(data, other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_refused(data):
    lexicon = load_lexicon()
    stored = MatchIndex.build(ANSWERS, CONTROLS, lexicon).to_bytes()
    cut = data.draw(st.integers(0, len(stored) - 1))
    with pytest.raises(ValueError, match=r".+"):
        MatchIndex.from_bytes(stored[:cut], lexicon)
    at = data.draw(st.integers(0, len(stored) - 1))
    flipped = stored[at] ^ data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match=r".+"):
        MatchIndex.from_bytes(stored[:at] + bytes([flipped]) + stored[at + 1 :], lexicon)
