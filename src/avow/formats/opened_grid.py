"""A file whose content is a grid of cells, taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from avow.formats.fingerprints import layouts_to_remember, row_fingerprints
from avow.formats.grid import Book
from avow.formats.layout import understand
from avow.formats.unseen import Finding, findings, notes_on_the_rest
from avow.formats.writing import TextRules
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile


@dataclass(frozen=True)
class OpenedGrid:
    """An `OpenedFile` over a book of sheets."""

    book: Book
    text_rules: TextRules
    filled_suffix: str

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What its sheets ask. Raises AvowError for an override of a sheet that is not there."""
        understood = understand(self.book, source, overrides)
        notes = notes_on_the_rest(self.book, self._odd_cells, understood)
        return understood.model_copy(update={"notes": (*understood.notes, *notes)}) if notes else understood

    @cached_property
    def _odd_cells(self) -> list[Finding]:
        return findings(self.book)

    def fingerprints(self) -> list[str]:
        """Those of all upper rows, any of which may be a remembered header."""
        return row_fingerprints(self.book)

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:
        """Columns set by hand, by the fingerprint of the header they stand under."""
        return layouts_to_remember(self.book, understood, override)
