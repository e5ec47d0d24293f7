"""The lexicon's content holds together, and a workspace can add to it."""

import pytest

from avow.matching import MatchIndex, load_lexicon, match
from avow.matching.normalise import Form, Reader
from avow.matching.quantities import decoded, satisfies


def test_every_concept_that_content_refers_to_exists(lexicon):
    defined = {entry.concept for terms in lexicon.terms.values() for _, entry in terms if entry.concept}
    defined |= {part for parts in lexicon.composed.values() for part in parts}
    referred = set(lexicon.related) | set(lexicon.members) | set(lexicon.antonyms) | lexicon.generic
    implied = {c for group in lexicon.groups.values() for held in group.implied.values() for c in held}
    assert referred | implied <= defined, sorted((referred | implied) - defined)


def test_a_contrast_member_is_a_concept_that_readings_can_hold(lexicon):
    replaced = {name for name, parts in lexicon.composed.items() if name not in parts}
    assert not replaced & set(lexicon.members), sorted(replaced & set(lexicon.members))


def test_it_is_of_some_size(lexicon):
    assert sum(len(terms) for terms in lexicon.terms.values()) > 4000


def test_a_workspace_adds_its_own_words():
    extra = load_lexicon([{"concepts": {"sso": "Passepartout"}}])
    features = Reader(extra).read("Is Passepartout used?").features
    assert "sso" in features
    assert "sso" not in Reader(load_lexicon()).read("Is Passepartout used?").features


def test_an_extra_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="concepts"):
        load_lexicon([{"concepts": ["mfa"]}])


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Is multi-factor authentication enforced for staff?", Form.QUESTION),
        ("Describe your incident response process.", Form.IMPERATIVE),
        ("The supplier shall encrypt all customer data at rest.", Form.REQUIREMENT),
        ("Pen test frequency?", Form.FRAGMENT),
    ],
)
def test_the_form_of_a_question(lexicon, text, form):
    assert Reader(lexicon).read(text).form is form


def test_acronyms_that_are_words_need_their_capitals(lexicon):
    read = Reader(lexicon).read
    assert "region-us" in read("Is data hosted in the US?").features
    assert "region-us" not in read("Will you notify us of a breach?").features


def test_a_german_compound_is_taken_apart(lexicon):
    assert {"password", "policy"} <= set(Reader(lexicon).read("Gibt es eine Kennwortrichtlinie?").features)


@pytest.mark.parametrize(
    ("held", "asked", "enough"),
    [
        ("monthly", "at least quarterly", True),
        ("annually", "quarterly", False),
        ("every 90 days", "quarterly", True),
        ("within 24 hours", "within 72 hours", True),
        ("within 72 hours", "within 24 hours", False),
        ("at least 14 characters", "at least 12 characters", True),
        ("at least 8 characters", "at least 12 characters", False),
        ("seventy-two (72) hours", "3 days", True),
        ("36 months", "three years", True),
        ("twice a year", "annually", True),
    ],
)
def test_quantities_have_a_direction(lexicon, held, asked, enough):
    def quantity(text):
        return next(decoded(f) for f in Reader(lexicon).read(text).features if f[1:2] == ":" and f[0] != "w")

    assert satisfies(quantity(held), quantity(asked)) is enough


def test_a_stop_word_alone_finds_nothing(lexicon):
    assert match("Is it?", MatchIndex.build([], [], lexicon)).matches == ()
