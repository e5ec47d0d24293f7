"""Frameworks and their requirements: identifiers and short titles only."""

from avow.model.base import Value


class Requirement(Value):
    """One identifiable requirement of a framework, such as `CC6.1` or `164.312(d)`."""

    id: str
    title: str
    group: str = ""
    parent: str | None = None
    assessable: bool = True
    designation: str | None = None  # HIPAA: `required` or `addressable`


class Framework(Value):
    """A framework: `soc2`, `iso27001`, `hipaa`, `gdpr`, or one of a company's own."""

    id: str
    title: str
    version: str
    notice: str = ""
    requirements: tuple[Requirement, ...]
