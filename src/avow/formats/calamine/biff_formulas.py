"""The few formulas of an old Excel workbook that name a list: dropdowns and names, as text ([MS-XLS] 2.5.198)."""

import struct
from dataclasses import dataclass, field

from avow.formats.grid import cell_name, column_letters
from avow.formats.xlsx.sheet import Validation

_LIST = 3
_RELATIVE = 0xC000
_TEXT, _REF, _AREA, _REF_N, _AREA_N, _REF_3D, _AREA_3D, _NAMED = (
    0x17,
    0x24,
    0x25,
    0x2C,
    0x2D,
    0x3A,
    0x3B,
    0x23,
)
_UNKNOWN = "?"  # a formula that is more than a list's place: known to be there, not resolved


@dataclass(slots=True)
class FormulaTexts:
    """Turns token strings into formula text once all sheets and names are known; hex stands in for them until then."""

    sheets: list[str] = field(default_factory=list)
    own_books: list[bool] = field(default_factory=list)
    ranges: list[tuple[int, int, int]] = field(default_factory=list)  # (book, first sheet, last sheet)
    _names: list[tuple[str, int, bytes]] = field(default_factory=list)

    def add_name(self, name: str, sheet: int, tokens: bytes) -> None:
        """A defined name; `sheet` is 0 for one that holds everywhere."""
        self._names.append((name, sheet, tokens))

    def names(self) -> dict[tuple[str, int | None], str]:
        """What each name stands for."""
        return {
            (name.casefold(), sheet - 1 if sheet else None): self._text(tokens)
            for name, sheet, tokens in self._names
        }

    def text_of(self, tokens: str) -> str:
        """The formula of a list, from the hex of its tokens."""
        return self._text(bytes.fromhex(tokens)) if tokens else ""

    def _text(self, tokens: bytes) -> str:
        try:
            return self._read(tokens)
        except (struct.error, IndexError):
            return _UNKNOWN

    def _read(self, tokens: bytes) -> str:
        if not tokens:
            return _UNKNOWN
        kind = tokens[0] if tokens[0] < 0x20 else (tokens[0] & 0x1F) | 0x20
        if kind in (_REF, _REF_N) and len(tokens) == 5:
            return _place(*struct.unpack_from("<2H", tokens, 1))
        if kind in (_AREA, _AREA_N) and len(tokens) == 9:
            return _area(*struct.unpack_from("<4H", tokens, 1))
        if kind in (_REF_3D, _AREA_3D) and len(tokens) in (7, 11):
            sheet = self._sheet(struct.unpack_from("<H", tokens, 1)[0])
            place = (
                _place(*struct.unpack_from("<2H", tokens, 3))
                if kind == _REF_3D
                else _area(*struct.unpack_from("<4H", tokens, 3))
            )
            return f"{sheet}!{place}" if sheet else _UNKNOWN
        if kind == _NAMED and len(tokens) == 5:
            number: int = struct.unpack_from("<H", tokens, 1)[0]
            return self._names[number - 1][0]
        return _UNKNOWN

    def _sheet(self, number: int) -> str:
        book, first, last = self.ranges[number]
        if first != last or not 0 <= first < len(self.sheets) or not self.own_books[book]:
            return ""
        return "'" + self.sheets[first].replace("'", "''") + "'"


def list_validation(content: bytes) -> Validation | None:
    """The dropdown of a validation record, with its formula's tokens in hex; None for a rule of another kind."""
    flags = struct.unpack_from("<L", content)[0]
    if flags & 0x0F != _LIST:
        return None
    at = 4
    for _ in range(4):  # title and text of the prompt and of the error
        length, wide = struct.unpack_from("<HB", content, at)
        at += 3 + length * (2 if wide & 1 else 1)
    size = struct.unpack_from("<H", content, at)[0]
    tokens = content[at + 4 : at + 4 + size]
    at += 4 + size
    at += 4 + struct.unpack_from("<H", content, at)[0]
    count = struct.unpack_from("<H", content, at)[0]
    areas = [struct.unpack_from("<4H", content, at + 2 + 8 * one) for one in range(count)]
    places = " ".join(
        f"{cell_name(top + 1, left + 1)}:{cell_name(bottom + 1, right + 1)}"
        for top, bottom, left, right in areas
    )
    if tokens[:1] == bytes([_TEXT]):
        wide = tokens[2] & 1
        text = tokens[3:].decode("utf-16-le" if wide else "latin-1", "replace")
        return Validation(places, literal=quoted(text.split("\0")))
    return Validation(places, formula=tokens.hex())


def quoted(options: list[str]) -> str:
    """Options as a literal list of the newer form, each in quotes."""
    return ",".join('"' + one.replace('"', '""') + '"' for one in options)


def _place(row: int, col: int) -> str:
    if col & _RELATIVE:
        return cell_name(row + 1, (col & 0xFF) + 1)
    return f"${column_letters((col & 0xFF) + 1)}${row + 1}"


def _area(top: int, bottom: int, left: int, right: int) -> str:
    return f"{_place(top, left)}:{_place(bottom, right)}"
