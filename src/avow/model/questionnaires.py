"""A customer's questionnaire as it was understood, with every row's place remembered."""

from dataclasses import dataclass

from avow.model.base import Value, Verdict
from avow.model.conditions import condition_in
from avow.model.forms import RecognisedForm
from avow.model.reasons import Reason
from avow.model.verdict_words import choose, meaning, the_one


@dataclass(frozen=True, slots=True)
class CellAddress:
    """Where something stands: a sheet's name and a cell such as `D17` (csv: `""` and `row:column`, 1-based)."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.sheet else self.cell


class AnswerChoices(Value):
    """The wordings an answer cell allows, in the form's order, and where they were found.

    `source`, in a grid: `validation`, `extension-validation`, `columns` (a place an option, of which one is marked),
    `heading` (spelled out in the column's heading) or `cell` (spelled out in the answer cell itself); in a document
    also `checkboxes` (a box an option), `dropdown` and `date` (of a control); in a PDF form `field` (a list, a group of
    boxes, or a field too small for more than a word) and `columns`; in plain text `columns`; in JSON `validation`,
    `columns` and `boxes` (a place an option, of which any number is marked). `meanings` are those a known form gives
    its choices, where the words alone would mislead.
    """

    options: tuple[str, ...]
    source: str
    meanings: tuple[tuple[str, Verdict], ...] = ()

    def meaning_of(self, choice: str) -> Verdict | None:
        """The verdict a choice stands for; None where it is none of ours, or a person has to say."""
        said = dict(self.meanings).get(choice, meaning(choice))
        return None if said is Verdict.NEEDS_INPUT else said

    def choice_for(self, verdict: Verdict, among: tuple[str, ...] | None = None) -> str | None:
        """The one choice (of those `among`, or all) that says `verdict`, as the form writes it; None where none, or
        several, say it."""
        options = self.options if among is None else among
        if not self.meanings:
            return choose(verdict, options)
        return the_one([option for option in options if self.meaning_of(option) is verdict])


class OptionCell(Value):
    """One cell of a row where an X in it stands for `label`."""

    label: str
    address: CellAddress


class AnswerPlace(Value):
    """Where a row's answer goes. `blocked` says why nothing may be written there.

    `longest` and `comment_longest`: how many characters (UTF-16 units) the places for the answer and for the comment
    take; None where nothing but the format limits them.
    """

    answer: CellAddress | None = None
    comment: CellAddress | None = None
    choices: AnswerChoices | None = None
    options: tuple[OptionCell, ...] = ()
    existing: str = ""
    existing_comment: str = ""
    blocked: tuple[Reason, ...] = ()
    longest: int | None = None
    comment_longest: int | None = None

    @property
    def existing_verdict(self) -> Verdict | None:
        """What the answer that is there already comes down to; None where its words do not say."""
        return self.choices.meaning_of(self.existing) if self.choices else meaning(self.existing)

    def takes(self, text: str, address: CellAddress) -> bool:
        """Whether a text is short enough for one of the place's cells."""
        limit = {self.answer: self.longest, self.comment: self.comment_longest}.get(address)
        return limit is None or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= limit

    @property
    def can_be_written(self) -> bool:
        """Whether there is a cell to write to and nothing forbids it."""
        return not self.blocked and bool(self.answer or self.comment or self.options)


class Question(Value):
    """One question row.

    `parent` is the address of the question it follows up ("If yes, describe"); `asked_if` holds what that one has to
    be answered for this one to be asked, where the form says so outside the text, and is empty otherwise.
    """

    address: CellAddress
    text: str
    section: str = ""
    ref: str = ""
    context: str = ""
    place: AnswerPlace = AnswerPlace()
    parent: CellAddress | None = None
    asked_if: tuple[Verdict, ...] = ()
    flags: tuple[Reason, ...] = ()

    @property
    def wanted_after(self) -> tuple[Verdict, ...]:
        """The parent's verdicts under which an answer is wanted: those the form names, else those the text names
        ("If no, …"); empty where neither does."""
        return self.asked_if or condition_in(self.text)

    @property
    def same_text(self) -> str:
        """The text by which a question is known again in other rows and files: case and blanks do not matter."""
        return " ".join(self.text.casefold().split())


class IgnoredRow(Value):
    """A non-empty row that is not a question, and why."""

    address: CellAddress
    text: str
    reason: Reason


class SheetLayout(Value):
    """What was understood of one sheet. Columns are letters (csv: numbers as text), rows 1-based.

    `confidence` is 0 to 1; `assumptions` says in plain words what detection was unsure of.
    """

    sheet: str
    state: str = "visible"  # visible, hidden, veryHidden
    header_rows: tuple[int, ...] = ()
    question: str | None = None
    answer: str | None = None
    comment: str | None = None
    ref: str | None = None
    section: str | None = None
    options: tuple[tuple[str, str], ...] = ()  # (label, column) of separate Yes / No columns
    confidence: float = 0.0
    assumptions: tuple[str, ...] = ()


class LayoutOverride(Value):
    """Columns set by hand; None means: detect."""

    sheet: str | None = None
    question: str | None = None
    answer: str | None = None
    comment: str | None = None
    ref: str | None = None
    section: str | None = None
    header_row: int | None = None


class SourceFile(Value):
    """The file the customer sent: name, SHA-256 (hex) and format (`xlsx`, `xlsm`, `csv`)."""

    name: str
    sha256: str
    format: str


class Note(Value):
    """Something about the file a reader of the report should know, with its reason code."""

    reason: Reason
    message: str
    where: str = ""


class Questionnaire(Value):
    """Everything understood from one file: each non-empty row is a question or an ignored row.

    `form` is the known form that the file is, where it is one. `order`: the addresses of all rows as a reader meets
    them, in a format whose addresses do not say it; empty where sheet, row and column do.
    """

    source: SourceFile
    questions: tuple[Question, ...]
    ignored: tuple[IgnoredRow, ...]
    layouts: tuple[SheetLayout, ...] = ()
    notes: tuple[Note, ...] = ()
    form: RecognisedForm | None = None
    order: tuple[CellAddress, ...] = ()
