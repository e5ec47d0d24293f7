"""Mutations that get past the container: a zip package's members are mutated and packed again, deterministically."""

import io
import random
import re
import zipfile
from collections.abc import Callable

import atheris

_TOKEN = re.compile(rb"<[^<>]{1,400}>|[^<>]{1,400}")
_VALUE = re.compile(rb'="([^"]{0,200})"')
_VALUES = (
    b"", b"0", b"1", b"-1", b"2", b"00", b"1048576", b"1048577", b"16384", b"4294967296", b"99999999999999999999",
    b"A1", b"XFD1048576", b"A1:XFD1048576", b"B2:C3", b"A0", b"ZZZ9", b"$A$1", b"1.5e300", b"NaN", b"true", b"x",
    b"s", b"b", b"e", b"str", b"inlineStr", b"d", b"n", b"shared", b"array", b"list", b"hidden", b"veryHidden",
    b"rId1", b"rId2", b"External", b"\xef\xbf\xbd", b"_x0041_", b"&#10;", b"&amp;", b"preserve", b"restart",
)  # fmt: skip
_TEXTS = (
    b"Question", b"Answer", b"Response", b"Yes", b"No", b"N/A", b"Comments", b"Do you encrypt data at rest?", b"?",
    b"If yes, describe.", b"Ref", b"1.1", b"A1", b"=1+1", b"+1", b"\xe2\x80\xae", b"\xef\xbb\xbf", b" ", b"\n", b"\t",
    b"Yes / No", b"[ ]", b"\xe2\x98\x90", b"FORMCHECKBOX", b"X", b"___", b"1. ", b"- ", b"| ", b";", b'"', b",",
)  # fmt: skip

Mutator = Callable[[bytes, int, int], bytes]


def zip_mutator(data: bytes, max_size: int, seed: int) -> bytes:
    """A package with one or a few of its members mutated; now and then its own bytes."""
    rnd = random.Random(seed)
    parts = _unpacked(data)
    if not parts or rnd.random() < 0.03:
        return bytes(atheris.Mutate(data, max_size))
    for _ in range(rnd.choice((1, 1, 1, 2, 4))):
        at = _chosen(parts, rnd)
        name, content = parts[at]
        kind = rnd.random()
        if kind < 0.06:
            _change_members(parts, at, rnd)
        elif kind < 0.2 or not content.lstrip().startswith(b"<"):
            parts[at] = (name, bytes(atheris.Mutate(content, max(64, 2 * len(content)))))
        else:
            parts[at] = (name, markup_mutated(content, rnd))
    packed = _packed(parts)
    return packed if len(packed) <= max_size else data


def text_mutator(data: bytes, max_size: int, seed: int) -> bytes:
    """Lines and words moved, doubled, dropped and put in; now and then single bytes."""
    rnd = random.Random(seed)
    if rnd.random() < 0.4:
        return bytes(atheris.Mutate(data, max_size))
    pieces = re.split(rb'(\r\n|[\r\n,;\t|"{}\[\]:])', data)
    for _ in range(rnd.choice((1, 1, 2, 3))):
        _edit(pieces, rnd, _TEXTS + _VALUES)
    return b"".join(pieces)[:max_size]


def pdf_mutator(data: bytes, max_size: int, seed: int) -> bytes:
    """Names, numbers and strings of a PDF exchanged; now and then single bytes."""
    rnd = random.Random(seed)
    if rnd.random() < 0.4:
        return bytes(atheris.Mutate(data, max_size))
    pieces = re.split(rb"(/[A-Za-z0-9]+|\([^()]*\)|<<|>>|\d+|\s)", data)
    for _ in range(rnd.choice((1, 1, 2, 3))):
        _edit(
            pieces,
            rnd,
            (*_VALUES, *(b"(" + one + b")" for one in _TEXTS), *(one for one in pieces if one[:1] == b"/")),
        )
    return b"".join(pieces)[:max_size]


