"""An answer is all its phrasings and its own text: what that settles, and what it must not."""

import pytest
from made_content import answer, control

from avow.matching import MatchIndex, match
from avow.matching.names import without_names
from avow.matching.normalise import Reader
from avow.model.matches import Recommendation

STRONG = Recommendation.STRONG

PENTEST = answer(
    "pentest",
    "Is a penetration test performed every year?",
    "Do outside testers attack your web application?",
    "Annual third-party pentest?",
    narrative="Yes. An external firm tests the web application and the API every year. "
    "The test did not include the mobile app.",
    controls=("vuln-pentest",),
)
CONTROLS = (
    control("vuln-pentest", "Penetration testing", "An independent party tests the application.", "Pentest?"),
    control("log-retention", "Log retention", "Logs are kept for a set time.", "How long are logs kept?"),
)


def level(index: MatchIndex, text: str, **more):
    return match(text, index, **more).recommendation


def test_what_another_phrasing_or_the_text_names_is_covered(index_of):
    """The text supplies what is asked, so nothing is uncovered; how sure that makes it is for the thresholds."""
    index = index_of(PENTEST, "Is there a visitor log?", controls=CONTROLS)
    proposal = match("Is a penetration test of the web application and the API performed every year?", index)
    assert proposal.matches[0].answer == "pentest"
    assert proposal.uncovered == ()
    assert {cap.name for cap in proposal.caps} <= {"weak-match"}
    assert "asked, not in the answer" not in " ".join(cap.note for cap in proposal.caps)


def test_what_the_text_only_denies_is_not_covered(index_of):
    index = index_of(PENTEST, "Is there a visitor log?", controls=CONTROLS)
    proposal = match("Is a penetration test of the mobile app performed every year?", index)
    assert proposal.matches[0].answer == "pentest"
    assert proposal.recommendation is not STRONG


def test_what_every_phrasing_names_must_be_asked(index_of):
    rest = answer(
        "rest",
        "Is customer data encrypted at rest?",
        "Is stored customer data encrypted at rest?",
        "At-rest encryption of customer data?",
    )
    index = index_of(rest, "Is there a visitor log?")
    assert level(index, "Is customer data encrypted?") is not STRONG
    assert level(index, "Is customer data encrypted at rest?") is STRONG


def test_a_remark_supplies_nothing(index_of):
    thin = answer("thin", "Are backups encrypted?", narrative="Approved and tested, see T1.")
    assert level(index_of(thin), "Are backups encrypted and tested?") is not STRONG


@pytest.mark.parametrize(
    ("asked", "sure"),
    [
        ("Are security logs kept for at least 12 months?", True),
        ("Are security logs kept for at least 24 months?", False),
    ],
)
def test_the_text_supplies_quantities_and_they_must_satisfy(index_of, asked, sure):
    logs = answer(
        "logs",
        "How long are security logs kept?",
        "Log retention?",
        narrative="Security logs are kept for 13 months in the central store, then deleted automatically.",
        controls=("log-retention",),
    )
    index = index_of(logs, "Is there a visitor log?", controls=CONTROLS)
    assert (level(index, asked) is STRONG) is sure


def test_all_quantities_of_the_text_must_satisfy(index_of):
    rules = answer(
        "rules",
        "Are firewall rules reviewed?",
        "Firewall rule review?",
        narrative="The rules are reviewed by the platform team every year. An external scan is run every week.",
    )
    index = index_of(rules, "Is there a visitor log?")
    assert level(index, "Are firewall rules reviewed weekly?") is not STRONG
    assert level(index, "Are firewall rules reviewed at least yearly?") is STRONG


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("Is an ISO/IEC 27001:2022 certificate held?", 0),
        ("Do you support SAML 2.0?", 0),
        ("Does the agreement meet Article 28(3) GDPR?", 0),
        ("Are modules validated to FIPS 140?", 0),
        ("Is TLS 1.2 required?", 1),
        ("Is there cover of EUR 10 million?", 1),
        ("Are logs kept for 90 days?", 1),
    ],
)
def test_numbers_of_names_are_no_quantities(lexicon, text, quantities):
    features = Reader(lexicon).read(text).features
    assert sum(f[1:2] == ":" and f[0] != "w" for f in features) == quantities, features


def test_a_percentage_is_exact(index_of):
    index = index_of(
        answer("sla", "Is availability of 99.9 % promised?", "Do you promise 99.9 % availability?")
    )
    assert level(index, "Is availability of 99.95 % or better promised?") is not STRONG


