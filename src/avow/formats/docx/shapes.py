"""Shapes of WordprocessingML that reading has to see through: wrappers, alternatives, rows and cells in controls, boxes."""

from collections.abc import Iterator

from lxml import etree

from avow.formats.docx.names import child, name, value
from avow.formats.headings import asks

REMOVED = {"del", "moveFrom"}
_UNREAD = REMOVED | {"mc:Fallback", "pPr", "rPr", "t", "sdtPr"}


def asks_somewhere(text: str) -> bool:
    """Whether a line of a text asks."""
    return any(asks(line) for line in text.split("\n"))


def plain_text(paragraph: etree._Element) -> str:
    """A paragraph's text without any look or control, deleted text left out."""
    said: list[str] = []

    def gather(element: etree._Element) -> None:
        for one in element:
            kind = name(one)
            if kind == "t":
                said.append(one.text or "")
            elif kind in ("tab", "br", "cr"):
                said.append("\t" if kind == "tab" else "\n")
            elif kind not in REMOVED and kind not in (
                "pPr",
                "rPr",
                "instrText",
                "drawing",
                "pict",
                "tbl",
                "p",
            ):
                gather(one)

    gather(paragraph)
    return "".join(said).strip()


def alternative(element: etree._Element) -> list[etree._Element]:
    """What counts of `mc:AlternateContent`: the first choice, else the fallback; never both."""
    chosen = child(element, "mc:Choice")
    chosen = child(element, "mc:Fallback") if chosen is None else chosen
    return [] if chosen is None else [chosen]


def under(element: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Children of that name, those in wrappers included."""
    for one in element:
        if name(one) == kind:
            yield one
        elif name(one) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from under(one, kind)


def cells_of(row: etree._Element) -> Iterator[tuple[etree._Element, etree._Element | None]]:
    """The cells of a row, each with the content control around it; a cell-level control holds one cell or more."""

    def gather(
        element: etree._Element, sdt: etree._Element | None
    ) -> Iterator[tuple[etree._Element, etree._Element | None]]:
        for one in element:
            kind = name(one)
            if kind == "tc":
                yield one, sdt
            elif kind == "sdt":
                yield from gather(one, one)
            elif kind in ("sdtContent", "customXml", "ins", "moveTo"):
                yield from gather(one, sdt)

    return gather(row, None)


def box_contents(element: etree._Element) -> Iterator[etree._Element]:
    """The `w:txbxContent` of a drawing, outermost ones; of alternatives only the one that counts."""
    for one in element:
        kind = name(one)
        if kind == "txbxContent":
            yield one
        elif kind == "mc:AlternateContent":
            for chosen in alternative(one):
                yield from box_contents(chosen)
        else:
            yield from box_contents(one)


def unmatched_fields(root: etree._Element) -> set[etree._Element]:
    """The marks that begin a field no mark ends; one that ends in another container than it began in counts as unended."""
    lost: set[etree._Element] = set()
    begun: list[tuple[etree._Element, etree._Element | None]] = []
    for mark in root.iter():
        if name(mark) != "fldChar":
            continue
        around = list(mark.iterancestors())
        if any(name(one) in _UNREAD for one in around):
            continue
        holder = next((one for one in around if name(one) in ("tc", "txbxContent", "body")), None)
        kind = value(mark, "fldCharType")
        if kind == "begin":
            begun.append((mark, holder))
        elif kind == "end":
            while begun and begun[-1][1] is not holder:
                lost.add(begun.pop()[0])
            if begun:
                begun.pop()
    lost.update(mark for mark, _ in begun)
    return lost
