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
    return Located(None, None), [Issue(severity=Severity.ERROR, code=code, message=message, file=file, line=line)]


def parse_file(path: Path, name: str) -> tuple[Located, list[Issue]]:
    """Parse the file at `path`; see `parse`."""
    return parse(path.read_bytes(), name)


def _parse(text: bytes) -> Located:
    if len(text) > MAX_BYTES:
        raise _RefusedError(f"larger than {MAX_BYTES // 2**20} MiB; split the file", "yaml-too-large", 0)
    _refuse_deep_nesting(text)
    loader = _TextLoader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    return Located(_value(node, set(), 0), node) if node is not None else Located({}, None)


def _refuse_deep_nesting(text: bytes) -> None:
    # The C composer recurses without a limit of its own; brackets inside prose never nest this deep.
    depth = 0
    for number, line in enumerate(text.split(b"\n"), start=1):
        indent = len(line) - len(line.lstrip(b" "))
        dashes = line.lstrip(b" ").count(b"- ") if line.lstrip(b" ").startswith(b"- - ") else 0
        depth = max(0, depth + line.count(b"[") + line.count(b"{") - line.count(b"]") - line.count(b"}"))
        if depth > MAX_DEPTH * 4 or dashes > MAX_DEPTH or indent > 400:
            raise _RefusedError("nested too deeply", "yaml-too-deep", number)


def _value(node: yaml.Node, seen: set[int], depth: int) -> Any:  # noqa: ANN401
    line = node.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise _RefusedError("nested too deeply", "yaml-too-deep", line)
    if isinstance(node, yaml.ScalarNode):
        if node.tag != _STR:
            raise _RefusedError(f"the tag {node.tag} is not allowed; write plain text", "yaml-tag", line)
        return node.value
    if id(node) in seen:
        raise _RefusedError("aliases are not allowed; write the text out", "yaml-alias", line)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        if node.tag != _SEQ:
            raise _RefusedError(f"the tag {node.tag} is not allowed", "yaml-tag", line)
        return [_value(child, seen, depth + 1) for child in node.value]
    if not isinstance(node, yaml.MappingNode) or node.tag != _MAP:
        raise _RefusedError(f"the tag {node.tag} is not allowed", "yaml-tag", line)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _value(key_node, seen, depth + 1)
        where = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise _RefusedError("a key must be plain text", "yaml-key", where)
        if key in found:
            raise _RefusedError(f"the key {key!r} stands twice; remove one", "yaml-duplicate-key", where)
        found[key] = _value(value_node, seen, depth + 1)
    return found


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
