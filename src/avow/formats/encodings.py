"""Bytes as text in the encoding people saved them in, so that the same bytes come back."""

import re
from dataclasses import dataclass, field

from avow.errors import InputRefusedError
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# What office programs and their exports write, by how often it is met: of encodings that read a file alike, the
# first is named. ISO 8859-1 is cp1252 here: those bytes in which the two differ stand for no printable character.
_CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp932", "gb18030", "mac_roman", "iso8859_15", "iso8859_2", "koi8_r", "big5",
    "cp949", "euc_jp", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256", "cp866", "cp874",
)  # fmt: skip
_SAMPLE = 64 << 10
# What a wrong guess leaves behind: a capital inside a small word, an accented capital before a word with its own
# capital, a symbol in or after a word, a control character, two alphabets in one word, one ideograph in a Latin word.
_CAPITALS = "".join(filter(str.isupper, map(chr, range(0xC0, 0x180))))
_SMALL = "".join(filter(str.islower, map(chr, range(0xDF, 0x180))))
_ODD = re.compile(
    f"[a-z{_SMALL}][A-Z{_CAPITALS}](?=[a-z{_SMALL}])|\\b[{_CAPITALS}][A-Z][a-z]|"
    "[^\\W\\d_][¡¤¦§¨©¬®¯°±²³´¶·¸¹¿÷×†‡ˆ˜‰‹›€™ƒ¢£¥ªº¼½¾]+[^\\W\\d_]|[^\\W\\d_][¼½¾±¸¨´¯¬¦¤¶¿¡]|[\x80-\x9f]|"
    "[A-Za-zß-ÿ][\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f]|[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f][A-Za-zß-ÿ]|"
    "[a-z][\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f](?![\u3000-\uffef])"
)
# The letters beyond a to z of languages written in Latin letters: what one text holds belongs to one of them.
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçéèêëîïôœùûüÿ", "äöüßéàẞ", "áéíóúñüªºç", "àèéìíîòóùúªº", "ãõáéíóúâêôçàüªº", "åäöæøéüôóá", "ëïéèöüáóíçäê",
        "áðéíóúýþæö", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž",
        "çğıİöşüâîû", "ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž",
    )
)  # fmt: skip
_LATIN = re.compile("[ªºÀ-ÖØ-öø-ɏ]")


@dataclass(slots=True, frozen=True)
class Decoded:
    """A file's text. `bom + text.encode(encoding)` gives its bytes back; `notes` say where the encoding was guessed."""

    text: str
    encoding: str
    bom: bytes = b""
    notes: list[Note] = field(default_factory=list)

    def encode(self, text: str) -> bytes:
        """Another text in the file's own encoding. Raises UnicodeEncodeError where it does not fit."""
        return self.bom + text.encode(self.encoding)


def decoded(raw: bytes, name: str, *, unicode_only: bool = False) -> Decoded:
    """The text of a file: by its byte order mark, else as UTF-8, else by the likeliest encoding, which is noted.

    `unicode_only`: the format allows no other encoding than Unicode's, and none is guessed. Raises InputRefusedError
    (`encoding-error`) for bytes that are no text in the encoding they come in, and for UTF-32.
    """
    notes: list[Note] = []
    encoding, bom = _encoding(raw, name, notes, unicode_only=unicode_only)
    try:
        text = raw[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: len(bom) + error.start].count(b"\n") + 1
        message = f"line {line}, byte {len(bom) + error.start}: not valid {encoding.upper()}; save the file as UTF-8"
        raise InputRefusedError(name, Reason.ENCODING_ERROR, message) from None
    if text.encode(encoding, "surrogatepass") != raw[len(bom) :]:
        message = f"does not survive a round trip through {encoding}; save it as UTF-8"
        raise InputRefusedError(name, Reason.ENCODING_ERROR, message)
    return Decoded(text, encoding, bom, notes)


