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


def short_name(title: str) -> str:
    """A framework's title as people say it, as far as rules go.

    `SOC 2: Trust Services Criteria` -> `SOC 2`; a long title without a colon -> its initials.
    """
    head = title.partition(":")[0].removeprefix("ISO/IEC ")
    words = head.split()
    if len(head) <= 12 or len(words) < 2:
        return f"ISO {head}" if title.startswith("ISO/IEC") else head
    if words[0].isupper():
        return words[0]
    initials = "".join(word[0] for word in words if word[0].isupper())
    return initials if len(initials) > 1 else head
