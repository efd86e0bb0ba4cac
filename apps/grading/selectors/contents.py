"""Contents of tables, read for the renderers."""

from datetime import date

from apps.cycles.models import ReviewCycle, Reviewee
from apps.grading.domain.proposal import Flag
from apps.grading.domain.summaries import SummaryLine, SummaryTable
from apps.grading.models import Deliberation, GradeDecision
from apps.grading.selectors.effective import with_effective_grade
from apps.organizations.domain.kinds import Field
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors import current_run


def summary_table(cycle: ReviewCycle, *, made_on: date, signed_on: date | None) -> SummaryTable:
    """Return the summary table of a cycle, by field and rank."""
    deliberation = Deliberation.objects.filter(cycle=cycle).select_related("run").first()
    run = deliberation.run if deliberation else current_run(cycle)
    summaries = {} if run is None else {one.reviewee_id: one for one in run.summaries.all()}
    rows = with_effective_grade(GradeDecision.objects.filter(reviewee__cycle=cycle))
    decisions = {one.reviewee_id: one for one in rows}
    lines = [
        _summary_line(one, summaries.get(one.pk), decisions.get(one.pk)) for one in cycle.reviewees.all()
    ]
    places = {field.label: place for place, field in enumerate(Field)}
    lines.sort(key=lambda line: (places[line.field], line.rank is None, line.rank or 0, line.order_no))
    return SummaryTable(
        title=f"{cycle.title}结果汇总表",
        host=cycle.host.name,
        lines=lines,
        signed_on=signed_on,
        made_on=made_on,
    )


def _summary_line(
    reviewee: Reviewee, summary: ScoreSummary | None, decision: GradeDecision | None
) -> SummaryLine:
    remarks = [Flag(value).label for value in decision.flags] if decision else []
    if summary is not None and summary.hides_score:
        remarks.append("有效票少，得分不显示")
    if decision is not None and decision.departure_reason:
        remarks.append(decision.departure_reason)
    if decision is not None and decision.effective_grade != decision.overall_grade:
        remarks.append(
            f"经复核由“{decision.get_overall_grade_display()}”改为“{decision.effective_grade_label}”"
        )
    return SummaryLine(
        order_no=reviewee.order_no,
        organization=reviewee.organization_name,
        name=reviewee.name,
        field=reviewee.get_field_display(),
        mode=reviewee.get_mode_display(),
        ballot_score=summary.shown_ballot_score if summary else None,
        total=summary.shown_total if summary else None,
        rank=summary.rank_in_field if summary else None,
        proposed_grade=decision.get_proposed_grade_display() if decision else "",
        overall_grade=decision.effective_grade_label if decision else "",
        remark="；".join(remarks),
    )
