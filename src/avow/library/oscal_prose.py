"""Text of foreign OSCAL catalogues as plain text: parameters resolved, markup taken away."""

import re
from collections.abc import Iterable, Iterator

from avow.library.facts import REFERENCE
from avow.model.oscal import Catalog, CatalogControl, CatalogGroup, Param, one_line

MAX_TEXT = 20_000  # characters of one text once its parameters stand in it
_MAX_VALUE = 300
_INSERT = r"\{\{\s{0,9}(?:insert:\s{0,9})?(?:param,\s{0,9})?(?P<param>[^\s{}]{1,200})\s{0,9}\}\}"
_MARKUP = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    rf"|{_INSERT}"
    r"|!?\[(?P<linked>[^\[\]\n]{0,500})\]\([^()\s]{0,2000}\)"
    r"|&(?P<entity>lt|gt|amp|quot|apos|nbsp);"
    r"|(?<!\w)(?P<opens>\*{1,3})(?=\S)|(?<=\S)(?P<closes>\*{1,3})(?!\w)"
    r"|(?P<code>`+)"
)
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " "}


class TooLongError(Exception):
    """A text that parameters make longer than any control's text is."""


class PlainProse:
    """Reads the markup of one catalogue, whose parameters it knows."""

    def __init__(self, catalog: Catalog) -> None:
        self._params = {one.id: one for one in _params(catalog)}
        self._said: dict[str, str] = {}

    def __call__(self, markup: str) -> str:
        """The text on one line. Raises TooLongError."""
        return _single(one_line(self._plain(markup)))

    def lines(self, markup: str) -> list[str]:
        """The lines of the text that are not empty. Raises TooLongError."""
        return [_single(line) for one in self._plain(markup).splitlines() if (line := one_line(one))]

    def _plain(self, markup: str) -> str:
        made: list[str] = []
        length = at = 0
        for found in _MARKUP.finditer(markup):
            made += (markup[at : found.start()], self._meant(found))
            at = found.end()
            length += len(made[-1]) + len(made[-2])
            if length > MAX_TEXT:
                raise TooLongError
        made.append(markup[at:])
        if length + len(made[-1]) > MAX_TEXT:
            raise TooLongError
        return "".join(made)

    def _meant(self, found: re.Match[str]) -> str:
        if found["escaped"]:
            return found["escaped"]
        if found["param"]:
            return self._param(found["param"])
        if found["linked"] is not None:
            return self._plain(found["linked"])
        return _ENTITIES.get(found["entity"] or "", "")

    def _param(self, identifier: str) -> str:
        """A parameter's values, or in brackets what is to be filled in."""
        if identifier not in self._said:
            # Until it is known, it stands for itself: a parameter that is inserted into itself ends here.
            self._said[identifier] = f"[{identifier}]"
            self._said[identifier] = self._value(self._params.get(identifier), identifier)
        return self._said[identifier]

    def _value(self, param: Param | None, identifier: str) -> str:
        if param is None:
            return f"[{identifier}]"
        if param.values:
            return self._short("; ".join(param.values))
        if param.select is not None and param.select.choice:
            how = "one or more" if param.select.how_many == "one-or-more" else "one"
            return f"[choose {how}: {self._short('; '.join(param.select.choice))}]"
        label = self._short(param.label) if param.label else identifier
        return label if label.startswith("[") else f"[{label}]"

    def _short(self, markup: str) -> str:
        text = one_line(self._plain(markup[: MAX_TEXT // 4]))
        return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def shown_title(catalog: Catalog) -> str:
    """A catalogue's title as plain text, shortened where it is very long."""
    return PlainProse(catalog)(catalog.metadata.title[:_MAX_VALUE])


def _single(text: str) -> str:
    """A text without `[[word]]`, which a parameter in brackets may make, and content would read as a fact."""
    return REFERENCE.sub(r"[\1]", text)


def _params(catalog: Catalog) -> Iterator[Param]:
    yield from catalog.params
    yield from _of_controls(catalog.controls)
    yield from _of_groups(catalog.groups)


def _of_groups(groups: Iterable[CatalogGroup]) -> Iterator[Param]:
    for group in groups:
        yield from group.params
        yield from _of_controls(group.controls)
        yield from _of_groups(group.groups)


def _of_controls(controls: Iterable[CatalogControl]) -> Iterator[Param]:
    for control in controls:
        yield from control.params
        yield from _of_controls(control.controls)
