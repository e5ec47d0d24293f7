"""What a first, independent look at a spreadsheet's bytes finds: where something stands, and how it looks.

The parser that reads the values gives no formulas, errors, styles or dropdowns, and is native code, which a sheet that is
nearly endless would bring down. So the records of the file are gone through here first, within bounds.
"""

from dataclasses import dataclass, field

from avow.errors import InputRefusedError
from avow.formats.grid import Area
from avow.formats.xlsx.references import MAX_COL, MAX_ROW
from avow.formats.xlsx.sheet import Validation
from avow.formats.xlsx.styles import Style
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_CELLS = 1_000_000  # filled cells of one sheet
MAX_AREA = 5_000_000  # cells between a sheet's first and last filled one, which the parser holds all at once
MAX_RECORDS = 20_000_000
PLAIN = Style()
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip


@dataclass(slots=True)
class SheetLook:
    """One sheet. Places are (row, column), 1-based.

    `filled`: places with a value that is not an empty text. `texts` are there only where the look read them better than the
    parser does. `formulas` may be without a value. `styles` only of places
    whose style is not the plain one; `unlocked` (and whole `unlocked_columns`) are empty cells a protected sheet leaves open.
    """

    name: str
    state: str = "visible"
    filled: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)
    unlocked: set[tuple[int, int]] = field(default_factory=set)
    unlocked_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    lists: list[Validation] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    protected: bool = False

    def fill(self, row: int, col: int, style: Style = PLAIN) -> None:
        """A value stands here."""
        self.filled.add((row, col))
        if style is not PLAIN:
            self.styles[row, col] = style


@dataclass(slots=True)
class BookLook:
    """The worksheets in order; sheets of another kind (charts, macros) are None, so that numbers stay in step.

    `names`: (lower-case name, sheet number or None for all) -> what it stands for, as in a formula.
    """

    sheets: list[SheetLook | None] = field(default_factory=list)
    names: dict[tuple[str, int | None], str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, reason: Reason, message: str) -> None:
        """Something a reader of the report should know; each kind once."""
        if not any((one.reason, one.message) == (reason, message) for one in self.notes):
            self.notes.append(Note(reason=reason, message=message))


def refuse_beyond_bounds(name: str, look: BookLook) -> None:
    """Raises InputRefusedError where a sheet is larger than is read, or has the name of another."""
    names: set[str] = set()
    for sheet in look.sheets:
        if sheet is not None:
            shown = ascii(sheet.name)[1:-1]
            if sheet.name.casefold() in names:
                message = f"two sheets are named {shown}; open it in a spreadsheet program, save it again and send that"
                raise InputRefusedError(name, Reason.FILE_DAMAGED, message)
            names.add(sheet.name.casefold())
        if sheet is None or not sheet.filled:
            continue
        shown = ascii(sheet.name)[1:-1]
        if len(sheet.filled) > MAX_CELLS:
            message = f"sheet {shown} has more than {MAX_CELLS:,} filled cells; split the workbook"
            raise InputRefusedError(name, Reason.LIMIT_REACHED, message)
        rows, cols = {row for row, _ in sheet.filled}, {col for _, col in sheet.filled}
        if max(rows) > MAX_ROW or max(cols) > MAX_COL:
            message = f"sheet {shown} has a cell beyond any sheet's last; ask for the file again"
            raise InputRefusedError(name, Reason.FILE_DAMAGED, message)
        if (max(rows) - min(rows) + 1) * (max(cols) - min(cols) + 1) > MAX_AREA:
            message = f"sheet {shown} has filled cells further apart than a sheet of {MAX_AREA:,} cells; save it as .xlsx"
            raise InputRefusedError(name, Reason.LIMIT_REACHED, message)
