"""Importing figures: check first and write nothing, then write everything or nothing."""

from dataclasses import astuple
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.assessments.domain.checking import plan_figures
from apps.assessments.domain.plan import FigurePlan
from apps.assessments.domain.states import ImportState
from apps.assessments.kit.workbook import read_figure_workbook
from apps.assessments.models import FigureImport
from apps.assessments.selectors.figures import imported_components, present_figures
from apps.assessments.selectors.imports import workbook_of
from apps.assessments.services.figures import put_figures
from apps.assessments.services.locking import lock_assessable
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.cycles.models import ReviewCycle
from apps.documents.services import store_file

FILE_KIND = "assessments.workbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PROBLEMS = 5_000
KIND = 1  # place of the kind in a line of the preview
OUTCOME = (
    "state", "n_rows", "n_new", "n_changed", "n_unchanged", "n_missing", "n_problems", "preview", "problems", "remarks",
)  # fmt: skip


@transaction.atomic
def check_figures(cycle_id: int, *, name: str, content: bytes, actor: User, at: datetime) -> FigureImport:
    """Check an uploaded workbook and keep the outcome. No figure is touched.

    :raises AssessmentsFixed: outside the stages in which figures are taken.
    :raises WorkbookRefused: the file is no sound workbook; nothing is kept of it.
    :raises TemplateMismatch: it is of another cycle, an old template, or its columns are others; nothing is kept of it.
    """
    cycle = lock_assessable(cycle_id)
    present = present_figures(cycle)
    plan = plan_figures(read_figure_workbook(content, cycle.pk, present.columns), present)
    file = store_file(FILE_KIND, name, content, content_type=XLSX, subject_id=cycle.pk, actor=actor, at=at)
    figure_import = FigureImport(cycle=cycle, file=file, uploaded_by=actor, uploaded_at=at)
    _note(figure_import, plan)
    figure_import.save(force_insert=True)
    details = _counts(figure_import) | {"file": file.name}
    record_action("assessments.import_checked", cycle, actor=actor, at=at, details=details)
    return figure_import


@transaction.atomic
def confirm_figures(import_id: int, *, actor: User, at: datetime) -> FigureImport:
    """Write what was checked. Confirming twice changes nothing.

    The workbook is checked again against the figures as they are now. If the outcome is another than the one shown, nothing is
    written and the import comes back, still waiting, with the new outcome for a person to look at.

    :raises AssessmentsFixed: outside the stages in which figures are taken.
    :raises NotAllowedNow: it has errors or was discarded.
    """
    figure_import = FigureImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if figure_import.state == ImportState.CONFIRMED.value:
        return figure_import
    _require_checked(figure_import)
    cycle = lock_assessable(figure_import.cycle_id)
    present = present_figures(cycle)
    book = read_figure_workbook(workbook_of(figure_import), cycle.pk, present.columns)
    plan, shown = plan_figures(book, present), figure_import.preview
    _note(figure_import, plan)
    if plan.problems or _writes(figure_import.preview) != _writes(shown):
        return _outdated(figure_import, actor=actor, at=at)
    return _written(figure_import, cycle, plan, actor=actor, at=at)


def _outdated(figure_import: FigureImport, *, actor: User, at: datetime) -> FigureImport:
    figure_import.save(update_fields=OUTCOME)
    details = _counts(figure_import)
    record_action("assessments.import_outdated", figure_import.cycle, actor=actor, at=at, details=details)
    return figure_import


def _written(
    figure_import: FigureImport, cycle: ReviewCycle, plan: FigurePlan, *, actor: User, at: datetime
) -> FigureImport:
    for component in imported_components(cycle):
        if figures := plan.figures.get(component.pk):
            put_figures(component, figures, actor=actor, at=at)
    figure_import.state, figure_import.confirmed_at = ImportState.CONFIRMED.value, at
    figure_import.save(update_fields=[*OUTCOME, "confirmed_at"])
    details = _counts(figure_import) | {"sha256": figure_import.file.sha256}
    record_action("assessments.import_confirmed", cycle, actor=actor, at=at, details=details)
    return figure_import


@transaction.atomic
def discard_figures(import_id: int, *, actor: User, at: datetime) -> FigureImport:
    """Put an import aside. Discarding twice changes nothing.

    :raises NotAllowedNow: it has been carried out.
    """
    figure_import = FigureImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if figure_import.state == ImportState.DISCARDED.value:
        return figure_import
    if figure_import.state == ImportState.CONFIRMED.value:
        raise NotAllowedNow("这次导入已经完成，不能放弃。要改正得分，请在录入页修改，或导入改好的表格。")
    figure_import.state = ImportState.DISCARDED.value
    figure_import.save(update_fields=["state"])
    record_action("assessments.import_discarded", figure_import.cycle, actor=actor, at=at)
    return figure_import


def _require_checked(figure_import: FigureImport) -> None:
    if figure_import.state == ImportState.REFUSED.value:
        raise NotAllowedNow("这份表格有错误，没有导入任何内容。请按错误表改好后重新上传。")
    if figure_import.state == ImportState.DISCARDED.value:
        raise NotAllowedNow("这次导入已经放弃。需要时请重新上传表格。")


def _note(figure_import: FigureImport, plan: FigurePlan) -> None:
    figure_import.state = (ImportState.REFUSED if plan.problems else ImportState.CHECKED).value
    figure_import.n_rows, figure_import.n_unchanged = plan.n_rows, plan.n_unchanged
    figure_import.n_new, figure_import.n_changed = plan.count("new"), plan.count("changed")
    figure_import.n_missing, figure_import.n_problems = plan.count("missing"), len(plan.problems)
    figure_import.preview = [list(astuple(one)) for one in plan.changes]
    figure_import.problems = [list(astuple(one)) for one in plan.problems[:MOST_PROBLEMS]]
    figure_import.remarks = plan.remarks


def _writes(preview: list[list[Any]]) -> list[list[Any]]:
    return [line for line in preview if line[KIND] != "missing"]


def _counts(figure_import: FigureImport) -> dict[str, int]:
    return {name: getattr(figure_import, name) for name in OUTCOME if name.startswith("n_")}
