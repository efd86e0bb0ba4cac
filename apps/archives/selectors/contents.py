"""What of a cycle is written out anew for its archive: plain data for ``pdf`` and ``sheets``."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.cycles.domain.words import Chapter, scheme_in_words
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import plan_of
from apps.duty_reports.models import DutyReport


@dataclass(frozen=True, slots=True)
class ReportText:
    """One duty report as it stands: headings with their texts, answers to last year's items."""

    order_no: int
    name: str
    organization: str
    post: str
    state: str
    sections: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def file_name(self) -> str:
        """Number, organization and name, as people look for it."""
        return f"{self.order_no:03d} {self.organization} {self.name}"


def scheme_words(cycle: ReviewCycle) -> tuple[Chapter, ...]:
    """Return the whole scheme in sentences."""
    return scheme_in_words(plan_of(cycle.scheme))


def written_reports(cycle: ReviewCycle) -> list[tuple[int, str]]:
    """Return id and file name of each report in which something stands."""
    rows = DutyReport.objects.filter(reviewee__cycle=cycle).exclude(texts__text="", submitted_at=None)
    found = rows.select_related("reviewee").distinct().order_by("reviewee__order_no", "pk")
    return [(one.pk, report_text(one).file_name) for one in found]


def read_report(report_id: int) -> ReportText:
    """Return one report."""
    return report_text(DutyReport.objects.select_related("reviewee").get(pk=report_id))


def report_text(report: DutyReport) -> ReportText:
    """Return what stands in a report. Expects the reviewee to be loaded with it."""
    reviewee = report.reviewee
    texts = report.texts.select_related("section").order_by("section__order_no")
    answers = report.follow_ups.order_by("order_no")
    return ReportText(
        order_no=reviewee.order_no,
        name=reviewee.name,
        organization=reviewee.organization_name,
        post=reviewee.post,
        state=report.get_state_display(),
        sections=tuple((one.section.title, one.text) for one in texts if one.text.strip()),
        answers=tuple((f"{one.source_year}年：{one.problem}", one.answer) for one in answers),
    )


Row = list[object]


def reviewee_rows(cycle: ReviewCycle) -> Iterator[Row]:
    """Yield the roster of reviewees."""
    for one in cycle.reviewees.all():
        place = (one.order_no, one.name, one.organization_name, one.post)
        yield [*place, one.get_field_display(), one.get_mode_display()]
