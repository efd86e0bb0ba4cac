"""Reads of grading. Doors: ``decisions_visible_to``, ``letters_visible_to``."""

from django.db.models import Count, Q, QuerySet

from apps.assessments.selectors import active_caps
from apps.common.domain.actors import Actor
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.grading.domain.proposal import Candidate, Proposal, propose_grades
from apps.grading.models import Deliberation, FeedbackLetter, GradeDecision
from apps.organizations.selectors import within
from apps.scoring.models import ScoreRun


def cycles_to_decide(user: Actor) -> QuerySet[ReviewCycle]:
    """Return the managed cycles that have come as far as grading, with how many grades are decided."""
    stages = (Stage.GRADING.value, Stage.RECTIFYING.value, Stage.ARCHIVED.value)
    return (
        ReviewCycle.objects.filter(within(user.department_paths(), "host__"), stage__in=stages)
        .select_related("host", "deliberation__signed_off_by")
        .annotate(
            n_decided=Count(
                "deliberation__decisions", filter=Q(deliberation__decisions__decided_at__isnull=False)
            ),
            n_decisions=Count("deliberation__decisions"),
        )
    )


def decisions_visible_to(user: Actor) -> QuerySet[GradeDecision]:
    """Return the decisions of cycles the account manages."""
    return GradeDecision.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))


def own_decisions(user: Actor) -> QuerySet[GradeDecision]:
    """Return a secretary's own signed grades."""
    if user.secretary_id is None:
        return GradeDecision.objects.none()
    return GradeDecision.objects.filter(
        reviewee__secretary_id=user.secretary_id, deliberation__signed_off_at__isnull=False
    )


def letters_visible_to(user: Actor) -> QuerySet[FeedbackLetter]:
    """Return letters of managed cycles, and a secretary's own."""
    visible = within(user.department_paths(), "decision__reviewee__cycle__host__")
    if user.secretary_id is not None:
        visible |= Q(decision__reviewee__secretary_id=user.secretary_id)
    return FeedbackLetter.objects.filter(visible)


def deliberation_of(cycle: ReviewCycle) -> Deliberation | None:
    """Return the cycle's deliberation, if it has begun."""
    return Deliberation.objects.filter(cycle=cycle).select_related("run", "signed_off_by").first()


def proposals_of(run: ScoreRun) -> dict[int, Proposal]:
    """Return the proposed grade of every reviewee of a run, field by field."""
    scheme = run.cycle.scheme
    thresholds = {Grade(rule.grade): rule.from_total for rule in scheme.grade_rules.all()}
    caps = active_caps(run.cycle)
    by_field: dict[str, list[Candidate]] = {}
    for reviewee_id, field, total in run.summaries.values_list("reviewee_id", "reviewee__field", "total"):
        by_field.setdefault(field, []).append(Candidate(reviewee_id, total, caps.get(reviewee_id)))
    found: dict[int, Proposal] = {}
    for candidates in by_field.values():
        found |= propose_grades(candidates, thresholds=thresholds, good_quota=scheme.good_quota)
    return found
