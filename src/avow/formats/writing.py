"""What may be written into a file, and the error where it may not."""

import re

from avow.errors import AvowError
from avow.formats.xlsx.escapes import holds_escape
from avow.model.base import Value
from avow.model.reasons import Reason

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"^[=+\-@\t\r]")


class CellNotWritableError(AvowError):
    """A cell may not be written. `where` is the cell, `reason` the code that says why."""

    def __init__(self, where: str, reason: Reason) -> None:
        super().__init__(f"{where}: {reason.explanation} [{reason}]")
        self.where = where
        self.reason = reason


class TextRules(Value):
    """What a text must keep to in order to stand in a file whole. Control characters never may.

    `limit`: UTF-16 units, None for any number. `escapes`: `_xHHHH_` may stand, which spreadsheet programs read in
    different ways. `formulas`: a text that begins like a formula may stand, because the format knows texts from
    formulas; in csv a spreadsheet would run it (CWE-1236). `encoding`: every character must be in it.
    """

    limit: int | None = None
    escapes: bool = True
    formulas: bool = True
    encoding: str = "utf-8"

    def problem(self, text: str) -> Reason | None:
        """TEXT_NOT_WRITABLE, TEXT_TOO_LONG, or None where the text can be written."""
        if not text or _CONTROLS.search(text) or (not self.formulas and _FORMULA.match(text)):
            return Reason.TEXT_NOT_WRITABLE
        if not self.escapes and holds_escape(text):
            return Reason.TEXT_NOT_WRITABLE
        if self.limit is not None and len(text.encode("utf-16-le")) // 2 > self.limit:
            return Reason.TEXT_TOO_LONG
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return Reason.TEXT_NOT_WRITABLE
        return None
