"""Who reports in a draft cycle, and how."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localtime

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.schemes import ReportMode
from apps.cycles.errors import BadReviewees
from apps.cycles.models import ReviewCycle, Reviewee
from apps.cycles.selectors import candidates_for
from apps.cycles.services.locking import lock_draft
from apps.secretaries.models import Appointment


@transaction.atomic
def choose_reviewees(
    cycle_id: int,
    *,
    secretary_ids: Sequence[int] = (),
    appointment_ids: Sequence[int] = (),
    mode: ReportMode = ReportMode.ORAL,
    actor: User,
    at: datetime,
) -> list[Reviewee]:
    """Add people with an appointment in force below the host, and return the new ones; who is in already stays as is.

    A person named by ``secretary_ids`` who holds several posts reports for the one highest in the tree.

    :raises BadReviewees: somebody holds no post below the host today.
    :raises SchemeFrozen: the cycle has opened.
    """
    cycle = lock_draft(cycle_id, None)
    wanted, people = set(appointment_ids), set(secretary_ids)
    chosen: dict[int, Appointment] = {}
    for post in candidates_for(cycle, localtime(at).date()):
        if post.pk in wanted or post.secretary_id in people:
            chosen.setdefault(post.secretary_id, post)
    _refuse_missing(cycle, people, wanted, chosen)
    added = _add(cycle, list(chosen.values()), mode)
    if added:
        _saved(cycle, "cycles.reviewees_chosen", actor, at, {"n": len(added), "mode": mode.value})
    return added


def _refuse_missing(
    cycle: ReviewCycle, people: set[int], wanted: set[int], chosen: dict[int, Appointment]
) -> None:
    people |= set(Appointment.objects.filter(pk__in=wanted).values_list("secretary_id", flat=True))
    present = set(cycle.reviewees.filter(secretary_id__in=people).values_list("secretary_id", flat=True))
    missing = people - present - set(chosen)
    if missing:
        raise BadReviewees(
            f"所选的人里有{len(missing)}位今天在“{cycle.host}”下没有任职，不能作为述职对象。一个人也没有加入，请刷新名单后再选。"
        )


def _add(cycle: ReviewCycle, posts: list[Appointment], mode: ReportMode) -> list[Reviewee]:
    last = cycle.reviewees.aggregate(last=Max("order_no"))["last"] or 0
    return Reviewee.objects.bulk_create(
        Reviewee(
            cycle=cycle,
            secretary_id=post.secretary_id,
            organization=post.organization,
            name=post.secretary.name,
            post=post.post,
            organization_name=post.organization.name,
            field=post.organization.field,
            mode=mode.value,
            order_no=last + place,
        )
        for place, post in enumerate(posts, start=1)
    )


@transaction.atomic
def remove_reviewees(cycle_id: int, *, reviewee_ids: Sequence[int], actor: User, at: datetime) -> int:
    """Take people out of a draft again; returns how many left."""
    cycle = lock_draft(cycle_id, None)
    n_left, _ = cycle.reviewees.filter(pk__in=reviewee_ids).delete()
    if n_left:
        _saved(cycle, "cycles.reviewees_removed", actor, at, {"n": n_left})
    return n_left


def remove_reviewee(cycle_id: int, *, reviewee_id: int, actor: User, at: datetime) -> int:
    """Take one person out of a draft again."""
    return remove_reviewees(cycle_id, reviewee_ids=[reviewee_id], actor=actor, at=at)


@transaction.atomic
def set_report_mode(
    cycle_id: int, *, reviewee_ids: Sequence[int], mode: ReportMode, actor: User, at: datetime
) -> int:
    """Let people report orally or in writing; returns how many are set so now."""
    cycle = lock_draft(cycle_id, None)
    n_set = cycle.reviewees.filter(pk__in=reviewee_ids).update(mode=mode.value)
    if n_set:
        _saved(cycle, "cycles.report_mode_set", actor, at, {"n": n_set, "mode": mode.value})
    return n_set


@transaction.atomic
def order_reviewees(cycle_id: int, *, reviewee_ids: Sequence[int], actor: User, at: datetime) -> None:
    """Number the reviewees of a draft in this order; those not named keep their order behind them.

    :raises BadReviewees: somebody named is not a reviewee of this cycle.
    """
    cycle = lock_draft(cycle_id, None)
    by_id = {row.pk: row for row in cycle.reviewees.all()}
    if len(set(reviewee_ids)) != len(reviewee_ids) or not set(reviewee_ids) <= set(by_id):
        raise BadReviewees("顺序里有人不在本周期的述职对象中，顺序没有改动，请刷新后再排。")
    ordered = [by_id.pop(pk) for pk in reviewee_ids] + list(by_id.values())
    for place, row in enumerate(ordered, start=1):
        row.order_no = place
    Reviewee.objects.bulk_update(ordered, ["order_no"])
    _saved(cycle, "cycles.reviewees_ordered", actor, at, {"n": len(ordered)})


def _saved(cycle: ReviewCycle, action: str, actor: User, at: datetime, details: dict[str, object]) -> None:
    touch_version(cycle)
    cycle.save(update_fields=["version"])
    record_action(action, cycle, actor=actor, at=at, details=details)
