"""Content controls, legacy form fields and printed boxes: what they are, what they offer and what they hold."""

import re

from lxml import etree

from avow.formats.docx.blocks import Control
from avow.formats.docx.names import child, is_on, name, number, value

EMPTY_BOXES = "☐□▢◻❏❐❑❒"
TICKED_BOXES = "☑☒🗹🗷🗵"
# Boxes of the symbol fonts, by the low byte of the character.
_SYMBOL_BOXES = {
    "wingdings": ({0x6F, 0x71, 0x72, 0xA8}, {0xFD, 0xFE, 0x78}),
    "wingdings 2": ({0x2A, 0xA3, 0x30}, {0x51, 0x52, 0x53, 0x54}),
}
TICK_OF = {"wingdings": "F0FE", "wingdings 2": "F052"}

_HOLDERS = {
    "picture", "docPartObj", "docPartList", "group", "equation", "citation", "bibliography",
    "w15:repeatingSection", "w15:repeatingSectionItem", "w15:webExtensionLinked", "w15:webExtensionCreated",
}  # fmt: skip
_PLACEHOLDER = re.compile(
    r"\W*((please )?(click|tap)( here| or tap| or click)\b.{0,60}|(please )?(choose|select|pick) (an?|one|your|from)\b.{0,40}|"
    r"(please )?(choose|select)\W*|(please )?(enter|insert|type|write|add|provide) (your |the |an? )?"
    r"(text|answer|response|reply|comments?|date|details|explanation|description|value|here)\b.{0,40}|"
    r"(your )?(answer|response|text|reply)( goes)? here|hier (klicken|tippen)\b.{0,60}|klicken sie\b.{0,60}|"
    r"cliquez\b.{0,60}|haga clic\b.{0,60}|wählen sie\b.{0,60}|choisissez\b.{0,60}|elija\b.{0,60})\W*",
    re.IGNORECASE,
)
_ONLY_BLANKS = re.compile(r"[\s_.…\u2000-\u200b\u00a0\ufeff-]*")


def is_placeholder(text: str) -> bool:
    """Whether a text only asks to be replaced: "Click here to enter text", a line of underscores, blanks."""
    return bool(_ONLY_BLANKS.fullmatch(text) or (len(text) <= 120 and _PLACEHOLDER.fullmatch(text.strip())))


def sdt_kind(sdt: etree._Element) -> str:
    """`checkbox`, `dropdown`, `date`, `text`, `rich`; "" for a control that only holds other content."""
    properties = child(sdt, "sdtPr")
    kinds = {name(one) for one in properties} if properties is not None else set()
    if "w14:checkbox" in kinds:
        return "checkbox"
    if kinds & {"dropDownList", "comboBox"}:
        return "dropdown"
    if "date" in kinds:
        return "date"
    if kinds & _HOLDERS:
        return ""
    return "text" if "text" in kinds else "rich"


def sdt_control(sdt: etree._Element, kind: str, shown: str) -> Control:
    """The control of a `w:sdt` that shows `shown`."""
    properties = child(sdt, "sdtPr")
    control = Control("text" if kind == "rich" else kind, "sdt", sdt, shown=shown)
    control.title = value(child(properties, "alias")) or ""
    control.locked = value(child(properties, "lock")) in ("contentLocked", "sdtContentLocked")
    if kind == "checkbox":
        control.checked = is_on(child(properties, "w14:checkbox", "w14:checked"))
        return control
    if kind == "dropdown":
        listed = child(properties, "dropDownList")
        control.free = listed is None
        listed = child(properties, "comboBox") if listed is None else listed
        options = [
            value(one, "displayText") or value(one, "value") or ""
            for one in (listed if listed is not None else ())
            if name(one) == "listItem" and value(one, "value") != ""
        ]
        control.options = tuple(dict.fromkeys(one for one in options if one and not is_placeholder(one)))
    if not is_on(child(properties, "showingPlcHdr")) and not is_placeholder(shown):
        control.text = shown.strip()
    return control


def has_placeholder(sdt: etree._Element) -> bool:
    """Whether a control shows a placeholder, or has one to show when it is empty."""
    properties = child(sdt, "sdtPr")
    return is_on(child(properties, "showingPlcHdr")) or child(properties, "placeholder") is not None


def field_control(data: etree._Element, run: etree._Element) -> Control | None:
    """The control of a legacy form field (`w:ffData` in `run`), or None for one that is none of ours."""
    locked = child(data, "enabled") is not None and not is_on(child(data, "enabled"))
    title = value(child(data, "helpText")) or value(child(data, "statusText")) or ""
    for one in data:
        kind = name(one)
        if kind == "checkBox":
            checked = child(one, "checked")
            state = is_on(checked if checked is not None else child(one, "default"))
            return Control("checkbox", "field", run, checked=state, locked=locked, title=title)
        if kind == "textInput":
            limit = number(child(one, "maxLength"))
            shown = value(child(one, "default")) or ""
            what = "date" if value(child(one, "type")) in ("date", "currentDate", "currentTime") else "text"
            locked = locked or value(child(one, "type")) == "calculated"
            return Control(what, "field", run, shown=shown, locked=locked, title=title, limit=limit)
        if kind == "ddList":
            options = tuple(value(entry) or "" for entry in one if name(entry) == "listEntry")
            control = Control(
                "dropdown", "field", run, options=options, free=False, locked=locked, title=title
            )
            result = child(one, "result")
            at = number(result)
            if result is not None and at < len(options) and not is_placeholder(options[at]):
                control.text = options[at]
            return control
    return None


def symbol_box(font: str, character: str) -> bool | None:
    """Whether a symbol font's character is a box: False for an empty one, True for a ticked one, None for no box."""
    empty, ticked = _SYMBOL_BOXES.get(font.casefold(), (set(), set()))
    try:
        low = int(character, 16) & 0xFF
    except ValueError:
        return None
    return False if low in empty else True if low in ticked else None
