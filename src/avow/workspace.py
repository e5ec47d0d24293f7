"""The façade: the one place where the stages are put together.

file ──read──▶ Questionnaire ──match──▶ Proposal ──draft──▶ Draft ──decide──▶ ApprovedResponse
                                                                                    │
     original bytes + approved responses ──fill──▶ the customer's file, filled ◀────┘
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from avow.errors import ContentError, InputRefusedError
from avow.filling import Filled, FilledTogether
from avow.library import cache
from avow.library.dates import today
from avow.library.folder import ContentFolder
from avow.library.settings import Settings
from avow.model.base import Sharing
from avow.model.content import Content
from avow.model.engagements import Engagement, Request
from avow.model.forms import FormProfile, form_name
from avow.model.issues import Issue
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress, LayoutOverride, Question, Questionnaire, SourceFile
from avow.model.responses import Draft

if TYPE_CHECKING:
    from avow.filling import Given
    from avow.formats.files import Understood
    from avow.library.loader import Loaded
    from avow.matching import MatchIndex
    from avow.model.learning import Learned
    from avow.model.replays import EngagementReplay
    from avow.several_files import Elsewhere
    from avow.store.repository import WorkStore

Progress = Callable[[str, int, int], None]
SURE_CONTROL = 0.75


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing."""


