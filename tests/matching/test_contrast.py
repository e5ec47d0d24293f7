"""Questions that sound alike and mean different things are never recommended strong; what differs is named."""

import pytest

from avow.matching import match
from avow.model.matches import Polarity, Recommendation


@pytest.mark.parametrize(
    ("held", "asked", "code", "named"),
    [
        (
            "Is customer data encrypted at rest?",
            "Is customer data encrypted in transit?",
            "contrast",
            "in transit / at rest",
        ),
        ("What is your RTO?", "What is your RPO?", "contrast", "RPO / RTO"),
        ("Are backups tested?", "Are backups encrypted?", "contrast", "encrypted / tested"),
        (
            "Are incident procedures documented?",
            "Are incident procedures tested?",
            "contrast",
            "tested / documented",
        ),
        ("Do you hold a SOC 1 report?", "Do you hold a SOC 2 report?", "contrast", "SOC 2 / SOC 1"),
        ("Do you have a DPA template?", "Do you have a DPIA template?", "contrast", "DPIA / DPA"),
        (
            "Is customer data deleted on request?",
            "Is employee data deleted on request?",
            "contrast",
            "employees' / customers'",
        ),
        (
            "Are access logs reviewed for employees?",
            "Are access logs reviewed for vendors?",
            "contrast",
            "vendor / employee",
        ),
        ("Is MFA required?", "Do you require MFA of your suppliers?", "contrast", "suppliers' is asked"),
        ("Is data hosted in the US?", "Is data hosted in the EU?", "contrast", "EU / US"),
        (
            "Is change control applied in production?",
            "Is change control applied in test environments?",
            "contrast",
            "",
        ),
        (
            "Is there a mobile app penetration test?",
            "Is there an API penetration test?",
            "contrast",
            "API / mobile app",
        ),
        (
            "Are policies reviewed annually?",
            "Are policies reviewed quarterly?",
            "frequency-differs",
            "quarterly / yearly",
        ),
        ("Are logs kept for 90 days?", "Are logs kept for at least 365 days?", "number-differs", "365 days"),
        (
            "Do passwords need 8 characters?",
            "Do passwords need at least 14 characters?",
            "number-differs",
            "14",
        ),
        ("Is TLS 1.1 or higher used?", "Is TLS 1.2 or higher used?", "number-differs", "1.2"),
        ("Are backups encrypted?", "Are backups encrypted and tested?", "half-uncovered", "tested"),
    ],
)
def test_a_contrast_caps_and_is_named(index_of, held, asked, code, named):
    proposal = match(asked, index_of(held))
    assert proposal.recommendation is not Recommendation.STRONG
    caps = [cap for cap in proposal.caps if cap.name == code]
    assert caps, proposal.caps
    assert any(named in cap.note for cap in caps), caps


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Is multi-factor authentication enforced?", "Is MFA enforced?"),
        ("Are backups tested monthly?", "Are backups tested at least quarterly?"),
        (
            "Do you notify customers of a breach within 24 hours?",
            "Are clients notified of a breach within 72 hours?",
        ),
        ("Do passwords need at least 14 characters?", "Do passwords need at least 12 characters?"),
        ("Is TLS 1.3 or higher used?", "Is TLS 1.2 or higher used?"),
        ("Have you had a breach in the past three years?", "Have you had a breach in the last 36 months?"),
        ("Do you have a disaster recovery plan?", "DR plan?"),
        ("Is data encrypted at rest and in transit?", "Is data encrypted in transit and at rest?"),
        (
            "Is there a documented change management procedure?",
            "Vendor must have a documented change management procedure.",
        ),
        ("Are penetration tests performed?", "Führen Sie Penetrationstests durch?"),
        ("Is customer data encrypted at rest?", "Les données des clients sont-elles chiffrées au repos ?"),
        ("Do you have an incident response plan?", "¿Tienen un plan de respuesta a incidentes?"),
    ],
)
def test_the_same_question_in_other_words_is_strong(index_of, held, asked):
    proposal = match(asked, index_of(held, "Is there a visitor log at reception?"))
    assert proposal.matches[0].answer == "a0"
    assert proposal.recommendation is Recommendation.STRONG, (proposal.caps, proposal.matches[0].signals)


