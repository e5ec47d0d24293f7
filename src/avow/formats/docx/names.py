"""WordprocessingML names, whatever prefix a file uses, in the transitional and the strict form alike."""

from functools import lru_cache

from lxml import etree

WORD_NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
}
_SHORT = {
    **dict.fromkeys(WORD_NAMESPACES, ""),
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@lru_cache(maxsize=4096)
def _short(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    return _SHORT.get(namespace[1:], "?:") + name


def name(element: etree._Element) -> str:
    """`p` for a Word paragraph, `w14:checkbox` and the like for others, `?:x` for what is not known here."""
    return _short(element.tag) if isinstance(element.tag, str) else "?"


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child of that name; with several names, one level down for each."""
    for step in path:
        if element is None:
            return None
        element = next((one for one in element if name(one) == step), None)
    return element


def value(element: etree._Element | None, attribute: str = "val") -> str | None:
    """An attribute in the element's own namespace (`w:val`, `w14:val`), None where there is none."""
    if element is None:
        return None
    namespace = element.tag.rpartition("}")[0]
    found = element.get(f"{namespace}}}{attribute}")
    return str(found) if found is not None else None


def number(element: etree._Element | None, attribute: str = "val", default: int = 0) -> int:
    """A whole number in an attribute; `default` where there is none, or no number."""
    said = value(element, attribute)
    try:
        return int(said) if said is not None else default
    except ValueError:
        return default


def is_on(element: etree._Element | None) -> bool:
    """An on/off property: there, and not switched off (ECMA-376 part 1, 17.17.4)."""
    return element is not None and value(element) not in ("0", "false", "off", "none")
