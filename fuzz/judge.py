"""What must hold for any bytes whatever, checked in this very process, without the sandbox.

1. Only an AvowError is raised, and its message is one line.
2. Every non-empty row of what is accepted is a question or an ignored row.
3. With "Yes" in every place that may be answered, the filled file reads back as written, and nothing else differs.
"""

import re
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from avow.errors import AvowError
from avow.formats.files import _format, fill_here, understand_here
from avow.formats.grid import Book, SheetGrid, cell_name
from avow.formats.intake import inspect_file
from avow.formats.opc.package import Package
from avow.model.questionnaires import CellAddress, Question, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

_FOLDER = Path(tempfile.mkdtemp(prefix="avow-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
_SHOWN_WHOLE = 300  # characters; a longer paragraph that is no question is told of by its beginning
_OFFICE = {".xlsx", ".xlsm", ".docx", ".docm"}
# Parts that may differ in a filled package: the sheets and the workbook, or what holds a document's text.
_FILLED_PARTS = re.compile(r"xl/.*\.xml|word/.*\.xml", re.IGNORECASE)


def judge(data: bytes, ending: str) -> bool:
    """Whether the bytes were accepted as a file with that ending. Raises AssertionError where something is wrong."""
    path = _FOLDER / f"form{ending}"
    path.write_bytes(data)
    try:
        understood = understand_here(path)
    except AvowError as error:
        assert "\n" not in str(error), f"a message of several lines: {error!s}"
        return False
    form = understood.questionnaire
    assert form.source.sha256 == sha256(data).hexdigest()
    _judge_addresses(form)
    book = _book(path)
    if book is not None:
        _judge_rows(book, form)
    elif ending in (".txt", ".md"):
        _judge_lines(data, form)
    writes = answers(form, understood.text_rules.problem)
    if writes:
        _judge_filling(path, form, book, writes, understood.filled_suffix)
    return True


def _book(path: Path) -> Book | None:
    kind = inspect_file(path)
    opened: Any = _format(kind.format).open_file(path, kind)
    book = getattr(opened, "book", None)
    assert book is None or isinstance(book, Book)
    return book


def _judge_addresses(form: Questionnaire) -> None:
    places = [one.address for one in form.questions]
    assert len(places) == len(set(places)), "two questions have one address"
    both = set(places) & {one.address for one in form.ignored}
    assert not both, f"a question and ignored: {sorted(map(str, both))[:3]}"
    for one in form.questions:
        assert one.text.strip() or one.flags, f"{one.address}: a question without text"


def _judge_rows(book: Book, form: Questionnaire) -> None:
    told = {one.address for one in (*form.questions, *form.ignored)}
    for grid in book.sheets:
        names = {}
        for (row, col), cell in grid.cells.items():
            if cell.text.strip() or cell.error or cell.formula:
                names.setdefault(row, []).append(
                    CellAddress(grid.name, _name(grid, row, col, form.source.format))
                )
        lost = [row for row, cells in names.items() if told.isdisjoint(cells)]
        assert not lost, f"sheet {grid.name!r}: rows not accounted for: {lost[:5]}"


def _judge_lines(data: bytes, form: Questionnaire) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    told = form.model_dump_json()
    for line in text.splitlines():
        words = re.findall(r"[A-Za-z]{2,}", line) if "?" in line and len(text) < _SHOWN_WHOLE else []
        assert not words or any(word in told for word in words), f"a line not accounted for: {line[:80]!r}"


def _name(grid: SheetGrid, row: int, col: int, form: str) -> str:
    own = f"{row}:{col}" if form in ("csv", "tsv") else cell_name(row, col)
    return grid.addresses.get((row, col), own)


def answers(form: Questionnaire, problem: Any) -> list[CellWrite]:
    """A write for every place that may be answered: the first choice where there are choices, else "Yes"."""
    found: dict[CellAddress, str] = {}
    for one in form.questions:
        for address, value in _wanted(one):
            if problem(value) is None:
                found.setdefault(address, value)
    return [CellWrite(address=address, value=value) for address, value in found.items()]


def _wanted(one: Question) -> Iterable[tuple[CellAddress, str]]:
    place = one.place
    if not place.can_be_written or place.existing or place.existing_comment:
        return
    if place.options:
        yield place.options[0].address, "X"
    elif place.answer is not None:
        choices = place.choices.options if place.choices else ()
        yield place.answer, (choices[0] if choices else "Yes")
    if place.comment is not None and place.comment != place.answer:
        yield place.comment, "Reviewed every year."


def _judge_filling(
    path: Path, form: Questionnaire, book: Book | None, writes: list[CellWrite], suffix: str
) -> None:
    before = path.read_bytes()
    filled = fill_here(path, form.source, writes)
    assert path.read_bytes() == before, "the source has changed"
    assert fill_here(path, form.source, writes) == filled, "the same input gave other bytes"
    again = _FOLDER / f"filled{suffix}"
    again.write_bytes(filled)
    reread = understand_here(again).questionnaire
    if path.suffix in _OFFICE and suffix == path.suffix:
        _judge_members(before, filled)
    new_book = _book(again)
    if any(note.reason is Reason.ENCODING_GUESSED for note in form.notes):
        return  # the answers are evidence too, and may make another guess
    if book is not None and new_book is not None:
        old, new = _texts(book, form.source.format), _texts(new_book, reread.source.format)
        _judge_cells(old, new, writes, same_format=suffix == path.suffix)
    elif suffix == path.suffix and path.suffix != ".pdf":
        told = " ".join(one.text for one in (*reread.questions, *reread.ignored))
        told += filled.decode("utf-8", "replace") if path.suffix in (".txt", ".md", ".json") else ""
        missing = [one.text for one in form.questions if one.text.split() and one.text.split()[0] not in told]
        assert not missing, f"questions lost by filling: {missing[:3]}"


def _judge_members(before: bytes, after: bytes) -> None:
    old, new = Package("before", before), Package("after", after)
    assert list(old.members) == list(new.members)
    for name, member in old.members.items():
        other = new.members[name]
        same = before[member.offset : member.end] == after[other.offset : other.end]
        assert same or _FILLED_PARTS.fullmatch(name), f"{name} has changed"


def _judge_cells(
    before: dict[CellAddress, str],
    found: dict[CellAddress, str],
    writes: list[CellWrite],
    *,
    same_format: bool,
) -> None:
    expected = before | {write.address: write.value for write in writes}
    wrong = [one for one in expected if found.get(one) != expected[one]]
    assert not wrong, (
        f"{wrong[0]}: {found.get(wrong[0], '')[:60]!r} and not {expected[wrong[0]][:60]!r}, of {len(wrong)}"
    )
    more = found.keys() - expected.keys() if same_format else set()
    assert not more, f"cells that were not there: {sorted(map(str, more))[:3]}"


def _texts(book: Book, form: str) -> dict[CellAddress, str]:
    return {
        CellAddress(grid.name, _name(grid, row, col, form)): cell.text
        for grid in book.sheets
        for (row, col), cell in grid.cells.items()
        if cell.text
    }
