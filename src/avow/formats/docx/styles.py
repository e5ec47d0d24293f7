"""What a style makes of a text: bold, hidden, white, tiny or struck out; whether it is a heading's style."""

import re
from dataclasses import dataclass, replace

from lxml import etree

from avow.formats.docx.names import child, is_on, name, number, value

TINY_HALF_POINTS = 6  # 3 points or less is not meant to be read; as in workbooks
_DEPTH = 12  # styles based on styles

_HEADING = re.compile(r"(heading|überschrift|titre|título|titel|title|subtitle|toc heading)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(toc|table of (contents|figures)|index) ?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks. `shaded`: it has a ground of its own, so that white text may be meant to be read."""

    bold: bool = False
    hidden: bool = False
    struck: bool = False
    white: bool = False
    tiny: bool = False
    shaded: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class StyleInfo:
    """A paragraph or character style: its look, numbering, and whether it is a heading's or a table of contents'."""

    look: Look = PLAIN
    numbering: tuple[str, int] | None = None
    heading: bool = False
    contents: bool = False


NO_STYLE = StyleInfo()


def changed(look: Look, properties: etree._Element | None) -> Look:
    """A look with the run properties (`w:rPr`) of one level laid over it."""
    if properties is None or not len(properties):
        return look
    new: dict[str, bool] = {}
    for one in properties:
        kind = name(one)
        if kind == "b":
            new["bold"] = is_on(one)
        elif kind in ("vanish", "specVanish"):
            new["hidden"] = is_on(one)
        elif kind in ("strike", "dstrike"):
            new["struck"] = is_on(one)
        elif kind == "color":
            new["white"] = is_white(value(one))
        elif kind == "sz":
            new["tiny"] = 0 < number(one, default=99) <= TINY_HALF_POINTS
        elif kind in ("shd", "highlight"):
            new["shaded"] = is_shaded(one)
    return replace(look, **new) if new else look


def is_white(color: str | None) -> bool:
    """Whether a colour (`RRGGBB`) can hardly be told from white paper."""
    if color is None or not re.fullmatch(r"[0-9A-Fa-f]{6}", color):
        return False
    return all(int(color[at : at + 2], 16) >= 0xF5 for at in (0, 2, 4))


def is_shaded(shading: etree._Element | None) -> bool:
    """Whether `w:shd` or `w:highlight` gives a ground other than white."""
    if shading is None:
        return False
    if name(shading) == "highlight":
        return value(shading) not in (None, "none", "white")
    fill = value(shading, "fill")
    return bool(value(shading, "themeFill")) or (fill not in (None, "auto") and not is_white(fill))


class Styles:
    """The styles of a document; `root` is styles.xml, or None where there is none."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._known: dict[str, StyleInfo] = {}
        self._default = ""
        self._base = Look()
        if root is None:
            return
        self._base = changed(self._base, child(root, "docDefaults", "rPrDefault", "rPr"))
        for one in root:
            if name(one) != "style":
                continue
            identifier = value(one, "styleId") or ""
            self._styles[identifier] = one
            if value(one, "type") == "paragraph" and value(one, "default") in ("1", "true", "on"):
                self._default = identifier

    def of_paragraph(self, identifier: str | None) -> StyleInfo:
        """A paragraph style by id; the default one for None."""
        return self._info(identifier or self._default)

    def run_look(self, base: Look, style: str | None) -> Look:
        """A look with a character style laid over it."""
        for one in reversed(self._chain(style or "")):
            base = changed(base, child(one, "rPr"))
        return base

    def table_shades(self, identifier: str | None) -> bool:
        """Whether a table style gives some of its cells a ground, such as a dark first row."""
        return any(
            name(one) == "shd" and is_shaded(one)
            for style in self._chain(identifier or "")
            for one in style.iter()
        )

    def _chain(self, identifier: str) -> list[etree._Element]:
        found: list[etree._Element] = []
        while identifier in self._styles and len(found) < _DEPTH:
            found.append(self._styles[identifier])
            identifier = value(child(found[-1], "basedOn")) or ""
        return found

    def _info(self, identifier: str) -> StyleInfo:
        if identifier in self._known:
            return self._known[identifier]
        look, numbering, heading, contents = self._base, None, False, False
        for one in reversed(self._chain(identifier)):
            look = changed(look, child(one, "rPr"))
            properties = child(one, "pPr")
            level = child(properties, "outlineLvl")
            if level is not None:
                heading = number(level, default=9) < 9
            listed = child(properties, "numPr")
            if listed is not None:
                numbering = value(child(listed, "numId")) or "", number(child(listed, "ilvl"))
            title = value(child(one, "name")) or ""
            heading = heading or bool(_HEADING.match(title))
            contents = contents or bool(_CONTENTS.fullmatch(title))
        info = StyleInfo(look, numbering, heading and not contents, contents)
        self._known[identifier] = info
        return info
