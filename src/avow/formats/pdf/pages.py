"""What stands on the pages of a PDF: words with their places and looks, and the straight lines drawn.

Coordinates are points as the page is shown: x to the right, y downwards from the page's top left corner.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from avow.errors import InputRefusedError
from avow.formats.pdf.geometry import Box, Frame, combined, corners_of, frame_of, moved
from avow.model.reasons import Reason

MAX_PAGES = 1000
MAX_CHARACTERS = 3_000_000  # in all; a book has half a million
_MAX_OBJECTS = 100_000  # a page, drawn paths that are looked at
_MAX_DEPTH = 8  # of forms drawn inside forms
_TINY = 2.5  # points; nobody reads that
_FAINT = 0.1  # difference in brightness to what lies behind
_INVISIBLE_MODES = (3, 7)  # ISO 32000-1 table 106: neither fill nor stroke
_FILL, _STROKE = 1, 2


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a blank between them. `hidden`: a reader of the page does not see them."""

    text: str
    box: Box
    bold: bool = False
    hidden: bool = False


@dataclass(slots=True)
class PageContent:
    """One page, `number` 1-based. `rules` are straight lines drawn along an axis, as thin boxes."""

    number: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    truncated: bool = False


def read_pages(data: bytes, name: str) -> list[PageContent]:
    """Every page of the file in order. Raises InputRefusedError where it is encrypted or cannot be read."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            message = "it is protected by a password; open it, remove the password and save it again"
            raise InputRefusedError(name, Reason.FILE_ENCRYPTED, message) from None
        raise _damaged(name) from None
    try:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            raise InputRefusedError(
                name, Reason.LIMIT_REACHED, f"{count:,} pages; 1 to {MAX_PAGES:,} can be read, so split it"
            )
        pages, left = [], MAX_CHARACTERS
        for index in range(count):
            page = _page(document, index, left, name)
            left -= sum(len(word.text) for word in page.words)
            pages.append(page)
    except pdfium.PdfiumError:
        raise _damaged(name) from None
    finally:
        document.close()
    return pages


def _damaged(name: str) -> InputRefusedError:
    return InputRefusedError(
        name, Reason.FILE_DAMAGED, "it cannot be read as a PDF; open it, print it to a new PDF and send that"
    )


def _page(document: Any, index: int, left: int, name: str) -> PageContent:
    page = document[index]
    frame = frame_of(page.get_mediabox(), page.get_cropbox(), page.get_rotation())
    width, height = frame.size
    content = PageContent(index + 1, width, height)
    shapes = _Shapes(frame)
    shapes.read(page)
    content.rules = shapes.rules
    text = page.get_textpage()
    if text.count_chars() > left:
        message = f"more than {MAX_CHARACTERS:,} characters; split it"
        raise InputRefusedError(name, Reason.LIMIT_REACHED, message)
    content.words = list(_words(text, frame, shapes))
    text.close()
    page.close()
    return content


class _Shapes:
    """The drawn paths of a page: rules, and filled areas that text may stand on."""

    def __init__(self, frame: Frame) -> None:
        self.rules: list[Box] = []
        self.areas: list[tuple[Box, float | None]] = []  # box, brightness; None for a picture
        self._frame = frame
        self._left = _MAX_OBJECTS

    def read(self, page: Any) -> None:
        from pypdfium2 import raw

        objects = (raw.FPDFPage_GetObject(page, one) for one in range(raw.FPDFPage_CountObjects(page)))
        self._take(objects, (1, 0, 0, 1, 0, 0), 0)

    def _take(self, objects: Iterator[Any], outer: tuple[float, ...], depth: int) -> None:
        from pypdfium2 import raw

        for one in objects:
            self._left -= 1
            if not one or self._left < 0:
                return
            kind = raw.FPDFPageObj_GetType(one)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(one, combined(_matrix(one), outer))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                corners = corners_of(combined(_matrix(one), outer))
                self.areas.append((self._frame.box(*corners), None))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inside = range(raw.FPDFFormObj_CountObjects(one))
                within = (raw.FPDFFormObj_GetObject(one, index) for index in inside)
                self._take(within, combined(_matrix(one), outer), depth + 1)

    def _path(self, one: Any, matrix: tuple[float, ...]) -> None:
        from pypdfium2 import raw

        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(one, fill, stroke)
        if not fill.value and not stroke.value:
            return
        count = raw.FPDFPath_CountSegments(one)
        if not 0 < count <= 5000:
            return
        points: list[tuple[float, float]] = []
        start: tuple[float, float] | None = None
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(one, index)
            if not raw.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = self._frame.point(*moved(matrix, x.value, y.value))
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO and points:
                self._rule(points[-1], point)
            points.append(point)
            if start and raw.FPDFPathSegment_GetClose(segment):
                self._rule(point, start)
        if fill.value and points:
            xs, ys = [one[0] for one in points], [one[1] for one in points]
            brightness = _brightness(raw.FPDFPageObj_GetFillColor, one)
            if brightness is not None:
                self.areas.append((Box(min(xs), min(ys), max(xs), max(ys)), brightness))

    def _rule(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
        if (across < 0.5) == (down < 0.5) or max(across, down) < 3:
            return
        self.rules.append(
            Box(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
        )

    def brightness_at(self, x: float, y: float) -> float | None:
        """How bright the ground is at a point (0 to 1), None where it is a picture."""
        for box, brightness in reversed(self.areas):
            if box.holds(x, y):
                return brightness
        return 1.0


def _words(text: Any, frame: Frame, shapes: _Shapes) -> Iterator[Word]:
    from pypdfium2 import raw

    looks = _Looks(text)
    width, height = frame.size
    letters: list[str] = []
    boxes: list[Box] = []
    bold = hidden = False

    def finished() -> Word:
        box = boxes[0]
        for one in boxes[1:]:
            box = box.around(one)
        return Word("".join(letters), box, bold, hidden)

    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "�"
        if char == "\x02" or (char == "-" and raw.FPDFText_IsHyphen(text, index) == 1):
            char = "-"  # pdfium's sign for a hyphen at a line's end
        if char.isspace() or code == 0:
            if letters:
                yield finished()
            letters, boxes, hidden = [], [], False
            continue
        box = _char_box(text, index, frame)
        if box is None:
            continue
        if boxes and _apart(boxes[-1], box):
            yield finished()
            letters, boxes, hidden = [], [], False
        middle = box.middle
        look = looks.of(index)
        if not letters:
            bold = look.bold
        ground = shapes.brightness_at(*middle)
        faint = look.brightness is not None and ground is not None and abs(look.brightness - ground) < _FAINT
        outside = not (0 <= middle[0] <= width and 0 <= middle[1] <= height)
        hidden = hidden or look.invisible or faint or outside or box.height < _TINY
        letters.append(char)
        boxes.append(box)
    if letters:
        yield finished()


def _apart(one: Box, other: Box) -> bool:
    size = max(one.height, other.height)
    moved_down = abs(one.middle[1] - other.middle[1]) > size * 0.6
    return moved_down or not -size * 2 < other.x0 - one.x1 < size * 0.45


def _char_box(text: Any, index: int, frame: Frame) -> Box | None:
    from pypdfium2 import raw

    loose = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text, index, loose) and loose.right > loose.left:
        return frame.box(loose.left, loose.bottom, loose.right, loose.top)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        return None
    return frame.box(left.value, bottom.value, right.value, top.value)


@dataclass(frozen=True, slots=True)
class _Look:
    bold: bool
    invisible: bool
    brightness: float | None


class _Looks:
    """How characters are drawn, asked once for each text object."""

    def __init__(self, text: Any) -> None:
        self._text = text
        self._known: dict[int, _Look] = {}

    def of(self, index: int) -> _Look:
        from pypdfium2 import raw

        handle = raw.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if key not in self._known:
            self._known[key] = self._ask(index, handle)
        return self._known[key]

    def _ask(self, index: int, handle: Any) -> _Look:
        from pypdfium2 import raw

        mode = raw.FPDFTextObj_GetTextRenderMode(handle) if handle else 0
        name = ctypes.create_string_buffer(256)
        flags = ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, index, name, 256, flags)
        weight = raw.FPDFText_GetFontWeight(self._text, index)
        bold = weight >= 600 or b"bold" in name.value.lower() or b"black" in name.value.lower()
        stroked = mode in (1, 5)
        ask = raw.FPDFText_GetStrokeColor if stroked else raw.FPDFText_GetFillColor
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        known = ask(self._text, index, red, green, blue, alpha)
        clear = bool(known) and alpha.value < 16
        brightness = (0.299 * red.value + 0.587 * green.value + 0.114 * blue.value) / 255 if known else None
        return _Look(bold, mode in _INVISIBLE_MODES or clear, brightness)


def _brightness(ask: Any, one: Any) -> float | None:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not ask(one, red, green, blue, alpha) or alpha.value < 32:
        return None
    part = alpha.value / 255
    full = (0.299 * red.value + 0.587 * green.value + 0.114 * blue.value) / 255
    return full * part + (1 - part)


def _matrix(one: Any) -> tuple[float, ...]:
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(one, matrix):
        return (1, 0, 0, 1, 0, 0)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
