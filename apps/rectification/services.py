"""Every write of the ledger: items, plans, progress, close-out by another person, extension, handing down."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.documents.services import store_file
from apps.duty_reports import services as duty_reports
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.models import DutyReport, Problem
from apps.notifications.services import notify
from apps.organizations.models import Organization
from apps.rectification.domain.colours import latest_due
from apps.rectification.domain.evidence import EvidenceFile
from apps.rectification.domain.states import EntryKind, ItemState
from apps.rectification.errors import (
    BadDeadline,
    BadPercent,
    BadProblem,
    ItemSettled,
    NothingToVerify,
    PlanMissing,
    ProgressMissing,
    SamePerson,
    TextMissing,
)
from apps.rectification.models import Evidence, ProgressEntry, RectificationItem
from apps.rectification.selectors import open_items_before
from apps.secretaries.models import Appointment

EVIDENCE = "rectification.evidence"
ADDED_BY_STAFF = (ProblemSource.INSPECTION, ProblemSource.SUPERVISION)


@transaction.atomic
def create_items(cycle_id: int, *, actor: User, at: datetime) -> list[RectificationItem]:
    """Make one item for each problem of the cycle that has none yet; doing it again adds only what is new."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    problems = list(Problem.objects.filter(cycle=cycle, item__isnull=True).order_by("organization", "id"))
    if not problems:
        return []
    items = RectificationItem.objects.bulk_create(
        RectificationItem(
            problem=problem,
            cycle=cycle,
            organization_id=problem.organization_id,
            due_on=cycle.rectification_due_on,
        )
        for problem in problems
    )
    record_action("rectification.items_created", cycle, actor=actor, at=at, details={"n": len(items)})
    _tell_secretaries(cycle, [item.organization_id for item in items], at=at)
    return items


