"""What authors are told. The act itself stands in the log."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.duty_reports.models import DutyReport
from apps.notifications.services import notify


def account_of(report: DutyReport) -> User | None:
    """Return the author's account if there is an active one."""
    user: User | None = getattr(report.reviewee.secretary, "user", None)
    return user if user is not None and user.is_active else None


def tell_waiting(cycle: ReviewCycle, users: Iterable[User], at: datetime) -> None:
    """Remind authors who have not handed in."""
    due = f"，截止日期{cycle.reports_due_on:%Y-%m-%d}" if cycle.reports_due_on else ""
    notify(
        [user.pk for user in users],
        title=f"请尽快提交{cycle.year}年度述职报告",
        body=f"您的述职报告还没有提交{due}。",
        url=reverse("duty_reports:my_report"),
        at=at,
    )


def tell_decision(report: DutyReport, *, title: str, body: str, at: datetime) -> None:
    """Tell the author what became of the report."""
    user = account_of(report)
    if user is not None:
        url = reverse("duty_reports:report_detail", kwargs={"report_id": report.pk})
        notify(user.pk, title=title, body=body, url=url, at=at)
