"""How outcomes, verdicts, reasons and dates are said to people, in every output alike."""

from datetime import date

from avow.model.reasons import Reason

OUTCOMES = {"answered": "Answered", "review": "Review", "gap": "Gap", "ignored": "Left alone"}
VERDICTS = {"yes": "Yes", "partial": "Partially", "no": "No", "not-applicable": "Not applicable"}

_EXPLAINED = {reason.value: reason.explanation for reason in Reason}


def explained(code: str) -> str:
    """A reason code in plain words."""
    return _EXPLAINED.get(code, code.replace("-", " "))


def human_date(iso: str) -> str:
    """`2026-11-23` -> `23 November 2026`."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
