"""Changing one entry of a YAML list where it stands: only the value named changes, comments and order stay.

The places come from the parser's marks, so nothing is dumped anew but the value itself. No comment is ever removed:
one that stood beside what goes is left on a line of its own.
"""

import re
from collections.abc import Iterator, Mapping

import yaml

from avow.library.yaml_source import parse

Authored = str | tuple[str, ...] | Mapping[str, tuple[str, ...]]

_BREAK = "\r\n\x85\u2028\u2029"
_END_OF_LINE = re.compile(f"[{_BREAK}]|\\Z")
_COMMENT = re.compile(f"#[^{_BREAK}]*")
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9+_.-]*[A-Za-z0-9])?")
_WORDS_OF_YAML = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


class CannotEditError(Exception):
    """The entry is written in a way that cannot be changed without losing something; says which, in words."""


def written(value: Authored) -> str:
    """A text, a list of texts or a mapping to lists, as YAML on one line."""
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_scalar(one) for one in value)}]"
    return f"{{{', '.join(f'{key}: {written(ones)}' for key, ones in value.items())}}}"


def new_entry(fields: Mapping[str, Authored], dash: int, newline: str) -> str:
    """The lines of an entry whose `-` stands in column `dash`, with no line break at the end."""
    first, *rest = (f"{key}: {written(value)}" for key, value in fields.items())
    return newline.join([f"{' ' * dash}- {first}", *(f"{' ' * (dash + 2)}{line}" for line in rest)])


def with_field(
    entry: str, column: int, key: str, value: Authored | None, order: tuple[str, ...], newline: str
) -> str:
    """The entry with one key set, or with None taken away.

    `entry` is its text from its first character, which stands in `column`, to its end, comments below included.
    A key that is not there yet is put behind the last one there that `order` names before it.
    Raises CannotEditError.
    """
    node = _mapping(entry, column)
    keys = [one.value for one, _ in node.value]
    if key in keys:
        position = keys.index(key)
        if value is None:
            return _without(entry, column, node, position, newline)
        return _replaced(entry, column, node, position, value, newline)
    return entry if value is None else _added(entry, column, node, key, value, order, newline)


def end_of_entry(entry: str, column: int, behind: str) -> int:
    """Where the last line with content of the entry ends: an offset into its text with what stands `behind` it."""
    return _line_end(entry + behind, _end(_mapping(entry, column), entry, column))


# ── finding places ─────────────────────────────────────────────────────────────────────────────


def _mapping(entry: str, column: int) -> yaml.MappingNode:
    # The column is kept, so that the lines below the first stand as deep as they did in the file.
    document, issues = parse((" " * column + entry).encode(), "")
    if issues or not isinstance(document.node, yaml.MappingNode):
        raise CannotEditError("it cannot be read by itself")
    return document.node


def _start(node: yaml.Node, column: int) -> int:
    place: int = node.start_mark.index
    return place - column


def _end(node: yaml.Node, text: str, column: int) -> int:
    """The offset behind the last character of a node; what follows it in a block (comments, blanks) is not its own."""
    start = _start(node, column)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text, column)
    raw: str = text[start : node.end_mark.index - column]
    return start + len(raw.rstrip())


def _line_end(text: str, offset: int) -> int:
    found = _END_OF_LINE.search(text, offset)
    return found.start() if found else len(text)


def _next_line(text: str, offset: int) -> int:
    end = _line_end(text, offset)
    return end + (2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0)


def _scalars(node: yaml.Node, text: str, column: int) -> Iterator[tuple[int, int]]:
    """From where to where the scalars of a node stand; of a block scalar, only the lines below its header."""
    if isinstance(node, yaml.ScalarNode):
        start, end = _start(node, column), _end(node, text, column)
        yield (min(_line_end(text, start), end), end) if node.style in ("|", ">") else (start, end)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child, text, column)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key, text, column)
            yield from _scalars(value, text, column)


def _comments(text: str, start: int, end: int, column: int, *nodes: yaml.Node) -> list[str]:
    """The comments between two offsets, where `nodes` are all that stands there besides."""
    found = []
    spans = sorted(span for node in nodes for span in _scalars(node, text, column))
    for begin, stop in [*spans, (end, end)]:
        found += [one.group().rstrip() for one in _COMMENT.finditer(text, start, max(start, min(begin, end)))]
        start = max(start, stop)
    return found


# ── changing ───────────────────────────────────────────────────────────────────────────────────


