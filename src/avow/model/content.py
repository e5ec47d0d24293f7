"""Everything a workspace's content says, validated, in one value."""

from datetime import date
from functools import cached_property

from avow.model.answers import LibraryAnswer
from avow.model.base import Value
from avow.model.controls import Applicability, Control, Evidence, Implementation, Status
from avow.model.forms import FormProfile
from avow.model.frameworks import Framework
from avow.model.lessons import Lesson
from avow.model.vocabulary import OwnWords


class Content(Value):
    """The control catalogue, the company's status and evidence, the answer library, and the forms that are known.

    `as_of` is the day the content is read for: gates compare dates with it. `revision` is a hash over
    every content file, so that equal revisions mean equal content.
    """

    company: str
    as_of: date
    revision: str
    frameworks: tuple[Framework, ...] = ()
    controls: tuple[Control, ...] = ()
    implementations: tuple[Implementation, ...] = ()
    applicability: tuple[Applicability, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[LibraryAnswer, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    own_words: tuple[OwnWords, ...] = ()
    forms: tuple[FormProfile, ...] = ()

    @cached_property
    def framework_by_id(self) -> dict[str, Framework]:
        """Framework id -> framework."""
        return {framework.id: framework for framework in self.frameworks}

    @cached_property
    def control_by_id(self) -> dict[str, Control]:
        """Control id -> control."""
        return {control.id: control for control in self.controls}

    @cached_property
    def evidence_by_id(self) -> dict[str, Evidence]:
        """Evidence id -> evidence."""
        return {piece.id: piece for piece in self.evidence}

    @cached_property
    def answer_by_id(self) -> dict[str, LibraryAnswer]:
        """Answer id -> library answer."""
        return {answer.id: answer for answer in self.answers}

    @cached_property
    def form_by_name(self) -> dict[str, FormProfile]:
        """Form and version in one word -> its profile."""
        return {profile.name: profile for profile in self.forms}

    @cached_property
    def implementations_by_control(self) -> dict[str, tuple[Implementation, ...]]:
        """Control id -> its implementations, the company-wide one first."""
        found: dict[str, list[Implementation]] = {}
        for implementation in self.implementations:
            found.setdefault(implementation.control, []).append(implementation)
        return {
            control: tuple(sorted(ones, key=lambda one: not one.scope.is_everything))
            for control, ones in found.items()
        }

    def status_of(self, control: str, product: str | None = None, region: str | None = None) -> Status | None:
        """The status of a control in the scope asked about; None where nobody has said.

        Of the implementations that cover the scope the narrowest counts, and beside it each one that holds
        for a part of the scope: asked about the whole company, or about a product in all its regions, the
        weakest wins, because a "yes" must hold everywhere.
        """
        ones = self.implementations_by_control.get(control, ())
        touching = [one for one in ones if one.scope.touches(product, region)]
        covering = [one for one in touching if one.scope.covers(product, region)]
        narrow = [one for one in covering if not one.scope.is_everything]
        if not covering:
            return None
        parts = [one for one in touching if one not in covering]
        return _weakest(tuple(one.status for one in (*(narrow or covering), *parts)))

    def requirements_of(self, controls: tuple[str, ...]) -> dict[str, list[str]]:
        """Framework id -> requirement ids that the given controls are mapped to, each once, in order."""
        found: dict[str, list[str]] = {}
        for control_id in controls:
            control = self.control_by_id.get(control_id)
            for framework, ids in (control.requirements() if control else {}).items():
                held = found.setdefault(framework, [])
                held.extend(identifier for identifier in ids if identifier not in held)
        return found


_STRENGTH = (
    Status.PLANNED,
    Status.PARTIAL,
    Status.NOT_APPLICABLE,
    Status.ALTERNATIVE,
    Status.IMPLEMENTED,
)


def _weakest(statuses: tuple[Status | None, ...]) -> Status | None:
    if not statuses or None in statuses:
        return None
    return min((status for status in statuses if status is not None), key=_STRENGTH.index)
