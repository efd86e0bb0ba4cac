"""Rectification of a past demonstration year: most items closed out, some still open, a few overdue."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle, Reviewee
from apps.portal.management.demo.texts import MEASURES, PROGRESS
from apps.rectification.models import RectificationItem
from apps.rectification.services import apply_for_close_out, plan_item, report_progress, verify_close_out

Day = Callable[[int], datetime]


def rectify(cycle: ReviewCycle, *, clerk: User, day: Day, draw: Random) -> None:
    """Plan every item; close out about three quarters; send one in ten back once."""
    reviewees = {
        row.organization_id: row
        for row in Reviewee.objects.filter(cycle=cycle).select_related("secretary__user")
    }
    for item in RectificationItem.objects.filter(cycle=cycle).order_by("pk"):
        reviewee = reviewees[item.organization_id]
        _plan(item, reviewee, day, draw)
        fate = draw.random()
        if fate < 0.75:  # noqa: PLR2004 -- three quarters
            _close_out(item, reviewee.secretary.user, clerk, day, sent_back=fate < 0.1)  # noqa: PLR2004
        elif fate < 0.92:  # noqa: PLR2004 -- under way; the rest has not begun
            report_progress(item.pk, text=PROGRESS[1], percent=40, actor=reviewee.secretary.user, at=day(90))


def _plan(item: RectificationItem, reviewee: Reviewee, day: Day, draw: Random) -> None:
    plan_item(
        item.pk,
        measure=MEASURES[reviewee.field],
        responsible_leader=reviewee.name,
        responsible_person="党建办主任",
        due_on=day(draw.choice((120, 200, 305, 325))).date(),
        actor=reviewee.secretary.user,
        at=day(14),
    )


def _close_out(item: RectificationItem, author: User, clerk: User, day: Day, *, sent_back: bool) -> None:
    report_progress(item.pk, text=PROGRESS[0], percent=30, actor=author, at=day(40))
    report_progress(item.pk, text=PROGRESS[3], percent=100, actor=author, at=day(100))
    apply_for_close_out(item.pk, note="措施已全部落实，请予验收。", actor=author, at=day(101))
    if sent_back:
        verify_close_out(item.pk, accepted=False, note="成效证明不足，请补充佐证。", actor=clerk, at=day(103))
        report_progress(
            item.pk, text="已补充活动记录和群众评议结果。", percent=100, actor=author, at=day(108)
        )
        apply_for_close_out(item.pk, note="佐证材料已补充。", actor=author, at=day(109))
    verify_close_out(item.pk, accepted=True, note="经核查，整改到位。", actor=clerk, at=day(112))