@transaction.atomic
def add_problem_from_outside(
    cycle_id: int,
    *,
    organization_id: int,
    source: ProblemSource,
    raised_by: str,
    text: str,
    actor: User,
    at: datetime,
) -> RectificationItem:
    """Enter a problem found by inspection or supervision while the cycle is rectifying, with its item.

    :raises BadProblem: another stage, another source, or an organization outside the host's tree.
    :raises TextMissing: the text is empty.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).select_related("host").get(pk=cycle_id)
    organization = Organization.objects.get(pk=organization_id)
    _check_problem(cycle, organization, source)
    reviewee = cycle.reviewees.filter(organization=organization).first()
    problem = duty_reports.add_problem(
        cycle_id=cycle.pk,
        organization_id=organization.pk,
        reviewee_id=reviewee.pk if reviewee else None,
        source=source,
        raised_by=raised_by,
        text=_words(text, "问题内容"),
        actor=actor,
        at=at,
    )
    create_items(cycle.pk, actor=actor, at=at)
    return RectificationItem.objects.get(problem=problem)


@transaction.atomic
def plan_item(
    item_id: int,
    *,
    measure: str,
    responsible_leader: str,
    responsible_person: str,
    due_on: date,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> RectificationItem:
    """Name measure, people and deadline; may be changed until an application is made.

    :raises ItemSettled: applied for or closed out.
    :raises BadDeadline: in the past, or later than the cycle (or an extension) allows.
    :raises TextMissing: no measure or no responsible person.
    :raises StaleVersion: somebody else saved it meanwhile.
    """
    item = _workable_item(item_id)
    check_version(item, version)
    _check_due(item, due_on, today=timezone.localdate(at))
    item.measure = _words(measure, "整改措施")
    item.responsible_leader = _words(responsible_leader, "责任领导")
    item.responsible_person = _words(responsible_person, "责任人")
    item.due_on, item.state = due_on, ItemState.UNDER_WAY.value
    _save(item, "measure", "responsible_leader", "responsible_person", "due_on", "state")
    _enter(item, EntryKind.PLAN, item.measure, actor=actor, at=at, due_on=due_on)
    record_action("rectification.planned", item, actor=actor, at=at, details={"due_on": due_on.isoformat()})
    return item


@transaction.atomic
def report_progress(
    item_id: int,
    *,
    text: str,
    percent: int,
    files: Sequence[EvidenceFile] = (),
    actor: User,
    at: datetime,
) -> ProgressEntry:
    """Tell what was done, with evidence. ``percent`` is the whole item's progress, 0–100.

    :raises ItemSettled: applied for or closed out.
    :raises PlanMissing: no measure, person and deadline yet.
    :raises TextMissing: nothing is told.
    :raises BadPercent: outside 0–100.
    """
    item = _workable_item(item_id)
    if item.state == ItemState.OPEN.value:
        raise PlanMissing("请先填写整改措施、责任人和时限，再填报进展。")
    if not 0 <= percent <= 100:  # noqa: PLR2004 -- per cent
        raise BadPercent("进度应在 0 到 100 之间。")
    text = _words(text, "整改进展")
    item.progress_percent = percent
    _save(item, "progress_percent")
    entry = _enter(item, EntryKind.PROGRESS, text, actor=actor, at=at)
    for upload in files:
        file = store_file(
            EVIDENCE,
            upload.name,
            upload.content,
            content_type=upload.content_type,
            subject_id=item.pk,
            actor=actor,
            at=at,
        )
        Evidence.objects.create(item=item, entry=entry, file=file)
    details = {"percent": percent, "n_files": len(files)}
    record_action("rectification.progress_reported", item, actor=actor, at=at, details=details)
    return entry


@transaction.atomic
def apply_for_close_out(item_id: int, *, note: str, actor: User, at: datetime) -> RectificationItem:
    """Ask for verification. Asking twice changes nothing.

    :raises ItemSettled: already closed out.
    :raises PlanMissing: no plan yet.
    :raises ProgressMissing: no progress was reported since the plan (or since it was last sent back).
    :raises TextMissing: the application does not say what was achieved.
    """
    item = _locked_item(item_id)
    if item.state == ItemState.APPLIED.value:
        return item
    _require_workable(item)
    if item.state == ItemState.OPEN.value:
        raise PlanMissing("请先填写整改措施、责任人和时限，并填报进展，再申请销号。")
    if not _has_fresh_progress(item):
        raise ProgressMissing(
            "制定措施（或上次退回）之后还没有填报过进展，不能申请销号。请先填报进展和佐证材料。"
        )
    item.state, item.applied_at, item.applied_by = ItemState.APPLIED.value, at, actor
    _save(item, "state", "applied_at", "applied_by")
    _enter(item, EntryKind.APPLICATION, _words(note, "整改成效"), actor=actor, at=at)
    record_action("rectification.close_out_applied", item, actor=actor, at=at)
    return item


@transaction.atomic
def verify_close_out(
    item_id: int, *, accepted: bool, note: str, actor: User, at: datetime
) -> RectificationItem:
    """Close the item out, or send it back with a note. The verifier is another person than the applicant.

    :raises NothingToVerify: no application waits.
    :raises SamePerson: the applicant would verify.
    :raises TextMissing: sent back without saying why.
    """
    item = _locked_item(item_id)
    if item.state != ItemState.APPLIED.value:
        raise NothingToVerify("没有待验收的销号申请：可能已被别人处理。请刷新页面查看最新状态。")
    if item.applied_by_id == actor.pk:
        raise SamePerson("销号申请是您提交的，须由另一人验收。申请仍保留，等待他人验收。")
    if accepted:
        return _close_out(item, note.strip() or "验收通过。", actor=actor, at=at)
    return _send_back(item, _words(note, "退回原因"), actor=actor, at=at)


@transaction.atomic
def extend_deadline(
    item_id: int, *, due_on: date, reason: str, actor: User, at: datetime
) -> RectificationItem:
    """Grant a later deadline, beyond the cycle's if need be; the reason is kept.

    :raises ItemSettled: closed out.
    :raises BadDeadline: not later than the present deadline, or in the past.
    :raises TextMissing: without a reason.
    """
    item = _locked_item(item_id)
    if item.is_closed_out:
        raise ItemSettled("此事项已销号，不需要延期。")
    if due_on < timezone.localdate(at) or (item.due_on is not None and due_on <= item.due_on):
        raise BadDeadline("延期后的时限应晚于原时限，且不能早于今天。原时限没有改动。")
    before = item.due_on.isoformat() if item.due_on else None
    reason = _words(reason, "延期理由")
    item.due_on = item.extended_to = due_on
    _save(item, "due_on", "extended_to")
    _enter(item, EntryKind.EXTENSION, reason, actor=actor, at=at, due_on=due_on)
    details = {"from": before, "to": due_on.isoformat(), "reason": reason}
    record_action("rectification.deadline_extended", item, actor=actor, at=at, details=details)
    return item


@transaction.atomic
def hand_down_open_items(cycle_id: int, *, actor: User, at: datetime) -> int:
    """Copy what earlier cycles of the same host left open into the new cycle's reports; return how many.

    Each item goes to every report of its organization. Doing it again adds nothing.
    """
    cycle = ReviewCycle.objects.get(pk=cycle_id)
    reports: dict[int, list[int]] = {}
    rows = DutyReport.objects.filter(reviewee__cycle=cycle)
    for report_id, organization_id in rows.values_list("pk", "reviewee__organization_id"):
        reports.setdefault(organization_id, []).append(report_id)
    n_handed = 0
    for item in open_items_before(cycle, reports.keys()):
        for report_id in reports[item.organization_id]:
            duty_reports.add_follow_up(
                report_id,
                source_year=item.cycle.year,
                source_key=f"rectification-{item.pk}",
                problem=item.problem.text,
                state_then=ItemState(item.state).label,
                actor=actor,
                at=at,
            )
            n_handed += 1
    return n_handed


def _locked_item(item_id: int) -> RectificationItem:
    return RectificationItem.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=item_id)


def _workable_item(item_id: int) -> RectificationItem:
    item = _locked_item(item_id)
    _require_workable(item)
    return item


def _require_workable(item: RectificationItem) -> None:
    if item.state == ItemState.APPLIED.value:
        raise ItemSettled("此事项已申请销号，正在等待验收，暂不能修改；如被退回，可继续填报。")
    if item.is_closed_out:
        raise ItemSettled("此事项已销号，内容不再改动。")


def _check_due(item: RectificationItem, due_on: date, *, today: date) -> None:
    if due_on < today:
        raise BadDeadline("整改时限不能早于今天。")
    latest = latest_due(item.cycle.rectification_due_on, item.extended_to)
    if latest is not None and due_on > latest:
        raise BadDeadline(f"整改时限不能晚于 {latest:%Y-%m-%d}。确需更长时间的，请联系组织部办理延期。")


def _check_problem(cycle: ReviewCycle, organization: Organization, source: ProblemSource) -> None:
    if cycle.stage != Stage.RECTIFYING.value:
        raise BadProblem(
            f"“{cycle.title}”现处于“{Stage(cycle.stage).label}”阶段；只有“反馈整改”阶段才能补充问题。"
        )
    if source not in ADDED_BY_STAFF:
        raise BadProblem("这里只登记巡视巡察和监督检查发现的问题；点评的问题请在会议页登记。")
    if not organization.path.startswith(cycle.host.path):
        raise BadProblem(f"{organization}不在{cycle.host}的范围内，不能登记到这个周期。")


def _has_fresh_progress(item: RectificationItem) -> bool:
    kinds = (EntryKind.PROGRESS.value, EntryKind.SENT_BACK.value)
    last = item.progress.filter(kind__in=kinds).first()
    return last is not None and last.kind == EntryKind.PROGRESS.value


def _close_out(item: RectificationItem, note: str, *, actor: User, at: datetime) -> RectificationItem:
    item.state, item.closed_out_at, item.verified_by = ItemState.CLOSED_OUT.value, at, actor
    item.verification_note, item.progress_percent = note, 100
    _save(item, "state", "closed_out_at", "verified_by", "verification_note", "progress_percent")
    _enter(item, EntryKind.CLOSED_OUT, note, actor=actor, at=at)
    record_action("rectification.closed_out", item, actor=actor, at=at)
    _tell_applicant(item, item.applied_by_id, "整改事项已验收销号", at=at)
    return item


def _send_back(item: RectificationItem, note: str, *, actor: User, at: datetime) -> RectificationItem:
    applicant_id = item.applied_by_id
    item.state, item.applied_at, item.applied_by = ItemState.UNDER_WAY.value, None, None
    item.verification_note = note
    _save(item, "state", "applied_at", "applied_by", "verification_note")
    _enter(item, EntryKind.SENT_BACK, note, actor=actor, at=at)
    record_action("rectification.sent_back", item, actor=actor, at=at)
    _tell_applicant(item, applicant_id, f"销号申请被退回：{note}", at=at)
    return item


def _tell_applicant(item: RectificationItem, applicant_id: int | None, title: str, *, at: datetime) -> None:
    if applicant_id is not None:
        url = reverse("rectification:item_detail", args=[item.pk])
        notify(applicant_id, title=title, body=item.problem.text, url=url, at=at)


def _tell_secretaries(cycle: ReviewCycle, organization_ids: Sequence[int], *, at: datetime) -> None:
    in_office = Appointment.objects.filter(organization_id__in=organization_ids, ended_on__isnull=True)
    users = User.objects.filter(secretary__appointments__in=in_office, is_active=True)
    notify(
        users.values_list("pk", flat=True),
        title=f"“{cycle.title}”有问题需要整改",
        body="请在“我的整改”中制定措施、责任人和时限。",
        url=reverse("rectification:own_item_list"),
        at=at,
    )


def _enter(
    item: RectificationItem,
    kind: EntryKind,
    text: str,
    *,
    actor: User,
    at: datetime,
    due_on: date | None = None,
) -> ProgressEntry:
    return ProgressEntry.objects.create(
        item=item,
        kind=kind.value,
        text=text,
        due_on=due_on,
        percent=item.progress_percent,
        entered_by=actor,
        entered_at=at,
    )


def _save(item: RectificationItem, *fields: str) -> None:
    touch_version(item)
    item.save(update_fields=[*fields, "version"])


def _words(text: str, what: str) -> str:
    bare = text.strip()
    if not bare:
        raise TextMissing(f"请填写{what}。")
    return bare
