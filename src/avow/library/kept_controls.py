"""Controls that a release has dropped but the company still names, kept in files of the company's own."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from avow.library.loader import CATALOGUE, Loaded
from avow.library.yaml_source import parse

_HEADER = "# Controls that a newer release of Avow has no more, kept because this company still names them.\n"


def with_kept(files: Mapping[str, bytes], controls: Iterable[str], before: Loaded) -> dict[str, bytes | None]:
    """The files `controls/catalogue/kept-<domain>.yaml` with these controls, as they stand in `files`.

    Comments inside an entry are kept. In: ids of controls that are in the content `before`. Out: path -> bytes.
    """
    made: dict[str, bytes | None] = {}
    for identifier in controls:
        control = before.content.control_by_id[identifier]
        name = f"{CATALOGUE}/kept-{_slug(control.domain)}.yaml"
        held = made.get(name) or files.get(name)
        if held is None:
            header = yaml.safe_dump({"domain": control.domain}, allow_unicode=True, width=2**31)
            held = (_HEADER + header + "controls:\n").encode()
        file, _ = before.places[f"control:{identifier}"]
        separator = b"" if held.endswith(b"\n") else b"\n"
        made[name] = held + separator + _entry(files[file], identifier).encode()
    return made


def _slug(domain: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", domain.casefold()).strip("-") or "controls"


def _entry(data: bytes, identifier: str) -> str:
    """The control's entry as lines of a list whose dashes stand in column 2."""
    document, _ = parse(data, "")
    position, entry = next(
        (number, one) for number, one in enumerate(document.value["controls"]) if one.get("id") == identifier
    )
    shifted = _shifted(data.decode(errors="replace").removeprefix("\ufeff"), document.node, position)
    found, issues = parse(("controls:\n" + shifted).encode(), "")
    if not issues and found.value == {"controls": [entry]}:
        return shifted
    dumped: str = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=110)
    return "".join(f"  {line}\n" for line in dumped.splitlines())


def _shifted(text: str, top: Any, position: int) -> str:
    """The entry's own lines, moved sideways to stand below a dash in column 2."""
    entries = next(value for key, value in top.value if key.value == "controls")
    node = entries.value[position]
    column = node.start_mark.column
    first, *rest = text[node.start_mark.index : node.end_mark.index].rstrip().splitlines()
    return (
        "\n".join(
            [
                f"  - {first}",
                *(" " * 4 + line[min(column, len(line) - len(line.lstrip(" "))) :] for line in rest),
            ]
        )
        + "\n"
    )
