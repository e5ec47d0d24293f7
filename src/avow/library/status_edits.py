"""Edits to `controls/status.yaml`: the entry meant changes, every other byte of the file stays."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from rapidfuzz import fuzz, process

from avow.errors import ContentError
from avow.library.all_or_none import put_all
from avow.library.checks import check
from avow.library.edits import unfit
from avow.library.entry_text import Authored, CannotEditError, end_of_entry, new_entry, with_field
from avow.library.folder import ContentFolder
from avow.library.loader import STATUS
from avow.library.yaml_source import parse
from avow.model.approvals import holds
from avow.model.base import Scope, Value
from avow.model.controls import Implementation
from avow.model.issues import Severity

_ORDER = tuple(Implementation.model_fields)  # a new key is put behind those that stand before it here
_EMPTY = "status:\n"


class StatusEdit(Value):
    """What to change in the entry of one control and scope: field -> a text, a list of texts, or None to clear it."""

    control: str
    scope: Scope = Scope()
    fields: dict[str, str | tuple[str, ...] | None]


class FieldChange(Value):
    """One field of one entry, as authored before (None: it was not there) and after."""

    control: str
    scope: Scope
    field: str
    old: str | tuple[str, ...] | None
    new: str | tuple[str, ...] | None


class StatusEdited(Value):
    """What an edit changed, and the ids of answers whose approval it voids; nothing where all was so already."""

    changes: tuple[FieldChange, ...]
    voided: tuple[str, ...] = ()


def edit_status(folder: ContentFolder, edits: Sequence[StatusEdit]) -> StatusEdited:
    """Make the edits in the workspace's status file, atomically, making the file where there is none.

    Raises ContentError, with nothing written, for a control or piece of evidence that does not exist, text that
    cannot be content, a file that cannot be edited without losing something, or content that would have errors.
    """
    before = folder.loaded.content
    for edit in edits:
        refuse_unknown(edit.control, "control", before.control_by_id)
        for piece in edit.fields.get("evidence") or ():
            refuse_unknown(piece, "evidence", before.evidence_by_id)
        _refuse_unfit(edit)
    path = folder.root / STATUS
    if path.exists() and not path.resolve().is_relative_to(folder.root.resolve()):
        raise ContentError(f"{path}: is a link out of the workspace; edit the file it leads to")
    old = path.read_bytes() if path.exists() else b""
    text, changes = edited_text(old, edits)
    files = {**folder.files, STATUS: text}
    after = folder.load(files)
    errors = [one for one in check(after, files) if one.severity is Severity.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more; `avow check` lists them)" if len(errors) > 1 else ""
        raise ContentError(f"nothing was written, because the content would have errors: {errors[0]}{more}")
    if changes:
        put_all(folder.root, {path.resolve().relative_to(folder.root.resolve()).as_posix(): text})
    held = [answer.id for answer in before.answers if holds(answer, before)]
    after_by_id = after.content.answer_by_id
    voided = tuple(one for one in held if not holds(after_by_id[one], after.content))
    return StatusEdited(changes=tuple(changes), voided=voided)


def refuse_unknown(said: str, what: str, known: Mapping[str, object]) -> None:
    """Raise ContentError, with the nearest id, where `said` is not among the `known` ids of `what`."""
    if said in known:
        return
    likely = process.extractOne(said, list(known), scorer=fuzz.ratio, score_cutoff=60)
    hint = f"; did you mean {likely[0]!r}?" if likely else "; `avow status` lists the controls"
    if what == "evidence" and not likely:
        hint = "; add it to controls/evidence.yaml first"
    raise ContentError(f"there is no {what} {said!r}{hint}")


def _refuse_unfit(edit: StatusEdit) -> None:
    texts = [*edit.scope.products, *edit.scope.regions]
    for value in edit.fields.values():
        texts += [value] if isinstance(value, str) else list(value or ())
    for text in texts:
        if why := unfit(text):
            raise ContentError(f"{text[:40]!r} cannot be written: {why}")


def edited_text(data: bytes, edits: Sequence[StatusEdit]) -> tuple[bytes, list[FieldChange]]:
    """The file's bytes with the edits made, and what changed. Empty bytes: there is no file yet.

    Raises ContentError where the file is written in a way that cannot be edited without losing something.
    """
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = data[len(mark) :].decode()
    except UnicodeDecodeError:
        raise _cannot("it is not UTF-8") from None
    entries = _Entries(text)
    changes = [change for edit in edits for change in entries.make(edit)]
    if not changes:
        return data, []
    new = mark + entries.text().encode()
    document, issues = parse(new, STATUS)
    if issues or document.value != entries.expected():
        raise _cannot("its layout is unusual, and other entries would change")
    return new, changes


def _cannot(why: str) -> ContentError:
    return ContentError(
        f"{STATUS}: cannot be edited by Avow: {why}; edit it by hand, or write it as lines beginning with -"
    )


class _Entries:
    """The file cut into its entries, each as parsed and as text, so that each can be changed by itself."""

    def __init__(self, text: str) -> None:
        self.newline = "\r\n" if "\r\n" in text else "\n"
        if text.strip() == "":
            text = text + _EMPTY
        document, issues = parse(text.encode(), STATUS)
        if issues:
            raise ContentError(str(issues[0]))
        if document.value == {}:
            text = text.rstrip() + self.newline + _EMPTY.replace("\n", self.newline)
            document, _ = parse(text.encode(), STATUS)
        if not isinstance(document.value, dict) or "status" not in document.value:
            raise _cannot("`status:` with a list is missing")
        self._top: dict[str, Any] = document.value
        self._cut(text, document.node)

    def _cut(self, text: str, top: yaml.Node | None) -> None:
        assert isinstance(top, yaml.MappingNode)  # noqa: S101  # a dict was parsed from it
        node = next(value for key, value in top.value if key.value == "status")
        start, end = node.start_mark.index, node.end_mark.index
        self.values: list[dict[str, Any]] = list(self._top["status"] or [])
        self.pieces: list[str] = []  # an entry's text
        self.behind: list[str] = []  # what stands between it and the next one's text
        self.columns: list[int] = []
        self.dash = 2
        if not self.values:
            if top.flow_style:
                raise _cannot("it is written between braces")
            line = min(
                (at for at in (text.find("\r", end), text.find("\n", end)) if at >= 0), default=len(text)
            )
            self.head, self.foot = text[:start].rstrip(" ") + text[end:line], text[line:]
            return
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            raise _cannot("its list is not written as lines")
        if not all(isinstance(one, yaml.MappingNode) for one in node.value):
            raise _cannot("its list holds more than entries")
        self.dash = node.start_mark.column
        starts = [one.start_mark.index for one in node.value]
        self.head, self.foot = text[: starts[0]], text[end:]
        for one, begin, stop in zip(node.value, starts, [*starts[1:], end], strict=True):
            close = one.end_mark.index
            self.pieces.append(text[begin:close])
            self.behind.append(text[close:stop])
            self.columns.append(one.start_mark.column)

    def make(self, edit: StatusEdit) -> list[FieldChange]:
        """Make one edit; out: what it changed."""
        fields = {key: value for key, value in edit.fields.items() if value != ()}
        fields |= {key: None for key, value in edit.fields.items() if value == ()}
        of_control = [number for number, one in enumerate(self.values) if one.get("control") == edit.control]
        same = [number for number in of_control if _same_scope(self.values[number].get("scope"), edit.scope)]
        if not same:
            return self._add(
                edit, {key: value for key, value in fields.items() if value is not None}, of_control
            )
        number = same[0]
        held = self.values[number]
        made = []
        for key, value in sorted(fields.items(), key=lambda one: _ORDER.index(one[0])):
            old = held.get(key)
            old = tuple(old) if isinstance(old, list) else (old or None)
            if old == value:
                continue
            try:
                self.pieces[number] = with_field(
                    self.pieces[number], self.columns[number], key, value, _ORDER, self.newline
                )
            except CannotEditError as error:
                raise _cannot(f"the entry of {edit.control}: {error}") from None
            held = {name: one for name, one in held.items() if name != key}
            if value is not None:
                held[key] = list(value) if isinstance(value, tuple) else value
            self.values[number] = held
            made.append(FieldChange(control=edit.control, scope=edit.scope, field=key, old=old, new=value))
        return made

    def _add(
        self, edit: StatusEdit, fields: Mapping[str, str | tuple[str, ...]], of_control: list[int]
    ) -> list[FieldChange]:
        if not fields:
            return []
        scope = {
            key: ones
            for key, ones in (("products", edit.scope.products), ("regions", edit.scope.regions))
            if ones
        }
        whole: dict[str, Authored] = {
            "control": edit.control,
            **fields,
            **({"scope": scope} if scope else {}),
        }
        whole = {key: whole[key] for key in _ORDER if key in whole}
        lines = new_entry(whole, self.dash, self.newline)
        position = of_control[-1] + 1 if of_control else len(self.values)
        column = self.dash + 2
        if not self.values:
            self.head += self.newline + lines[:column]
            self.pieces, self.behind, self.columns = [lines[column:]], [""], [column]
        else:
            self._put_behind(position - 1, lines[:column], lines[column:])
        self.values.insert(
            position,
            {
                key: {name: list(ones) for name, ones in value.items()}
                if isinstance(value, Mapping)
                else list(value)
                if isinstance(value, tuple)
                else value
                for key, value in whole.items()
            },
        )
        return [
            FieldChange(control=edit.control, scope=edit.scope, field=key, old=None, new=value)
            for key, value in fields.items()
        ]

    def _put_behind(self, before: int, dash: str, lines: str) -> None:
        piece, behind = self.pieces[before], self.behind[before]
        at = end_of_entry(piece, self.columns[before], behind)
        inside = min(at, len(piece))
        self.pieces[before] = piece[:inside]
        self.behind[before] = behind[: at - inside] + self.newline + dash
        self.pieces.insert(before + 1, lines + piece[inside:])
        self.behind.insert(before + 1, behind[at - inside :])
        self.columns.insert(before + 1, len(dash))

    def text(self) -> str:
        """The whole file as it is now."""
        both = (part for pair in zip(self.pieces, self.behind, strict=True) for part in pair)
        return self.head + "".join(both) + self.foot

    def expected(self) -> dict[str, Any]:
        """What the file must say now."""
        return {**self._top, "status": self.values}


def _same_scope(authored: object, scope: Scope) -> bool:
    held = authored if isinstance(authored, dict) else {}

    def names(key: str) -> set[str]:
        return {str(one).casefold() for one in held.get(key) or ()}

    return names("products") == {one.casefold() for one in scope.products} and names("regions") == {
        one.casefold() for one in scope.regions
    }
