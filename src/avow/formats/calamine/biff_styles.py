"""Fonts, formats and cell formats of an old Excel workbook as styles ([MS-XLS] 2.4.122, 2.4.126, 2.4.353)."""

import struct

from avow.formats.calamine.look import PLAIN
from avow.formats.xlsx.styles import TINY_POINTS, Style
from avow.formats.xlsx.values import number_format

_FONT, _FORMAT, _XF, _PALETTE = 0x0031, 0x041E, 0x00E0, 0x0092
_WHITE = 9  # in the palette every workbook begins with; 64 and 65 are the window's own colours
_BOLD = 700


class StyleRecords:
    """Takes style records as they come, gives the style of a cell format by its number."""

    def __init__(self) -> None:
        self._fonts: list[tuple[bool, bool, bool, int]] = []  # bold, struck, tiny, colour
        self._codes: dict[int, str] = {}
        self._formats: list[
            tuple[int, int, bool, int, int]
        ] = []  # font, number format, locked, pattern, ground
        self._white = {_WHITE}
        self._made: dict[int, Style] = {}

    def add(self, kind: int, content: bytes, is_biff8: bool) -> None:
        """Take in a record; one that is no style record is passed over."""
        if kind == _FONT:
            height, flags, color, weight = struct.unpack_from("<4H", content)
            tiny = 0 < height / 20 <= TINY_POINTS
            self._fonts.append((weight >= _BOLD, bool(flags & 0x08), tiny, color))
        elif kind == _FORMAT and is_biff8:
            number, length, flags = struct.unpack_from("<2HB", content)
            text = content[5 : 5 + length * (2 if flags & 1 else 1)]
            self._codes[number] = text.decode("utf-16-le" if flags & 1 else "latin-1", "replace")
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HB", content)
            self._codes[number] = content[3 : 3 + length].decode("latin-1")
        elif kind == _PALETTE:
            count = struct.unpack_from("<H", content)[0]
            colors = [content[2 + 4 * at : 5 + 4 * at] for at in range(count)]
            self._white = {8 + at for at, color in enumerate(colors) if color == b"\xff\xff\xff"}
        elif kind == _XF:
            self._add_format(content, is_biff8)

    def _add_format(self, content: bytes, is_biff8: bool) -> None:
        font, number, flags = struct.unpack_from("<3H", content)
        pattern = ground = 0
        if is_biff8 and len(content) >= 20:
            pattern = struct.unpack_from("<L", content, 14)[0] >> 26
            ground = struct.unpack_from("<H", content, 18)[0] & 0x7F
        self._formats.append((font, number, bool(flags & 1), pattern, ground))

    def style(self, number: int) -> Style:
        """The style of cell format `number`; the plain one where the file has none of that number."""
        if number not in self._made:
            self._made[number] = self._style(number)
        return self._made[number]

    def _style(self, number: int) -> Style:
        if number >= len(self._formats):
            return PLAIN
        font_at, code, locked, pattern, ground = self._formats[number]
        # Font 4 is left out in the numbering ([MS-XLS] 2.5.129).
        font_at -= font_at > 4
        bold, struck, tiny, color = (
            self._fonts[font_at] if font_at < len(self._fonts) else (False, False, False, 0)
        )
        filled = pattern == 1 and ground not in self._white and ground != 65
        white_ground = not pattern or (pattern == 1 and (ground in self._white or ground == 65))
        same = (color in self._white and white_ground) or (pattern == 1 and color == ground)
        shown_as = number_format(code, self._codes.get(code))
        made = Style(
            bold, filled or pattern > 1, locked, tiny or same or shown_as.kind == "hidden", struck, shown_as
        )
        return PLAIN if made == PLAIN else made
