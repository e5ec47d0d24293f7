"""A company small enough to read at a glance, as content files and as loaded content."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from avow.library.loader import Loaded, load
from avow.model.answers import Approval
from avow.model.approvals import answer_stamp
from avow.model.content import Content

TODAY = date(2026, 11, 23)

Tree = Callable[[Mapping[str, str | bytes]], Path]  # writes files and gives the folder; the fixture `tree`

CONTROL = """\
  - id: {id}
    title: {title}
    statement: {statement}
    objective: It stays secret.
    type: preventive
    owner_role: Head of Engineering
    frequency: continuous
    guidance: Do it everywhere.
    evidence_requests:
      - {{artefact: Export of the settings, freshness: this quarter}}
    tests: [Look at it.]
    questions: [{title} in place?]
    mappings:
      - {{framework: soc2, requirement: CC6.1, relationship: subset, rationale: It is one of the measures.}}
"""

FILES: dict[str, str] = {
    "avow.toml": 'company = "Quillworks"\n',
    "controls/frameworks/soc2.yaml": """\
id: soc2
title: Trust services criteria
version: "2017"
requirements:
  - {id: CC6, title: Access, assessable: false}
  - {id: CC6.1, title: Logical access, parent: CC6}
""",
    "controls/catalogue/cryptography.yaml": "domain: Cryptography\ncontrols:\n"
    + CONTROL.format(id="rest", title="Encryption at rest", statement="Stored data is encrypted.")
    + CONTROL.format(id="backup", title="Backups", statement="Data is backed up."),
    "controls/status.yaml": """\
status:
  - control: rest
    status: implemented
    owner: Head of Engineering
  - control: backup
    status: planned
    owner: Head of IT
    planned_for: 2027-03-31
""",
    "controls/evidence.yaml": """\
evidence:
  - id: report
    document: Audit report
    valid_from: 2026-01-01
    valid_until: 2027-06-30
    sharing: under-nda
""",
    "answer_library/facts.yaml": "facts:\n  cipher: AES-256\n",
    "answer_library/cryptography.yaml": """\
topic: Cryptography
answers:
  - id: encrypted
    question: Is customer data encrypted at rest?
    verdict: "yes"
    narrative: Yes. All stored customer data is encrypted with [[cipher]].
    controls: [rest]
    evidence: [report]
    sharing: under-nda
    owner: Head of Engineering
    review_by: 2027-05-01

  # Kept apart on purpose.
  - id: certified
    question: Are you certified under PCI DSS?
    verdict: "no"
    narrative: No. Card data is handled by our payment provider alone.
    sharing: public
""",
}


def loaded(changes: Mapping[str, str] | None = None, release: date | None = None) -> Loaded:
    """The company's content with some files replaced, nothing approved."""
    files = {**FILES, **(changes or {})}
    texts = {name: text.encode() for name, text in files.items() if name.endswith(".yaml")}
    return load(texts, company="Quillworks", as_of=TODAY, release=release, revision="r1")


def approved(content: Content) -> Content:
    """The content with every answer approved as it stands."""
    answers = tuple(
        answer.model_copy(
            update={"approval": Approval(by="Dana Okafor", on=TODAY, stamp=answer_stamp(answer, content))}
        )
        for answer in content.answers
    )
    return changed(content, answers=answers)


def changed(content: Content, **parts: object) -> Content:
    """The content with some of its parts replaced; a new value, so that nothing remembered carries over."""
    held = {name: getattr(content, name) for name in Content.model_fields}
    return Content(**{**held, **parts})


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """A change to one file: its text with `old`, which must be there once, replaced."""
    assert FILES[name].count(old) == 1, (name, old)
    return {name: FILES[name].replace(old, new)}