@pytest.mark.parametrize(
    ("held", "asked", "polarity"),
    [
        ("Do you store card data?", "Do you not store card data?", Polarity.INVERTED),
        ("Is sharing of passwords prohibited?", "Do employees share passwords?", Polarity.INVERTED),
        ("Do users share accounts?", "Does every user have an individual account?", Polarity.INVERTED),
        ("Do you never sell personal data?", "Is personal data never sold?", Polarity.SAME),
        (
            "Is data deleted when it is no longer needed?",
            "Is data deleted once no longer required?",
            Polarity.SAME,
        ),
        ("Is removable media allowed?", "Do you block removable media?", Polarity.INVERTED),
        ("Are breaches reported without undue delay?", "Are breaches reported promptly?", Polarity.SAME),
    ],
)
def test_polarity(index_of, held, asked, polarity):
    proposal = match(asked, index_of(held))
    assert proposal.matches[0].polarity is polarity
    if polarity is not Polarity.SAME:
        assert proposal.recommendation is not Recommendation.STRONG
        assert "polarity-inverted" in {cap.name for cap in proposal.caps}


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Are laptops encrypted?", "Are any laptops unencrypted?"),
        (
            "Is third-party advertising shown in the product?",
            "Is the product free of third-party advertising?",
        ),
    ],
)
def test_what_one_plain_cue_turns_round_may_be_answered_the_other_way_round(index_of, held, asked):
    proposal = match(asked, index_of(held))
    assert proposal.matches[0].polarity is Polarity.INVERTED
    assert proposal.recommendation is Recommendation.STRONG


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Are laptops encrypted?", "Are any laptops of contractors unencrypted?"),
        ("Do you store card data?", "Is card data never stored without a contract?"),
        (
            "Is access reviewed by each system's owner?",
            "Is access never reviewed by people outside the team?",
        ),
    ],
)
def test_a_negation_beside_anything_not_shared_goes_to_a_person(index_of, held, asked):
    assert match(asked, index_of(held)).recommendation is not Recommendation.STRONG


def test_a_no_to_one_frequency_says_nothing_of_the_bare_question(index_of):
    from made_content import answer

    no = answer("a0", "Are access rights reviewed monthly?", verdict="no")
    proposal = match("Are access rights reviewed?", index_of(no))
    assert proposal.recommendation is not Recommendation.STRONG
    yes = answer("a0", "Are access rights reviewed monthly?")
    assert match("Are access rights reviewed?", index_of(yes)).recommendation is Recommendation.STRONG


def test_the_answers_own_text_can_supply_the_frequency(index_of):
    from made_content import answer

    quiet = answer("a0", "Are access rights reviewed?", narrative="Reviewed by their owners.")
    told = answer("a0", "Are access rights reviewed?", narrative="Reviewed by their owners every quarter.")
    asked = "Are access rights reviewed at least annually?"
    assert match(asked, index_of(quiet)).recommendation is Recommendation.MEDIUM
    assert match(asked, index_of(told)).recommendation is Recommendation.STRONG


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Do you maintain an inventory of the software in use?", "Is an inventory kept of physical devices?"),
        ("Hardware inventory?", "Software inventory?"),
        (
            "Do you maintain an inventory of all hardware?",
            "Do you maintain an inventory of all hardware and software?",
        ),
    ],
)
def test_an_inventory_of_one_kind_says_nothing_of_another(index_of, held, asked):
    assert match(asked, index_of(held)).recommendation is not Recommendation.STRONG


def test_what_an_inventory_is_of_matters_only_where_one_is_asked_for(index_of):
    index = index_of("Is software installed on managed devices approved by the IT team?")
    found = match("Is software installed on managed devices approved by the IT team first?", index)
    assert not any("hardware" in cap.note for cap in found.caps)
