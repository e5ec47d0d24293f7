"""A workspace's catalogue, frameworks, mappings, implementation status and gaps as OSCAL documents.

Version 1.2 of the Open Security Controls Assessment Language (https://pages.nist.gov/OSCAL/), as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from avow.model.content import Content
from avow.model.gaps import GapRegister
from avow.outputs.oscal.catalog import CatalogueIds, catalogue, framework_catalogue
from avow.outputs.oscal.component_definition import component_definition, stated
from avow.outputs.oscal.poam import poam
from avow.outputs.oscal.profiles import mapping_collection, profile
from avow.outputs.oscal.values import document_json

CATALOGUE_FILE = "catalog.json"
POAM_FILE = "poam.json"
MAPPINGS_FILE = "mappings.json"


@dataclass(frozen=True)
class Exported:
    """Documents to be written (file name -> bytes), and what is not in them.

    `unstated` are the controls left out of the component definition because nobody has said how far they
    work, `unmapped` the frameworks without a profile because no control is mapped to them.
    """

    files: dict[str, bytes]
    unstated: tuple[str, ...]
    unmapped: tuple[str, ...]
    gaps: int


def export(content: Content, register: GapRegister, homes: Mapping[str, str]) -> Exported:
    """All documents. `homes`: control id -> name of its content file without extension.

    The same content and register give the same bytes.
    """
    ids = CatalogueIds(content)
    files = {CATALOGUE_FILE: document_json("catalog", catalogue(content, ids, homes))}
    framework_files: dict[str, str] = {}
    profiles: dict[str, str] = {}
    for framework in content.frameworks:
        name = ids.frameworks[framework.id]
        framework_files[framework.id] = f"framework-{name}.json"
        document = framework_catalogue(framework, content, ids)
        files[framework_files[framework.id]] = document_json("catalog", document)
        chosen = profile(framework, content, ids, CATALOGUE_FILE)
        if chosen is not None:
            profiles[framework.id] = f"profile-{name}.json"
            files[profiles[framework.id]] = document_json("profile", chosen)
    mappings = mapping_collection(content, ids, CATALOGUE_FILE, framework_files)
    if mappings is not None:
        files[MAPPINGS_FILE] = document_json("mapping-collection", mappings)
    components = component_definition(content, ids, CATALOGUE_FILE, profiles)
    files["component-definition.json"] = document_json("component-definition", components)
    plan = poam(register, content, ids)
    if plan is not None:
        files[POAM_FILE] = document_json("plan-of-action-and-milestones", plan)
    said = {one.control for one in stated(content)}
    return Exported(
        files=files,
        unstated=tuple(one.id for one in content.controls if one.id not in said),
        unmapped=tuple(one.id for one in content.frameworks if one.id not in profiles),
        gaps=len(register.entries),
    )
