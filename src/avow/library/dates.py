"""Dates in content: ISO dates, and in a sample workspace dates relative to its release.

A real company's evidence must expire, so relative dates are refused outside a sample.
"""

import calendar
import os
import re
from datetime import UTC, date, datetime, timedelta

from avow.errors import WorkspaceError

TODAY_VARIABLE = "AVOW_TODAY"

_RELATIVE = re.compile(r"release(?:([+-]\d{1,3})(mo|d|y))?")


def today() -> date:
    """The day content is read for: `AVOW_TODAY` (for repeatable runs), or the calendar's.

    Raises WorkspaceError where `AVOW_TODAY` is no date.
    """
    said = os.environ.get(TODAY_VARIABLE)
    if not said:
        return datetime.now(tz=UTC).astimezone().date()
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise WorkspaceError(f"{TODAY_VARIABLE}={said!r} is not a date; write it as 2026-11-23") from None


def parse_date(text: str, release: date | None) -> date:
    """`2026-11-23`, or `release+9mo`, `release-20d`, `release-1y` against `release`.

    Raises ValueError, in words fit for a user, for anything else and for a relative date without a release.
    """
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a date; write it as 2026-11-23") from None
    if release is None:
        raise ValueError(f"{text!r} is a date of a sample workspace; write it as 2026-11-23")
    amount, unit = int(relative[1] or 0), relative[2]
    if unit == "d":
        return release + timedelta(days=amount)
    return _add_months(release, amount * (12 if unit == "y" else 1))


def _add_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def spoken(day: date, form: str) -> str:
    """The date as people write it: `day` "23 November 2026", `month` "November 2026", `year` "2026".

    Raises ValueError for another form.
    """
    month = calendar.month_name[day.month]
    forms = {"day": f"{day.day} {month} {day.year}", "month": f"{month} {day.year}", "year": str(day.year)}
    if form not in forms:
        raise ValueError(f"`as: {form}` is not known; write day, month or year")
    return forms[form]