def _encoding(raw: bytes, name: str, notes: list[Note], *, unicode_only: bool) -> tuple[str, bytes]:
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")) or _is_unmarked_utf32(raw):
        raise InputRefusedError(name, Reason.ENCODING_ERROR, "is UTF-32; save it as UTF-8")
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return encoding, bom
    unmarked = _unmarked_utf16(raw)
    if unmarked is None and (unicode_only or _is_utf8(raw)):
        return "utf-8", b""
    encoding = unmarked or _guessed(raw)
    message = f"the file does not say its encoding; read as {encoding}"
    notes.append(Note(reason=Reason.ENCODING_GUESSED, message=message))
    return encoding, b""


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8, or are meant to be: more sound multi-byte sequences than stray bytes are UTF-8 with
    damage, not another encoding."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        rest, sound = _UTF8_SEQUENCE.subn(b"", raw)
        stray = len(re.findall(rb"[\x80-\xff]", rest))
        return sound > 2 * stray or (sound > stray and not _reads_well(raw))
    return True


def _reads_well(raw: bytes) -> bool:
    """Whether the bytes are one of Asia's encodings, whose pairs of bytes may look like UTF-8 here and there."""
    sample = _telling_lines(raw)
    for encoding in ("cp932", "gb18030", "big5", "cp949", "euc_jp"):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        wide = sum(char > "\u2e80" for char in text)
        if wide and wide * 1.7 >= len(re.findall(rb"[\x80-\xff]", sample)) / 2 and not _ODD.search(text):
            return True
    return False


def _is_unmarked_utf32(raw: bytes) -> bool:
    head = raw[:4096]
    if len(head) % 4 or len(head) < 8:
        return False
    places = [head[start::4].count(0) / (len(head) / 4) for start in range(4)]
    return (places[2] > 0.95 and places[3] > 0.95 and places[0] < 0.1) or (
        places[0] > 0.95 and places[1] > 0.95 and places[3] < 0.1
    )


def _unmarked_utf16(raw: bytes) -> str | None:
    head = raw[:4096]
    if len(raw) % 2 or not head.strip(b"\0"):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd < half * 0.1 else None


def _telling_lines(raw: bytes) -> bytes:
    """The lines with other bytes than ASCII's, up to a sample's size."""
    lines = [line for line in raw.splitlines(keepends=True) if not line.isascii()]
    return b"".join(lines)[:_SAMPLE].rpartition(b"\n")[0] or b"".join(lines)[:_SAMPLE]


def _guessed(raw: bytes) -> str:
    """The likeliest of the candidates that read all of the bytes and give them back; cp1252 where none stands out."""
    from charset_normalizer import from_bytes

    found = from_bytes(_telling_lines(raw), cp_isolation=list(_CANDIDATES), enable_fallback=False)
    readings = [(one.encoding, str(one), one.chaos, one.coherence) for one in found]
    # The library leaves out what it takes for a double; here the double's name may be the better one.
    judged = {encoding for encoding, *_ in readings}
    for encoding in ("cp1252", "cp1250", "iso8859_2", "cp1254", "mac_roman"):
        if encoding not in judged and (text := _read(_telling_lines(raw), encoding)) is not None:
            twin = next((one for one in readings if one[1] == text), None)
            readings.append((encoding, text, twin[2] if twin else 0.2, twin[3] if twin else 0.0))
    readings.sort(key=lambda one: (_oddity(one[1]), round(one[2], 2), -one[3], _CANDIDATES.index(one[0])))
    for encoding, text, *_ in readings:
        alike = sorted((one[0] for one in readings if one[1] == text), key=_CANDIDATES.index)
        for name in dict.fromkeys((*alike, encoding)):
            if _read(raw, name) is not None:
                return name
    return "cp1252" if _read(raw, "cp1252") is not None else "mac_roman"


def _oddity(text: str) -> float:
    """How much of a text looks wrongly decoded: odd neighbours, and letters that no one language has together."""
    letters = _LATIN.findall(text)
    strange = min(sum(letter not in alphabet for letter in letters) for alphabet in _ALPHABETS)
    return len(_ODD.findall(text)) + strange


def _read(raw: bytes, encoding: str) -> str | None:
    """The bytes as text, where the encoding reads them all and gives them back."""
    try:
        text = raw.decode(encoding)
        return text if text.encode(encoding) == raw else None
    except UnicodeError:
        return None
