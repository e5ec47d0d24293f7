"""What matters of a cell's style: bold, fill, lock, how numbers show, and whether text can be seen at all."""

from dataclasses import dataclass

from lxml import etree

from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import is_true, local, tree
from avow.formats.xlsx.values import GENERAL, NumberFormat, number_format

TINY_POINTS = 3.0  # text of this size or less is not meant to be read
_WHITES = {"theme0", "indexed1", "indexed9", "FFFFFF"}


@dataclass(slots=True, frozen=True)
class Style:
    """One cell format. `unseen`: text in it is tiny, or of the colour of its ground, or formatted away.

    `struck`: the whole text is struck out."""

    bold: bool = False
    filled: bool = False
    locked: bool = True
    unseen: bool = False
    struck: bool = False
    number: NumberFormat = GENERAL


@dataclass(slots=True, frozen=True)
class _Font:
    bold: bool = False
    struck: bool = False
    color: str = ""
    tiny: bool = False


def load_styles(package: Package, part: str | None) -> list[Style]:
    """The cell formats in order, at least one. A package without styles has the default one."""
    if part is None or part not in package:
        return [Style()]
    root = tree(package, part)
    codes: dict[int, str] = {}
    fonts: list[_Font] = []
    fills: list[str] = []
    formats: list[etree._Element] = []
    for section in root:
        kind = local(section)
        if kind == "numFmts":
            codes = {_number(one.get("numFmtId")): one.get("formatCode", "") for one in section}
        elif kind == "fonts":
            fonts = [_font(one) for one in section]
        elif kind == "fills":
            fills = [_fill(one) for one in section]
        elif kind == "cellXfs":
            formats = list(section)
    return [_style(one, codes, fonts, fills) for one in formats] or [Style()]


def _style(xf: etree._Element, codes: dict[int, str], fonts: list[_Font], fills: list[str]) -> Style:
    font_at, fill_at, number = (_number(xf.get(key)) for key in ("fontId", "fillId", "numFmtId"))
    font = fonts[font_at] if 0 <= font_at < len(fonts) else _Font()
    fill = fills[fill_at] if 0 <= fill_at < len(fills) else ""
    shown_as = number_format(number, codes.get(number))
    ground = fill or "FFFFFF"
    same = bool(font.color) and (font.color == ground or (font.color in _WHITES and ground in _WHITES))
    locked = True
    for child in xf:
        if local(child) == "protection":
            locked = is_true(child.get("locked", "1"))
    return Style(
        bold=font.bold,
        filled=bool(fill) and fill not in _WHITES,
        locked=locked,
        struck=font.struck,
        unseen=font.tiny or same or shown_as.kind == "hidden",
        number=shown_as,
    )


def _font(element: etree._Element) -> _Font:
    bold = tiny = struck = False
    color = ""
    for child in element:
        kind = local(child)
        if kind == "b":
            bold = is_true(child.get("val", "1"))
        elif kind == "strike":
            struck = is_true(child.get("val", "1"))
        elif kind == "color":
            color = _color(child)
        elif kind == "sz":
            tiny = 0 < _decimal(child.get("val")) <= TINY_POINTS
    return _Font(bold, struck, color, tiny)


def _fill(element: etree._Element) -> str:
    """The colour of a fill, "" for none."""
    for pattern in element:
        if local(pattern) == "gradientFill":
            return "gradient"
        kind = pattern.get("patternType", "none")
        if kind == "none":
            return ""
        for color in pattern:
            if local(color) == "fgColor" and kind == "solid":
                return _color(color) or "solid"
        return str(kind)
    return ""


def _color(element: etree._Element) -> str:
    """A colour as a comparable word, "" for the automatic one."""
    if element.get("rgb"):
        return str(element.get("rgb"))[-6:].upper()
    for key in ("theme", "indexed"):
        if element.get(key):
            tint = _decimal(element.get("tint"))
            return f"{key}{element.get(key)}" + (f"{tint:+.3f}" if tint else "")
    return ""


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 10 else -1


def _decimal(value: str | None) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0.0
