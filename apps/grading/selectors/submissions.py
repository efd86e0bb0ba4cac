"""The submission for the committee, read from the deliberation sheet. Renderers in this and in higher apps use only this."""

from django.utils import timezone

from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.grading.domain.schemes import GradingScheme, rules_in_words
from apps.grading.domain.submissions import Submission, SubmissionField, SubmissionLine
from apps.grading.models import Deliberation
from apps.grading.selectors import deliberation_of
from apps.grading.selectors.sheets import PastAct, SheetLine, SheetSection, sheet_of


def submission_of(cycle: ReviewCycle) -> Submission | None:
    """Return the submission of a cycle; ``None`` before the deliberation has begun. Expects the host to be loaded."""
    deliberation = deliberation_of(cycle)
    if deliberation is None:
        return None
    deliberation.cycle = cycle
    return submission_from(deliberation)


def submission_from(deliberation: Deliberation) -> Submission:
    """Return the submission of a deliberation. Expects cycle, host and run to be loaded."""
    cycle, sheet = deliberation.cycle, sheet_of(deliberation)
    signed_at = deliberation.signed_off_at
    return Submission(
        cycle_title=cycle.title,
        year=cycle.year,
        host=cycle.host.name,
        state=deliberation.state.label,
        scored_at=deliberation.run.finished_at,
        rules=tuple(rules_in_words(sheet.scheme)),
        fields=tuple(_field(section, sheet.scheme) for section in sheet.sections),
        has_links=bool(sheet.scheme.links),
        has_annual_points=bool(sheet.scheme.annual_weight),
        held_on=deliberation.held_on,
        place=deliberation.place,
        members=tuple(one.plain for one in deliberation.members.all()),
        members_present=deliberation.members_present,
        quorum_note=deliberation.quorum_note,
        minutes=deliberation.minutes,
        reviewed_by=str(deliberation.reviewed_by or ""),
        signed_by=str(deliberation.signed_off_by or ""),
        signed_on=timezone.localtime(signed_at).date() if signed_at else None,
    )


def _field(section: SheetSection, scheme: GradingScheme) -> SubmissionField:
    quota = section.quota
    given = [line.decision.effective_grade for line in section.lines]
    return SubmissionField(
        label=quota.field.label,
        share=scheme.quota_of(quota.field),
        n_members=quota.n_members,
        n_good=quota.n_good,
        n_allowed=quota.n_allowed,
        n_undecided=quota.n_undecided,
        grades={grade.label: given.count(grade.value) for grade in Grade},
        lines=tuple(_line(line) for line in section.lines),
    )


def _line(line: SheetLine) -> SubmissionLine:
    decision, reviewee, summary = line.decision, line.decision.reviewee, line.summary
    effect = line.effect
    return SubmissionLine(
        reviewee_id=reviewee.pk,
        order_no=reviewee.order_no,
        name=reviewee.name,
        organization=reviewee.organization_name,
        post=reviewee.post,
        mode=reviewee.get_mode_display(),
        ballot_score=summary.shown_ballot_score if summary else None,
        total=summary.shown_total if summary else None,
        is_hidden=bool(summary and summary.hides_score),
        rank=summary.rank_in_field if summary else None,
        last_grade=line.last_grade,
        proposed_grade=decision.get_proposed_grade_display(),
        grade=line.grade_label,
        flags=tuple(flag.label for flag in line.flags),
        limits=tuple(cap.words for cap in line.limits),
        reason=decision.departure_reason,
        history=tuple(act_in_words(act) for act in line.history),
        best_appraisal=effect.best_appraisal.label if effect.best_appraisal else "",
        consequence=effect.consequence,
        annual_points=effect.annual_points,
    )


def act_in_words(act: PastAct) -> str:
    """Return one reconsideration as a sentence."""
    outcome = f"由“{act.before}”改为“{act.after}”" if act.changed else f"维持“{act.after}”"
    return f"{act.on}复核：{outcome}，{act.reason}"