def markup_mutated(xml: bytes, rnd: random.Random) -> bytes:
    """XML with tags moved, doubled or dropped, an attribute's value or a text exchanged."""
    if rnd.random() < 0.5:
        found = list(_VALUE.finditer(xml))
        if found:
            one = rnd.choice(found)
            value = rnd.choice((*_VALUES, rnd.choice(found)[1]))
            return xml[: one.start(1)] + value + xml[one.end(1) :]
    pieces = _TOKEN.findall(xml)
    if rnd.random() < 0.4:
        _move_element(pieces, rnd)
    else:
        _edit(pieces, rnd, _TEXTS)
    return b"".join(pieces)


def _move_element(pieces: list[bytes], rnd: random.Random) -> None:
    """Doubles, drops or moves a whole element, so that what comes of it is mostly well-formed."""
    opening = [at for at, one in enumerate(pieces) if one[:1] == b"<" and one[1:2] not in b"/?!"]
    if not opening:
        return
    at = rnd.choice(opening)
    name = re.match(rb"<([^\s/>]+)", pieces[at])
    end = at + 1
    if name is not None and not pieces[at].endswith(b"/>"):
        depth = 1
        while end < len(pieces) and depth:
            if pieces[end].startswith(b"</" + name[1]):
                depth -= 1
            elif pieces[end].startswith(b"<" + name[1]) and not pieces[end].endswith(b"/>"):
                depth += 1
            end += 1
    element = pieces[at:end]
    kind = rnd.random()
    if kind < 0.35:
        pieces[end:end] = element * rnd.choice((1, 1, 1, 3, 40))
    elif kind < 0.7:
        del pieces[at:end]
    else:
        del pieces[at:end]
        where = rnd.randrange(len(pieces) + 1)
        pieces[where:where] = element


def _edit(pieces: list[bytes], rnd: random.Random, words: tuple[bytes, ...]) -> None:
    if not pieces:
        pieces.append(rnd.choice(words))
        return
    at, other = rnd.randrange(len(pieces)), rnd.randrange(len(pieces))
    kind = rnd.randrange(6)
    if kind == 0:
        pieces[at] = rnd.choice(words)
    elif kind == 1:
        pieces.insert(at, rnd.choice(words))
    elif kind == 2:
        del pieces[at]
    elif kind == 3:
        pieces[at], pieces[other] = pieces[other], pieces[at]
    elif kind == 4:
        low, high = sorted((at, other))
        pieces[at:at] = pieces[low : min(high, low + 40)]
    else:
        pieces[at] = pieces[at] * rnd.choice((2, 3, 100))


def _chosen(parts: list[tuple[str, bytes]], rnd: random.Random) -> int:
    """The parts that hold the cells and the text more often than the rest."""
    weights = [
        8 if re.search(r"sheet\d|document|content|workbook\.|sharedStrings|styles|header|footer", name) else 1
        for name, _ in parts
    ]
    return rnd.choices(range(len(parts)), weights)[0]


def _change_members(parts: list[tuple[str, bytes]], at: int, rnd: random.Random) -> None:
    kind = rnd.randrange(4)
    if kind == 0 and len(parts) > 1:
        del parts[at]
    elif kind == 1:
        parts.append(parts[at])
    elif kind == 2:
        parts[at] = (
            rnd.choice(("../x.xml", "xl/vbaProject.bin", parts[at][0].upper(), "a" * 600, "x")),
            parts[at][1],
        )
    else:
        parts[at] = (parts[at][0], rnd.choice(parts)[1])


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                (one.filename, archive.read(one)) for one in archive.infolist() if one.file_size < 1 << 20
            ]
    except Exception:  # noqa: BLE001  # whatever zipfile makes of a broken archive
        return []


def _packed(parts: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            stored = name == "mimetype"
            one = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            archive.writestr(one, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()