@pytest.mark.parametrize(
    ("text", "third"),
    [
        ("Does the supplier hold a PCI DSS attestation as a service provider?", False),
        ("Is the centre staffed by the supplier or on its behalf?", False),
        ("Shall a breach at the service provider be reported?", False),
        ("Is the supplier assessed before a supplier is engaged?", True),
        ("Do you assess the vendor before the contract?", True),
        ("Are your suppliers assessed?", True),
    ],
)
def test_the_supplier_of_a_customers_form_is_the_company_asked(lexicon, text, third):
    assert ("vendor" in Reader(lexicon).read(text).features) is third


def test_names_mean_nothing(index_of):
    index = index_of("Do you notify customers of a breach?", "Is there a visitor log?")
    names = ("Meridian Bank", "Harborlight")
    assert level(index, "Does Harborlight notify Meridian Bank plc of a breach?", names=names) is STRONG
    assert level(index, "Does Harborlight notify Meridian Bank plc of a breach?") is not STRONG


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Can Meridian's users log in?", "Can us's users log in?"),
        ("Is MERIDIAN BANK PLC told?", "Is us told?"),
        ("Are meridians drawn on the map?", "Are meridians drawn on the map?"),
        ("Is the access control list kept?", "Is the access control list kept?"),
    ],
)
def test_which_names_are_replaced(text, plain):
    assert without_names(text, ("Meridian Bank", "Access Partners")).replace("PLC ", "") == plain


@pytest.mark.parametrize(
    ("narrative", "verdict", "sure"),
    [
        ("Yes. Every change is modelled for threats at design time by the engineers concerned.", "yes", True),
        (
            "Yes. New features are modelled for threats at design time by the engineers concerned.",
            "yes",
            False,
        ),
        (
            "Partly. Every change to the product is modelled for threats, those to tools are not.",
            "partial",
            False,
        ),
    ],
)
def test_all_is_not_answered_by_some(index_of, narrative, verdict, sure):
    held = answer("threats", "Are changes threat modelled?", "Threat modelling of changes?", narrative=narrative,
                  verdict=verdict)  # fmt: skip
    index = index_of(held, "Is there a visitor log?")
    assert (level(index, "Is each and every change threat modelled?") is STRONG) is sure
    assert level(index, "Are changes threat modelled?") is STRONG


def test_which_is_not_answered_by_whether(index_of):
    whether = answer("scan", "Do you run vulnerability scans?")
    index = index_of(whether, "Is there a visitor log?")
    assert level(index, "Which software do you use for vulnerability scans?") is not STRONG
    assert level(index, "Do you run vulnerability scans?") is STRONG


def test_words_that_say_how_leave_nothing_open_and_words_that_say_what_do(index_of):
    index = index_of("Is there a documented information security policy?", "Is there a visitor log?")
    how = match("Is a documented information security policy in force today?", index)
    what = match("Is a documented quantum information security policy in force today?", index)
    assert not [cap for cap in how.caps if "asked, not in the answer" in cap.note]
    assert [cap for cap in what.caps if "asked, not in the answer: w:quantum" in cap.note]


def test_a_follow_up_read_with_its_question_is_never_strong(index_of):
    index = index_of("Do you hold an ISO 27001 certificate?", "Is there a visitor log?")
    parent = "Do you hold an ISO 27001 certificate?"
    assert level(index, parent) is STRONG
    assert level(index, "If not, when is it planned?", parent=parent) is not STRONG


def test_a_whole_answer_ranks_before_a_likely_phrasing(index_of):
    whole = answer(
        "isolation",
        "Is each tenant kept apart from the others?",
        "Are records of one client invisible to other clients?",
        narrative="Every query carries the tenant's identity, and the database refuses records of another tenant.",
    )
    partly = answer("support", "Do support staff see records?", "Can support staff open records of clients?")
    proposal = match("Are records of one client kept apart from other clients?", index_of(partly, whole))
    assert proposal.matches[0].answer == "isolation"


def test_an_answer_about_one_party_does_not_answer_for_another(index_of):
    contractors = answer(
        "contractors",
        "Do contractors sign a confidentiality agreement?",
        "Contractor confidentiality agreement?",
        "Do contractors and visitors sign a confidentiality agreement?",
    )
    index = index_of(contractors, "Is there a firewall?")
    assert level(index, "Do contractors sign a confidentiality agreement?") is STRONG
    assert level(index, "Do visitors sign a confidentiality agreement?") is not STRONG


def test_an_activity_named_in_passing_is_not_covered(index_of):
    held = answer(
        "fire",
        "What environmental protection does the data centre have?",
        "Fire protection in data centres?",
        narrative="The provider has fire suppression and redundant power; the recovery plan is tested every year.",
    )
    assert (
        level(index_of(held, "Is there a visitor log?"), "Is fire protection tested in data centres?")
        is not STRONG
    )
