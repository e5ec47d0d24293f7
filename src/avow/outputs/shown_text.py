"""Text as it may be shown to a person: what is invisible or turns the reading direction is made visible."""

import re

# Controls (but line breaks and tabs), soft hyphen, zero-width, bidirectional, filler, tag, variation-selector
# supplement and interlinear characters, line separators, surrogates and non-characters.
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_CARRIAGE = re.compile("\r\n?")


def escaped(char: str) -> str:
    """One character as its escape: `\\u202e`, or `\\U000e0041` beyond the basic plane."""
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown(text: str) -> str:
    """The text with line ends as `\\n` and every unseen character as its escape; plain text stays as it is.

    Without effect on text that is already shown. Zero-width joiners inside words of scripts that need
    them are shown too: a reader of a report loses a ligature, and is never misled.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: escaped(found[0]), _CARRIAGE.sub("\n", text))


def one_line(text: str) -> str:
    """The text as shown, on one line: runs of blanks and line breaks become one space."""
    return " ".join(shown(text).split())


def with_marks(text: str, mark: str) -> str:
    """The text as `shown`, each escape put into `mark`, such as `<mark>{}</mark>`."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: mark.format(escaped(found[0])), _CARRIAGE.sub("\n", text))
