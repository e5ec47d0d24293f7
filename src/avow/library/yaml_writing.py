"""Content files made by Avow, written the way people write them: long texts folded, one requirement a line."""

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import yaml

from avow.library.yaml_source import parse

_WIDTH = 110
_EVER = 2**31
# What block scalars hold without loss: words with single spaces between them, and several such lines. What else there
# is stands in quotes: PyYAML writes line breaks of Unicode so that they are read as others.
_WORD = r"[!-~\xa1-\u2027\u202a-\ud7ff\U00010000-\U0010ffff]++"
_FOLDS = re.compile(rf"{_WORD}(?: {_WORD})*+")
_LINES = re.compile(rf"{_FOLDS.pattern}(?:\n{_FOLDS.pattern})++")


class _Folding(yaml.SafeDumper):
    """Lists indented below their key; a text that its line has no room for stands folded below its key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent lists too."""
        super().increase_indent(flow, False)

    def choose_scalar_style(self) -> str:
        """Fold a text that is too long for its line."""
        text = str(getattr(self.event, "value", ""))
        is_long = self.column + 1 + len(text) > _WIDTH
        if is_long and not self.flow_level and not self.simple_key_context and _FOLDS.fullmatch(text):
            return ">"
        return str(super().choose_scalar_style())

    def write_folded(self, text: str) -> None:
        """Break lines before they are too long; PyYAML does it after."""
        self.write_indicator(">-", True)
        self.indention = True
        for line in wrap(text, _WIDTH - (self.indent or 0), break_long_words=False, break_on_hyphens=False):
            self.write_line_break()
            self.write_indent()
            self.stream.write(line)
            self.column += len(line)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if _FOLDS.fullmatch(text) else "|" if _LINES.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Folding.add_representer(str, _text)


def catalogue_yaml(header: str, domain: str, controls: Sequence[Mapping[str, Any]]) -> bytes:
    """A file of `controls/catalogue/` with these controls, as authored; `header` is a comment line."""
    entries = [_dumped({"controls": [one]}).removeprefix("controls:\n") for one in controls]
    text = header + _dumped({"domain": domain}) + "controls:\n" + "\n".join(entries)
    return _checked(text, {"domain": domain, "controls": list(controls)})


def framework_yaml(
    header: str, framework: Mapping[str, Any], requirements: Sequence[Mapping[str, Any]]
) -> bytes:
    """A file of `controls/frameworks/`: what `framework` says, and one requirement a line."""
    head = {key: value for key, value in framework.items() if key != "exemptions"}
    lines = [
        yaml.dump(
            dict(one),
            Dumper=_Folding,
            default_flow_style=True,
            width=_EVER,
            sort_keys=False,
            allow_unicode=True,
        ).strip()
        for one in requirements
    ]
    text = header + _dumped(head) + "requirements:\n" + "".join(f"  - {line}\n" for line in lines)
    document = {**head, "requirements": list(requirements)}
    if framework.get("exemptions"):
        document["exemptions"] = framework["exemptions"]
        text += _dumped({"exemptions": framework["exemptions"]})
    return _checked(text, document)


def document_yaml(header: str, document: Mapping[str, Any]) -> bytes:
    """A file of a single document; `header` is comment lines."""
    return _checked(header + _dumped(document), document)


def _dumped(document: Mapping[str, Any]) -> str:
    made: str = yaml.dump(dict(document), Dumper=_Folding, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return made


def _checked(text: str, document: Mapping[str, Any]) -> bytes:
    """The bytes of a file that reads as `document`; written in quotes throughout where folding lost something."""
    data = text.encode()
    if _reads_as(data, document):
        return data
    plain: str = yaml.safe_dump(_as_text(document), sort_keys=False, default_style='"', width=_EVER)
    return plain.encode()


def _reads_as(data: bytes, document: Mapping[str, Any]) -> bool:
    located, issues = parse(data, "")
    return not issues and located.value == _as_text(document)


def _as_text(value: Any) -> Any:
    """A value as content is read: every scalar is text."""
    if isinstance(value, Mapping):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value
