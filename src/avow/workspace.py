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

from avow.errors import ContentError
from avow.library import cache
from avow.library.dates import today
from avow.library.folder import ContentFolder
from avow.library.settings import Settings
from avow.model.base import Sharing
from avow.model.content import Content
from avow.model.engagements import Engagement, Request, ReviewDecision, engagement_of
from avow.model.issues import Issue
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress, LayoutOverride, Question, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import Draft
from avow.model.verdict_words import opening_verdict

if TYPE_CHECKING:
    from avow.formats.files import Understood
    from avow.formats.writing import TextRules
    from avow.library.learning import Learned
    from avow.library.loader import Loaded
    from avow.matching import MatchIndex
    from avow.model.replays import EngagementReplay
    from avow.outputs.folder import Maker, OutputFolder
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
        self.folder = ContentFolder(root, self.as_of)

    # ── content ────────────────────────────────────────────────────────────────────────────────

    @property
    def settings(self) -> Settings:
        """What `avow.toml` says."""
        return self.folder.settings

    @property
    def loaded(self) -> "Loaded":
        """The content with the place of each part and the problems found while reading it."""
        return self.folder.loaded

    @property
    def content(self) -> Content:
        """The content. Raises ContentError where it has errors: nothing is answered from broken content."""
        return self.folder.content

    def issues(self) -> list[Issue]:
        """All content problems at once."""
        return self.folder.issues()

    def library_health(self) -> list[Issue]:
        """What a librarian would want to mend in the answers. Raises ContentError where the content has errors."""
        from avow.matching.health import library_findings
        from avow.model.library_health import as_issues, unused_answers

        answers = self.content.answers
        found = [
            *library_findings(answers, self.index),
            *unused_answers(answers, self._answers_used()),
        ]
        return as_issues(found, self.loaded.places)

    def _answers_used(self) -> set[str] | None:
        """The ids of all answers proposed, written or told so far; None where nothing was ever filled."""
        from avow.store.place import database_path

        if not database_path(self.root).exists():
            return None
        with self.store() as store:
            engagements = store.engagements()
            used = {row.answer for one in engagements for row in store.rows(one.id) if row.answer}
            used.update(told.answer for told in store.commitments())
        return used if engagements else None

    def reread(self) -> None:
        """Forget what was read, after content files changed."""
        self.folder.forget()
        for name in ("index", "_own_names"):
            self.__dict__.pop(name, None)

    # ── matching ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def index(self) -> "MatchIndex":
        """The match index over answers and controls, from the cache where the content has not changed."""
        from avow.matching import MatchIndex, load_lexicon

        revision = self.folder.revision
        kept = cache.read("index", revision)
        if kept is not None:
            try:
                return self._set_up(MatchIndex.from_bytes(kept, load_lexicon()))
            except ValueError:
                pass  # written anew below
        index = MatchIndex.build(self.content.answers, self.content.controls, load_lexicon())
        cache.write("index", revision, index.to_bytes())
        return self._set_up(index)

    def _set_up(self, index: "MatchIndex") -> "MatchIndex":
        """The index with what reviewers rejected, and with the semantic extra, where `avow.toml` sets it up.

        Raises AvowError where the model cannot be read.
        """
        index.reject((one.answer, one.question) for one in self.content.lessons if not one.fits)
        if self.settings.semantic is not None:
            from avow.matching.semantic import Meanings, SemanticModel

            model = SemanticModel(self.root / self.settings.semantic.model_path)
            key = f"{self.folder.revision}-{model.fingerprint}"
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

        return match(text, self.index, parent=parent, section=section, top=top, names=self.names_of(customer))

    def names_of(self, customer: str) -> tuple[str, ...]:
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
            names=self.names_of(customer),
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
        return self._understood(path, override).questionnaire

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
        from avow.formats.files import refuse_unanswerable
        from avow.outputs.folder import OutputFolder

        progress("reading", 0, 1)
        understood = self._understood(path, override)
        questionnaire, rules = understood.questionnaire, understood.text_rules
        refuse_unanswerable(questionnaire)
        folder = OutputFolder(out, questionnaire.source, understood.filled_suffix)
        folder.refuse_foreign(force=force)
        proposals = self.match_all(questionnaire, progress, customer=request.customer or "")
        drafts = self._draft(questionnaire, proposals, request, rules)
        engagement = engagement_of(request, questionnaire.source, datetime.now(tz=UTC))
        with self.store() as store:
            earlier = [one.decision for one in store.decisions(engagement.id)]
        before = {draft.question.address: draft for draft in drafts}
        settled = self._settled(review, earlier, questionnaire, drafts, request, rules)
        drafts = settled.drafts
        progress("writing", 0, 1)
        report, files = self._write(folder, path, questionnaire, drafts, request)
        with self.store() as store:
            store.record_fill(engagement, questionnaire, drafts, settled.decisions)
            for fingerprint, columns in understood.layouts.items():
                store.remember_layout(fingerprint, columns)
        self._learn_from(before, settled)
        progress("writing", 1, 1)
        refused = tuple(f"{one.address}: {one.why}" for one in settled.refused)
        return Filled(questionnaire, tuple(drafts), report, files, engagement, refused)

    def _draft(
        self,
        questionnaire: Questionnaire,
        proposals: Sequence[Proposal],
        request: Request,
        rules: "TextRules",
    ) -> list[Draft]:
        from avow.drafting.draft import draft_all

        return draft_all(questionnaire.questions, proposals, self.content, request, rules.problem)

    def _write(
        self,
        folder: "OutputFolder",
        source: Path,
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
            "filled": lambda: fill(source, questionnaire.source, approved),
            REVIEW: lambda: review_workbook.review_workbook(questionnaire, drafts, self.content),
            "gaps.csv": lambda: gaps_csv.gaps_csv(drafts, self.content),
            "report.html": lambda: report_html.report_html(body, self.root / "templates"),
            "report.json": lambda: report.report_json(body),
        }
        placeless = any(Reason.NO_ANSWER_PLACE in draft.reasons for draft in drafts)
        if placeless:
            makers[COMPANION] = lambda: companion_workbook.companion_workbook(questionnaire, drafts)
        return body, folder.write(makers, obsolete=() if placeless else (COMPANION,))

    def replay(
        self, ids: Sequence[str] = (), *, customer: str | None = None, progress: Progress = no_progress
    ) -> list["EngagementReplay"]:
        """What would change in questionnaires filled before (ids; none: all). Raises AvowError for an unknown one."""
        from avow.replaying import chosen, replayed
        from avow.store.place import database_path

        def match_all(one: Engagement, questions: Sequence[Question]) -> list[Proposal]:
            source = SourceFile(name=one.source_name, sha256=one.source_sha256, format="")
            again = Questionnaire(source=source, questions=tuple(questions), ignored=())
            return self.match_all(again, progress, customer=one.customer)

        content = self.content
        if not database_path(self.root).exists():
            chosen((), ids, customer)  # raises for what was named
            return []
        with self.store() as store:
            found = chosen(store.engagements(), ids, customer)
            return [replayed(store, one, content, match_all) for one in found]

    # ── decisions ──────────────────────────────────────────────────────────────────────────────

    def _settled(
        self,
        review: Path | None,
        earlier: Sequence[ReviewDecision],
        questionnaire: Questionnaire,
        drafts: list[Draft],
        request: Request,
        rules: "TextRules",
    ) -> "Settled":
        """Apply the decisions of this round and of earlier ones on the same engagement."""
        from avow.edited_workbooks import review_rows
        from avow.review.decisions import parse_decisions
        from avow.review.rounds import settle

        fresh, refused = parse_decisions(review_rows(review)) if review is not None else ([], [])
        settled = settle(
            drafts,
            earlier,
            fresh,
            redraft=lambda proposals: self._draft(questionnaire, proposals, request, rules),
            promote=lambda reworded: self._promote(reworded, request),
        )
        return settled._replace(refused=[*refused, *settled.refused])

    def _learn_from(self, before: Mapping[CellAddress, Draft], settled: "Settled") -> None:
        """Keep what this round's decisions say of the matching, as content that can be read and taken back."""
        from avow.library.lessons import append_lessons, fresh_lessons
        from avow.review.lessons import lessons_of

        refused = {one.address for one in settled.refused}
        held = [one for one in settled.decisions if one.address not in refused]
        lessons = fresh_lessons(lessons_of(before, held, self.as_of), self.content)
        if lessons:
            append_lessons(self.root, lessons)
            self.reread()

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
        from avow.formats.files import refuse_unanswerable
        from avow.library.edits import append_answers, free_id
        from avow.library.learning import learn

        questionnaire = self._understood(path, override).questionnaire
        refuse_unanswerable(questionnaire)
        learned = learn(
            questionnaire.questions,
            self.content,
            source=path.name,
            sharing=sharing or self.settings.defaults.sharing,
            controls_for=self.controls_for,
        )
        if learned.entries:
            name = f"learned-{free_id(path.stem, ())}"
            append_answers(self.root, name, f"Learned from {path.name}", learned.entries)
            self.reread()
            if approve_as:
                self.approve([entry["id"] for entry in learned.entries], by=approve_as)
        return learned

    def controls_for(self, text: str) -> list[str]:
        """The control a text is surely about, as a list; empty where none is sure."""
        controls = self.match(text, top=3).controls
        return [one.control for one in controls[:1] if one.score >= SURE_CONTROL]

    # ── the work store and remembered layouts ──────────────────────────────────────────────────

    def store(self) -> "WorkStore":
        """The work store, made where it is missing; a context manager. Raises AvowError where it cannot be opened."""
        from avow.store.repository import WorkStore

        return WorkStore.in_workspace(self.root)

    def _understood(self, path: Path, override: LayoutOverride | None) -> "Understood":
        """A file with the columns set by hand now, or, where none are, those remembered for its layout."""
        from avow.formats.files import understand_file
        from avow.store.place import database_path

        if override is not None or not database_path(self.root).exists():
            return understand_file(path, override)
        with self.store() as store:
            return understand_file(path, remembered=store.layouts())
