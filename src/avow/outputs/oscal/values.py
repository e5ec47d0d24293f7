"""The parts of OSCAL's other models that Avow writes, and documents as bytes.

After the OSCAL 1.2 profile, mapping, component definition and POA&M models
(https://pages.nist.gov/OSCAL-Reference/). What the documents share with the catalogue is in `avow.model.oscal`.
"""

import json
from datetime import date

from avow.model.content import Content
from avow.model.oscal import (
    KIND,
    OSCAL_VERSION,
    DocumentId,
    Link,
    Metadata,
    OscalValue,
    Party,
    Prop,
    Role,
    as_markup,
    one_line,
    own_prop,
    present,
)
from avow.outputs.oscal.ids import stable_uuid


class SelectById(OscalValue):
    """Controls chosen by id."""

    with_ids: tuple[str, ...]


class Import(OscalValue):
    """The catalogue a profile chooses from, and what."""

    href: str
    include_controls: tuple[SelectById, ...]


class Merge(OscalValue):
    """How the chosen controls are put together: as the catalogue has them."""

    as_is: bool


class Profile(OscalValue):
    """A choice of controls."""

    uuid: str
    metadata: Metadata
    imports: tuple[Import, ...]
    merge: Merge


class ResponsibleRole(OscalValue):
    """Who answers for something, by the role's id."""

    role_id: str


class ImplementedRequirement(OscalValue):
    """How the company implements one control, in one scope."""

    uuid: str
    control_id: str
    description: str
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    responsible_roles: tuple[ResponsibleRole, ...] = ()
    remarks: str | None = None


class ControlImplementation(OscalValue):
    """How the controls of one profile are implemented."""

    uuid: str
    source: str
    description: str
    implemented_requirements: tuple[ImplementedRequirement, ...]


class Component(OscalValue):
    """A part of a system that implements controls."""

    uuid: str
    type: str
    title: str
    description: str
    control_implementations: tuple[ControlImplementation, ...] = ()


class Resource(OscalValue):
    """Something the document refers to."""

    uuid: str
    title: str
    props: tuple[Prop, ...] = ()
    remarks: str | None = None


class BackMatter(OscalValue):
    """What the document refers to."""

    resources: tuple[Resource, ...]


class ComponentDefinition(OscalValue):
    """Components and the controls they implement."""

    uuid: str
    metadata: Metadata
    components: tuple[Component, ...]
    back_matter: BackMatter | None = None


class Provenance(OscalValue):
    """How mappings came to be."""

    method: str
    matching_rationale: str
    status: str
    mapping_description: str


class MappedResource(OscalValue):
    """The document one end of a mapping is in."""

    type: str
    href: str


class MappedItem(OscalValue):
    """One end of a mapping."""

    type: str
    id_ref: str


class Map(OscalValue):
    """One control against one requirement."""

    uuid: str
    relationship: str
    sources: tuple[MappedItem, ...]
    targets: tuple[MappedItem, ...]
    remarks: str | None = None


class Mapping(OscalValue):
    """The catalogue against one framework."""

    uuid: str
    source_resource: MappedResource
    target_resource: MappedResource
    maps: tuple[Map, ...]


class MappingCollection(OscalValue):
    """All mappings."""

    uuid: str
    metadata: Metadata
    provenance: Provenance
    mappings: tuple[Mapping, ...]


class SystemId(OscalValue):
    """Which system a plan is about."""

    identifier_type: str
    id: str


class Risk(OscalValue):
    """What may come of a gap, and what was decided about it."""

    uuid: str
    title: str
    description: str
    statement: str
    props: tuple[Prop, ...] = ()
    status: str
    deadline: str | None = None


class RelatedRisk(OscalValue):
    """A risk behind an item."""

    risk_uuid: str


class PoamItem(OscalValue):
    """Something to be done."""

    uuid: str
    title: str
    description: str
    props: tuple[Prop, ...] = ()
    related_risks: tuple[RelatedRisk, ...]
    remarks: str | None = None


class Poam(OscalValue):
    """A plan of action and milestones."""

    uuid: str
    metadata: Metadata
    system_id: SystemId
    risks: tuple[Risk, ...]
    poam_items: tuple[PoamItem, ...]


def instant(day: date) -> str:
    """The beginning of a day, in UTC, as OSCAL writes times."""
    return f"{day.isoformat()}T00:00:00Z"


def title_line(text: str, otherwise: str) -> str:
    """A text as an OSCAL title: one line that is never empty."""
    return as_markup(one_line(text)) or as_markup(one_line(otherwise)) or "-"


def metadata(
    content: Content,
    kind: str,
    title: str,
    *props: Prop | None,
    roles: tuple[Role, ...] = (),
    remarks: str = "",
) -> Metadata:
    """A document's metadata: of the content's day and revision, in the company's name.

    `kind` tells the document among the company's: it makes the id of its series.
    """
    name = one_line(content.company) or "-"
    party = Party(uuid=stable_uuid(content.company, "party"), type="organization", name=name)
    return Metadata(
        title=title_line(title, kind),
        last_modified=instant(content.as_of),
        version=content.revision[:12] or "-",
        oscal_version=OSCAL_VERSION,
        document_ids=(DocumentId(identifier=stable_uuid(content.company, "series", kind)),),
        props=present(own_prop(KIND, kind), *props),
        roles=roles,
        parties=(party,),
        remarks=as_markup(remarks) or None,
    )


def document_uuid(content: Content, kind: str) -> str:
    """The UUID of this edition of a document: another one when content or day differ."""
    return stable_uuid(content.company, "document", kind, content.revision, content.as_of.isoformat())


def document_json(name: str, document: OscalValue) -> bytes:
    """A document as JSON in UTF-8 under its OSCAL name, such as `catalog`; in OSCAL's order, a newline at the end."""
    held = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return (json.dumps({name: held}, ensure_ascii=False, indent=2) + "\n").encode()
