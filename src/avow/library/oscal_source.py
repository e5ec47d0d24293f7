"""An OSCAL catalogue read from a file that may be hostile: limits first, then JSON, then its shape."""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from avow.errors import InputRefusedError
from avow.model.oscal import Catalog
from avow.model.reasons import Reason

MAX_BYTES = 32 * 1024 * 1024  # NIST SP 800-53 with its assessment procedures has 10 MB
MAX_DEPTH = 64
_NESTING = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_OTHER_MODELS = {
    "profile": "a profile, which only chooses controls; resolve it to a catalogue first (such as with compliance-trestle)",
    "component-definition": "a component definition; Avow takes a catalogue",
    "system-security-plan": "a system security plan; Avow takes a catalogue",
    "mapping-collection": "a collection of mappings; write them into controls/mappings/*.yaml",
    "plan-of-action-and-milestones": "a plan of action and milestones; Avow takes a catalogue",
}


def read_catalog(path: Path) -> Catalog:
    """The catalogue in the JSON file at `path`.

    Raises InputRefusedError for what is missing, too large, nested too deeply, not JSON, not a catalogue, or not
    whole; a key that stands twice is refused too, because which of the two holds nobody can say.
    """
    name = path.name
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputRefusedError(name, Reason.FILE_MISSING, "there is no such file") from None
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise InputRefusedError(name, Reason.FILE_DAMAGED, message) from None
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 2**20} MiB"
        raise InputRefusedError(name, Reason.FILE_TOO_LARGE, message)
    document = _parsed(name, data)
    if not isinstance(document, dict) or "catalog" not in document:
        known = document if isinstance(document, dict) else ()
        other = next((_OTHER_MODELS[key] for key in known if key in _OTHER_MODELS), "no OSCAL catalogue")
        raise InputRefusedError(name, Reason.FORMAT_UNSUPPORTED, f"it is {other}")
    try:
        return Catalog.model_validate(document["catalog"])
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        where = ".".join(str(step) for step in ("catalog", *first["loc"]))
        message = f"it is no valid OSCAL catalogue: {where[:200]}: {first['msg'][:200]}"
        raise InputRefusedError(name, Reason.FILE_DAMAGED, message) from None


def _parsed(name: str, data: bytes) -> Any:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise InputRefusedError(name, Reason.FILE_EMPTY, "the file has no content")
    if start == b"<":
        message = "OSCAL is read as JSON, and this is XML; convert it (such as with `oscal-cli convert`)"
        raise InputRefusedError(name, Reason.FORMAT_UNSUPPORTED, message)
    if start not in b"{[":
        message = "OSCAL is read as JSON, and this is YAML or something else; convert it to JSON first"
        raise InputRefusedError(name, Reason.FORMAT_UNSUPPORTED, message)
    _refuse_depth(name, data)
    try:
        read = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins, parse_constant=_no_number)
        if _HALF.search(data):
            json.dumps(read, ensure_ascii=False).encode()  # fails for half a character
    except UnicodeDecodeError:
        raise InputRefusedError(name, Reason.ENCODING_ERROR, "it is not UTF-8") from None
    except UnicodeEncodeError:
        message = "it holds half of a character (a lone surrogate)"
        raise InputRefusedError(name, Reason.ENCODING_ERROR, message) from None
    except (ValueError, RecursionError) as error:
        raise InputRefusedError(name, Reason.FILE_DAMAGED, f"not readable as JSON: {error}") from None
    return read


def _refuse_depth(name: str, data: bytes) -> None:
    # Before parsing: the parser recurses, and a million brackets are a small file.
    depth = 0
    for found in _NESTING.finditer(data):
        first = found[0][:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                message = f"it is nested deeper than {MAX_DEPTH} levels"
                raise InputRefusedError(name, Reason.FILE_DAMAGED, message)
        elif first in b"]}":
            depth -= 1


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key[:80]!r} stands twice in one object")
        made[key] = value
    return made


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
