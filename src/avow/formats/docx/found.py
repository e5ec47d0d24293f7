"""What reading a document finds, kept in the order of the document."""

from dataclasses import dataclass, field

from avow.formats.docx.blocks import CellBlock, Paragraph, Story
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import AnswerPlace, CellAddress, IgnoredRow, Question
from avow.model.reasons import Reason

_MOST = 0.6


@dataclass(slots=True)
class Found:
    """The questions and other rows of one story. Each goes in with its place in the document, so that order is kept."""

    story: Story
    protection: str
    questions: list[tuple[int, Question]] = field(default_factory=list)
    ignored: list[tuple[int, IgnoredRow]] = field(default_factory=list)
    section: str = ""
    has_headings: bool = False  # it has paragraphs in a heading's style, so that bold ones head no section
    asking_lists: frozenset[str] = frozenset()  # numbered lists with a question in them
    last: CellAddress | None = None  # the question a follow-up would belong to
    assumptions: list[str] = field(default_factory=list)
    in_text: int = 0  # questions in running text
    told: dict[CellAddress, str] = field(
        default_factory=dict
    )  # what stands right below them, guidance or answer

    def address(self, path: str) -> CellAddress:
        """The address of a path in this story."""
        return CellAddress(sheet=self.story.sheet, cell=path)

    def ask(
        self,
        at: Paragraph | CellBlock,
        text: str,
        place: AnswerPlace,
        *,
        ref: str = "",
        section: str | None = None,
        context: str = "",
        parent: CellAddress | None = None,
        flags: tuple[Reason, ...] = (),
        told: str | None = None,
    ) -> Question:
        """Take in a question; `told` only for one in running text."""
        question = Question(
            address=self.address(at.path),
            text=text,
            section=self.section if section is None else section,
            ref=ref,
            context=context,
            place=place,
            parent=parent,
            flags=tuple(dict.fromkeys((*flags, *text_flags(text)))),
        )
        if told is not None:
            self.in_text += 1
        if told:
            self.told[question.address] = told
        self.questions.append((at.order, question))
        return question

    def settle(self) -> None:
        """Say what stands below questions: where most have something there, it is guidance; else nobody can tell it from
        an answer, and a person looks."""
        guidance = len(self.told) > 1 and len(self.told) >= _MOST * self.in_text
        for at, (order, question) in enumerate(self.questions):
            told = self.told.get(question.address)
            if told is not None:
                unsure = () if guidance else (Reason.LAYOUT_UNSURE,)
                update = {"context": told, "flags": (*question.flags, *unsure)}
                self.questions[at] = order, question.model_copy(update=update)

    def ignore(self, at: Paragraph | CellBlock, text: str, reason: Reason) -> None:
        """Take in something that is no question."""
        self.ignored.append((at.order, IgnoredRow(address=self.address(at.path), text=text, reason=reason)))
