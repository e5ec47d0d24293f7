"""Frameworks and their requirements: identifiers and short titles only."""

from functools import cached_property

from avow.model.base import Value


class Requirement(Value):
    """One identifiable requirement of a framework, such as `CC6.1` or `164.312(d)`."""

    id: str
    title: str
    group: str = ""
    parent: str | None = None
    assessable: bool = True
    designation: str | None = None  # HIPAA: `required` or `addressable`


class Exemption(Value):
    """Requirements that no vendor's control is owed for, and why, such as "addressed to supervisory authorities"."""

    reason: str
    requirements: tuple[str, ...]


class Framework(Value):
    """A framework: `soc2`, `iso27001`, `hipaa`, `gdpr`, or one of a company's own."""

    id: str
    title: str
    version: str
    notice: str = ""
    requirements: tuple[Requirement, ...]
    exemptions: tuple[Exemption, ...] = ()

    @cached_property
    def requirement_by_id(self) -> dict[str, Requirement]:
        """Requirement id -> requirement."""
        return {one.id: one for one in self.requirements}

    @cached_property
    def exempt(self) -> dict[str, str]:
        """Requirement id -> the reason why no control is owed for it."""
        return {identifier: one.reason for one in self.exemptions for identifier in one.requirements}

    @cached_property
    def owed(self) -> tuple[Requirement, ...]:
        """The requirements a control is owed for: assessable, and not exempt. In the framework's order."""
        return tuple(one for one in self.requirements if one.assessable and one.id not in self.exempt)
