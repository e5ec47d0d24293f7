"""Fonts, fills and cell formats of a binary Excel workbook as styles ([MS-XLSB] 2.4.149, 2.4.146, 2.4.877)."""

import struct

from avow.formats.calamine.look import PLAIN
from avow.formats.xlsx.styles import TINY_POINTS, Style
from avow.formats.xlsx.values import number_format

_FONT, _FORMAT, _FILL, _XF, _CELL_FORMATS, _CELL_FORMATS_END = 43, 44, 45, 47, 617, 618
_BOLD, _LOCKED = 700, 0x1000
_AUTOMATIC = "automatic"
_WHITE = {"FFFFFF", "theme0", "indexed1", "indexed9"}


class StyleRecords:
    """Takes style records as they come, gives the style of a cell format by its number."""

    def __init__(self) -> None:
        self._fonts: list[tuple[bool, bool, bool, str]] = []  # bold, struck, tiny, colour
        self._fills: list[tuple[int, str]] = []  # pattern, colour
        self._codes: dict[int, str] = {}
        self._formats: list[tuple[int, int, int, bool]] = []  # number format, font, fill, locked
        self._inside = False
        self._made: dict[int, Style] = {}

    def add(self, kind: int, content: bytes) -> None:
        """Take in a record; one that is no style record is passed over."""
        if kind == _FONT:
            height, flags, weight = struct.unpack_from("<3H", content)
            tiny = 0 < height / 20 <= TINY_POINTS
            self._fonts.append((weight >= _BOLD, bool(flags & 0x08), tiny, _color(content[12:20])))
        elif kind == _FILL:
            self._fills.append((struct.unpack_from("<L", content)[0], _color(content[4:12])))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HL", content)
            self._codes[number] = content[6 : 6 + 2 * length].decode("utf-16-le", "replace")
        elif kind in (_CELL_FORMATS, _CELL_FORMATS_END):
            self._inside = kind == _CELL_FORMATS
        elif kind == _XF and self._inside:
            number, font, fill = struct.unpack_from("<3H", content, 2)
            locked = bool(struct.unpack_from("<H", content, 12)[0] & _LOCKED)
            self._formats.append((number, font, fill, locked))

    def style(self, number: int) -> Style:
        """The style of cell format `number`; the plain one where the file has none of that number."""
        if number not in self._made:
            self._made[number] = self._style(number)
        return self._made[number]

    def _style(self, number: int) -> Style:
        if number >= len(self._formats):
            return PLAIN
        code, font_at, fill_at, locked = self._formats[number]
        plain_font = (False, False, False, _AUTOMATIC)
        bold, struck, tiny, color = self._fonts[font_at] if font_at < len(self._fonts) else plain_font
        pattern, ground = self._fills[fill_at] if fill_at < len(self._fills) else (0, _AUTOMATIC)
        if pattern == 0:
            ground = "FFFFFF"
        same = color != _AUTOMATIC and (color == ground or (color in _WHITE and ground in _WHITE))
        shown_as = number_format(code, self._codes.get(code))
        made = Style(
            bold=bold,
            filled=pattern > 0 and ground not in _WHITE,
            locked=locked,
            unseen=tiny or same or shown_as.kind == "hidden",
            struck=struck,
            number=shown_as,
        )
        return PLAIN if made == PLAIN else made


def _color(content: bytes) -> str:
    """A colour as a comparable word ([MS-XLSB] 2.5.4)."""
    kind, index, tint = content[0] >> 1, content[1], struct.unpack_from("<h", content, 2)[0]
    if kind == 1:
        return _AUTOMATIC if index in (64, 65) else f"indexed{index}"
    if kind == 2:
        return content[4:7].hex().upper()
    if kind == 3:
        return f"theme{index}" + (f"{tint:+}" if tint else "")
    return _AUTOMATIC
