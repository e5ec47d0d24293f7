"""OSCAL documents read by somebody else's code, and a catalogue that nobody here exported."""

import copy
import json
from pathlib import Path
from typing import Any

import trestle.core.validator_factory
from trestle.core.all_validator import AllValidator
from trestle.core.base_model import OscalBaseModel
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.mapping import MappingCollection
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.oscal.profile import Profile

assert trestle.core.validator_factory.validator_factory  # trestle needs it imported before its validators

_MODELS: dict[str, type[OscalBaseModel]] = {
    "catalog": Catalog,
    "profile": Profile,
    "component-definition": ComponentDefinition,
    "mapping-collection": MappingCollection,
    "plan-of-action-and-milestones": PlanOfActionAndMilestones,
}


def valid(path: Path) -> Any:
    """The document as compliance-trestle reads it; fails where trestle finds anything wrong."""
    (kind,) = json.loads(path.read_bytes())
    read = _MODELS[kind].oscal_read(path)
    assert read is not None, path
    assert AllValidator().model_is_valid(read, True, None), path
    return read


def written(folder: Path, files: dict[str, bytes]) -> dict[str, Path]:
    """Files put into a folder: name -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in files}


def _prop(name: str, value: str, **more: str) -> dict[str, str]:
    return {"name": name, "value": value, **more}


def _statement(identifier: str, prose: str, *items: str) -> dict[str, Any]:
    part: dict[str, Any] = {"id": f"{identifier}_smt", "name": "statement", "prose": prose}
    if items:
        part["parts"] = [
            {
                "id": f"{identifier}_smt.{letter}",
                "name": "item",
                "props": [_prop("label", f"{letter}.")],
                "prose": item,
            }
            for letter, item in zip("abcdef", items, strict=False)
        ]
    return part


def _control(identifier: str, title: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    padded = _prop("label", f"{identifier.upper()}-00", **{"class": "zero-padded"})
    made = {"id": identifier, "title": title, "props": [padded, _prop("label", identifier.upper())]}
    return {**made, **({"parts": list(parts)} if parts else {}), **more}


_HARBOUR: dict[str, Any] = {
    "catalog": {
        "uuid": "5f0d2f7e-6f0b-4b64-9d0c-1f6a1c3b7a10",
        "metadata": {
            "title": "Lantern Baseline for Harbour Systems",
            "last-modified": "2026-02-03T10:00:00.000-05:00",
            "version": "3.1",
            "oscal-version": "1.1.2",
            "remarks": "Text of the *Lantern Society*, free to use.",
        },
        "params": [{"id": "org", "label": "the operator"}],
        "controls": [
            _control(
                "lb-1",
                "Scope of the baseline",
                _statement("lb-1", "{{ insert: param, org }} lists its systems."),
            )
        ],
        "groups": [
            {
                "id": "watch",
                "title": "Watchkeeping",
                "groups": [
                    {
                        "id": "people",
                        "title": "People on watch",
                        "parts": [{"name": "overview", "prose": "About people."}],
                        "controls": [
                            _control(
                                "wa-1",
                                "Watch rota",
                                _statement(
                                    "wa-1",
                                    "{{ insert: param, org }}:",
                                    "keeps a rota for {{ insert: param, wa-1_prm_1 }};",
                                    "reviews it {{ insert: param, wa-1_prm_2 }}; and",
                                    "tells **everybody** on it, see [the annex](#a1) &amp; the `rota` file.",
                                ),
                                {
                                    "name": "guidance",
                                    "prose": "Two people\nper watch \\*at least\\*.\n\nMore at night.",
                                },
                                {
                                    "name": "assessment-method",
                                    "props": [_prop("method", "EXAMINE", ns="http://csrc.nist.gov/ns/rmf")],
                                    "parts": [
                                        {
                                            "name": "assessment-objects",
                                            "prose": "The rota\n\nSigned hand-overs",
                                        }
                                    ],
                                },
                                {
                                    "name": "assessment-method",
                                    "props": [_prop("method", "INTERVIEW")],
                                    "parts": [
                                        {"name": "assessment-objects", "prose": "Watch leader\n\nDeputies"}
                                    ],
                                },
                                {"name": "assessment-objective", "prose": "Determine if there is a rota."},
                                params=[
                                    {"id": "wa-1_prm_1", "values": ["all quays", "the tower"]},
                                    {
                                        "id": "wa-1_prm_2",
                                        "select": {
                                            "how-many": "one-or-more",
                                            "choice": ["monthly", "after {{ insert: param, wa-1_prm_3 }}"],
                                        },
                                    },
                                    {"id": "wa-1_prm_3", "label": "an event"},
                                ],
                                links=[{"href": "#wa-2", "rel": "related"}],
                                controls=[
                                    _control(
                                        "wa-1.1",
                                        "Rota kept by machine",
                                        _statement(
                                            "wa-1.1", "The rota is kept in {{ insert: param, wa-1.1_prm_1 }}."
                                        ),
                                        params=[{"id": "wa-1.1_prm_1"}],
                                        controls=[
                                            _control(
                                                "wa-1.1.1",
                                                "Copy on paper",
                                                _statement("wa-1.1.1", "A copy hangs in the tower."),
                                            )
                                        ],
                                    ),
                                    _control("wa-1.2", "Rota by radio", props=[_prop("status", "withdrawn")]),
                                ],
                            ),
                            _control("wa-2", "Relief", _statement("wa-2", "{{ insert: param, loop }}")),
                        ],
                        "params": [{"id": "loop", "label": "again {{ insert: param, loop }}"}],
                    },
                    {
                        "id": "tools",
                        "title": "Tools",
                        "controls": [
                            _control(
                                "to-1",
                                "Lamps",
                                _statement("to-1", "Lamps are tested {{ insert: param, nobody }}."),
                                {"name": "guidance", "prose": "Run {% raw %} never."},
                            ),
                            _control("to-2", "Horns {% if %}", _statement("to-2", "Horns sound.")),
                            _control("to-3", "Radios"),
                        ],
                    },
                ],
            },
            {
                "id": "berths",
                "title": "Berths",
                "controls": [_control("be-1", "Moorings", _statement("be-1", "Moorings hold 5 * 3 tonnes."))],
            },
        ],
    }
}


def foreign_catalog() -> dict[str, Any]:
    """A catalogue of somebody else's: groups in groups, enhancements, parameters, markup, and what cannot be taken.

    Nine controls that are not withdrawn, one of them with a title that cannot be content, and one that is.
    """
    return copy.deepcopy(_HARBOUR)
