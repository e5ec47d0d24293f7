"""The bytes of a csv file as text and records, with every field's place kept."""

import re
from collections import Counter
from dataclasses import dataclass

from avow.errors import InputRefusedError
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_COLUMNS = 16_384
MAX_FIELD = 1_000_000  # characters; thirty times what a spreadsheet cell holds
MAX_RECORDS = 1_048_576
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ",;\t|"
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Bytes cp1252 leaves undefined, and its capital Z with caron inside a small word, where Mac Roman has an e with acute.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]|[a-z]\x8e[a-z]")


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
    notes: list[Note] = []
    encoding, bom = _encoding(raw, name, notes)
    try:
        text = raw[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: len(bom) + error.start].count(b"\n") + 1
        message = f"line {line}, byte {len(bom) + error.start}: not valid {encoding.upper()}; save the file as UTF-8"
        raise InputRefusedError(name, Reason.ENCODING_ERROR, message) from None
    if text.encode(encoding) != raw[len(bom) :]:
        raise InputRefusedError(
            name, Reason.ENCODING_ERROR, f"does not survive a round trip through {encoding}; save it as UTF-8"
        )
    if not text.strip("\0\r\n\t ,;"):
        code = Reason.FILE_TYPE_MISMATCH if "\0" in text else Reason.FILE_EMPTY
        raise InputRefusedError(name, code, "holds no text; send the questionnaire as csv or xlsx")
    delimiter = _delimiter(text, name)
    records = _records(text, delimiter, name)
    first = next((record for record in records if len(record) > 1), [])
    quotes_all = bool(first) and all(text[one.start : one.start + 1] == '"' for one in first)
    return CsvText(text, encoding, bom, delimiter, records, quotes_all, notes)


def _encoding(raw: bytes, name: str, notes: list[Note]) -> tuple[str, bytes]:
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise InputRefusedError(name, Reason.ENCODING_ERROR, "is UTF-32; save it as UTF-8")
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return encoding, bom
    guessed = _unmarked_utf16(raw)
    if guessed:
        notes.append(_guess(guessed))
        return guessed, b""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        # More sound multi-byte sequences than stray bytes: UTF-8 with damage, not another encoding.
        rest, sound = _UTF8_SEQUENCE.subn(b"", raw)
        if sound > len(re.findall(rb"[\x80-\xff]", rest)):
            return "utf-8", b""
        encoding = "mac_roman" if _NOT_CP1252.search(raw) else "cp1252"
        notes.append(_guess(encoding))
        return encoding, b""
    return "utf-8", b""


def _unmarked_utf16(raw: bytes) -> str | None:
    head = raw[:4096]
    if len(raw) % 2 or not head.strip(b"\0"):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd < half * 0.1 else None


def _guess(encoding: str) -> Note:
    return Note(
        reason=Reason.ENCODING_GUESSED, message=f"the file does not say its encoding; read as {encoding}"
    )


def _delimiter(text: str, name: str) -> str:
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        return said[1]
    if name.lower().endswith(".tsv"):
        return "\t"
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        sizes = [len(record) for record in _records(text[:20_000], delimiter, name, sample=25) if record]
        size, times = (
            Counter(size for size in sizes if size > 1).most_common(1)[0]
            if any(s > 1 for s in sizes)
            else (1, 0)
        )
        score = times / max(1, len(sizes)) * (1 + min(size, 12) / 20)
        if score > best_score:
            best, best_score = delimiter, score
    return best


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
