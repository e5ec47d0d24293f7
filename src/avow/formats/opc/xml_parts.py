"""Small XML parts as trees, large ones as events: no entity, no network, no document type."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from lxml import etree

from avow.formats.opc.package import Package
from avow.model.reasons import Reason

_NO_MEMORY = 1  # expat's XML_ERROR_NO_MEMORY
MAX_TREE_PART = 32 << 20  # bytes of a part that is held as a tree

SPREADSHEET_NAMESPACES = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
}


class DoctypeError(Exception):
    """An XML part declares a document type, which no Office file may."""


def _refuse_doctype(*_: object) -> None:
    raise DoctypeError


def new_parser(*, namespaces: bool = False) -> expat.XMLParserType:
    """An expat parser that stops at a document type."""
    parser = expat.ParserCreate(namespace_separator="}") if namespaces else expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    return parser


def feed(
    package: Package, part: str, parser: expat.XMLParserType, chunks: Iterable[bytes] | None = None
) -> None:
    """Run a part through a parser. Raises InputRefusedError for a document type or broken XML."""
    try:
        for chunk in package.stream(part) if chunks is None else chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except DoctypeError:
        raise package.refuse(
            Reason.XML_UNSAFE, f"{part} declares a document type, which no Office file may; do not open it"
        ) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        if getattr(error, "code", 0) == _NO_MEMORY:
            raise MemoryError from error
        raise package.refuse(
            Reason.FILE_DAMAGED, f"{part} is not well-formed XML ({error}); ask for the file again"
        ) from error


def tree(package: Package, part: str) -> etree._Element:
    """A part as a tree. Raises InputRefusedError when it is missing, too large, deep, or not well-formed."""
    if part not in package:
        raise package.refuse(Reason.FILE_DAMAGED, f"{part} is missing; ask for the file again")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(package.read(part, MAX_TREE_PART), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        why = " ".join(str(error).split())  # libxml2 speaks in several lines
        raise package.refuse(
            Reason.FILE_DAMAGED, f"{part} cannot be read ({why}); ask for the file again"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise package.refuse(Reason.XML_UNSAFE, f"{part} declares a document type; do not open the file")
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def is_true(value: str | None) -> bool:
    """An XML boolean attribute."""
    return value in ("1", "true", "on")


@contextmanager
def collection_paused() -> Iterator[None]:
    """No cycle collection inside: a sheet makes hundreds of thousands of objects, none of them in cycles, and
    the collector would walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
