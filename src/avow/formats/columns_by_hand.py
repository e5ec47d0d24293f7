"""Tables whose columns, or header row, a person has set; what they leave open is detected."""

from avow.formats.grid import column_number
from avow.formats.tables import Columns, SheetView, Table, find_tables, table_under
from avow.model.questionnaires import LayoutOverride

BY_HAND = "columns set by hand"


def tables_by_hand(view: SheetView, override: LayoutOverride) -> list[Table]:
    """The tables of a sheet with the columns of `override`; empty where no question column is set or found.

    Raises ValueError for something that is no column.
    """
    tables = find_tables(view)
    if override.header_row:
        below = [table for table in tables if table.header_rows[0] > override.header_row]
        last = below[0].header_rows[0] - 1 if below else max(view.rows)
        forced = table_under(view, override.header_row, last)
        tables = [forced, *below] if forced else below
    question = None if override.question is None else number_of(override.question)
    if question is not None and not (tables and _starts_at(tables[0], override)):
        header = (override.header_row,) if override.header_row else ()
        first = override.header_row + 1 if override.header_row else min(view.rows)
        last = tables[0].header_rows[0] - 1 if tables else max(view.rows)
        tables.insert(0, Table(header, first, last, [Columns(question)], 1.0))
    return [adjusted(table, override) for table in tables]


def adjusted(table: Table, override: LayoutOverride) -> Table:
    """A detected table with the columns of `override` in place of its own."""
    columns = table.columns[0]
    set_now = {
        name: number_of(said)
        for name in ("question", "answer", "comment", "ref", "section")
        if (said := getattr(override, name)) is not None
    }
    for name in ("answer", "comment", "ref"):
        if getattr(columns, name) in set_now.values():
            setattr(columns, name, None)  # it serves another purpose now
    before, section = columns.answer, set_now.pop("section", None)
    for name, number in set_now.items():
        setattr(columns, name, number)
    columns.section = tuple(col for col in columns.section if col not in set_now.values())
    if section is not None and section not in columns.section:
        columns.section = (section,)
    if columns.answer != before:
        columns.options, columns.spelled = (), ()
    if "question" in set_now or "answer" in set_now:
        table.columns, table.sure, table.confidence, table.assumptions = [columns], True, 1.0, [BY_HAND]
    return table


def _starts_at(table: Table, override: LayoutOverride) -> bool:
    return override.header_row is None or override.header_row in table.header_rows


def number_of(column: str) -> int:
    """A column's number, written as letters or, for csv, as a number. Raises ValueError for what is no column."""
    return int(column) if column.isdigit() else column_number(column)