def _replaced(
    entry: str, column: int, node: yaml.MappingNode, position: int, value: Authored, newline: str
) -> str:
    key, old = node.value[position]
    is_list = isinstance(old, yaml.SequenceNode) and not old.flow_style and not node.flow_style
    if is_list and isinstance(value, tuple) and value:
        return _list_replaced(entry, column, old, value, newline)
    start, end = _start(old, column), _end(old, entry, column)
    comments = _comments(entry, start, end, column, old)
    if comments and node.flow_style:
        raise CannotEditError("it is written between braces with comments inside")
    if is_list:
        start = _end(key, entry, column) + 1
        comments = _comments(entry, start, end, column, old)
    space = "" if entry[start - 1 : start].isspace() else " "
    behind = _line_end(entry, end)
    kept = "".join(f"{newline}{' ' * column}{comment}" for comment in comments)
    return entry[:start] + space + written(value) + entry[end:behind] + kept + entry[behind:]


def _list_replaced(
    entry: str, column: int, old: yaml.SequenceNode, value: tuple[str, ...], newline: str
) -> str:
    """A list of lines beginning with `-`: items that stay keep their lines and the comments beside and below them."""
    indent = " " * old.start_mark.column
    starts = [_dash_line(entry, column, item) for item in old.value]
    end = _next_line(entry, _end(old.value[-1], entry, column))
    held: dict[str, str] = {}
    left: list[str] = []
    for item, begin, stop in zip(old.value, starts, [*starts[1:], end], strict=True):
        if item.value in value and item.value not in held:
            held[item.value] = entry[begin:stop]
        else:
            left += _comments(entry, begin, stop, column, item)
    lines = [held.get(one, f"{indent}- {_scalar(one)}") for one in value]
    lines += [f"{indent}{comment}" for comment in left]
    text = "".join(line if line.endswith(newline) else line + newline for line in lines)
    is_closed = end > 0 and entry[end - 1] in _BREAK
    return entry[: starts[0]] + (text if is_closed else text.removesuffix(newline)) + entry[end:]


def _dash_line(entry: str, column: int, item: yaml.Node) -> int:
    """Where the line of a list's item begins."""
    at = _start(item, column)
    begin = at - len(entry[:at].rpartition("\n")[2])
    if not isinstance(item, yaml.ScalarNode) or not re.fullmatch(r" *- +", entry[begin:at]):
        raise CannotEditError("its list is not written one text a line")
    return begin


def _without(entry: str, column: int, node: yaml.MappingNode, position: int, newline: str) -> str:
    key, value = node.value[position]
    start, last = _start(key, column), position + 1 == len(node.value)
    following = None if last else _start(node.value[position + 1][0], column)
    if node.flow_style:
        before = _end(node.value[position - 1][1], entry, column) if position else start
        stop = _end(value, entry, column) if following is None or position else following
        if _comments(entry, before, stop, column, key, value):
            raise CannotEditError("it is written between braces with comments inside")
        return entry[:before] + entry[stop:]
    indent = " " * column
    if position == 0:
        if following is None:
            raise CannotEditError("nothing else stands in it")
        comments = _comments(entry, start, following, column, key, value)
        kept = "".join(f"{comment}{newline}{indent}" for comment in comments)
        return entry[:start] + kept + entry[following:]
    begin = start - len(entry[:start].rpartition("\n")[2])
    end = _next_line(entry, _end(value, entry, column))
    comments = _comments(entry, begin, end, column, key, value)
    return entry[:begin] + "".join(f"{indent}{comment}{newline}" for comment in comments) + entry[end:]


def _added(
    entry: str,
    column: int,
    node: yaml.MappingNode,
    key: str,
    value: Authored,
    order: tuple[str, ...],
    newline: str,
) -> str:
    before = set(order[: order.index(key)])
    anchor = max(position for position, (one, _) in enumerate(node.value) if one.value in before)
    end = _end(node.value[anchor][1], entry, column)
    if node.flow_style:
        return f"{entry[:end]}, {key}: {written(value)}{entry[end:]}"
    behind = _line_end(entry, end)
    return f"{entry[:behind]}{newline}{' ' * column}{key}: {written(value)}{entry[behind:]}"


def _scalar(text: str) -> str:
    """A text so that Avow and other readers of YAML read it as text; dates and ids stay plain."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML and not _is_number(text):
        return text
    style = '"' if len(text.splitlines()) > 1 or text != text.strip() or not text else None
    shown: str = yaml.safe_dump(
        [text], allow_unicode=True, width=2**31, default_flow_style=True, default_style=style
    )
    return shown.strip()[1:-1]


def _is_number(text: str) -> bool:
    try:
        float(text.replace("_", ""))
    except ValueError:
        return False
    return True
