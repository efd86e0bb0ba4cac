"""What somebody should know before a reconsideration is decided."""

from apps.cycles.domain.grades import Grade
from apps.grading.domain.candidates import is_above, lowest
from apps.grading.models import Reconsideration
from apps.grading.selectors.ground import limits_on
from apps.grading.selectors.quotas import Quota, quotas_of


def warnings_of(act: Reconsideration, grade: Grade) -> list[str]:
    """Return in words what the new grade would run against; empty if nothing. Warnings inform, they do not bind."""
    found = []
    quota = _quota_of(act)
    if grade is Grade.GOOD and act.grade_before != Grade.GOOD.value and quota and not quota.n_left:
        found.append(
            f"{quota.field.label}领域“好”的名额为 {quota.n_allowed} 人，已有 {quota.n_good} 人；改为“好”后将超过名额。"
        )
    cap = lowest(limits_on(act.decision.deliberation.run, act.decision.reviewee_id))
    if cap is not None and is_above(grade, cap.grade):
        found.append(f"{cap.words}，高于这一限制。")
    return found


def possible_warnings(act: Reconsideration) -> list[tuple[str, list[str]]]:
    """Return for each grade that would run against something its label and what it is."""
    told = [(grade.label, warnings_of(act, grade)) for grade in Grade]
    return [(label, words) for label, words in told if words]


def _quota_of(act: Reconsideration) -> Quota | None:
    quotas = quotas_of(act.decision.deliberation)
    return next((one for one in quotas if one.field.value == act.decision.reviewee.field), None)
