"""A PDF without fields: what it asks, line by line and table by table, in the order a person reads it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from avow.formats.asking import follows_up, instructs_in_text, is_removed
from avow.formats.headings import asks, options_in_heading, roles
from avow.formats.pdf.blocks import Block, blocks_of
from avow.formats.pdf.joined_tables import JoinedTable, joined_tables, questions_in
from avow.formats.pdf.lines import Line, lines_of, mark_running
from avow.formats.pdf.pages import PageContent
from avow.formats.pdf.tables import outside, ruled_tables
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import (
    AnswerChoices,
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    Note,
    Question,
    SheetLayout,
)
from avow.model.reasons import Reason

_HEADING = 90  # characters; longer ones are sentences
_SENTENCE = 4  # words a statement has at least
_SECTION = re.compile(
    r"(?:section|part|chapter|annex|appendix|domain|abschnitt|kapitel|teil|chapitre)\s+[\dA-Z]{1,4}\b", re.I
)
_SPELLED = re.compile(r"[(\[]\s*([^()\[\]]{3,60})\s*[)\]]\s*[:.?]?\s*$")


@dataclass(slots=True)
class Read:
    """What a flat file holds: its rows as questions or ignored ones, in reading order."""

    questions: list[Question] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    layouts: list[SheetLayout] = field(default_factory=list)
    order: list[CellAddress] = field(default_factory=list)  # of all rows, page by page as they stand


def read_flat(pages: Sequence[PageContent]) -> Read:
    """Every line and table row of the pages as a question or an ignored row."""
    return _Reader(pages).read()


@dataclass(slots=True)
class _Judged:
    """What the numbered items of a file are: at which levels of numbering it asks, and whether it numbers at all."""

    asking_levels: set[int]
    numbers_its_questions: bool
    size: float  # of ordinary letters, and of the largest
    largest: float

    @classmethod
    def of(cls, blocks: Sequence[Block], pages: Sequence[PageContent]) -> "_Judged":
        asked = [one for one in blocks if asks(one.text) and not instructs_in_text(one.text)]
        numbered = [one for one in asked if one.ref]
        listed = [one for one in blocks if one.ref or one.bullet]
        levels: set[int] = set()
        for level in {_level(one) for one in listed}:
            at_level = [one for one in listed if _level(one) == level]
            asking = sum(one in asked for one in at_level)
            if asking >= 2 and asking * 2 >= len(at_level):
                levels.add(level)
        sizes = [word.box.height for page in pages for word in page.words]
        return cls(
            asking_levels=levels,
            numbers_its_questions=len(numbered) >= 3 and len(numbered) >= 0.6 * len(asked),
            size=median(sizes) if sizes else 0.0,
            largest=max(sizes, default=0.0),
        )


def _level(block: Block) -> int:
    """How deep in the numbering an item stands, a kind of number each for itself."""
    ref = block.ref
    if block.bullet:
        return -1
    return 10 + ref.count(".") if ref[:1].isalpha() else ref.count(".") if ref[:1].isdigit() else 20


class _Reader:
    def __init__(self, pages: Sequence[PageContent]) -> None:
        self._pages = pages
        self._found = Read()
        self._ordered: set[CellAddress] = set()
        self._section = ""
        self._last: Question | None = None  # the question an answer line or a list below belongs to
        self._parent: CellAddress | None = None
        self._last_bullet = False
        self._stem = False  # whether a list goes on below the last question

    def read(self) -> Read:
        tables = [ruled_tables(page) for page in self._pages]
        lines = [lines_of(page, outside(page, ones)) for page, ones in zip(self._pages, tables, strict=True)]
        mark_running(self._pages, lines)
        together = joined_tables([one for ones in tables for one in ones], self._pages)
        for line in (one for ones in lines for one in ones if one.running):
            self._ignore_line(line, Reason.REPEATED_LINE)
        self._found.order += [row.address for row in self._found.ignored]
        self._ordered.update(self._found.order)
        parts = list(_in_order(lines, together))
        blocks = [one for part in parts if isinstance(part, list) for one in part]
        judged = _Judged.of(blocks, self._pages)
        for part in parts:
            if isinstance(part, JoinedTable):
                self._table(part)
            else:
                for block in part:
                    self._block(block, judged)
                    self._note_order()
        self._in_page_order()
        self._layouts(judged, bool(together))
        self._hidden()
        return self._found

    # ── paragraphs ─────────────────────────────────────────────────────────────────────────────

    def _block(self, block: Block, judged: _Judged) -> None:
        text = block.text
        if self._answers_last(block):
            return
        if block.hidden and not asks(text):
            self._ignore(block, Reason.HIDDEN_CONTENT)
        elif is_removed(text):
            self._ignore(block, Reason.SKIPPED_BY_FORM)
        elif not text:
            self._ignore(block, Reason.NOT_A_QUESTION)
        elif self._heads_columns(block):
            self._ignore(block, Reason.HEADER)
        elif self._is_item_of_last(block):
            self._append(block)
        elif self._is_question(block, judged):
            self._ask(block)
        elif self._is_title(block, judged):
            self._ignore(block, Reason.NOT_A_QUESTION)
        elif self._is_heading(block, judged):
            self._section = f"{block.printed} {text}".strip()
            self._last = None
            self._ignore(block, Reason.SECTION_HEADING)
        else:
            long = len(text) > _HEADING or instructs_in_text(text)
            self._ignore(block, Reason.INSTRUCTION if long else Reason.NOT_A_QUESTION)
            if not block.bullet:
                self._stem = False

    def _heads_columns(self, block: Block) -> bool:
        """Whether a line holds the headings of a table that is drawn without lines."""
        texts = [segment.text for segment in block.lines[0].segments]
        named = sum(bool(roles(text)) for text in texts)
        return len(block.lines) == 1 and len(texts) > 1 and named > 1 and named * 2 >= len(texts)

    def _is_question(self, block: Block, judged: _Judged) -> bool:
        text = block.text
        if instructs_in_text(text):
            return False
        direct = text.rstrip().endswith("?")
        if asks(text) and not direct and self._looks_like_heading(block, judged) and not block.ref:
            return False
        if direct and block.ref:
            return True  # "4.16 SBOM?": one word asks where it is numbered like the others
        if asks(text):
            return (
                direct
                or bool(block.ref)
                or bool(block.options)
                or block.blank
                or not judged.numbers_its_questions
            )
        if block.options and text:
            return True
        words = len(text.split())
        listed = bool(block.ref) or block.bullet
        if not listed or words < _SENTENCE or self._is_heading(block, judged):
            return False
        return block.blank or (_level(block) in judged.asking_levels and text.rstrip().endswith((".", ":")))

    def _is_heading(self, block: Block, judged: _Judged) -> bool:
        text = block.text
        if len(text) > _HEADING or text.endswith((".", ";", ",", "?")) or block.bullet:
            return False
        return (
            self._looks_like_heading(block, judged)
            or bool(_SECTION.match(text))
            or (bool(block.ref) and block.ref[0].isdigit())
        )

    def _is_title(self, block: Block, judged: _Judged) -> bool:
        """Whether a block is the name of the file itself: the first heading, in the largest letters."""
        first = not self._section and not self._found.questions and not block.ref
        return (
            first
            and block.size > 0.97 * judged.largest > 1.2 * judged.size
            and self._is_heading(block, judged)
        )

    def _looks_like_heading(self, block: Block, judged: _Judged) -> bool:
        text = block.text
        if len(text) > _HEADING or text.endswith((".", ";", ",", "?", ":")):
            return False
        return block.bold or block.size > 1.12 * judged.size or (text.isupper() and len(text) > 3)

    def _is_item_of_last(self, block: Block) -> bool:
        """Whether a block is an item of the list that the question above announces, and no question itself."""
        if self._last is None or not self._stem or block.options or block.blank:
            return False
        if block.bullet and self._last_bullet:
            return False  # one of the same list as the question itself
        lettered = block.ref[:1] in ("(",) or block.ref[-1:] == ")"
        return (block.bullet or lettered) and not block.text.rstrip().endswith("?") and not block.bold

    def _append(self, block: Block) -> None:
        assert self._last is not None  # noqa: S101  # asked before
        item = f"{block.ref} {block.text}".strip() if block.ref else f"- {block.text}"
        self._replace_last(text=f"{self._last.text}\n{item}")

    def _ask(self, block: Block) -> None:
        address = _at(block)
        text = block.text
        options, spelled = block.options, _SPELLED.search(text)
        if not options and spelled and (named := options_in_heading(spelled[1])):
            options, text = named, text[: spelled.start()].rstrip() or text
        is_follow_up = follows_up(text) and self._parent is not None
        question = Question(
            address=address,
            text=text,
            section=self._section,
            ref=block.ref,
            place=flat_place(address, options, ", ".join(block.ticked)),
            parent=self._parent if is_follow_up else None,
            flags=_flags(text, block.hidden),
        )
        self._found.questions.append(question)
        self._last = question
        self._last_bullet = block.bullet
        self._stem = text.rstrip().endswith((":", "?"))
        if not is_follow_up:
            self._parent = address

    def _answers_last(self, block: Block) -> bool:
        """Take in an answer line below a question: choices to tick, a line to write on, or what was written there."""
        answer = block.answer
        if self._last is None or not (block.only_to_write_on or answer is not None):
            return False
        place = self._last.place
        options = block.options or (place.choices.options if place.choices else ())
        ticked = ", ".join(block.ticked)
        written = answer or ""
        existing, comment = place.existing, place.existing_comment
        if ticked:
            existing = existing or ticked
        if written and not instructs_in_text(written) and not options_in_heading(written):
            if existing:
                comment = comment or written
            else:
                existing = written
        elif written and options_in_heading(written):
            options = options or options_in_heading(written)
        self._replace_last(place=flat_place(self._last.address, options, existing, comment))
        self._stem = False
        return True

    def _replace_last(self, **changes: object) -> None:
        assert self._last is not None  # noqa: S101  # asked before
        changed = self._last.model_copy(update=changes)
        position = next(
            index for index, one in enumerate(self._found.questions) if one.address == changed.address
        )
        self._found.questions[position] = self._last = changed

    # ── tables ─────────────────────────────────────────────────────────────────────────────────

    def _table(self, table: JoinedTable) -> None:
        questions, ignored, section = questions_in(table, self._section)
        self._found.questions += questions
        self._found.ignored += ignored
        rows: list[Question | IgnoredRow] = [*questions, *ignored]
        self._found.order += sorted((one.address for one in rows), key=_row_of)
        self._section = section
        self._last = None

    # ── the rest ───────────────────────────────────────────────────────────────────────────────

    def _ignore(self, block: Block, reason: Reason) -> None:
        text = " ".join(part for part in (block.printed, block.text, *block.options) if part)
        text = text or " ".join(line.text for line in block.lines)
        self._found.ignored.append(IgnoredRow(address=_at(block), text=text, reason=reason))

    def _ignore_line(self, line: Line, reason: Reason) -> None:
        address = CellAddress(sheet=f"page {line.page}", cell=f"line {line.number}")
        self._found.ignored.append(IgnoredRow(address=address, text=line.text, reason=reason))

    def _note_order(self) -> None:
        """Remember where the rows stand that a block came to, if any."""
        for rows in (self._found.questions, self._found.ignored):
            if rows and rows[-1].address not in self._ordered:
                self._ordered.add(rows[-1].address)
                self._found.order.append(rows[-1].address)

    def _in_page_order(self) -> None:
        self._found.ignored.sort(key=lambda row: _page_of(row.address))
        self._found.order.sort(key=_page_of)

    def _layouts(self, judged: _Judged, tabled: bool) -> None:
        numbered = "numbered" if judged.numbers_its_questions else "asking"
        how = f"questions are {numbered} paragraphs" + (" and rows of tables" if tabled else "")
        for page in self._pages:
            name = f"page {page.number}"
            asked = any(one.address.sheet == name for one in self._found.questions)
            self._found.layouts.append(
                SheetLayout(sheet=name, confidence=0.7 if asked else 0.0, assumptions=(how,) if asked else ())
            )

    def _hidden(self) -> None:
        count = sum(word.hidden for page in self._pages for word in page.words)
        if count:
            where = next(page.number for page in self._pages if any(word.hidden for word in page.words))
            message = f"{count:,} words are not to be seen on the page: invisible, tiny, faint or beside it"
            self._found.notes.append(
                Note(reason=Reason.HIDDEN_CONTENT, message=message, where=f"page {where}")
            )


def flat_place(
    address: CellAddress, options: tuple[str, ...], existing: str, comment: str = ""
) -> AnswerPlace:
    """Where the answer to a question of a flat file goes: below it in the response document, in the form's own
    choice where it names some, and in words."""
    return AnswerPlace(
        answer=address,
        comment=words_of(address) if options else None,
        choices=AnswerChoices(options=options, source="heading") if options else None,
        existing=existing,
        existing_comment=comment,
    )


def words_of(address: CellAddress) -> CellAddress:
    """Where the words beside a choice go."""
    return CellAddress(sheet=address.sheet, cell=f"{address.cell}/comment")


def _page_of(address: CellAddress) -> int:
    return int(address.sheet.removeprefix("page "))


def _row_of(address: CellAddress) -> tuple[int, ...]:
    """Page, table, row and cell of a table's row."""
    return (_page_of(address), *(int(step) for step in re.findall(r"\d+", address.cell)))


def _at(block: Block) -> CellAddress:
    return CellAddress(sheet=f"page {block.page}", cell=f"line {block.number}")


def _flags(text: str, hidden: bool) -> tuple[Reason, ...]:
    return (*text_flags(text), *((Reason.HIDDEN_CONTENT,) if hidden else ()))


def _in_order(
    lines: Sequence[Sequence[Line]], tables: Iterable[JoinedTable]
) -> Iterable[list[Block] | JoinedTable]:
    """Stretches of paragraphs, and the tables between them where they begin."""
    waiting = sorted(tables, key=lambda table: (table.page, table.top))
    stretch: list[Line] = []
    for ones in lines:
        for line in (one for one in ones if not one.running):
            while waiting and (waiting[0].page, waiting[0].top) <= (line.page, line.box.top):
                yield blocks_of(stretch)
                stretch = []
                yield waiting.pop(0)
            stretch.append(line)
    yield blocks_of(stretch)
    yield from waiting
