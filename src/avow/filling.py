"""The steps of a fill that a file goes through outside matching and drafting: taken in, decided on, written, summed up."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avow.errors import ContentError, InputRefusedError
from avow.model.content import Content
from avow.model.engagements import Engagement, Request, ReviewDecision, engagement_of
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import Draft

if TYPE_CHECKING:
    from avow.formats.files import Understood
    from avow.library.editable import Library
    from avow.outputs.folder import Maker, OutputFolder
    from avow.review.rounds import Settled
    from avow.several_files import Redraft

OUT = "avow-out"  # beside each file, unless said otherwise


@dataclass(frozen=True)
class Filled:
    """What `fill` made: the questionnaire as understood, a draft a question, and the files written."""

    questionnaire: Questionnaire
    drafts: tuple[Draft, ...]
    report: dict[str, Any]
    files: dict[str, Path]
    engagement: Engagement
    refused_decisions: tuple[str, ...]
    path: Path


@dataclass(frozen=True)
class Summary:
    """What is to say of several files together, and where it was written (kind -> path).

    `problem`: why there is no page of it, in words; else empty.
    """

    said: dict[str, Any]
    files: dict[str, Path]
    problem: str = ""


@dataclass(frozen=True)
class FilledTogether:
    """What `fill_all` made of the files, which it refused, and the summary where they are several."""

    filled: tuple[Filled, ...]
    refused: tuple[InputRefusedError, ...]
    summary: Summary | None


@dataclass(frozen=True)
class Given:
    """A customer's file as understood, and the place for its results."""

    path: Path
    understood: "Understood"
    folder: "OutputFolder"

    @property
    def questionnaire(self) -> Questionnaire:
        """What it asks."""
        return self.understood.questionnaire


def taken_in(
    paths: Sequence[Path],
    out: Path | None,
    understand: Callable[[Path], "Understood"],
    progress: Callable[[str, int, int], None],
) -> tuple[list[Given], list[InputRefusedError]]:
    """The files as understood, each with a place of its own for its results (in `out`, or beside it), and the refused
    ones. A file named twice is taken once.
    """
    from avow.formats.files import refuse_unanswerable
    from avow.outputs.folder import OutputFolder

    given: list[Given] = []
    refused: list[InputRefusedError] = []
    different = list({os.path.realpath(path): path for path in paths}.values())  # of a loop of links, too
    for number, path in enumerate(different):
        progress("reading", number, len(different))
        try:
            understood = understand(path)
            refuse_unanswerable(understood.questionnaire)
        except InputRefusedError as error:
            refused.append(error)
            continue
        folder = OutputFolder(
            out or path.parent / OUT,
            understood.questionnaire.source,
            understood.filled_suffix,
            taken=[one.folder.home for one in given],
        )
        given.append(Given(path, understood, folder))
    return given, refused


def refuse_foreign(given: Iterable[Given], *, force: bool) -> None:
    """Raises TargetExistsError where results would replace what is not their own, and WorkspaceError where a folder
    cannot be written to: before anything is.
    """
    for one in given:
        one.folder.refuse_foreign(force=force)


def engagements(
    given: Sequence[Given], request: Request, known: Iterable[Engagement], *, several: bool
) -> list[Engagement]:
    """What each file is recorded as: decisions stay with their file, and `several` files know each other.

    A file that was filled with others before brings the new ones to them.
    """
    now = datetime.now(tz=UTC)
    found = [engagement_of(request, one.questionnaire.source, now) for one in given]
    if not several or not found:
        return found
    part_of = {one.id: one.part_of for one in known}
    first = next((part for one in found if (part := part_of.get(one.id))), found[0].id)
    return [one.model_copy(update={"part_of": first}) for one in found]


