"""Stored numbers as the text a person sees: ISO dates, percentages, fixed decimals; no locale."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[yd]|(?<![hs:\]])m{3,}|m(?![^;]*[hs:])", re.IGNORECASE)
_TIME = re.compile(r"[hs]|\[m+\]|am/pm", re.IGNORECASE)
_FIXED = re.compile(r"(?:#,##)?0(\.0+)?(%?)")
_LAST_DAY = {False: 2_958_465, True: 2_957_003}  # 9999-12-31 in the 1900 and the 1904 system
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm am/pm", 19: "h:mm:ss am/pm",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
}  # fmt: skip


@dataclass(slots=True, frozen=True)
class NumberFormat:
    """How a number shows: `general`, `date`, `datetime`, `time`, `hidden` or `fixed` (decimals, percent)."""

    kind: str = "general"
    decimals: int = 0
    percent: bool = False


GENERAL = NumberFormat()


def number_format(number: int, code: str | None) -> NumberFormat:
    """The format of a built-in number or a custom code (None: built-in)."""
    if code is None:
        code = _BUILT_IN.get(number, "yyyy-mm-dd" if 27 <= number <= 36 or 50 <= number <= 58 else "General")
    if code.strip() == ";;;":
        return NumberFormat("hidden")
    found = _FIXED.fullmatch(code.strip())
    if found:
        return NumberFormat("fixed", len(found[1]) - 1 if found[1] else 0, bool(found[2]))
    bare = _QUOTED.sub("", code).partition(";")[0]
    if "general" in bare.lower() or re.search("[0#?]", bare.replace(".0", "").replace("s.000", "")):
        return GENERAL
    has_date, has_time = _DATE.search(bare), _TIME.search(bare)
    if has_date:
        return NumberFormat("datetime" if has_time else "date")
    return NumberFormat("time") if has_time else GENERAL


def number_text(stored: str, shown_as: NumberFormat, *, from_1904: bool) -> tuple[str, bool]:
    """The stored number as text, and whether it could be understood (False: the stored text comes back)."""
    try:
        value = float(stored)
    except ValueError:
        return stored, False
    if not math.isfinite(value):
        return stored, False
    if shown_as.kind in ("date", "datetime", "time"):
        text = _date_text(value, shown_as.kind, from_1904=from_1904)
        return (text, True) if text else (stored, False)
    if shown_as.kind == "fixed":
        return _fixed_text(value, shown_as), True
    return plain_number(stored, value), True


def plain_number(stored: str, value: float) -> str:
    """A number at the 15 digits a spreadsheet keeps, without an exponent where it is short without."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    if "e" in text and 1e-9 < abs(value) < 1e15:
        return f"{value:.15f}".rstrip("0")
    return text if stored else ""


def iso_date_text(stored: str) -> tuple[str, bool]:
    """A date stored as ISO text (type `d`), checked; (stored, False) when there is no such day."""
    try:
        moment = datetime.fromisoformat(stored.strip())
    except ValueError:
        return stored, False
    if len(stored.strip()) <= len("2024-01-31"):
        return moment.date().isoformat(), True
    return moment.isoformat(" ", "seconds"), True


def _fixed_text(value: float, shown_as: NumberFormat) -> str:
    if abs(value) >= 1e15:
        return f"{value:.15g}"
    scaled = value * 100 if shown_as.percent else value
    return f"{scaled:.{shown_as.decimals}f}" + ("%" if shown_as.percent else "")


def _date_text(value: float, kind: str, *, from_1904: bool) -> str:
    """ISO text; "" for a day that does not exist: negative, past 9999, or the 29th of February 1900."""
    day = math.floor(value)
    if day < 0 or day > _LAST_DAY[from_1904] or (not from_1904 and day == 60):
        return ""
    seconds = round((value - day) * 86_400)
    if kind == "time" or (not from_1904 and day == 0):
        hours, rest = divmod(day * 86_400 + seconds, 3600)
        return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if day < 60 else 30)
    moment = datetime.combine(start, datetime.min.time(), tzinfo=UTC) + timedelta(days=day, seconds=seconds)
    if kind == "date" or not seconds:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")
