"""The gap register as an OSCAL plan of action and milestones."""

from avow.model.content import Content
from avow.model.gaps import GapEntry, GapRegister, GapStatus
from avow.model.oscal import Prop, as_markup, own_prop, present
from avow.outputs.oscal.catalog import CatalogueIds
from avow.outputs.oscal.ids import stable_uuid
from avow.outputs.oscal.values import (
    Poam,
    PoamItem,
    RelatedRisk,
    Risk,
    SystemId,
    document_uuid,
    instant,
    metadata,
    title_line,
)

POAM = "poam"
_RISK_STATUS = {
    GapStatus.OPEN: "open",
    GapStatus.IN_PROGRESS: "remediating",
    GapStatus.RISK_ACCEPTED: "deviation-approved",
    GapStatus.CLOSED: "closed",
}


def poam(register: GapRegister, content: Content, ids: CatalogueIds) -> Poam | None:
    """An item and a risk for each entry of the register, in its order.

    None for an empty register: OSCAL has no plan without items.
    """
    if not register.entries:
        return None
    company = content.company
    return Poam(
        uuid=document_uuid(content, POAM),
        metadata=metadata(content, POAM, f"Gaps of {company}: plan of action and milestones"),
        system_id=SystemId(
            identifier_type="http://ietf.org/rfc/rfc4122", id=stable_uuid(company, "component")
        ),
        risks=tuple(_risk(entry, company) for entry in register.entries),
        poam_items=tuple(_item(entry, company, ids) for entry in register.entries),
    )


def _risk(entry: GapEntry, company: str) -> Risk:
    gap = entry.gap
    met = "; ".join(f"{framework}: {', '.join(ones)}" for framework, ones in gap.requirements.items())
    return Risk(
        uuid=stable_uuid(company, "risk", gap.id),
        title=title_line(gap.subject, gap.id),
        description=as_markup(gap.detail or gap.reason.explanation),
        statement=as_markup(
            f"While this is open, these requirements are not shown to be met: {met}."
            if met
            else "While this is open, customers who ask cannot be told otherwise."
        ),
        props=present(_severity(entry)),
        status=_RISK_STATUS[entry.status],
        deadline=instant(entry.due) if entry.due else None,
    )


def _item(entry: GapEntry, company: str, ids: CatalogueIds) -> PoamItem:
    gap = entry.gap
    return PoamItem(
        uuid=stable_uuid(company, "gap", gap.id),
        title=title_line(gap.subject, gap.id),
        description=as_markup(gap.detail or gap.reason.explanation),
        props=_props(entry, ids),
        related_risks=(RelatedRisk(risk_uuid=stable_uuid(company, "risk", gap.id)),),
        remarks=as_markup(entry.note) or None,
    )


def _severity(entry: GapEntry) -> Prop | None:
    severity = own_prop("severity", entry.gap.severity.value)
    rule = as_markup(entry.gap.severity_rule) or None
    return severity.model_copy(update={"remarks": rule}) if severity else None


def _props(entry: GapEntry, ids: CatalogueIds) -> tuple[Prop, ...]:
    gap = entry.gap
    return present(
        own_prop("gap", gap.id),
        own_prop("kind", gap.kind.value),
        own_prop("reason", gap.reason.value),
        _severity(entry),
        own_prop("status", entry.status.value),
        *(own_prop("control", ids.controls.get(one, one)) for one in _controls(entry)),
        own_prop("evidence", gap.evidence or ""),
        *(own_prop("product", product) for product in gap.scope.products),
        *(own_prop("region", region) for region in gap.scope.regions),
        *(
            own_prop("requirement", identifier, class_=ids.frameworks.get(framework))
            for framework, ones in gap.requirements.items()
            for identifier in ones
        ),
        own_prop("owner", entry.owner),
        own_prop("due", entry.due.isoformat() if entry.due else ""),
        own_prop("first-seen", entry.first_seen.isoformat()),
        own_prop("decided-by", entry.decided_by),
        own_prop("decided-on", entry.decided_on.isoformat() if entry.decided_on else ""),
        own_prop("closed-on", entry.closed_on.isoformat() if entry.closed_on else ""),
        *(own_prop("customer", customer) for customer in gap.customers),
    )


def _controls(entry: GapEntry) -> tuple[str, ...]:
    first = (entry.gap.control,) if entry.gap.control else ()
    return tuple(dict.fromkeys((*first, *entry.gap.controls)))
