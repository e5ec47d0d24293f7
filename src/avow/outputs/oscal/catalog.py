"""The control catalogue, and each framework's requirements, as OSCAL catalogues."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from avow.model.content import Content
from avow.model.controls import Control, EvidenceRequest
from avow.model.frameworks import Framework, Requirement
from avow.model.oscal import (
    IDENTIFIER,
    NAMESPACE,
    RMF,
    Catalog,
    CatalogControl,
    CatalogGroup,
    Part,
    Prop,
    as_markup,
    one_line,
    own_prop,
    present,
)
from avow.outputs.oscal.ids import tokens
from avow.outputs.oscal.values import document_uuid, metadata, title_line

CATALOGUE, FRAMEWORK = "catalogue", "framework"
_NO_TEXT = "The requirement's text is the framework's own and is not part of this document."


class CatalogueIds:
    """The OSCAL tokens of a content's controls, frameworks and requirements."""

    def __init__(self, content: Content) -> None:
        self.controls = tokens(control.id for control in content.controls)
        self.frameworks = tokens(framework.id for framework in content.frameworks)
        self.requirements = {
            framework.id: tokens(one.id for one in framework.requirements) for framework in content.frameworks
        }


def catalogue(content: Content, ids: CatalogueIds, homes: Mapping[str, str]) -> Catalog:
    """The control catalogue, a group for each run of controls of one domain, in the content's order.

    `homes` has for a control's id the name of the content file it is in, without extension: an import
    gives the files the same names.
    """
    runs = [
        (domain, home, list(ones))
        for (domain, home), ones in groupby(
            content.controls, key=lambda one: (one.domain, homes.get(one.id, ""))
        )
    ]
    taken = set(ids.controls.values())
    groups = []
    for domain, home, ones in runs:
        (group_id,) = tokens([home or domain.casefold()], taken).values()
        taken.add(group_id)
        title = title_line(domain, group_id)
        props = present(own_prop("file", home), *_exact_title(domain, title))
        controls = tuple(_control(one, ids) for one in ones)
        groups.append(CatalogGroup(id=group_id, title=title, props=props, controls=controls))
    named = (
        own_prop("framework", framework.id, class_=ids.frameworks[framework.id])
        for framework in content.frameworks
    )
    return Catalog(
        uuid=document_uuid(content, CATALOGUE),
        metadata=metadata(content, CATALOGUE, f"Control catalogue of {content.company}", *named),
        groups=tuple(groups),
    )


def _control(control: Control, ids: CatalogueIds) -> CatalogControl:
    identifier = ids.controls[control.id]
    title = title_line(control.title, control.id)
    return CatalogControl(
        id=identifier,
        title=title,
        props=present(
            _label(control.id) if identifier != control.id else None,
            *_exact_title(control.title, title),
            own_prop("type", control.type.value if control.type else ""),
            own_prop("owner-role", control.owner_role),
            own_prop("frequency", control.frequency),
            *(
                Prop(
                    name="mapping",
                    ns=NAMESPACE,
                    value=one_line(mapping.requirement) or "-",
                    class_=ids.frameworks.get(mapping.framework, mapping.framework),
                    group=mapping.relationship.value,
                    remarks=as_markup(mapping.rationale) or None,
                )
                for mapping in control.mappings
            ),
        ),
        parts=tuple(_parts(control, identifier)),
    )


def _parts(control: Control, identifier: str) -> Iterable[Part]:
    yield Part(id=f"{identifier}_smt", name="statement", prose=as_markup(control.statement) or None)
    if control.objective:
        yield Part(id=f"{identifier}_obj", name="objective", ns=NAMESPACE, prose=as_markup(control.objective))
    if control.guidance:
        yield Part(id=f"{identifier}_gdn", name="guidance", prose=as_markup(control.guidance))
    for number, request in enumerate(control.evidence_requests, start=1):
        yield _evidence_request(request, f"{identifier}_evd.{number}")
    for number, test in enumerate(control.tests, start=1):
        yield Part(
            id=f"{identifier}_tst.{number}",
            name="assessment-method",
            props=(Prop(name="method", ns=RMF, value="TEST"),),
            prose=as_markup(test) or None,
        )
    for number, question in enumerate(control.questions, start=1):
        prose = as_markup(question) or None
        yield Part(id=f"{identifier}_qst.{number}", name="question", ns=NAMESPACE, prose=prose)


