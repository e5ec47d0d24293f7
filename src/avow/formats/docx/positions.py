"""Where the elements of a part stand in its bytes, so that edits can be spliced in.

What is no markup is blanked out first, at its own length (`opc.xml_bytes`); then `<` only ever opens a tag, and the
n-th start tag is the n-th element of the tree.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from avow.formats.opc.xml_bytes import as_ascii_compatible, masked

_TAG = re.compile(rb"""<(/?)([^\s<>/]+)((?:[^<>"']|"[^"]*"|'[^']*')*?)(/?)>""")


@dataclass(frozen=True, slots=True)
class Span:
    """An element's bytes: its start tag from `start` to `opened`, its end tag from `closing` to `end`.

    An empty-element tag has `opened` = `closing` = `end`.
    """

    start: int
    opened: int
    closing: int
    end: int

    @property
    def empty(self) -> bool:
        """Whether it is written as an empty-element tag."""
        return self.closing == self.end


class Positions:
    """The spans of a part's elements. `xml` are its bytes with markup in ASCII; edits are spliced into those."""

    def __init__(self, raw: bytes, root: etree._Element) -> None:
        """`root` is the tree of the same bytes. Raises ValueError where the two do not agree."""
        self.xml, self._back, self.codec = as_ascii_compatible(raw)
        spans = _spans(masked(self.xml))
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        if len(spans) != len(elements):
            raise ValueError("the part's bytes and its tree differ")
        self._spans = dict(zip(elements, spans, strict=True))

    def of(self, element: etree._Element) -> Span:
        """Where an element stands."""
        return self._spans[element]

    def source(self, element: etree._Element) -> bytes:
        """An element's own bytes."""
        span = self._spans[element]
        return self.xml[span.start : span.end]

    def spliced(self, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
        """The part with (start, end, new bytes) put in place. Raises ValueError where edits overlap."""
        pieces: list[bytes] = []
        done = 0
        for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
            if start < done:
                raise ValueError("two edits overlap")
            pieces += [self.xml[done:start], new]
            done = end
        pieces.append(self.xml[done:])
        return self._back(b"".join(pieces))


def _spans(mask: bytes) -> list[Span]:
    starts: list[tuple[int, int]] = []
    ends: dict[int, tuple[int, int]] = {}
    open_tags: list[int] = []
    for found in _TAG.finditer(mask):
        if found[1]:
            ends[open_tags.pop()] = found.start(), found.end()
        elif found[4]:
            ends[len(starts)] = found.end(), found.end()
            starts.append((found.start(), found.end()))
        else:
            open_tags.append(len(starts))
            starts.append((found.start(), found.end()))
    return [Span(start, opened, *ends[at]) for at, (start, opened) in enumerate(starts)]
