"""Workbooks of ours that people worked in, read back as rows: `formats` opens them, `review` makes rows of the cells."""

from collections.abc import Sequence
from pathlib import Path

from avow.errors import InputRefusedError
from avow.model.reasons import Reason


def review_rows(review: Path) -> list[dict[str, str]]:
    """The rows of a review workbook, heading -> text."""
    from avow.model.review_columns import SHEET_NAME, Column

    return edited_rows(review, SHEET_NAME, [column.value for column in Column], "a review workbook")


def edited_rows(path: Path, sheet_name: str, columns: Sequence[str], kind: str) -> list[dict[str, str]]:
    """The rows of a workbook of ours that people worked in, heading -> text; refused without these columns."""
    from avow.formats.files import workbook_texts
    from avow.review.rounds import rows_of_sheet

    texts = workbook_texts(path).get(sheet_name)
    if texts is None:
        message = f"is not {kind}: it has no sheet {sheet_name!r}"
        raise InputRefusedError(path.name, Reason.FILE_TYPE_MISMATCH, message)
    headings = {text.strip() for (row, _), text in texts.items() if row == 1}
    missing = [column for column in columns if column not in headings]
    if missing:
        message = f"the column {missing[0]!r} is missing"
        raise InputRefusedError(path.name, Reason.FILE_TYPE_MISMATCH, message)
    return rows_of_sheet(texts)
