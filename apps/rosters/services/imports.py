"""Writing what was checked: everything or nothing, whoever else is at it and whenever the process dies."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.common.errors import NotAllowedNow
from apps.documents.models import Job
from apps.documents.services import enqueue_job
from apps.organizations.services import save_roster_organizations
from apps.rosters.domain.plan import ImportPlan
from apps.rosters.domain.states import ImportState
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.models import RosterImport
from apps.rosters.selectors import workbook_of
from apps.rosters.services.checks import locked
from apps.rosters.services.outcomes import OUTCOME, keep_errors, log, note_outcome, plan_for, store_workbook
from apps.secretaries.services import hold_roster, save_roster_people

CONFIRM_JOB = "rosters.confirm"
STALE = "预检之后，系统里的花名册有了变化，这份工作簿会写入的内容与您核对过的不同，所以没有导入。下面是按现在的花名册重新预检的结果，请再核对一遍。"
NOT_CONFIRMABLE = {
    ImportState.REFUSED.value: "这份花名册有错误行，没有导入任何内容。请按错误表改好后重新上传。",
    ImportState.DISCARDED.value: "这次导入已经放弃。需要时请重新上传工作簿。",
    ImportState.CHECKING.value: "这份花名册还在预检。请等预检完成，核对后再确认。",
    ImportState.UNREADABLE.value: "这个文件没能读取，没有导入任何内容。请按提示改好后重新上传。",
}


@transaction.atomic
def confirm_import(import_id: int, *, actor: User | None, at: datetime) -> RosterImport:
    """Write what was checked. Confirming twice changes nothing.

    The workbook is checked again against the roster as it is now, with everybody else kept from writing it. If rows no
    longer fit, the import comes back refused with its reasons; if it would write other things than were shown, it comes
    back checked anew, with ``reason``. In both cases nothing is written.

    :raises NotAllowedNow: it has errors, was discarded or is still being checked.
    :raises RosterBusy: others write the roster all the time; nothing is changed.
    """
    roster_import = locked(import_id)
    if roster_import.state == ImportState.CONFIRMED.value:
        return roster_import
    if roster_import.state != ImportState.CHECKED.value:
        raise NotAllowedNow(NOT_CONFIRMABLE[roster_import.state])
    book = read_workbook(workbook_of(roster_import), roster_import.file.name)
    shown = roster_import.fingerprint
    hold_roster()
    plan = plan_for(book, actor)
    note_outcome(roster_import, plan, book)
    if plan.problems:
        roster_import.save(update_fields=OUTCOME)
        keep_errors(roster_import, plan)
        log("refused", roster_import, actor=actor, at=at)
    elif roster_import.fingerprint != shown:
        roster_import.reason = STALE
        roster_import.save(update_fields=OUTCOME)
        log("rechecked", roster_import, actor=actor, at=at)
    else:
        _write(plan, actor, at)
        roster_import.state, roster_import.confirmed_at = ImportState.CONFIRMED.value, at
        roster_import.save(update_fields=[*OUTCOME, "confirmed_at"])
        log("confirmed", roster_import, actor=actor, at=at)
    return roster_import


@transaction.atomic
def import_workbook(name: str, content: bytes, *, actor: User | None, at: datetime) -> RosterImport:
    """Check and write a workbook in one go, for the command on the server: nobody looks at it in between.

    With errors it comes back refused and nothing is written.

    :raises WorkbookRefused: the file is no sound workbook; nothing is kept of it.
    :raises TemplateMismatch: its sheets or columns are not those of the roster; nothing is kept of it.
    :raises RosterBusy: others write the roster all the time; nothing is kept of it.
    """
    book = read_workbook(content, name)
    hold_roster()
    plan = plan_for(book, actor)
    roster_import = RosterImport(
        file=store_workbook(name, content, actor=actor, at=at), uploaded_by=actor, uploaded_at=at
    )
    note_outcome(roster_import, plan, book)
    if not plan.problems:
        _write(plan, actor, at)
        roster_import.state, roster_import.confirmed_at = ImportState.CONFIRMED.value, at
    roster_import.save(force_insert=True)
    keep_errors(roster_import, plan)
    log("refused" if plan.problems else "confirmed", roster_import, actor=actor, at=at)
    return roster_import


@transaction.atomic
def order_confirmation(import_id: int, *, actor: User, at: datetime) -> Job:
    """Order the writing of a large workbook from a worker; while that is on its way, the same job is returned.

    :raises NotAllowedNow: as ``confirm_import``.
    """
    roster_import = locked(import_id)
    if roster_import.state != ImportState.CHECKED.value:
        raise NotAllowedNow(NOT_CONFIRMABLE.get(roster_import.state, "这次导入已经完成。"))
    job = enqueue_job(
        CONFIRM_JOB, title=f"导入花名册“{roster_import.file.name}”", arguments={"import_id": import_id}, actor=actor, at=at,
        dedupe_key=str(import_id),
    )  # fmt: skip
    roster_import.job = job
    roster_import.save(update_fields=["job"])
    return job


def _write(plan: ImportPlan, actor: User | None, at: datetime) -> None:
    appointments = plan.appointments()
    also = {one.organization_code for one in appointments}
    ids = save_roster_organizations(plan.organizations(), also=also, actor=actor, at=at)
    save_roster_people(plan.people(), appointments, organization_ids=ids, actor=actor, at=at)