def decided(
    library: "Library",
    given: Sequence[Given],
    drafts: Sequence[Sequence[Draft]],
    redrafts: Sequence["Redraft"],
    earlier: Sequence[Sequence[ReviewDecision]],
    reviews: Iterable[Path],
    request: Request,
) -> list["Settled"]:
    """Each file's drafts after the decisions of this round (`reviews`: workbooks) and of earlier ones, with one answer a
    question over all files.

    Raises InputRefusedError for a file that is no review workbook, and AvowError for one of other files.
    """
    from avow import several_files
    from avow.deciding import settled
    from avow.edited_workbooks import review_rows
    from avow.outputs.folder import REVIEW

    handed_in: list[list[dict[str, str]]] = [[] for _ in given]
    places = [one.folder.path(REVIEW) for one in given]
    for review in reviews if given else ():
        rows = review_rows(review)
        handed_in[several_files.owner_of(review, rows, places, drafts)] += rows
    rounds = [
        several_files.FileRound(
            _label(one, given),
            drafts[number],
            settled(
                library,
                drafts[number],
                earlier=earlier[number],
                handed_in=handed_in[number],
                request=request,
                redraft=partial(redrafts[number], elsewhere={}),
            ),
            redrafts[number],
        )
        for number, one in enumerate(given)
    ]
    return several_files.agreed(rounds)


def _label(given: Given, others: Iterable[Given]) -> str:
    """The file's name; its path where another file has the same name."""
    alike = sum(one.path.name == given.path.name for one in others) > 1
    return str(given.path) if alike else given.path.name


def written(
    given: Given, drafts: Sequence[Draft], content: Content, request: Request, templates: Path
) -> tuple[dict[str, Any], dict[str, Path]]:
    """Fill the customer's file and write everything that goes with it; out: the report, and kind -> path.

    Raises InputRefusedError where the file changed since it was read, and WorkspaceError.
    """
    from avow.formats.files import fill
    from avow.outputs import companion_workbook, gaps_csv, report, report_html, review_workbook
    from avow.outputs.folder import COMPANION, REVIEW

    asked = given.questionnaire
    body = report.build_report(asked, drafts, content, request)
    body["made"] = given.folder.made
    approved = [draft.approved for draft in drafts if draft.approved is not None]
    makers: dict[str, Maker] = {
        "filled": lambda: fill(given.path, asked.source, approved),
        REVIEW: lambda: review_workbook.review_workbook(asked, drafts, content),
        "gaps.csv": lambda: gaps_csv.gaps_csv(drafts, content),
        "report.html": lambda: report_html.report_html(body, templates),
        "report.json": lambda: report.report_json(body),
    }
    placeless = any(Reason.NO_ANSWER_PLACE in draft.reasons for draft in drafts)
    if placeless:
        makers[COMPANION] = lambda: companion_workbook.companion_workbook(asked, drafts)
    return body, given.folder.write(makers, obsolete=() if placeless else (COMPANION,))


def filled(
    given: Given,
    engagement: Engagement,
    after: "Settled",
    report: dict[str, Any],
    files: Mapping[str, Path],
) -> Filled:
    """What became of one file."""
    refused = tuple(f"{one.address}: {one.why}" for one in after.refused)
    return Filled(
        given.questionnaire, tuple(after.drafts), report, dict(files), engagement, refused, given.path
    )


def summarised(
    filled: Sequence[Filled], refused: Iterable[InputRefusedError], out: Path | None, templates: Path
) -> Summary:
    """What is to say of several files together, written into `out`, or beside the results of the first file."""
    from avow.outputs import together
    from avow.outputs.folder import write_summary

    said = together.summary_of(
        [together.FiledReport(str(one.path), one.engagement.id, one.report, one.files) for one in filled],
        [(one.name, one.code, str(one)) for one in refused],
        engagement=filled[0].engagement.part_of or filled[0].engagement.id,
    )
    outputs, problem = {"json": together.summary_json(said)}, ""
    try:
        outputs["html"] = together.summary_html(said, templates)
    except ContentError as error:  # every file is answered by now; a template is no reason to end otherwise
        problem = str(error)
    return Summary(said, write_summary(out or filled[0].path.parent / OUT, outputs), problem)
