"""How the parts of a package hang together: content types and relationships."""

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import local, tree
from avow.model.reasons import Reason

CONTENT_TYPES = "[Content_Types].xml"


@dataclass(slots=True, frozen=True)
class Relationship:
    """`kind` is the last word of the type, `target` a part's name or, if external, an address."""

    identifier: str
    kind: str
    target: str
    external: bool


def relationships(package: Package, source: str) -> list[Relationship]:
    """The relationships of a part (`""`: of the package). Raises InputRefusedError for one leading out of it."""
    folder, _, name = source.rpartition("/")
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    if part not in package:
        return []
    found = []
    for element in tree(package, part):
        if not isinstance(element.tag, str):
            continue
        target = element.get("Target", "")
        external = element.get("TargetMode", "") == "External"
        if not external:
            target = _part_name(package, folder, target)
        kind = element.get("Type", "").rpartition("/")[2]
        found.append(Relationship(element.get("Id", ""), kind, target, external))
    return found


def main_part(package: Package) -> str | None:
    """The name of the package's main part, None when there is none."""
    for relationship in relationships(package, ""):
        if (
            relationship.kind == "officeDocument"
            and not relationship.external
            and relationship.target in package
        ):
            return relationship.target
    return None


def content_type(package: Package, part: str) -> str:
    """The content type the package gives a part, "" for none."""
    if CONTENT_TYPES not in package:
        return ""
    default = ""
    extension = part.rpartition(".")[2].casefold()
    for element in tree(package, CONTENT_TYPES):
        if not isinstance(element.tag, str):
            continue
        if element.get("PartName", "").casefold() == f"/{part}".casefold():
            return str(element.get("ContentType", ""))
        if local(element) == "Default" and element.get("Extension", "").casefold() == extension:
            default = element.get("ContentType", "")
    return default


def _part_name(package: Package, folder: str, target: str) -> str:
    path = unquote(target.partition("#")[0])
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
    name = posixpath.normpath(joined) if joined else ""
    if name.startswith("..") or "\\" in name:
        raise package.refuse(
            Reason.ZIP_UNSAFE,
            f"a relationship leads out of the package ({target[:80]!a}); do not open the file",
        )
    if name not in package:
        # Part names are equal but for case; the directory has no two names that differ only so.
        lower = name.casefold()
        return next((one for one in package.members if one.casefold() == lower), name)
    return name
