"""The second façade, over the first: where the company stands, what is missing, and its control library's upkeep."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from avow.errors import AvowError, WorkspaceError
from avow.model.base import Scope
from avow.model.readiness import FrameworkReadiness
from avow.workspace import Workspace

if TYPE_CHECKING:
    from avow.library.coverage import FrameworkCoverage
    from avow.library.crosswalk import CrosswalkReport
    from avow.library.oscal_import import Imported
    from avow.library.status_edits import StatusEdited
    from avow.library.status_view import ControlStatus
    from avow.library.upgrading import Prepared
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
    from avow.outputs.oscal import Exported


class Compliance:
    """What compliance does with a workspace. Holds nothing of its own."""

    def __init__(self, space: Workspace) -> None:
        self.space = space

    # ── the control library against the frameworks ─────────────────────────────────────────────

    def coverage(self) -> "tuple[FrameworkCoverage, ...]":
        """How many of each framework's requirements have a control, or a reason why not."""
        from avow.library.coverage import coverage

        return coverage(self.space.loaded.content)

    def crosswalk(self, path: Path) -> "CrosswalkReport":
        """The mappings against the outside crosswalk at `path`. Raises InputRefusedError where it cannot be read."""
        from avow.library.crosswalk import compare, read_pairs

        return compare(self.space.loaded.content, read_pairs(path))

    # ── assessment ─────────────────────────────────────────────────────────────────────────────

    def readiness(
        self, framework: str | None = None, *, product: str | None = None, region: str | None = None
    ) -> list[FrameworkReadiness]:
        """Where one framework stands in the scope, or each of them. Raises WorkspaceError for an unknown id."""
        from avow.assessment.readiness import framework_readiness

        content, days = self.space.content, self.space.settings.review.status_days
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
        whole = register(self.space.content, known, found)
        return narrowed(whole, wanted or GapFilter()).model_copy(update={"not_remembered": why})

    def decide_gaps(self, changes: Sequence["GapChange"]) -> list["RefusedChange"]:
        """Record what people say about gaps, all of it at once; out: what was not taken, and why."""
        from avow.assessment.gap_decisions import decided

        refused: list[RefusedChange] = []

        def change(known: list["KnownGap"]) -> list["KnownGap"]:
            after, why = decided(known, changes, self.space.as_of)
            refused.extend(why)
            return after

        self._look_for_gaps()
        with self.space.store() as store:
            store.update_gaps(change)
        return refused

    def take_gap_decisions(self, path: Path, *, by: str) -> tuple[int, list["RefusedChange"]]:
        """Take what was edited in a register's workbook back in; out: how many rows, and what was not taken."""
        from avow.assessment.gap_decisions import changes_of
        from avow.edited_workbooks import edited_rows
        from avow.model.gap_columns import READ_BACK, SHEET_NAME
        from avow.model.gaps import GapFilter

        rows = edited_rows(path, SHEET_NAME, [column.value for column in READ_BACK], "a gap register")
        changes, refused = changes_of(rows, self.gap_register(GapFilter(closed=True)), by)
        not_taken = self.decide_gaps(changes)
        return len(changes) - len(not_taken), [*refused, *not_taken]

    def _look_for_gaps(self) -> tuple[list["KnownGap"], list["FoundGap"], str]:
        """What is known of gaps, now and from before, what is found now, and why it could not be remembered."""
        from avow.assessment.gap_register import remembered
        from avow.store.place import database_path

        self.space.folder.content  # noqa: B018
        try:
            store = self.space.store()
        except AvowError as error:
            if database_path(self.space.root).exists():
                raise
            return [], self._found_gaps([], {}, []), str(error)
        with store:
            told: dict[str, set[str]] = {}
            for one in store.commitments():
                told.setdefault(one.answer, set()).add(one.customer)
            found = self._found_gaps(store.open_questions(), told, store.gaps())
            try:
                return store.update_gaps(lambda known: remembered(known, found, self.space.as_of)), found, ""
            except AvowError as error:
                return remembered(store.gaps(), found, self.space.as_of), found, str(error)

    def _found_gaps(
        self, questions: Sequence["OpenQuestion"], told: Mapping[str, set[str]], known: Sequence["KnownGap"]
    ) -> list["FoundGap"]:
        from avow.assessment.gap_register import find_gaps

        return find_gaps(
            self.space.content,
            questions,
            {answer: sorted(customers) for answer, customers in told.items()},
            known,
            status_days=self.space.settings.review.status_days,
            key_of=self._question_key,
            control_of=lambda text: next(iter(self.space.controls_for(text)), None),
        )

    def _question_key(self, text: str, customer: str) -> "QuestionKey":
        from avow.matching.asking import question_key
        from avow.matching.names import without_names

        return question_key(without_names(text, self.space.names_of(customer)), self.space.index.reader)

    # ── status and the catalogue ───────────────────────────────────────────────────────────────

    def statuses(
        self, controls: Sequence[str] = (), *, product: str | None = None, region: str | None = None
    ) -> "list[ControlStatus]":
        """How far the controls named (none: all) work, in the scope asked about. Raises ContentError for an unknown id."""
        from avow.library.status_edits import refuse_unknown
        from avow.library.status_view import control_statuses

        known = self.space.content.control_by_id
        for control in controls:
            refuse_unknown(control, "control", known)
        return control_statuses(self.space.content, controls or known, product, region)

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
        edited = edit_status(self.space.folder, edits)
        self.space.reread()
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
            self.space.folder,
            overwrite=overwrite,
            overwrite_all=overwrite_all,
            keep=keep,
            keep_gone=keep_gone,
        )

    def apply_upgrade(self, prepared: "Prepared") -> None:
        """Write a prepared upgrade, all or nothing. Raises ContentError where something keeps it from being made."""
        from avow.library.upgrading import apply

        apply(self.space.folder, prepared)
        self.space.reread()

    # ── OSCAL ──────────────────────────────────────────────────────────────────────────────────────

    def export_oscal(self, out: Path, *, force: bool = False) -> "Exported":
        """Write catalogue, frameworks, mappings, implementation status and gaps into `out` as OSCAL documents."""
        from avow.model.gaps import GapFilter
        from avow.outputs.oscal import export
        from avow.outputs.oscal.folder import write_documents

        content, places = self.space.content, self.space.loaded.places
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
            imported = import_framework(self.space.folder, path, framework_id, force=force)
        else:
            imported = import_controls(self.space.folder, path, force=force)
        self.space.reread()
        return imported
