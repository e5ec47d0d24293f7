"""The bytes of a csv file as text and records, with every field's place kept."""

import re
from collections import Counter
from dataclasses import dataclass

from avow.errors import InputRefusedError
from avow.formats.encodings import Decoded, decoded
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_COLUMNS = 16_384
MAX_FIELD = 1_000_000  # characters; thirty times what a spreadsheet cell holds
MAX_RECORDS = 1_048_576
_DELIMITERS = ",;\t|"
_TABLE_DELIMITERS = "\t;,|"  # the surest sign of a table first


@dataclass(slots=True)
class Field:
    """One field: `text` unquoted, and the span of its raw form in the file's text."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class CsvText:
    """A csv file taken apart. `encode(text)` with `encoding` and `bom` gives the source's bytes back."""

    text: str
    encoding: str
    bom: bytes
    delimiter: str
    records: list[list[Field]]
    quotes_all: bool
    notes: list[Note]

    def encode(self, text: str) -> bytes:
        """The text in the file's own encoding. Raises UnicodeEncodeError where it does not fit."""
        return self.bom + text.encode(self.encoding)


def take_apart(raw: bytes, name: str) -> CsvText:
    """Decode and split a csv or tsv file.

    Raises InputRefusedError for what cannot be read whole: no text, undecodable bytes, a quote never
    closed, fields, columns or rows beyond the stated limits.
    """
    decoding = decoded(raw, name)
    text = decoding.text
    if not text.strip("\0\r\n\t ,;"):
        code = Reason.FILE_TYPE_MISMATCH if "\0" in text else Reason.FILE_EMPTY
        raise InputRefusedError(name, code, "holds no text; send the questionnaire as csv or xlsx")
    return _split(decoding, _delimiter(text, name), name)


def as_table(decoding: Decoded, name: str) -> CsvText | None:
    """A plain text as the table it may be: most of its lines have a tab, or it has a questionnaire's header row with
    another delimiter. None for a text that is none, or one that does not come apart cleanly.
    """
    from avow.formats.csv.reader import read_book
    from avow.formats.tables import SheetView, find_tables

    lines = [line for line in re.split(r"[\r\n]+", decoding.text) if line.strip()]
    for delimiter in _TABLE_DELIMITERS:
        having = sum(delimiter in line for line in lines)
        if len(lines) < 2 or having < 0.6 * len(lines) or delimiter not in decoding.text:
            continue
        try:
            table = _split(decoding, delimiter, name)
        except InputRefusedError:
            continue
        sheet = read_book(table).sheets[0]
        columns = {column for _, column in sheet.cells}
        if len(columns) >= 2 and (find_tables(SheetView(sheet)) or _is_even(table)):
            return table
    return None


def _is_even(table: CsvText) -> bool:
    """Whether tabs part nearly all lines into the same number of fields, as a spreadsheet program's export has them."""
    sizes = [len(record) for record in table.records if any(field.text.strip() for field in record)]
    usual = max(set(sizes), key=sizes.count, default=1)
    return table.delimiter == "\t" and usual >= 2 and sizes.count(usual) >= 0.9 * len(sizes)


def _split(decoding: Decoded, delimiter: str, name: str) -> CsvText:
    text = decoding.text
    records = _records(text, delimiter, name)
    first = next((record for record in records if len(record) > 1), [])
    quotes_all = bool(first) and all(text[one.start : one.start + 1] == '"' for one in first)
    return CsvText(text, decoding.encoding, decoding.bom, delimiter, records, quotes_all, decoding.notes)


def _delimiter(text: str, name: str) -> str:
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        return said[1]
    if name.lower().endswith(".tsv"):
        return "\t"
    best, best_score, alike = ",", 0.0, True
    for delimiter in _DELIMITERS:
        sizes = [len(record) for record in _records(text[:20_000], delimiter, name, sample=25) if record]
        size, times = (
            Counter(size for size in sizes if size > 1).most_common(1)[0]
            if any(s > 1 for s in sizes)
            else (1, 0)
        )
        score = times / max(1, len(sizes)) * (1 + min(size, 12) / 20)
        if score > best_score:
            best, best_score, alike = delimiter, score, sizes[0] > 1 or times >= 0.6 * len(sizes)
    if alike:
        return best
    # A heading of one field over lines that hardly agree on their number: one column, with commas in its sentences.
    return next((one for one in reversed(_DELIMITERS) if one not in text), best)


def _records(text: str, delimiter: str, name: str, sample: int = 0) -> list[list[Field]]:
    separator = re.escape(delimiter)
    field = re.compile(rf'"([^"]*(?:""[^"]*)*)"([^{separator}\r\n]*)|([^{separator}\r\n]*)')
    records: list[list[Field]] = []
    record: list[Field] = []
    position, size = 0, len(text)
    while position < size:
        found = field.match(text, position)
        assert found is not None  # noqa: S101  # the last alternative matches anywhere
        if text[position] == '"' and found[1] is None and not sample:
            line = text.count("\n", 0, position) + 1
            message = f"line {line}: a quote is opened and never closed; mend that line"
            raise InputRefusedError(name, Reason.CSV_UNBALANCED_QUOTE, message)
        if found[2] and re.search(r"[\r\n]", found[1]) and not sample:
            line = text.count("\n", 0, position) + 1
            message = f"line {line}: a quoted field runs over several lines and is closed inside another; mend that line"
            raise InputRefusedError(name, Reason.CSV_UNBALANCED_QUOTE, message)
        raw = found[3] if found[1] is None else found[1].replace('""', '"') + found[2]
        if len(raw) > MAX_FIELD and not sample:
            message = (
                f"record {len(records) + 1}: a field of {len(raw):,} characters; {MAX_FIELD:,} is the limit"
            )
            raise InputRefusedError(name, Reason.TEXT_TOO_LONG, message)
        record.append(Field(raw, position, found.end()))
        position = found.end()
        if position < size and text[position] == delimiter:
            position += 1
            if position == size:
                record.append(Field("", position, position))
            if len(record) > MAX_COLUMNS:
                message = f"record {len(records) + 1} has more than {MAX_COLUMNS:,} columns"
                raise InputRefusedError(name, Reason.LIMIT_REACHED, message)
            continue
        position = _past_line_end(text, position)
        records.append(record)
        record = []
        if sample and len(records) >= sample:
            return records
        if len(records) > MAX_RECORDS:
            raise InputRefusedError(
                name, Reason.LIMIT_REACHED, f"has more than {MAX_RECORDS:,} rows; split it"
            )
    if record:
        records.append(record)
    return records


def _past_line_end(text: str, position: int) -> int:
    if text.startswith("\r\n", position):
        return position + 2
    return position + 1 if position < len(text) else position
