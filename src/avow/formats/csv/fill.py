"""Filling a csv file: the answered fields are spliced in, every other character stays."""

from collections.abc import Sequence

from avow.formats.csv.text import CsvText
from avow.formats.writing import TextRules
from avow.model.responses import CellWrite


def text_rules(csv: CsvText) -> TextRules:
    """What may stand in a field of this file."""
    return TextRules(formulas=False, encoding=csv.encoding)


def filled(csv: CsvText, writes: Sequence[CellWrite]) -> bytes:
    """The file's bytes with the writes in their fields; addresses are `record:field`, 1-based.

    Short records are lengthened with empty fields. Raises ValueError for an address outside the file.
    """
    by_record: dict[int, dict[int, str]] = {}
    for write in writes:
        record, _, field = write.address.cell.partition(":")
        by_record.setdefault(int(record), {})[int(field)] = write.value
    pieces: list[str] = []
    done = 0
    for number in sorted(by_record):
        if not 1 <= number <= len(csv.records):
            raise ValueError(f"the file has no record {number}")
        fields = csv.records[number - 1]
        for column in sorted(by_record[number]):
            was_quoted = column <= len(fields) and csv.text.startswith('"', fields[column - 1].start)
            raw = _raw(csv, by_record[number][column], quoted=csv.quotes_all or was_quoted)
            if column <= len(fields):
                pieces += [csv.text[done : fields[column - 1].start], raw]
                done = fields[column - 1].end
            else:
                end = fields[-1].end
                missing = column - max(
                    len(fields), max((c for c in by_record[number] if c < column), default=0)
                )
                pieces += [csv.text[done:end], csv.delimiter * missing, raw]
                done = end
    pieces.append(csv.text[done:])
    return csv.encode("".join(pieces))


def _raw(csv: CsvText, text: str, *, quoted: bool) -> str:
    needs = quoted or csv.delimiter in text or any(char in text for char in '"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if needs else text
