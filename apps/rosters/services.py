"""Importing a roster: check first and write nothing, then write everything or nothing."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import NotAllowedNow
from apps.documents.services import store_file
from apps.organizations.services import hold_tree, save_roster_organizations
from apps.rosters.domain.checking import plan_import
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.states import ImportState
from apps.rosters.errors import TemplateMismatch
from apps.rosters.kit.workbook import RosterWorkbook, read_workbook
from apps.rosters.models import RosterImport, RowError
from apps.rosters.selectors import present_roster, reach_of, workbook_of
from apps.secretaries.services import hold_people, save_roster_people

FILE_KIND = "rosters.workbook"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ERRORS_KEPT = 5_000
BATCH = 1_000
OUTCOME = (
    "state", "n_organizations", "n_secretaries", "n_created", "n_updated", "n_unchanged", "n_gone", "n_errors", "preview",
    "notices",
)  # fmt: skip


@transaction.atomic
def check_workbook(name: str, content: bytes, *, actor: User | None, at: datetime) -> RosterImport:
    """Check an uploaded workbook and keep the outcome. The roster itself is not touched.

    ``actor`` ``None`` is the command on the server, which may import everything.

    :raises WorkbookRefused: the file is no sound workbook; nothing is kept of it.
    :raises TemplateMismatch: its sheets or columns are not those of the roster; nothing is kept of it.
    """
    book = read_workbook(content)
    plan = plan_import(book.sheets, present_roster(), reach_of(actor))
    if not plan.n_organizations and not plan.n_secretaries:
        raise TemplateMismatch(
            "两张表里都没有要导入的行（示例行不算）。请把内容填进模板，从第二行开始，再上传。"
        )
    file = store_file(FILE_KIND, name, content, content_type=XLSX, actor=actor, at=at)
    roster_import = RosterImport(file=file, uploaded_by=actor, uploaded_at=at)
    _note_outcome(roster_import, plan, book)
    roster_import.save(force_insert=True)
    _keep_errors(roster_import, plan)
    record_action(
        "rosters.checked",
        roster_import,
        actor=actor,
        at=at,
        details=_counts(roster_import) | {"file": file.name},
    )
    return roster_import


@transaction.atomic
def confirm_import(import_id: int, *, actor: User | None, at: datetime) -> RosterImport:
    """Write what was checked. Confirming twice changes nothing.

    The workbook is checked again against the roster as it is now. If rows no longer fit, nothing is written and the import
    comes back refused with its reasons.

    :raises NotAllowedNow: it has errors or was discarded.
    """
    roster_import = _locked(import_id)
    if roster_import.state == ImportState.CONFIRMED.value:
        return roster_import
    _require_checked(roster_import)
    hold_tree()
    hold_people()
    book = read_workbook(workbook_of(roster_import))
    plan = plan_import(book.sheets, present_roster(), reach_of(actor))
    _note_outcome(roster_import, plan, book)
    if plan.problems:
        roster_import.save(update_fields=OUTCOME)
        _keep_errors(roster_import, plan)
        record_action("rosters.refused", roster_import, actor=actor, at=at, details=_counts(roster_import))
        return roster_import
    _write(plan)
    roster_import.state = ImportState.CONFIRMED.value
    roster_import.confirmed_at = at
    roster_import.save(update_fields=[*OUTCOME, "confirmed_at"])
    record_action("rosters.confirmed", roster_import, actor=actor, at=at, details=_counts(roster_import))
    return roster_import


@transaction.atomic
def discard_import(import_id: int, *, actor: User, at: datetime) -> RosterImport:
    """Put an import aside. Discarding twice changes nothing.

    :raises NotAllowedNow: it has been carried out.
    """
    roster_import = _locked(import_id)
    if roster_import.state == ImportState.DISCARDED.value:
        return roster_import
    if roster_import.state == ImportState.CONFIRMED.value:
        raise NotAllowedNow(
            "这次导入已经完成，不能放弃。要改正内容，请在党组织和书记页面修改，或导入改好的工作簿。"
        )
    roster_import.state = ImportState.DISCARDED.value
    roster_import.save(update_fields=["state"])
    record_action("rosters.discarded", roster_import, actor=actor, at=at)
    return roster_import


def _write(plan: ImportPlan) -> None:
    ids = save_roster_organizations(plan.organizations)
    save_roster_people(plan.people, plan.appointments, organization_ids=ids)


def _note_outcome(roster_import: RosterImport, plan: ImportPlan, book: RosterWorkbook) -> None:
    roster_import.state = (ImportState.REFUSED if plan.problems else ImportState.CHECKED).value
    roster_import.n_organizations, roster_import.n_secretaries = plan.n_organizations, plan.n_secretaries
    roster_import.n_created, roster_import.n_updated = plan.count("new"), plan.count("changed")
    roster_import.n_unchanged, roster_import.n_gone = plan.n_unchanged, plan.count("gone")
    roster_import.n_errors = len(plan.problems)
    roster_import.preview = [[c.sheet, c.row_no, c.kind, c.label, c.detail] for c in plan.changes]
    roster_import.notices = [*book.notices, *plan.notices]


def _keep_errors(roster_import: RosterImport, plan: ImportPlan) -> None:
    RowError.objects.filter(roster_import=roster_import).delete()
    RowError.objects.bulk_create(
        [
            RowError(
                roster_import=roster_import, sheet=one.sheet, row_no=one.row_no, column=one.column, value=one.value,
                reason=one.reason[:500],
            )
            for one in plan.problems[:MAX_ERRORS_KEPT]
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _counts(roster_import: RosterImport) -> dict[str, int]:
    names = [name for name in OUTCOME if name.startswith("n_")]
    return {name: getattr(roster_import, name) for name in names}


def _locked(import_id: int) -> RosterImport:
    return RosterImport.objects.select_for_update().get(pk=import_id)


def _require_checked(roster_import: RosterImport) -> None:
    if roster_import.state == ImportState.REFUSED.value:
        raise NotAllowedNow("这份花名册有错误行，没有导入任何内容。请按错误表改好后重新上传。")
    if roster_import.state == ImportState.DISCARDED.value:
        raise NotAllowedNow("这次导入已经放弃。需要时请重新上传工作簿。")
