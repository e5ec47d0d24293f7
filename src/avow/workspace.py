"""The façade: the one place where the stages are put together.

file ──read──▶ Questionnaire ──match──▶ Proposal ──draft──▶ Draft ──decide──▶ ApprovedResponse
                                                                                    │
     original bytes + approved responses ──fill──▶ the customer's file, filled ◀────┘
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avow.errors import AvowError, ContentError, InputRefusedError, WorkspaceError
from avow.library import cache
from avow.library.dates import today
from avow.library.folder import ContentFolder
from avow.library.settings import Settings
from avow.model.base import Scope, Sharing
from avow.model.content import Content
from avow.model.engagements import Engagement, Request, ReviewDecision, engagement_of
from avow.model.issues import Issue
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress, LayoutOverride, Questionnaire
from avow.model.readiness import FrameworkReadiness
from avow.model.reasons import Reason
from avow.model.responses import Draft
from avow.model.verdict_words import opening_verdict

if TYPE_CHECKING:
    from avow.formats.files import OpenedFile
    from avow.library.coverage import FrameworkCoverage
    from avow.library.crosswalk import CrosswalkReport
    from avow.library.learning import Learned
    from avow.library.loader import Loaded
    from avow.library.oscal_import import Imported
    from avow.library.status_edits import StatusEdited
    from avow.library.status_view import ControlStatus
    from avow.library.upgrading import Prepared
    from avow.matching import MatchIndex
    from avow.model.gaps import (
        FoundGap,
        GapChange,
        GapFilter,
        GapRegister,
        KnownGap,
        OpenQuestion,
        QuestionKey,
        RefusedChange,
    )
    from avow.outputs.folder import Maker, OutputFolder
    from avow.outputs.oscal import Exported
    from avow.review.decisions import Refused
    from avow.review.rounds import Settled
    from avow.store.repository import WorkStore

Progress = Callable[[str, int, int], None]
SURE_CONTROL = 0.75


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Filled:
    """What `fill` made: the questionnaire as understood, a draft a question, and the files written."""

    questionnaire: Questionnaire
    drafts: tuple[Draft, ...]
    report: dict[str, Any]
    files: dict[str, Path]
    engagement: Engagement
    refused_decisions: tuple[str, ...] = ()


class Workspace:
    """A folder with content and work. Everything is read on first use; nothing is kept open."""

    def __init__(self, root: Path, *, on: date | None = None) -> None:
        self.root = root
        self.as_of = on or today()
        self._folder = ContentFolder(root, self.as_of)

    # ── content ────────────────────────────────────────────────────────────────────────────────

    @property
    def settings(self) -> Settings:
        """What `avow.toml` says."""
        return self._folder.settings

    @property
    def loaded(self) -> "Loaded":
        """The content with the place of each part and the problems found while reading it."""
        return self._folder.loaded

    @property
    def content(self) -> Content:
        """The content. Raises ContentError where it has errors: nothing is answered from broken content."""
        return self._folder.content

    def issues(self) -> list[Issue]:
        """All content problems at once."""
        return self._folder.issues()

    def coverage(self) -> "tuple[FrameworkCoverage, ...]":
        """How many of each framework's requirements have a control, or a reason why not."""
        from avow.library.coverage import coverage

        return coverage(self.loaded.content)

    def crosswalk(self, path: Path) -> "CrosswalkReport":
        """The mappings against the outside crosswalk at `path`. Raises InputRefusedError where it cannot be read."""
        from avow.library.crosswalk import compare, read_pairs

        return compare(self.loaded.content, read_pairs(path))

    def reread(self) -> None:
        """Forget what was read, after content files changed."""
        self._folder.forget()
        for name in ("index", "_own_names"):
            self.__dict__.pop(name, None)

    # ── matching ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def index(self) -> "MatchIndex":
        """The match index over answers and controls, from the cache where the content has not changed."""
        from avow.matching import MatchIndex, load_lexicon

        revision = self._folder.revision
        kept = cache.read("index", revision)
        if kept is not None:
            try:
                return self._with_meanings(MatchIndex.from_bytes(kept, load_lexicon()))
            except ValueError:
                pass  # written anew below
        index = MatchIndex.build(self.content.answers, self.content.controls, load_lexicon())
        cache.write("index", revision, index.to_bytes())
        return self._with_meanings(index)

    def _with_meanings(self, index: "MatchIndex") -> "MatchIndex":
        """The index with the semantic extra, where `avow.toml` sets it up. Raises AvowError where it cannot be read."""
        if self.settings.semantic is not None:
            from avow.matching.semantic import Meanings, SemanticModel

            model = SemanticModel(self.root / self.settings.semantic.model_path)
            key = f"{self._folder.revision}-{model.fingerprint}"
            kept = cache.read("vectors", key)
            index.meanings = Meanings.kept_or_read(kept, model, index.answers)
            if kept is None:
                cache.write("vectors", key, index.meanings.to_bytes())
        return index

    def match(
        self, text: str, *, parent: str = "", section: str = "", top: int = 10, customer: str = ""
    ) -> Proposal:
        """Candidates for one question; the names of the `customer`, the company and its products mean nothing."""
        from avow.matching import match

        return match(text, self.index, parent=parent, section=section, top=top, names=self._noise(customer))

    def _noise(self, customer: str) -> tuple[str, ...]:
        """Names that say who asks whom, not what is asked."""
        return (customer, *self._own_names) if customer else self._own_names

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        products = {name for answer in self.content.answers for name in answer.scope.products}
        return (self.content.company, *sorted(products))

    def match_all(
        self, questionnaire: Questionnaire, progress: Progress = no_progress, *, customer: str = ""
    ) -> list[Proposal]:
        """Candidates for each question of a questionnaire, in its order; follow-ups with their parent's text."""
        from avow.matching.many import Asked, match_many

        texts = {question.address: question.text for question in questionnaire.questions}
        asked = [
            Asked(one.text, texts.get(one.parent, "") if one.parent else "", one.section)
            for one in questionnaire.questions
        ]
        return match_many(
            asked,
            self.index,
            top=4,
            names=self._noise(customer),
            progress=lambda done, total: progress("matching", done, total),
        )

    def draft_question(self, text: str, request: Request | None = None) -> Draft:
        """One question by itself, through matching and every gate that does not need a file."""
        from avow.drafting.draft import draft_all
        from avow.model.questionnaires import AnswerPlace, Question

        place = AnswerPlace(answer=CellAddress(sheet="", cell="answer"))
        question = Question(address=CellAddress(sheet="", cell="question"), text=text, place=place)
        drafts = draft_all(
            [question], [self.match(text)], self.content, request or self.request(), lambda _: None
        )
        return drafts[0]

    def request(self, **said: object) -> Request:
        """A request with the workspace's defaults where nothing is said (None)."""
        given = {key: value for key, value in said.items() if value is not None}
        return Request.model_validate({"sharing": self.settings.defaults.sharing, **given})

    # ── reading and filling ────────────────────────────────────────────────────────────────────

    def inspect(self, path: Path, override: LayoutOverride | None = None) -> Questionnaire:
        """What a file asks and where its answers go; nothing is written."""
        from avow.formats.files import open_file
        from avow.formats.layout import understand

        opened = open_file(path)
        return understand(opened.book, opened.source, self._overrides(opened, override))

    def fill(
        self,
        path: Path,
        out: Path,
        request: Request,
        *,
        override: LayoutOverride | None = None,
        review: Path | None = None,
        force: bool = False,
        progress: Progress = no_progress,
    ) -> Filled:
        """Answer a customer's file: read, match, draft, decide, fill, report and record.

        Everything is written into `out`, each file atomically and only after the whole run succeeded.
        Raises InputRefusedError, ContentError, TargetExistsError or WorkspaceError with nothing written there;
        what a reviewer reworded is in the library by then, and is found again by the next run.
        """
        from avow.formats.files import open_file, read_questionnaire
        from avow.formats.fingerprints import layouts_to_remember
        from avow.outputs.folder import OutputFolder

        progress("reading", 0, 1)
        opened = open_file(path)
        questionnaire = read_questionnaire(opened, self._overrides(opened, override))
        layouts = layouts_to_remember(opened.book, questionnaire, override) if override is not None else {}
        opened.book.sheets.clear()  # what the cells say is in the questionnaire; a long form's cells are many
        folder = OutputFolder(out, opened.source)
        folder.refuse_foreign(force=force)
        proposals = self.match_all(questionnaire, progress, customer=request.customer or "")
        drafts = self._draft(questionnaire, proposals, request, opened)
        engagement = engagement_of(request, questionnaire.source, datetime.now(tz=UTC))
        with self._store() as store:
            earlier = [one.decision for one in store.decisions(engagement.id)]
        settled = self._settled(review, earlier, questionnaire, drafts, request, opened)
        drafts = settled.drafts
        progress("writing", 0, 1)
        report, files = self._write(folder, opened, questionnaire, drafts, request)
        with self._store() as store:
            store.record_fill(engagement, questionnaire, drafts, settled.decisions)
            for fingerprint, columns in layouts.items():
                store.remember_layout(fingerprint, columns)
        progress("writing", 1, 1)
        refused = tuple(f"{one.address}: {one.why}" for one in settled.refused)
        return Filled(questionnaire, tuple(drafts), report, files, engagement, refused)

    def _draft(
        self,
        questionnaire: Questionnaire,
        proposals: Sequence[Proposal],
        request: Request,
        opened: "OpenedFile",
    ) -> list[Draft]:
        from avow.drafting.draft import draft_all

        return draft_all(questionnaire.questions, proposals, self.content, request, opened.text_problem)

    def _write(
        self,
        folder: "OutputFolder",
        opened: "OpenedFile",
        questionnaire: Questionnaire,
        drafts: Sequence[Draft],
        request: Request,
    ) -> tuple[dict[str, Any], dict[str, Path]]:
        """Fill the customer's file and write everything that goes with it."""
        from avow.formats.files import fill
        from avow.outputs import companion_workbook, gaps_csv, report, report_html, review_workbook
        from avow.outputs.folder import COMPANION, REVIEW

        body = report.build_report(questionnaire, drafts, self.content, request)
        body["made"] = folder.made
        approved = [draft.approved for draft in drafts if draft.approved is not None]
        makers: dict[str, Maker] = {
            "filled": lambda: fill(opened, approved),
            REVIEW: lambda: review_workbook.review_workbook(questionnaire, drafts, self.content),
            "gaps.csv": lambda: gaps_csv.gaps_csv(drafts, self.content),
            "report.html": lambda: report_html.report_html(body, self.root / "templates"),
            "report.json": lambda: report.report_json(body),
        }
        placeless = any(Reason.NO_ANSWER_PLACE in draft.reasons for draft in drafts)
        if placeless:
            makers[COMPANION] = lambda: companion_workbook.companion_workbook(questionnaire, drafts)
        return body, folder.write(makers, obsolete=() if placeless else (COMPANION,))

    # ── decisions ──────────────────────────────────────────────────────────────────────────────

    def _settled(
        self,
        review: Path | None,
        earlier: Sequence[ReviewDecision],
        questionnaire: Questionnaire,
        drafts: list[Draft],
        request: Request,
        opened: "OpenedFile",
    ) -> "Settled":
        """Apply the decisions of this round and of earlier ones on the same engagement."""
        from avow.review.decisions import parse_decisions
        from avow.review.rounds import settle

        fresh, refused = parse_decisions(_review_rows(review)) if review is not None else ([], [])
        settled = settle(
            drafts,
            earlier,
            fresh,
            redraft=lambda proposals: self._draft(questionnaire, proposals, request, opened),
            promote=lambda reworded: self._promote(reworded, request),
        )
        return settled._replace(refused=[*refused, *settled.refused])

    def _promote(
        self, reworded: Sequence[tuple[Draft, ReviewDecision]], request: Request
    ) -> tuple[dict[CellAddress, str], list["Refused"]]:
        """Library answers for reworded rows: address -> new answer id, and the texts that cannot be content.

        What is written cites a library answer, as everything else does. The content is read anew after.
        """
        from avow.library.edits import append_answers, free_id, unfit
        from avow.review.decisions import Refused
        from avow.review.promotion import promoted_entry

        taken = {answer.id for answer in self.content.answers}
        entries: dict[str, list[dict[str, Any]]] = {}
        made: dict[CellAddress, str] = {}
        refused: list[Refused] = []
        for draft, decision in reworded:
            why = next((why for text in (decision.text, draft.question.text) if (why := unfit(text))), None)
            said = opening_verdict(decision.text)
            if why is None and said is not None and said is not decision.verdict:
                why = f"your answer opens with {said}, but your verdict is {decision.verdict}"
            if why is not None:
                refused.append(Refused(decision.address, why))
                continue
            answer_id = free_id(draft.question.ref or draft.question.text, taken)
            taken.add(answer_id)
            entry = promoted_entry(draft, decision, request.sharing, answer_id)
            entries.setdefault(decision.by, []).append(entry)
            made[decision.address] = answer_id
        for by, ones in entries.items():
            append_answers(self.root, "reviewed", "Answers reworded in review", ones)
            self.reread()
            self.approve([one["id"] for one in ones], by=by)
        return made, refused

    # ── the library ────────────────────────────────────────────────────────────────────────────

    def approve(self, ids: Iterable[str], *, by: str) -> list[str]:
        """Approve answers as they stand, in the name of `by`; out: their ids. The ledger is all that changes.

        Raises ContentError for an unknown id.
        """
        from avow.library.approvals import with_approvals, write_ledger

        content = self.content
        unknown = [one for one in ids if one not in content.answer_by_id]
        if unknown:
            raise ContentError(
                f"there is no library answer {unknown[0]!r}; `avow check` lists the library's problems"
            )
        answers = [content.answer_by_id[one] for one in ids]
        ledger = {answer.id: answer.approval for answer in content.answers if answer.approval is not None}
        write_ledger(self.root, with_approvals(ledger, answers, content, by, self.as_of))
        self.reread()
        return [answer.id for answer in answers]

    def learn(
        self,
        path: Path,
        override: LayoutOverride | None = None,
        *,
        approve_as: str | None = None,
        sharing: Sharing | None = None,
    ) -> "Learned":
        """Take an answered questionnaire into the library: drafts, unless approved in somebody's name."""
        from avow.formats.files import open_file, read_questionnaire
        from avow.library.edits import append_answers, free_id
        from avow.library.learning import learn

        opened = open_file(path)
        questionnaire = read_questionnaire(opened, self._overrides(opened, override))
        learned = learn(
            questionnaire.questions,
            self.content,
            source=path.name,
            sharing=sharing or self.settings.defaults.sharing,
            controls_for=self._controls_for,
        )
        if learned.entries:
            name = f"learned-{free_id(path.stem, ())}"
            append_answers(self.root, name, f"Learned from {path.name}", learned.entries)
            self.reread()
            if approve_as:
                self.approve([entry["id"] for entry in learned.entries], by=approve_as)
        return learned

    def _controls_for(self, text: str) -> list[str]:
        controls = self.match(text, top=3).controls
        return [one.control for one in controls[:1] if one.score >= SURE_CONTROL]

    # ── assessment ─────────────────────────────────────────────────────────────────────────────

    def readiness(
        self, framework: str | None = None, *, product: str | None = None, region: str | None = None
    ) -> list[FrameworkReadiness]:
        """Where one framework stands in the scope, or each of them. Raises WorkspaceError for an unknown id."""
        from avow.assessment.readiness import framework_readiness

        content, days = self.content, self.settings.review.status_days
        known = content.framework_by_id
        if framework is not None and framework not in known:
            raise WorkspaceError(
                f"there is no framework {framework!r}; there are {', '.join(known) or 'none'}"
            )
        asked = [known[framework]] if framework is not None else content.frameworks
        return [framework_readiness(one, content, product, region, status_days=days) for one in asked]

    # ── the gap register ───────────────────────────────────────────────────────────────────────

    def gap_register(self, wanted: "GapFilter | None" = None) -> "GapRegister":
        """What is missing in controls and answers on the workspace's day, and what people decided about it.

        What is found is remembered in the work store; where that cannot be, the register says why.
        """
        from avow.assessment.gap_register import narrowed, register
        from avow.model.gaps import GapFilter

        known, found, why = self._look_for_gaps()
        whole = register(self.content, known, found)
        return narrowed(whole, wanted or GapFilter()).model_copy(update={"not_remembered": why})

    def decide_gaps(self, changes: Sequence["GapChange"]) -> list["RefusedChange"]:
        """Record what people say about gaps, all of it at once; out: what was not taken, and why."""
        from avow.assessment.gap_decisions import decided

        refused: list[RefusedChange] = []

        def change(known: list["KnownGap"]) -> list["KnownGap"]:
            after, why = decided(known, changes, self.as_of)
            refused.extend(why)
            return after

        self._look_for_gaps()
        with self._store() as store:
            store.update_gaps(change)
        return refused

    def take_gap_decisions(self, path: Path, *, by: str) -> tuple[int, list["RefusedChange"]]:
        """Take what was edited in a register's workbook back in; out: how many rows, and what was not taken."""
        from avow.assessment.gap_decisions import changes_of
        from avow.model.gap_columns import READ_BACK, SHEET_NAME
        from avow.model.gaps import GapFilter

        rows = _rows_of(path, SHEET_NAME, [column.value for column in READ_BACK], "a gap register")
        changes, refused = changes_of(rows, self.gap_register(GapFilter(closed=True)), by)
        not_taken = self.decide_gaps(changes)
        return len(changes) - len(not_taken), [*refused, *not_taken]

    def _look_for_gaps(self) -> tuple[list["KnownGap"], list["FoundGap"], str]:
        """What is known of gaps, now and from before, what is found now, and why it could not be remembered."""
        from avow.assessment.gap_register import remembered
        from avow.store.place import database_path

        self._folder.content  # noqa: B018
        try:
            store = self._store()
        except AvowError as error:
            if database_path(self.root).exists():
                raise
            return [], self._found_gaps([], {}, []), str(error)
        with store:
            told: dict[str, set[str]] = {}
            for one in store.commitments():
                told.setdefault(one.answer, set()).add(one.customer)
            found = self._found_gaps(store.open_questions(), told, store.gaps())
            try:
                return store.update_gaps(lambda known: remembered(known, found, self.as_of)), found, ""
            except AvowError as error:
                return remembered(store.gaps(), found, self.as_of), found, str(error)

    def _found_gaps(
        self, questions: Sequence["OpenQuestion"], told: Mapping[str, set[str]], known: Sequence["KnownGap"]
    ) -> list["FoundGap"]:
        from avow.assessment.gap_register import find_gaps

        return find_gaps(
            self.content,
            questions,
            {answer: sorted(customers) for answer, customers in told.items()},
            known,
            status_days=self.settings.review.status_days,
            key_of=self._question_key,
            control_of=lambda text: next(iter(self._controls_for(text)), None),
        )

    def _question_key(self, text: str, customer: str) -> "QuestionKey":
        from avow.matching.asking import question_key
        from avow.matching.names import without_names

        return question_key(without_names(text, self._noise(customer)), self.index.reader)

    # ── status and the catalogue ───────────────────────────────────────────────────────────────

    def statuses(
        self, controls: Sequence[str] = (), *, product: str | None = None, region: str | None = None
    ) -> "list[ControlStatus]":
        """How far the controls named (none: all) work, in the scope asked about. Raises ContentError for an unknown id."""
        from avow.library.status_edits import refuse_unknown
        from avow.library.status_view import control_statuses

        known = self.content.control_by_id
        for control in controls:
            refuse_unknown(control, "control", known)
        return control_statuses(self.content, controls or known, product, region)

    def set_status(
        self,
        controls: Sequence[str],
        fields: Mapping[str, str | tuple[str, ...] | None],
        *,
        products: Sequence[str] = (),
        regions: Sequence[str] = (),
    ) -> "StatusEdited":
        """Change fields (None: clear) of the controls' entries for that scope; nothing else in the file changes."""
        from avow.library.status_edits import StatusEdit, edit_status

        scope = Scope(products=tuple(products), regions=tuple(regions))
        edits = [StatusEdit(control=control, scope=scope, fields=dict(fields)) for control in controls]
        edited = edit_status(self._folder, edits)
        self.reread()
        return edited

    def prepare_upgrade(
        self,
        *,
        overwrite: Sequence[str] = (),
        overwrite_all: bool = False,
        keep: Sequence[str] = (),
        keep_gone: bool = False,
    ) -> "Prepared":
        """What bringing the catalogue, frameworks and templates to the installed release would change."""
        from avow.library.upgrading import prepare

        return prepare(
            self._folder, overwrite=overwrite, overwrite_all=overwrite_all, keep=keep, keep_gone=keep_gone
        )

    def apply_upgrade(self, prepared: "Prepared") -> None:
        """Write a prepared upgrade, all or nothing. Raises ContentError where something keeps it from being made."""
        from avow.library.upgrading import apply

        apply(self._folder, prepared)
        self.reread()

    # ── OSCAL ──────────────────────────────────────────────────────────────────────────────────────

    def export_oscal(self, out: Path, *, force: bool = False) -> "Exported":
        """Write catalogue, frameworks, mappings, implementation status and gaps into `out` as OSCAL documents."""
        from avow.model.gaps import GapFilter
        from avow.outputs.oscal import export
        from avow.outputs.oscal.folder import write_documents

        content, places = self.content, self.loaded.places
        homes = {one.id: Path(places[f"control:{one.id}"][0]).stem for one in content.controls}
        exported = export(content, self.gap_register(GapFilter(closed=True)), homes)
        write_documents(out, exported.files, content.company, force=force)
        return exported

    def import_oscal(
        self, path: Path, *, as_framework: bool = False, framework_id: str | None = None, force: bool = False
    ) -> "Imported":
        """Take an OSCAL catalogue's controls into the catalogue, or its requirements as one more framework."""
        from avow.library.oscal_import import import_controls, import_framework

        if as_framework:
            imported = import_framework(self._folder, path, framework_id, force=force)
        else:
            imported = import_controls(self._folder, path, force=force)
        self.reread()
        return imported

    # ── the work store and remembered layouts ──────────────────────────────────────────────────

    def _store(self) -> "WorkStore":
        from avow.store.repository import WorkStore

        return WorkStore.in_workspace(self.root)

    def _overrides(self, opened: "OpenedFile", override: LayoutOverride | None) -> list[LayoutOverride]:
        """Columns set by hand now, or, where none are, those remembered for this layout."""
        if override is not None:
            return [override]
        from avow.store.place import database_path

        if not database_path(self.root).exists():
            return []
        from avow.formats.fingerprints import row_fingerprints

        with self._store() as store:
            return list(store.layouts(row_fingerprints(opened.book)).values())


def _review_rows(review: Path) -> list[dict[str, str]]:
    """The rows of a review workbook, heading -> text."""
    from avow.model.review_columns import SHEET_NAME, Column

    return _rows_of(review, SHEET_NAME, [column.value for column in Column], "a review workbook")


def _rows_of(path: Path, sheet_name: str, columns: Sequence[str], kind: str) -> list[dict[str, str]]:
    """The rows of a workbook of ours that people worked in, heading -> text; refused without these columns."""
    from avow.formats.files import open_file
    from avow.review.rounds import rows_of_sheet

    opened = open_file(path)
    sheet = next((one for one in opened.book.sheets if one.name == sheet_name), None)
    if sheet is None:
        message = f"is not {kind}: it has no sheet {sheet_name!r}"
        raise InputRefusedError(path.name, Reason.FILE_TYPE_MISMATCH, message)
    headings = {cell.text.strip() for cell in sheet.cells.values() if cell.row == 1}
    missing = [column for column in columns if column not in headings]
    if missing:
        message = f"the column {missing[0]!r} is missing"
        raise InputRefusedError(path.name, Reason.FILE_TYPE_MISMATCH, message)
    return rows_of_sheet({place: cell.text for place, cell in sheet.cells.items()})
