"""A profile for each framework: the controls that are mapped to it; and the mappings themselves."""

from collections.abc import Iterator

from avow.model.content import Content
from avow.model.controls import Control, Relationship
from avow.model.frameworks import Framework
from avow.model.oscal import as_markup, own_prop
from avow.outputs.oscal.catalog import CatalogueIds
from avow.outputs.oscal.ids import stable_uuid
from avow.outputs.oscal.values import (
    Import,
    Map,
    MappedItem,
    MappedResource,
    Mapping,
    MappingCollection,
    Merge,
    Profile,
    Provenance,
    SelectById,
    document_uuid,
    metadata,
)

MAPPINGS = "mappings"
# The words of OSCAL 1.2's control mapping model for the relationships of NIST IR 8477.
_RELATIONSHIPS = {
    Relationship.EQUAL: "equal-to",
    Relationship.EQUIVALENT: "equivalent-to",
    Relationship.SUBSET: "subset-of",
    Relationship.SUPERSET: "superset-of",
    Relationship.INTERSECTS: "intersects-with",
}


def mapped_controls(content: Content, framework: str) -> tuple[Control, ...]:
    """The controls with a mapping to the framework, in the catalogue's order."""
    return tuple(one for one in content.controls if framework in one.requirements())


def profile(framework: Framework, content: Content, ids: CatalogueIds, catalogue: str) -> Profile | None:
    """The controls mapped to a framework, chosen from the file `catalogue`; None where there are none."""
    chosen = mapped_controls(content, framework.id)
    if not chosen:
        return None
    selected = SelectById(with_ids=tuple(ids.controls[one.id] for one in chosen))
    kind = f"profile-{framework.id}"
    return Profile(
        uuid=document_uuid(content, kind),
        metadata=metadata(
            content,
            kind,
            f"Controls of {content.company} for {framework.title}",
            own_prop("framework-id", framework.id),
            own_prop("framework-version", framework.version),
        ),
        imports=(Import(href=catalogue, include_controls=(selected,)),),
        merge=Merge(as_is=True),
    )


def mapping_collection(
    content: Content, ids: CatalogueIds, catalogue: str, framework_files: dict[str, str]
) -> MappingCollection | None:
    """The catalogue's mappings, one for each framework; None where nothing is mapped.

    `catalogue` is the catalogue's file and `framework_files` has for a framework's id the file of its requirements.
    """
    mappings = tuple(
        Mapping(
            uuid=stable_uuid(content.company, "mapping", framework.id),
            source_resource=MappedResource(type="catalog", href=catalogue),
            target_resource=MappedResource(type="catalog", href=framework_files[framework.id]),
            maps=maps,
        )
        for framework in content.frameworks
        if (maps := tuple(_maps(framework, content, ids)))
    )
    if not mappings:
        return None
    return MappingCollection(
        uuid=document_uuid(content, MAPPINGS),
        metadata=metadata(content, MAPPINGS, f"Control mappings of {content.company}"),
        provenance=Provenance(
            method="human",
            matching_rationale="semantic",
            status="complete",
            mapping_description="What each control's intent is against the requirements it helps to meet, "
            "and why. A requirement is met by its controls together.",
        ),
        mappings=mappings,
    )


def _maps(framework: Framework, content: Content, ids: CatalogueIds) -> Iterator[Map]:
    targets = ids.requirements[framework.id]
    for control in content.controls:
        for mapping in control.mappings:
            if mapping.framework == framework.id and mapping.requirement in targets:
                names = ("map", framework.id, control.id, mapping.requirement)
                yield Map(
                    uuid=stable_uuid(content.company, *names),
                    relationship=_RELATIONSHIPS[mapping.relationship],
                    sources=(MappedItem(type="control", id_ref=ids.controls[control.id]),),
                    targets=(MappedItem(type="control", id_ref=targets[mapping.requirement]),),
                    remarks=as_markup(mapping.rationale) or None,
                )
