"""Checking an uploaded workbook: the roster itself is not touched."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import DomainError, NotAllowedNow
from apps.documents.services import enqueue_job
from apps.rosters.domain.states import ImportState
from apps.rosters.kit.guard import open_workbook
from apps.rosters.kit.workbook import read_workbook
from apps.rosters.models import RosterImport
from apps.rosters.selectors import workbook_of
from apps.rosters.services.outcomes import OUTCOME, keep_errors, log, note_outcome, plan_for, store_workbook

CHECK_JOB = "rosters.check"


@transaction.atomic
def check_workbook(name: str, content: bytes, *, actor: User | None, at: datetime) -> RosterImport:
    """Check an uploaded workbook here and now and keep the outcome.

    ``actor`` ``None`` is the command on the server, which may import everything.

    :raises WorkbookRefused: the file is no sound workbook; nothing is kept of it.
    :raises TemplateMismatch: its sheets or columns are not those of the roster; nothing is kept of it.
    """
    book = read_workbook(content, name)
    plan = plan_for(book, actor)
    file = store_workbook(name, content, actor=actor, at=at)
    roster_import = RosterImport(file=file, uploaded_by=actor, uploaded_at=at)
    note_outcome(roster_import, plan, book)
    roster_import.save(force_insert=True)
    keep_errors(roster_import, plan)
    log("checked", roster_import, actor=actor, at=at)
    return roster_import


@transaction.atomic
def receive_workbook(name: str, content: bytes, *, actor: User, at: datetime) -> RosterImport:
    """Keep a large workbook and order its check, which a worker carries out.

    :raises WorkbookRefused: the file could hurt a parser or is no workbook; nothing is kept of it.
    """
    open_workbook(content, name)
    file = store_workbook(name, content, actor=actor, at=at)
    roster_import = RosterImport.objects.create(
        file=file, uploaded_by=actor, uploaded_at=at, state=ImportState.CHECKING.value
    )
    job = enqueue_job(
        CHECK_JOB, title=f"预检花名册“{file.name}”", arguments={"import_id": roster_import.pk}, actor=actor, at=at
    )  # fmt: skip
    roster_import.job = job
    roster_import.save(update_fields=["job"])
    record_action("rosters.received", roster_import, actor=actor, at=at, details={"file": file.name})
    return roster_import


@transaction.atomic
def carry_out_check(import_id: int, *, at: datetime) -> RosterImport:
    """Check a workbook that was kept. An import that has been checked already is left as it is."""
    roster_import = locked(import_id)
    if roster_import.state != ImportState.CHECKING.value:
        return roster_import
    actor = roster_import.uploaded_by
    try:
        book = read_workbook(workbook_of(roster_import), roster_import.file.name)
        plan = plan_for(book, actor)
    except DomainError as refusal:
        roster_import.state, roster_import.reason = ImportState.UNREADABLE.value, refusal.message[:500]
        roster_import.save(update_fields=["state", "reason"])
        log("unreadable", roster_import, actor=actor, at=at)
        return roster_import
    note_outcome(roster_import, plan, book)
    roster_import.save(update_fields=OUTCOME)
    keep_errors(roster_import, plan)
    log("checked", roster_import, actor=actor, at=at)
    return roster_import


@transaction.atomic
def discard_import(import_id: int, *, actor: User, at: datetime) -> RosterImport:
    """Put an import aside. Discarding twice changes nothing.

    :raises NotAllowedNow: it has been carried out.
    """
    roster_import = locked(import_id)
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


def locked(import_id: int) -> RosterImport:
    """Return an import that nobody else changes until this transaction ends."""
    rows = RosterImport.objects.select_for_update(of=("self",)).select_related("file", "uploaded_by")
    return rows.get(pk=import_id)


def page_of(roster_import: RosterImport) -> str:
    """Return the address of the page of an import."""
    return reverse("rosters:import_detail", args=[roster_import.pk])
