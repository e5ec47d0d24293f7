"""Answers in words below questions: "Quarterly, by the owners of each system." opens with no yes, and may be guidance.

Where other questions of the same kind of place have a plain answer ("Yes. …") right below them, and none has guidance
between, the form was answered that way; then words right below a question are its answer too. A person looks all the same.
"""

import re
from collections.abc import Iterator, Sequence

from avow.formats.asking import instructs_in_text
from avow.formats.docx.blocks import Block, Paragraph, Table
from avow.formats.docx.texts import answers, ends_asking, is_bullet, is_wanting, typed_ref

_FEWEST = 2  # plain answers below questions; one alone may be chance
_TO_THE_READER = re.compile(
    r"\b(you|your|please|e\.g|for example|should|shall|must|ihre?[nrsm]?|sie|bitte|votre|vos|vous)\b",
    re.IGNORECASE,
)


def mark_answers(blocks: Sequence[Block]) -> None:
    """Set `said` of the paragraphs of a document that stand as answers below questions, in text and in cells each."""
    for places in (list(_texts(blocks)), list(_cells(blocks))):
        found = [pair for place in places for pair in _below_questions(place)]
        plain = sum(answers(one.text) for one, _ in found)
        spoilt = any(after is not None and answers(after.text) for _, after in found)
        if plain >= _FEWEST and not spoilt:
            for one, _ in found:
                one.said = not answers(one.text) and _may_answer(one)


def _texts(blocks: Sequence[Block]) -> Iterator[list[Paragraph]]:
    """The running text, cut where a table stands in it, and that of text boxes."""
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            run.append(block)
            for box in block.boxes:
                yield from _texts(box)
        else:
            yield run
            run = []
    yield run


def _cells(blocks: Sequence[Block]) -> Iterator[list[Paragraph]]:
    for block in blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                yield cell.paragraphs
                yield from _cells(cell.blocks)


def _below_questions(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, Paragraph | None]]:
    """Every paragraph with text right below one that asks, with the one right below itself."""
    for at, one in enumerate(paragraphs[1:], 1):
        above = paragraphs[at - 1]
        asks = bool(above.text) and not above.style.heading and _asks(above.text)
        if asks and one.text and not one.controls and not _asks(one.text):
            after = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
            yield one, after


def _asks(text: str) -> bool:
    return ends_asking(text) or is_wanting(typed_ref(text)[1])


def _may_answer(one: Paragraph) -> bool:
    """Whether words read like an answer: neither a point of a list or a heading, nor said to whoever fills in the form."""
    aside = one.style.heading or one.bold or one.label or is_bullet(one) or typed_ref(one.text)[0]
    if aside or one.text[0].islower() or one.text[0] in "([" or one.text.endswith(":"):
        return False
    return not (instructs_in_text(one.text) or _TO_THE_READER.search(one.text))
