"""The columns of the gap register's workbook: written by `outputs`, read back by `assessment`."""

from enum import StrEnum


class Column(StrEnum):
    """A column's heading."""

    ID = "Id"
    SEVERITY = "Severity"
    WHAT = "What"
    SUBJECT = "Control, evidence or question"
    DETAIL = "In words"
    SCOPE = "Scope"
    CONTROLS = "Controls"
    REQUIREMENTS = "Requirements"
    CUSTOMERS = "Customers"
    STATUS = "Status"
    OWNER = "Owner"
    DUE = "Due"
    NOTE = "Note"
    FIRST_SEEN = "First seen"
    AGE = "Days open"
    RULE = "Why this severity"
    DECIDED = "Decided"
    STAMP = "Stamp"


SHEET_NAME = "Gap register"
READ_BACK = (Column.ID, Column.STATUS, Column.OWNER, Column.DUE, Column.NOTE, Column.STAMP)