class Workspace:
    """A folder with content and work. Everything is read on first use; nothing is kept open."""

    def __init__(self, root: Path, *, on: date | None = None) -> None:
        self.root = root
        self.as_of = on or today()
        self.folder = ContentFolder(root, self.as_of)
        self.notice: Callable[[str], None] = lambda _: None  # hears what a person should know, each once
        self._noticed: set[str] = set()

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
        engagements = self._engagements()
        if not engagements:
            return None
        with self.store() as store:
            used = {row.answer for one in engagements for row in store.rows(one.id) if row.answer}
            used.update(told.answer for told in store.commitments())
        return used

    def reread(self) -> None:
        """Forget what was read, after content files changed."""
        self.folder.forget()
        for name in ("index", "_own_names"):
            self.__dict__.pop(name, None)

    # ── matching ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def index(self) -> "MatchIndex":
        """The match index over answers and controls, from the cache where the content has not changed."""
        from avow.matching import MatchIndex, lexicon_with

        revision, lexicon = self.folder.revision, lexicon_with(self.content.own_words)
        kept = cache.read("index", revision)
        if kept is not None:
            try:
                return self._set_up(MatchIndex.from_bytes(kept, lexicon))
            except ValueError:
                pass  # written anew below
        index = MatchIndex.build(self.content.answers, self.content.controls, lexicon)
        cache.write("index", revision, index.to_bytes())
        return self._set_up(index)

    def _set_up(self, index: "MatchIndex") -> "MatchIndex":
        """The index with what reviewers rejected, and with the semantic extra, where `avow.toml` sets it up.

        Raises AvowError where the model cannot be read.
        """
        index.reject((one.answer, one.question) for one in self.content.lessons if not one.fits)
        advice = index.advice()
        if advice and advice not in self._noticed:
            self._noticed.add(advice)
            self.notice(advice)
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
        self,
        text: str,
        *,
        parent: str = "",
        section: str = "",
        ref: str = "",
        top: int = 10,
        customer: str = "",
    ) -> Proposal:
        """Candidates for one question; the names of the `customer`, the company and its products mean nothing."""
        from avow.matching import match

        names = self.names_of(customer)
        return match(text, self.index, parent=parent, section=section, ref=ref, top=top, names=names)

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
            Asked(one.text, texts.get(one.parent, "") if one.parent else "", one.section, one.ref)
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

    def save_form(
        self,
        path: Path,
        override: LayoutOverride | None = None,
        *,
        name: str,
        version: str = "1",
        title: str = "",
    ) -> Path:
        """Make the form that a file is a known one, as it was understood; out: its profile, in the workspace. A profile of
        that name and version is read with, and gets a new fingerprint.

        Raises ContentError where it cannot be known again, or is known by another name, WorkspaceError where the name is
        another form's.
        """
        from avow.library.form_profiles import profile_of, save_profile, without_rules

        wanted = form_name(name, version)
        before = [without_rules(one) for one in self.folder.forms if one.name == wanted]
        read = self._understood(path, override, before)
        profile = profile_of(
            read.questionnaire,
            read.headings,
            identifier=name,
            version=version,
            title=title or name,
            by_hand=override is not None,
        )
        saved = save_profile(self.folder, profile)
        self.reread()
        return saved

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
        done = self.fill_all(
            [path],
            request,
            out=out,
            override=override,
            reviews=(review,) if review else (),
            force=force,
            progress=progress,
        )
        if done.refused:
            raise done.refused[0]
        return done.filled[0]

    def fill_all(
        self,
        paths: Sequence[Path],
        request: Request,
        *,
        out: Path | None = None,
        override: LayoutOverride | None = None,
        reviews: Sequence[Path] = (),
        force: bool = False,
        progress: Progress = no_progress,
    ) -> FilledTogether:
        """Answer the files of one engagement, each question the same way everywhere, with a summary where they are several.

        Results go into `out`, or into `avow-out` beside each file. A file that is refused does not keep the others from
        being answered. Raises as `fill` does for everything else.
        """
        from avow import filling
        from avow.deciding import learn_from

        given, refused = filling.taken_in(paths, out, partial(self._understood, override=override), progress)
        filling.refuse_foreign(given, force=force)
        drafts = [self._matched(one, request, progress) for one in given]
        with self.store() as store:
            engagements = filling.engagements(
                given, request, store.engagements(), several=len(given) + len(refused) > 1
            )
            earlier = [[each.decision for each in store.decisions(one.id)] for one in engagements]
        redrafts = [partial(self._draft, one, request) for one in given]
        rounds = filling.decided(self, given, drafts, redrafts, earlier, reviews, request)
        filled: list[Filled] = []
        for number, (one, engagement, after) in enumerate(zip(given, engagements, rounds, strict=True)):
            progress("writing", number, len(given))
            try:
                report, files = filling.written(
                    one, after.drafts, self.content, request, self.root / "templates"
                )
            except InputRefusedError as error:  # changed since it was read
                refused.append(error)
                continue
            with self.store() as store:
                store.record_fill(engagement, one.questionnaire, after.drafts, after.decisions)
                for fingerprint, columns in one.understood.layouts.items():
                    store.remember_layout(fingerprint, columns)
            filled.append(filling.filled(one, engagement, after, report, files))
        for before, after in zip(drafts, rounds, strict=True):
            learn_from(self, {draft.question.address: draft for draft in before}, after)
        summary = (
            filling.summarised(filled, refused, out, self.root / "templates")
            if len(given) + len(refused) > 1 and filled
            else None
        )
        progress("writing", len(given), len(given))
        return FilledTogether(tuple(filled), tuple(refused), summary)

    def _matched(self, given: "Given", request: Request, progress: Progress) -> list[Draft]:
        proposals = self.match_all(given.questionnaire, progress, customer=request.customer)
        return self._draft(given, request, proposals)

    def _draft(
        self,
        given: "Given",
        request: Request,
        proposals: Sequence[Proposal],
        elsewhere: "Elsewhere | None" = None,
    ) -> list[Draft]:
        from avow.drafting.draft import draft_all

        rules = given.understood.text_rules
        questions = given.questionnaire.questions
        return draft_all(questions, proposals, self.content, request, rules.problem, elsewhere)

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
        phrasings_as: str | None = None,
        sharing: Sharing | None = None,
        customers: Sequence[str] = (),
        allowed: Sequence[str] = (),
    ) -> "Learned":
        """Take an answered questionnaire into the library: drafts, unless approved in somebody's name; what it proposes as
        phrasings is kept as such only in somebody's name. Rows that name one of the `customers`, one of an earlier
        engagement, or anybody else but ourselves, suppliers and those `allowed`, are held back.
        """
        from avow import learning
        from avow.formats.files import refuse_unanswerable
        from avow.library.learning import Taken, learn

        asked = self._understood(path, override).questionnaire
        refuse_unanswerable(asked)
        own, content = self._own_names, self.content
        taken = Taken(
            source=path.name,
            sharing=sharing or self.settings.defaults.sharing,
            names=learning.names_of_others(content, own, self._engagements(), customers, allowed),
            form=asked.form.name if asked.form else "",
        )
        reading = learning.reading(self.index, content.answer_by_id, (*customers, *own), self.controls_for)
        learned = learn(asked.questions, content, taken, reading)
        learning.kept(self, learned, path, approve_as=approve_as, phrasings_as=phrasings_as)
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

    def _engagements(self) -> list[Engagement]:
        """All engagements so far; none, and no store made, where nothing was ever filled."""
        from avow.store.place import database_path

        if not database_path(self.root).exists():
            return []
        with self.store() as store:
            return store.engagements()

    def _understood(
        self, path: Path, override: LayoutOverride | None, forms: Sequence[FormProfile] | None = None
    ) -> "Understood":
        """A file with the columns set by hand now, or those remembered for its layout, or those of the form that it is."""
        from avow.formats.files import understand_file
        from avow.store.place import database_path

        profiles = self.folder.forms if forms is None else forms
        if override is not None or not database_path(self.root).exists():
            return understand_file(path, override, profiles=profiles)
        with self.store() as store:
            return understand_file(path, remembered=store.layouts(), profiles=profiles)
