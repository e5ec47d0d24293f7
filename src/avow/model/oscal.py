"""The part of OSCAL's catalogue model that Avow writes and reads.

After the OSCAL 1.2 catalogue, control and metadata models (https://pages.nist.gov/OSCAL-Reference/): names in
kebab-case in JSON, empty parts left out. Fields that are not here are passed over when reading.
"""

import re

from pydantic import ConfigDict

from avow.model.base import Value

OSCAL_VERSION = "1.2.1"
NAMESPACE = "urn:avow:oscal:1"  # the `ns` of what OSCAL has no word for
RMF = "http://csrc.nist.gov/ns/rmf"  # OSCAL's home for the property `method` of an assessment method
KIND = "kind"  # metadata property of our documents, in NAMESPACE: which document it is
IDENTIFIER = "identifier"  # class of the property `label` that holds an id no OSCAL token can be


class OscalValue(Value):
    """A part of an OSCAL document: `last_modified` is `last-modified` there, and `class_` is `class`."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


class Prop(OscalValue):
    """A named value on a part of a document; without `ns` the name is OSCAL's own."""

    name: str
    ns: str | None = None
    value: str
    class_: str | None = None
    group: str | None = None
    remarks: str | None = None


class Link(OscalValue):
    """A reference, to a part of the same document (`#uuid`) or elsewhere."""

    href: str
    rel: str | None = None


class Part(OscalValue):
    """A piece of a control's text, such as its `statement` or a nested `item`."""

    id: str | None = None
    name: str
    ns: str | None = None
    title: str | None = None
    props: tuple[Prop, ...] = ()
    prose: str | None = None
    parts: tuple["Part", ...] = ()
    links: tuple[Link, ...] = ()


class Selection(OscalValue):
    """The choices of a parameter."""

    how_many: str | None = None
    choice: tuple[str, ...] = ()


class Param(OscalValue):
    """A blank in a control's text that its reader fills in."""

    id: str
    label: str | None = None
    values: tuple[str, ...] = ()
    select: Selection | None = None


class CatalogControl(OscalValue):
    """A control of a catalogue, with its enhancements below it."""

    id: str
    class_: str | None = None
    title: str
    params: tuple[Param, ...] = ()
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    controls: tuple["CatalogControl", ...] = ()


class CatalogGroup(OscalValue):
    """A group of controls, or of groups."""

    id: str | None = None
    title: str
    params: tuple[Param, ...] = ()
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    groups: tuple["CatalogGroup", ...] = ()
    controls: tuple[CatalogControl, ...] = ()


class Role(OscalValue):
    """Somebody's part in things, as responsible roles name it."""

    id: str
    title: str


class Party(OscalValue):
    """A person or an organisation."""

    uuid: str
    type: str
    name: str | None = None


class DocumentId(OscalValue):
    """Names a document's series: the same for every edition of it."""

    identifier: str


class Metadata(OscalValue):
    """What a document says about itself."""

    title: str
    last_modified: str
    version: str
    oscal_version: str
    document_ids: tuple[DocumentId, ...] = ()
    props: tuple[Prop, ...] = ()
    roles: tuple[Role, ...] = ()
    parties: tuple[Party, ...] = ()
    remarks: str | None = None


class Catalog(OscalValue):
    """A catalogue of controls."""

    uuid: str
    metadata: Metadata
    params: tuple[Param, ...] = ()
    controls: tuple[CatalogControl, ...] = ()
    groups: tuple[CatalogGroup, ...] = ()


# ── texts ──────────────────────────────────────────────────────────────────────────────────────────

# What CommonMark, and OSCAL's subset of it, would read as more than the character itself.
_MEANT = re.compile(r"[\\`*~^]|(?<!\w)_|_(?!\w)|\[|<(?=[A-Za-z/!?])|&(?=(?:lt|gt|amp|quot|apos|nbsp|#\w+);)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACE = re.compile(r"\s+")


def as_markup(text: str) -> str:
    """A plain text as OSCAL markup that reads as just this text; `from_markup` gives it back."""
    return _MEANT.sub(lambda found: "\\" + found[0], text)


def from_markup(markup: str) -> str:
    """The plain text of markup that `as_markup` wrote."""
    return _ESCAPED.sub(lambda found: found[1], markup)


def one_line(text: str) -> str:
    """The text on one line, as OSCAL's titles and property values must be."""
    return _SPACE.sub(" ", text).strip()


def own_prop(name: str, text: str, class_: str | None = None) -> Prop | None:
    """A property in our namespace with this text; None for an empty text, which no property can hold.

    Where the text is more than one line, `remarks` has it as it is; `own_text` reads it back.
    """
    if not text:
        return None
    value = one_line(text)
    exact = None if value == text else as_markup(text)
    return Prop(name=name, ns=NAMESPACE, value=value or "-", class_=class_, remarks=exact)


def own_text(props: tuple[Prop, ...], name: str) -> str | None:
    """The text of our property of this name; None where there is none."""
    for prop in props:
        if prop.ns == NAMESPACE and prop.name == name:
            return prop.value if prop.remarks is None else from_markup(prop.remarks)
    return None


def present(*props: Prop | None) -> tuple[Prop, ...]:
    """Those properties that are there."""
    return tuple(prop for prop in props if prop is not None)
