"""What the content says about a scope, and stamps over it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avow.model.base import Scope, Sharing, Verdict
from avow.model.content import Content
from avow.model.controls import Evidence, Implementation, Status
from avow.model.stamps import canonical_json, stamp
from avow.model.verdict_words import choose, is_unsettled, meaning
from small_company import TODAY, changed, loaded


def company(*implementations: Implementation) -> Content:
    return changed(loaded().content, implementations=implementations)


def status(
    value: str | None, products: tuple[str, ...] = (), regions: tuple[str, ...] = ()
) -> Implementation:
    return Implementation(
        control="rest",
        status=Status(value) if value else None,
        scope=Scope(products=products, regions=regions),
    )


def test_the_narrowest_status_that_covers_the_scope_wins() -> None:
    content = company(
        status("implemented"), status("planned", products=("Ink",)), status("partial", regions=("EU",))
    )
    assert content.status_of("rest", "Ink", None) is Status.PLANNED
    assert content.status_of("rest", "ink", None) is Status.PLANNED
    assert content.status_of("rest", None, "EU") is Status.PLANNED  # a region has every product in it
    assert (
        company(status("implemented"), status("partial", regions=("EU",))).status_of("rest", None, "EU")
        is Status.PARTIAL
    )
    assert content.status_of("rest", "Quill", "US") is Status.IMPLEMENTED
    assert content.status_of("rest", "Ink", "EU") is Status.PLANNED  # the weaker of two narrow ones


def test_a_yes_for_the_whole_company_must_hold_everywhere() -> None:
    content = company(status("implemented"), status("partial", regions=("EU",)))
    assert content.status_of("rest") is Status.PARTIAL
    assert content.status_of("rest", "Ink", None) is Status.PARTIAL
    assert content.status_of("rest", "Ink", "US") is Status.IMPLEMENTED
    narrow = company(status("partial"), status("implemented", products=("Ink",)))
    assert (narrow.status_of("rest"), narrow.status_of("rest", "Ink", None)) == (
        Status.PARTIAL,
        Status.IMPLEMENTED,
    )


def test_nobody_has_said() -> None:
    assert company().status_of("rest") is None
    assert company(status(None)).status_of("rest") is None
    assert company(status("implemented", products=("Ink",))).status_of("rest", "Quill", None) is None
    assert company(status("implemented", products=("Ink",))).status_of("rest") is None
    assert company(status("implemented")).status_of("unheard-of") is None


@pytest.mark.parametrize(
    ("sharing", "may"),
    [
        (Sharing.PUBLIC, (True, True, True)),
        (Sharing.UNDER_NDA, (False, True, True)),
        (Sharing.INTERNAL, (False, False, True)),
    ],
)
def test_content_goes_to_recipients_of_at_least_its_level(sharing: Sharing, may: tuple[bool, ...]) -> None:
    assert tuple(sharing.may_go_to(recipient) for recipient in Sharing) == may


def test_evidence_is_live_on_its_first_and_last_day() -> None:
    piece = Evidence(id="e", document="d", valid_from=date(2026, 1, 1), valid_until=TODAY)
    assert [
        piece.is_live(day) for day in (date(2025, 12, 31), date(2026, 1, 1), TODAY, date(2026, 11, 24))
    ] == [False, True, True, False]
    assert Evidence(id="e", document="d").is_live(TODAY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abc", max_size=3), JSON, max_size=4))
def test_a_stamp_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(turned)
    assert stamp(value) == stamp(turned)
    assert stamp(value).startswith("sha256-1:")


def test_stamps_differ_with_content() -> None:
    assert (
        len({stamp(one) for one in ({"a": "1"}, {"a": 1}, {"a": ["1"]}, {"a": "1", "b": None}, {"a": "１"})})
        == 5
    )


@pytest.mark.parametrize(
    ("verdict", "texts"),
    [
        (
            Verdict.YES,
            "Yes|Y|YES|yes.|Compliant|Fully compliant|Implemented|Fully implemented|"
            "In place|Fulfilled|Valid|Met|Pass|Ja|Oui|Sí|erfüllt|"
            "Conforme|Supported|Yes (see comments)|Yes - fully implemented|Fully|True",
        ),
        (
            Verdict.NO,
            "No|N|Non-compliant|Not compliant|Noncompliant|Not implemented|Non-valid|"
            "Invalid|Not met|Open|Nein|Non|nicht erfüllt|None|Not in place|"
            "Does not comply|Fail|False|No (explain)",
        ),
        (
            Verdict.PARTIAL,
            "Partial|Partially|Partly|Partially compliant|Partially implemented|"
            "Teilweise|Teilweise erfüllt|Partiellement|Parcialmente|In part",
        ),
        (
            Verdict.NOT_APPLICABLE,
            "N/A|NA|n.a.|Not applicable|Not Applicable|Nicht anwendbar|"
            "Entfällt|Sans objet|Out of scope|Does not apply|N/A - explain",
        ),
        (
            None,
            "Select…|Please select|Choose an item|Not verified|Unknown|TBD|Not assessed|"
            "Planned|In progress|Yes - with exceptions|Yes, but not everywhere|"
            "Largely implemented|Alternative control|Compensating control in place|"
            "High|3|Every quarter|Yes, if enabled|Third party|",
        ),
    ],
)
def test_what_words_mean(verdict: Verdict | None, texts: str) -> None:
    assert {text: meaning(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), verdict)


@pytest.mark.parametrize(
    "text",
    [
        "TBD",
        "tbc",
        "To be confirmed",
        "Planned",
        "In progress",
        "see attached",
        "Not assessed",
        "Please select",
        "Pending.",
    ],
)
def test_words_that_put_one_off(text: str) -> None:
    assert is_unsettled(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "No",
        "AES-256",
        "Planned maintenance is announced a week before.",
        "See our SOC 2 report, section 3",
        "",
    ],
)
def test_words_that_say_something(text: str) -> None:
    assert not is_unsettled(text)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ("Yes|No|Partial|N/A", ("Yes", "Partial", "No", "N/A")),
        ("Y|N|NA", ("Y", None, "N", "NA")),
        (
            "Compliant|Partially compliant|Non-compliant|Not applicable",
            ("Compliant", "Partially compliant", "Non-compliant", "Not applicable"),
        ),
        (
            "Fully implemented|Partially implemented|Not implemented|N/A",
            ("Fully implemented", "Partially implemented", "Not implemented", "N/A"),
        ),
        ("Valid|Non-valid|Not Applicable", ("Valid", None, "Non-valid", "Not Applicable")),
        ("Fulfilled|Open|N/A", ("Fulfilled", None, "Open", "N/A")),
        ("Fully|Partially|Not", ("Fully", "Partially", "Not", None)),
        ("Ja|Nein|Teilweise|Entfällt", ("Ja", "Teilweise", "Nein", "Entfällt")),
        ("Oui|Non|Sans objet", ("Oui", None, "Non", "Sans objet")),
        ("Yes|Yes - with exceptions|No", ("Yes", None, "No", None)),
        ("Yes, fully compliant|Yes, in place|No", (None, None, "No", None)),
        ("Yes|Fully implemented|No", ("Yes", None, "No", None)),
        ("Low|Medium|High", (None, None, None, None)),
        ("", (None, None, None, None)),
    ],
)
def test_a_verdict_in_the_customers_choices(choices: str, expected: tuple[str | None, ...]) -> None:
    verdicts = (Verdict.YES, Verdict.PARTIAL, Verdict.NO, Verdict.NOT_APPLICABLE)
    assert tuple(choose(verdict, tuple(choices.split("|"))) for verdict in verdicts) == expected


def test_an_undecided_verdict_never_finds_a_choice() -> None:
    assert choose(Verdict.NEEDS_INPUT, ("Yes", "No", "TBD", "Select one")) is None
