"""YAML as Avow reads it: every scalar is text, and what could surprise a reader is refused.

`NO` stays the text "NO"; aliases, tags, duplicate keys and several documents are errors with their line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from avow.model.issues import Issue, Severity

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 20
_MAP, _SEQ, _STR = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:str"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TextLoader(_Base):  # type: ignore[misc]
    """A loader that resolves no plain scalar to anything but text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012


@dataclass(frozen=True)
class Located:
    """A parsed document: `value` of dicts, lists and text, and where each part of it stands."""

    value: Any
    node: yaml.Node | None

    def line(self, *path: str | int) -> int:
        """The 1-based line of the part at `path` (keys and positions), or of its nearest parent."""
        node, found = self.node, 1
        if node is not None:
            found = node.start_mark.line + 1
        for step in path:
            node = _child(node, step)
            if node is None:
                break
            found = node.start_mark.line + 1
        return found


class _RefusedError(Exception):
    def __init__(self, message: str, code: str, line: int) -> None:
        super().__init__(message)
        self.issue = (message, code, line)


def parse(text: bytes, file: str) -> tuple[Located, list[Issue]]:
    """Parse one YAML file given as bytes; `file` is its name for messages.

    Out: the document (`value` None where it could not be read) and the problems found, each with its line.
    """
    try:
        return _parse(text), []
    except _RefusedError as refused:
        message, code, line = refused.issue
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        message, code = f"not readable as YAML: {error.problem or error.context}", "yaml-syntax"
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        message, code, line = f"not readable as YAML: {reason}", "yaml-syntax", 0
    return Located(None, None), [
        Issue(severity=Severity.ERROR, code=code, message=message, file=file, line=line)
    ]


def parse_file(path: Path, name: str) -> tuple[Located, list[Issue]]:
    """Parse the file at `path`; see `parse`."""
    return parse(path.read_bytes(), name)


def _parse(text: bytes) -> Located:
    if len(text) > MAX_BYTES:
        raise _RefusedError(f"larger than {MAX_BYTES // 2**20} MiB; split the file", "yaml-too-large", 0)
    _refuse_depth_and_aliases(text)
    loader = _TextLoader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    return Located(_value(node), node) if node is not None else Located({}, None)


def _refuse_depth_and_aliases(text: bytes) -> None:
    # Before composing: the C composer recurses without a limit of its own, and overflows the stack.
    loader = _TextLoader(text)
    depth = 0
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _RefusedError("nested too deeply", "yaml-too-deep", _line_of(event))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                message = "aliases are not allowed; write the text out"
                raise _RefusedError(message, "yaml-alias", _line_of(event))
    finally:
        loader.dispose()


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _value(node: yaml.Node) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        if node.tag != _STR:
            raise _RefusedError(f"the tag {node.tag} is not allowed; write plain text", "yaml-tag", line)
        return node.value
    if isinstance(node, yaml.SequenceNode):
        if node.tag != _SEQ:
            raise _RefusedError(f"the tag {node.tag} is not allowed", "yaml-tag", line)
        return [_value(child) for child in node.value]
    if not isinstance(node, yaml.MappingNode) or node.tag != _MAP:
        raise _RefusedError(f"the tag {node.tag} is not allowed", "yaml-tag", line)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _value(key_node)
        where = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise _RefusedError("a key must be plain text", "yaml-key", where)
        if key in found:
            raise _RefusedError(f"the key {key!r} stands twice; remove one", "yaml-duplicate-key", where)
        found[key] = _value(value_node)
    return found


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
