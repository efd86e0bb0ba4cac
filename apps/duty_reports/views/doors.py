"""How every page of a report finds it: no business here 403, out of sight 404, in sight but not one's own to act on 403."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.duty_reports.lists import account
from apps.duty_reports.models import DutyReport
from apps.duty_reports.policies import can_list_reports, can_open_reports, can_review, can_write
from apps.duty_reports.selectors import duty_reports_visible_to


def seen_report(request: HttpRequest, report_id: int) -> DutyReport:
    """Return a report the account may read."""
    if not can_open_reports(account(request)):
        raise PermissionDenied
    rows = duty_reports_visible_to(account(request))
    related = ("reviewee__cycle__scheme", "reviewee__cycle__host", "reviewee__organization")
    return get_object_or_404(rows.select_related(*related), pk=report_id)


def written_report(request: HttpRequest, report_id: int) -> DutyReport:
    """Return a report of the account's own person."""
    report = seen_report(request, report_id)
    if not can_write(account(request), report):
        raise PermissionDenied
    return report


def reviewed_report(request: HttpRequest, report_id: int) -> DutyReport:
    """Return a report the account decides on."""
    report = seen_report(request, report_id)
    if not can_review(account(request), report):
        raise PermissionDenied
    return report


def crumbs(request: HttpRequest, report: DutyReport, label: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the report."""
    way = [("述职报告", reverse("duty_reports:report_list"))] if can_list_reports(account(request)) else []
    name = f"{report.reviewee.name}的述职报告"
    if not label:
        return [*way, (name, "")]
    return [*way, (name, reverse("duty_reports:report_detail", args=[report.pk])), (label, "")]
