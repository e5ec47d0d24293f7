"""How a filled field looks: its text set in a standard font so that all of it shows (ISO 32000-1, 12.7.3.3)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from avow.formats.pdf.letters import width_of

LARGEST, SMALLEST = 12.0, 4.0  # points, where the form leaves the size to the reader
READABLE = 6.0  # points; a text that would need less is too long for its field
MOST = 8000  # characters; no answer is longer
_SAMPLE = (
    "All customer data is encrypted at rest with AES-256, keys are kept apart and changed every year by the platform\n"
    * 80
)[:MOST]
_LEADING = 1.2
_INSET = 2.0
_SHARE_REDRAWN = 0.88  # of a field that is filled at most where readers draw its text themselves
_SIZE = re.compile(r"/(?P<font>\S+)\s+(?P<size>-?[\d.]+)\s+Tf")
_COLOUR = re.compile(r"((?:-?[\d.]+\s+){1,4})(g|rg|k)\b")
_ACCENTS = str.maketrans({"\t": "    ", "\r": "\n"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a field wants its text: standard font, size (0: as large as fits), colour operator, alignment (0 left, 1 centre,
    2 right), whether in several lines, in how many equal cells (None: none), and the string that says so in the file.
    `redrawn`: readers draw the text anew, each a little differently, so that room is left.
    """

    font: str = "Helvetica"
    size: float = 0.0
    colour: str = "0 g"
    align: int = 0
    multiline: bool = False
    cells: int | None = None
    appearance: str = ""
    redrawn: bool = False

    def sized(self, size: float) -> str:
        """The default appearance string with another size, for readers that draw the text anew."""
        return _SIZE.sub(lambda found: f"/{found['font']} {size:g} Tf", self.appearance, count=1)


def style_of(
    appearance: str, base_font: str, *, align: int, multiline: bool, cells: int | None, redrawn: bool = False
) -> Style:
    """The style a default appearance string (12.7.3.3) asks for; `base_font` is the name of the font it names."""
    named = _SIZE.search(appearance)
    colour = _COLOUR.search(appearance)
    return Style(
        font=standard_font(base_font),
        size=max(0.0, float(named["size"])) if named else 0.0,
        colour=f"{' '.join(colour[1].split())} {colour[2]}" if colour else "0 g",
        align=align,
        multiline=multiline,
        cells=cells,
        appearance=appearance,
        redrawn=redrawn,
    )


def font_name(appearance: str) -> str:
    """The resource name of the font in a default appearance string, "" where there is none."""
    named = _SIZE.search(appearance)
    return named["font"] if named else ""


def standard_font(name: str) -> str:
    """The standard font that is most like a font of that name."""
    plain = name.casefold()
    family = "Helvetica"
    if any(word in plain for word in ("courier", "mono", "consol", "typewriter")) or plain.startswith("cour"):
        family = "Courier"
    elif any(
        word in plain
        for word in ("times", "serif", "roman", "georgia", "garamond", "cambria", "tiro", "minion")
    ):
        family = "Helvetica" if "sans" in plain else "Times-Roman"
    if "bold" in plain or plain in ("hebo", "tibo", "cobo"):
        return {"Times-Roman": "Times-Bold"}.get(family, f"{family}-Bold")
    return family


def fits(text: str, style: Style, width: float, height: float, size: float) -> bool:
    """Whether the whole text shows in a box of this size when set in letters of `size` points."""
    if style.cells:
        return len(text) <= style.cells
    share = _SHARE_REDRAWN if style.redrawn else 1.0
    room = (width - 2 * _INSET) * share
    if not style.multiline:
        return width_of(_one_line(text), style.font, size) <= room
    high = len(_wrapped(text, style.font, size, room)) * size * _LEADING
    return high <= (height - 2 * _INSET) * share + size * 0.2


@lru_cache(maxsize=4096)
def room_for(style: Style, width: float, height: float) -> int:
    """How many characters of ordinary text show in a box in letters that can still be read; at most `MOST`."""
    if style.cells:
        return style.cells
    least, most = 0, MOST
    while least < most:
        middle = (least + most + 1) // 2
        if fits(_SAMPLE[:middle], style, width, height, min(READABLE, style.size or READABLE)):
            least = middle
        else:
            most = middle - 1
    return least


def size_for(text: str, style: Style, width: float, height: float) -> float | None:
    """The size to set the text in: the form's own where the text fits, else the largest that does; None where none does."""
    largest = style.size or min(LARGEST, max(SMALLEST, (height - 2 * _INSET) / _LEADING))
    size = largest
    while size >= SMALLEST:
        if fits(text, style, width, height, size):
            return size
        size = round(size - 0.5, 2)
    return SMALLEST if fits(text, style, width, height, SMALLEST) else None


def drawn(text: str, style: Style, width: float, height: float, size: float, font: str) -> bytes:
    """The marked content (14.6) that draws the text in a box from (0, 0) to (width, height); `font` is its resource name."""
    if style.cells:
        lines = _in_cells(_one_line(text), style, width, height, size)
    elif style.multiline:
        lines = _in_lines(text, style, width, height, size)
    else:
        line = _one_line(text)
        lines = [(_indent(line, style, width, size), height / 2 - 0.35 * size, line)]
    body = [
        f"/Tx BMC\nq\n1 1 {_number(width - 2)} {_number(height - 2)} re W n\nBT\n{style.colour}\n/{font} {_number(size)} Tf\n"
    ]
    at = (0.0, 0.0)
    out = "".join(body).encode("ascii")
    for x, y, line in lines:
        out += f"{_number(x - at[0])} {_number(y - at[1])} Td\n".encode("ascii")
        out += b"(" + _escaped(line) + b") Tj\n"
        at = (x, y)
    return out + b"ET\nQ\nEMC\n"


def _one_line(text: str) -> str:
    return " ".join(text.translate(_ACCENTS).split("\n")).strip()


def _in_lines(
    text: str, style: Style, width: float, height: float, size: float
) -> list[tuple[float, float, str]]:
    lines = _wrapped(text, style.font, size, width - 2 * _INSET)
    top = height - _INSET - size * 0.9
    return [
        (_indent(line, style, width, size), top - number * size * _LEADING, line)
        for number, line in enumerate(lines)
    ]


def _in_cells(
    text: str, style: Style, width: float, height: float, size: float
) -> list[tuple[float, float, str]]:
    assert style.cells is not None  # noqa: S101  # asked before
    step = width / style.cells
    y = height / 2 - 0.35 * size
    return [
        (step * number + (step - width_of(char, style.font, size)) / 2, y, char)
        for number, char in enumerate(text)
    ]


def _indent(line: str, style: Style, width: float, size: float) -> float:
    left = width - 2 * _INSET - width_of(line, style.font, size)
    return _INSET + (0.0, left / 2, left)[style.align if style.align in (0, 1, 2) else 0]


def _wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    found: list[str] = []
    for paragraph in text.translate(_ACCENTS).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if width_of(longer, font, size) <= room:
                line = longer
                continue
            if line:
                found.append(line)
            *broken, line = _broken(word, font, size, room)
            found += broken
        found.append(line)
    return found


def _broken(word: str, font: str, size: float, room: float) -> list[str]:
    """A word in pieces where it is wider than a line."""
    if width_of(word, font, size) <= room or not word:
        return [word]
    cuts, start = [0], 0
    for end in range(1, len(word) + 1):
        if width_of(word[start:end], font, size) > room and end - 1 > start:
            start = end - 1
            cuts.append(start)
    return [word[one:other] for one, other in pairwise([*cuts, len(word)])]


def _escaped(line: str) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", line.encode("cp1252"))


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
