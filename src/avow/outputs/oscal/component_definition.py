"""How far the company implements its controls, as an OSCAL component definition.

A control of which nobody has said how far it works is left out: nothing is claimed for it.
"""

from collections.abc import Sequence

from avow.model.base import Sharing
from avow.model.content import Content
from avow.model.controls import Control, Evidence, Implementation, Status
from avow.model.oscal import Link, Prop, Role, as_markup, one_line, own_prop, present
from avow.outputs.oscal.catalog import CatalogueIds
from avow.outputs.oscal.ids import stable_uuid, tokens
from avow.outputs.oscal.profiles import mapped_controls
from avow.outputs.oscal.values import (
    BackMatter,
    Component,
    ComponentDefinition,
    ControlImplementation,
    ImplementedRequirement,
    Resource,
    ResponsibleRole,
    document_uuid,
    metadata,
    title_line,
)

COMPONENT_DEFINITION = "component-definition"
_SAID = {
    Status.IMPLEMENTED: "Implemented.",
    Status.PARTIAL: "Implemented in part only.",
    Status.PLANNED: "Planned, and not in place yet.",
    Status.ALTERNATIVE: "Met in another way than the control describes.",
    Status.NOT_APPLICABLE: "Does not apply.",
}


def stated(content: Content) -> tuple[Implementation, ...]:
    """The implementations that say a status, of controls the catalogue has."""
    known = content.control_by_id
    return tuple(one for one in content.implementations if one.status is not None and one.control in known)


def component_definition(
    content: Content, ids: CatalogueIds, catalogue: str, profiles: dict[str, str]
) -> ComponentDefinition:
    """The company's service as one component.

    It has a set of implementations for each profile (`profiles`: framework id -> the profile's file), and
    one for the controls that are mapped to no framework, from the file `catalogue`. Of evidence it holds
    title, validity and who may see it; where it lies and notes on it stay here.
    """
    made = _Parts(content, ids)
    sets = [
        made.implementations(file, mapped_controls(content, framework))
        for framework, file in profiles.items()
    ]
    unmapped = tuple(one for one in content.controls if not one.mappings)
    sets.append(made.implementations(catalogue, unmapped))
    name = f"Service of {content.company}"
    component = Component(
        uuid=stable_uuid(content.company, "component"),
        type="service",
        title=title_line(name, "Service"),
        description=as_markup(f"What {content.company} provides to its customers, and how it is run."),
        control_implementations=tuple(one for one in sets if one is not None),
    )
    cited = {name for one in made.stated for name in one.evidence}
    resources = tuple(made.resource(piece) for piece in content.evidence if piece.id in cited)
    return ComponentDefinition(
        uuid=document_uuid(content, COMPONENT_DEFINITION),
        metadata=metadata(
            content,
            COMPONENT_DEFINITION,
            f"Controls as implemented by {content.company}",
            roles=tuple(
                Role(id=made.roles[key], title=as_markup(owner)) for key, owner in made.owners.items()
            ),
        ),
        components=(component,),
        back_matter=BackMatter(resources=resources) if resources else None,
    )


class _Parts:
    def __init__(self, content: Content, ids: CatalogueIds) -> None:
        self.content = content
        self.ids = ids
        self.stated = stated(content)
        self.owners: dict[str, str] = {}  # as first written, by what tells owners apart
        for one in self.stated:
            owner = one_line(one.owner)
            if owner:
                self.owners.setdefault(owner.casefold(), owner)
        self.roles = tokens(self.owners)

    def implementations(self, source: str, controls: Sequence[Control]) -> ControlImplementation | None:
        """What is implemented of the controls chosen by the file `source`; None where nothing is said of any."""
        wanted = {one.id for one in controls}
        order = {one.id: number for number, one in enumerate(controls)}
        ones = sorted(
            (one for one in self.stated if one.control in wanted), key=lambda one: order[one.control]
        )
        if not ones:
            return None
        return ControlImplementation(
            uuid=stable_uuid(self.content.company, "implementations", source),
            source=source,
            description="How far each control works, where somebody has said so.",
            implemented_requirements=tuple(self._requirement(one, source) for one in ones),
        )

    def _requirement(self, one: Implementation, source: str) -> ImplementedRequirement:
        assert one.status is not None  # noqa: S101  # `stated` leaves out the others
        scope = one.scope
        names = (one.control, *scope.products, "/", *scope.regions)
        owner = one_line(one.owner).casefold()
        known = self.content.evidence_by_id
        return ImplementedRequirement(
            uuid=stable_uuid(self.content.company, "implementation", source, *names),
            control_id=self.ids.controls[one.control],
            description=_SAID[one.status],
            props=present(
                Prop(name="implementation-status", value=one.status.value),
                *(own_prop("product", product) for product in scope.products),
                *(own_prop("region", region) for region in scope.regions),
                own_prop("planned-for", one.planned_for.isoformat() if one.planned_for else ""),
                own_prop("reviewed-on", one.reviewed_on.isoformat() if one.reviewed_on else ""),
            ),
            links=tuple(
                Link(href=f"#{self._evidence_uuid(name)}", rel="reference")
                for name in dict.fromkeys(one.evidence)
                if name in known
            ),
            responsible_roles=(ResponsibleRole(role_id=self.roles[owner]),) if owner else (),
            remarks=as_markup(one.notes) or None,
        )

    def resource(self, piece: Evidence) -> Resource:
        """A piece of evidence as something the document refers to."""
        internal = piece.sharing is Sharing.INTERNAL
        return Resource(
            uuid=self._evidence_uuid(piece.id),
            title=title_line(piece.document, piece.id),
            props=present(
                own_prop("evidence", piece.id),
                own_prop("valid-from", piece.valid_from.isoformat() if piece.valid_from else ""),
                own_prop("valid-until", piece.valid_until.isoformat() if piece.valid_until else ""),
                own_prop("sharing", piece.sharing.value),
            ),
            remarks="Internal: it may be named, and is not handed out." if internal else None,
        )

    def _evidence_uuid(self, identifier: str) -> str:
        return stable_uuid(self.content.company, "evidence", identifier)
