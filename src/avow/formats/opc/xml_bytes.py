"""Edits in the bytes of an XML part: nothing but what is written changes.

They rely on one fact about well-formed XML without a document type: outside comments, CDATA sections and
processing instructions, `<` only ever opens a tag. Those are blanked out first, at their own length, so that
every offset found holds for the original bytes.
"""

import re
from collections.abc import Callable

_NOT_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_ATTRIBUTES = rb"""(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*"""
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def masked(xml: bytes) -> bytes:
    """The bytes with comments, CDATA sections and processing instructions blanked at their own length."""
    return _NOT_MARKUP.sub(lambda found: b" " * len(found[0]), xml) if b"<!" in xml or b"<?" in xml else xml


def tag_pattern(name: bytes) -> re.Pattern[bytes]:
    """Matches a start tag of that (prefixed) name; group 1 is the slash of an empty element."""
    return re.compile(b"<" + re.escape(name) + _ATTRIBUTES + rb"(/?)>")


def set_attribute(tag: bytes, name: bytes, value: bytes) -> bytes:
    """A start tag with one attribute set, every other byte kept."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            group = 2 if found[2] is not None else 3
            return tag[: found.start(group)] + value + tag[found.end(group) :]
    at = len(tag) - (2 if tag.endswith(b"/>") else 1)
    while tag[at - 1 : at].isspace():
        at -= 1
    return tag[:at] + b" " + name + b'="' + value + b'"' + tag[at:]


def attribute(tag: bytes, name: bytes) -> bytes | None:
    """The value of an attribute of a start tag as it stands there, None where it has none."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return found[2] if found[2] is not None else found[3]
    return None


def as_ascii_compatible(xml: bytes) -> tuple[bytes, Callable[[bytes], bytes], str]:
    """(bytes in which markup is ASCII, the way back, encoding of text)."""
    mark, wide = xml[:2], _MARKS.get(xml[:2])
    if wide:
        return _narrowed(xml[2:], wide), lambda new: mark + new.decode().encode(wide), "utf-8"
    if xml[:4] in (b"<\0?\0", b"\0<\0?"):
        wide = "utf-16-le" if xml[0] else "utf-16-be"
        return _narrowed(xml, wide), lambda new: new.decode().encode(wide), "utf-8"
    declared = _DECLARED.match(xml)
    codec = declared[1].decode().lower() if declared else "utf-8"
    return xml, (lambda new: new), "utf-8" if codec in ("utf-8", "utf8") else "ascii"


def _narrowed(xml: bytes, codec: str) -> bytes:
    return xml.decode(codec).encode()
