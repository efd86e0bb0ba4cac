"""Duty reports and problems, written directly as services would leave them."""

from datetime import UTC, datetime

from apps.duty_reports.models import DutyReport, FollowUp, Problem, SectionText
from tests.factories.cycles import make_reviewee

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def long_text(n_chars, sentence="我每月到村走访，逐个支部研究问题。"):
    """Return exactly ``n_chars`` characters of plain text."""
    return (sentence * (n_chars // len(sentence) + 1))[:n_chars]


def make_duty_report(*, reviewee=None, filled=False, **fields):
    """Make a report with all headings of its cycle; ``filled`` writes enough under each to be handed in."""
    reviewee = reviewee or make_reviewee()
    report = DutyReport.objects.create(reviewee=reviewee, **fields)
    for section in reviewee.cycle.scheme.report_sections.all():
        text = long_text({"problems": 400, "follow_up": 50}.get(section.kind, 200)) if filled else ""
        SectionText.objects.create(report=report, section=section, text=text)
    return report


def make_follow_up(*, report, problem="支部组织生活不经常。", **fields):
    """Add an item of last year."""
    n = report.follow_ups.count() + 1
    values = {"order_no": n, "source_year": 2025, "source_key": f"old-{n}", "state_then": "整改中"} | fields
    return FollowUp.objects.create(report=report, problem=problem, **values)


def make_problem(
    *, cycle, organization, reviewee=None, source="commentary", text="党员教育形式单一。", **fields
):
    """Record a problem."""
    values = {"created_at": AT} | fields
    return Problem.objects.create(
        cycle=cycle, organization=organization, reviewee=reviewee, source=source, text=text, **values
    )
