"""Cell styles of an OpenDocument spreadsheet (ODF 1.3 part 3, 16.2 and 20.246)."""

from dataclasses import dataclass, replace

from avow.formats.calamine.look import PLAIN
from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import feed, new_parser
from avow.formats.xlsx.styles import TINY_POINTS, Style

_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NAMED_STYLES = "styles.xml"
_MAX_PARENTS = 12


@dataclass(slots=True, frozen=True)
class _Said:
    """What one style says; None: what its parent says."""

    parent: str = ""
    bold: bool | None = None
    struck: bool | None = None
    size: float | None = None
    color: str | None = None
    ground: str | None = None
    locked: bool | None = None


class CellStyles:
    """Styles by name: the named ones at once, the automatic ones as `start` is told of them."""

    def __init__(self, package: Package) -> None:
        """Raises InputRefusedError where the named styles cannot be read."""
        self._said: dict[str, _Said] = {}
        self._made: dict[str, Style] = {}
        self._open = ""
        if _NAMED_STYLES in package:
            parser = new_parser(namespaces=True)
            parser.StartElementHandler = self.start
            feed(package, _NAMED_STYLES, parser)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins, of a style or not."""
        if name == f"{_STYLE}style":
            is_cell = attributes.get(f"{_STYLE}family") == "table-cell"
            self._open = attributes.get(f"{_STYLE}name", "") if is_cell else ""
            if self._open:
                self._said[self._open] = _Said(attributes.get(f"{_STYLE}parent-style-name", "Default"))
        elif not self._open:
            return
        elif name == f"{_STYLE}text-properties":
            weight, struck = (
                attributes.get(f"{_FO}font-weight"),
                attributes.get(f"{_STYLE}text-line-through-style"),
            )
            self._add(
                bold=None if weight is None else weight == "bold" or weight in ("600", "700", "800", "900"),
                struck=None if struck is None else struck != "none",
                size=_points(attributes.get(f"{_FO}font-size", "")),
                color=attributes.get(f"{_FO}color"),
            )
        elif name == f"{_STYLE}table-cell-properties":
            protect = attributes.get(f"{_STYLE}cell-protect")
            self._add(
                ground=attributes.get(f"{_FO}background-color"),
                locked=None if protect is None else "protected" in protect.split(),
            )

    def _add(self, **said: object) -> None:
        known = {key: value for key, value in said.items() if value is not None}
        self._said[self._open] = replace(self._said[self._open], **known)  # type: ignore[arg-type]

    def style(self, name: str) -> Style:
        """The style of that name with what its parents say; the plain one for an unknown name."""
        if name not in self._made:
            self._made[name] = self._style(name)
        return self._made[name]

    def _style(self, name: str) -> Style:
        chain: list[_Said] = []
        at = name or "Default"
        while at in self._said and len(chain) < _MAX_PARENTS:
            chain.append(self._said[at])
            at = self._said[at].parent if at != "Default" else ""

        def first(key: str) -> object:
            return next((value for one in chain if (value := getattr(one, key)) is not None), None)

        size, color, ground = first("size"), first("color"), first("ground")
        shown_ground = "#ffffff" if ground in (None, "transparent") else str(ground).lower()
        tiny = isinstance(size, float) and 0 < size <= TINY_POINTS
        made = Style(
            bold=bool(first("bold")),
            filled=shown_ground != "#ffffff",
            locked=first("locked") is not False,
            unseen=tiny or (color is not None and str(color).lower() == shown_ground),
            struck=bool(first("struck")),
        )
        return PLAIN if made == PLAIN else made


def _points(said: str) -> float | None:
    try:
        return float(said.removesuffix("pt")) if said.endswith("pt") else None
    except ValueError:
        return None
