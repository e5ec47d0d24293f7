"""JSON (RFC 8259) read with the place of every value, so that one value can be replaced and all else stays.

Nothing becomes a Python number: what is spelled `1.10` stays so. Nesting needs no recursion. Beside plain JSON the
notation of VSAQ questionnaires is understood: comments on lines of their own, strings joined by `+` over lines, and
`\\x41`. Each departure is kept as an edit that would make the text plain JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from avow.errors import InputRefusedError
from avow.model.reasons import Reason

MAX_DEPTH = 100
MAX_VALUES = 400_000  # sixteen for each of the questions that a form may have
MAX_TEXT = 1_000_000  # characters of one string
MAX_NUMBER = 400  # characters of one number; every double has fewer

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_COMMENT = re.compile(r"(?:\A|(?<=[\r\n]))[ \t]*//[^\r\n]*(?:\r?\n|\r|\Z)")
_JOINED = re.compile(r"[ \t]*\+[ \t]*\r?\n[ \t]*(?=\")")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Node:
    """One value and where it stands: `start` and `end` in the text.

    `kind`: object, array, string, number, true, false or null. `text` is a string's own text or a number as spelled.
    """

    kind: str
    start: int
    end: int = 0
    text: str = ""
    members: list["Member"] = field(default_factory=list)
    items: list["Node"] = field(default_factory=list)

    def get(self, name: str) -> "Node | None":
        """The value of a member of an object, or None."""
        return next((one.value for one in self.members if one.name == name), None)

    @property
    def said(self) -> str:
        """What a person reads: a string's or a number's text, `true`, `false`; "" for all others."""
        return self.text if self.kind in ("string", "number") else self.kind if self.kind in _BOOLEANS else ""


_BOOLEANS = ("true", "false")


@dataclass(slots=True)
class Member:
    """A member of an object: its name, where the name stands, and its value."""

    name: str
    start: int
    end: int
    value: Node


@dataclass(slots=True, frozen=True)
class Edit:
    """`text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Document:
    """A text and its root value. `edits` would make the text plain JSON; empty where it is that."""

    text: str
    root: Node
    edits: list[Edit]


def parsed(text: str, name: str) -> Document:
    """The document in a text.

    Raises InputRefusedError: `file-damaged` for what is no JSON (with line and column), `duplicate-key` for a name
    given twice in one object, `encoding-error` for half a character, `limit-reached` beyond the stated limits.
    """
    return _Parser(text, name).document()


def pointer(path: str, step: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member or item below `path`."""
    return f"{path}/{str(step).replace('~', '~0').replace('/', '~1')}"


def resolved(root: Node, address: str) -> Node | None:
    """The value a pointer leads to, or None."""
    node: Node | None = root
    for step in address.split("/")[1:]:
        if node is None:
            return None
        wanted = step.replace("~1", "/").replace("~0", "~")
        if node.kind == "array":
            node = node.items[int(wanted)] if wanted.isdigit() and int(wanted) < len(node.items) else None
        else:
            node = node.get(wanted)
    return node


def pointers(root: Node) -> Iterator[str]:
    """The pointers of all values, in the order of the text; one of an object before those in it."""
    waiting = [("", root)]
    while waiting:
        path, one = waiting.pop()
        yield path
        waiting += reversed([(pointer(path, at), item) for at, item in enumerate(one.items)])
        waiting += reversed([(pointer(path, member.name), member.value) for member in one.members])


def strings_below(node: Node) -> Iterator[str]:
    """All texts in a value, in order, without the names of members."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.kind == "string":
            yield one.text
        waiting += reversed(one.items)
        waiting += reversed([member.value for member in one.members])


class _Parser:
    """One pass over the text. `_open` holds the containers around the place, `_names` the names of each object."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._values = 0
        self._open: list[Node] = []
        self._names: list[set[str]] = []
        self._edits: list[Edit] = []

    def document(self) -> Document:
        self._skip()
        root = self._value()
        while self._open:
            self._step()
        self._skip()
        if self._at < len(self._text):
            raise self._wrong("more text after the end of the value")
        return Document(self._text, root, self._edits)

    def _step(self) -> None:
        """The next member or item of the innermost container, or its end."""
        inner = self._open[-1]
        closing = "}" if inner.kind == "object" else "]"
        filled = bool(inner.members or inner.items)
        self._skip()
        if self._peek() == closing:
            self._at += 1
            inner.end = self._at
            self._open.pop()
            self._names.pop()
            return
        if filled:
            self._take(",", f"a comma or {closing!r} is missing")
            self._skip()
            if self._peek() == closing:
                raise self._wrong("a comma before the end")
        if inner.kind == "array":
            inner.items.append(self._value())
        else:
            self._member(inner)

    def _member(self, inner: Node) -> None:
        start = self._at
        name = self._string("a name in double quotes is missing").text
        if name in self._names[-1]:
            self._at = start
            raise self._refused(Reason.DUPLICATE_KEY, f"the name {name[:60]!r} stands twice in one object")
        self._names[-1].add(name)
        end = self._at
        self._skip()
        self._take(":", "a colon is missing")
        self._skip()
        inner.members.append(Member(name, start, end, self._value()))

    def _value(self) -> Node:
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._refused(Reason.LIMIT_REACHED, f"more than {MAX_VALUES:,} values; split the file")
        start, char = self._at, self._peek()
        if char == '"':
            return self._string("")
        if char in ("{", "["):
            node = Node("object" if char == "{" else "array", start)
            if len(self._open) >= MAX_DEPTH:
                raise self._refused(Reason.LIMIT_REACHED, f"nested more than {MAX_DEPTH} deep")
            self._open.append(node)
            self._names.append(set())
            self._at += 1
            return node
        if found := _WORD.match(self._text, start):
            self._at = found.end()
            return Node(found[0], start, self._at)
        found = _NUMBER.match(self._text, start)
        if not found:
            raise self._wrong("no JSON value")
        if len(found[0]) > MAX_NUMBER or float(found[0]) in (float("inf"), float("-inf")):
            raise self._refused(
                Reason.LIMIT_REACHED, "a number larger than a computer's own; write it as a text"
            )
        self._at = found.end()
        return Node("number", start, self._at, found[0])

    def _string(self, missing: str) -> Node:
        """A string, joined with those that follow after `+`."""
        start = self._at
        text = self._piece(
            missing or "a text is not closed, or has a line break or a control character in it"
        )
        while joint := _JOINED.match(self._text, self._at):
            self._edits.append(Edit(self._at - 1, joint.end() + 1, ""))
            self._at = joint.end()
            text += self._piece("a text is not closed")
            self._check_length(text)
        return Node("string", start, self._at, text)

    def _piece(self, missing: str) -> str:
        found = _STRING.match(self._text, self._at)
        if not found:
            raise self._wrong(missing)
        raw = found[0][1:-1]
        self._check_length(raw)
        text = _ESCAPE.sub(self._escaped, raw) if "\\" in raw else raw
        if _SURROGATES.search(text):
            # Two escaped halves make one character; a half alone is none.
            try:
                text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            except UnicodeDecodeError:
                raise self._refused(Reason.ENCODING_ERROR, "half a surrogate pair is no character") from None
        self._at = found.end()
        return text

    def _escaped(self, found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2]:
            place = self._at + 1 + found.start()
            self._edits.append(Edit(place, place + 2, "\\u00"))
            return chr(int(found[2], 16))
        if found[3] not in _SHORT:
            raise self._wrong(f"\\{found[3]} is no escape")
        return _SHORT[found[3]]

    def _check_length(self, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise self._refused(
                Reason.TEXT_TOO_LONG, f"a text of {len(text):,} characters; {MAX_TEXT:,} is the limit"
            )

    def _skip(self) -> None:
        while True:
            space = _SPACE.match(self._text, self._at)
            end = space.end() if space else self._at
            if self._text[end : end + 1] != "/":
                self._at = end
                return
            comment = _COMMENT.match(self._text, self._text.rfind("\n", 0, end) + 1)
            if not comment or comment.end() < end:
                self._at = end
                raise self._wrong("no JSON value; comments are no part of JSON")
            self._edits.append(Edit(comment.start(), comment.end(), ""))
            self._at = comment.end()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, char: str, missing: str) -> None:
        if self._peek() != char:
            raise self._wrong(missing)
        self._at += 1

    def _wrong(self, what: str) -> InputRefusedError:
        what = "the file ends too early" if self._at >= len(self._text) else what
        return self._refused(Reason.FILE_DAMAGED, f"not valid JSON: {what}")

    def _refused(self, reason: Reason, what: str) -> InputRefusedError:
        line = self._text.count("\n", 0, self._at) + 1
        column = self._at - self._text.rfind("\n", 0, self._at)
        return InputRefusedError(self._name, reason, f"line {line}, column {column}: {what}")