def _evidence_request(request: EvidenceRequest, identifier: str) -> Part:
    return Part(
        id=identifier,
        name="assessment-method",
        props=present(Prop(name="method", ns=RMF, value="EXAMINE"), own_prop("freshness", request.freshness)),
        parts=(Part(name="assessment-objects", prose=as_markup(request.artefact) or None),),
    )


def _label(identifier: str) -> Prop:
    return Prop(name="label", value=one_line(identifier) or "-", class_=IDENTIFIER)


def _exact_title(text: str, title: str) -> tuple[Prop, ...]:
    """What a title cannot hold of a text: line breaks, edges, or that it is empty."""
    if as_markup(text) == title:
        return ()
    exact = Prop(name="title", ns=NAMESPACE, value=one_line(text) or "-", remarks=as_markup(text))
    return (exact,)


# ── frameworks ─────────────────────────────────────────────────────────────────────────────────────


def framework_catalogue(framework: Framework, content: Content, ids: CatalogueIds) -> Catalog:
    """A framework's identifiers and short titles: headings as groups, requirements as controls.

    A heading that stands beside requirements is a control of class `heading`, because OSCAL has no group
    with both.
    """
    tree = _Tree(framework, ids)
    exempt = (
        Prop(
            name="exempt",
            ns=NAMESPACE,
            value=one_line(identifier) or "-",
            group=f"exemption-{number}",
            remarks=as_markup(one.reason),
        )
        for number, one in enumerate(framework.exemptions, start=1)
        for identifier in dict.fromkeys(one.requirements)
    )
    tops = tree.children.get(None, [])
    return Catalog(
        uuid=document_uuid(content, f"{FRAMEWORK}-{framework.id}"),
        metadata=metadata(
            content,
            f"{FRAMEWORK}-{framework.id}",
            framework.title,
            own_prop("framework-id", framework.id),
            own_prop("framework-title", framework.title),
            own_prop("framework-version", framework.version),
            *exempt,
            remarks=framework.notice,
        ),
        controls=tuple(tree.control(one) for one in tops if one.assessable),
        groups=tuple(tree.group(one) for one in tops if not one.assessable),
    )


class _Tree:
    """A framework's requirements below their parents; one whose parent leads nowhere stands at the top."""

    def __init__(self, framework: Framework, ids: CatalogueIds) -> None:
        self.tokens = ids.requirements[framework.id]
        self.positions = {one.id: number for number, one in enumerate(framework.requirements, start=1)}
        self.children: dict[str | None, list[Requirement]] = {}
        known = framework.requirement_by_id
        self.placed: dict[str, str | None] = {}
        for one in framework.requirements:
            self.placed[one.id] = one.parent if one.parent in known and not _circles(one, known) else None
            self.children.setdefault(self.placed[one.id], []).append(one)

    def group(self, heading: Requirement) -> CatalogGroup:
        below = self.children.get(heading.id, [])
        only_headings = not any(one.assessable for one in below)
        return CatalogGroup(
            id=self.tokens[heading.id],
            title=title_line(heading.title, heading.id),
            props=self._props(heading),
            groups=tuple(self.group(one) for one in below) if only_headings else (),
            controls=() if only_headings else tuple(self.control(one) for one in below),
        )

    def control(self, one: Requirement) -> CatalogControl:
        return CatalogControl(
            id=self.tokens[one.id],
            class_=None if one.assessable else "heading",
            title=title_line(one.title, one.id),
            props=self._props(one),
            parts=(Part(id=f"{self.tokens[one.id]}_smt", name="statement", prose=_NO_TEXT),),
            controls=tuple(self.control(below) for below in self.children.get(one.id, [])),
        )

    def _props(self, one: Requirement) -> tuple[Prop, ...]:
        elsewhere = one.parent if one.parent and self.placed[one.id] != one.parent else ""
        return present(
            _label(one.id),
            own_prop("position", str(self.positions[one.id])),
            *_exact_title(one.title, title_line(one.title, one.id)),
            own_prop("group", one.group),
            own_prop("designation", one.designation or ""),
            own_prop("parent", elsewhere),
        )


def _circles(one: Requirement, known: Mapping[str, Requirement]) -> bool:
    seen, above = {one.id}, one.parent
    while above is not None and above in known:
        if above in seen:
            return True
        seen.add(above)
        above = known[above].parent
    return False
