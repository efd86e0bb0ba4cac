"""What somebody should know before a reconsideration is decided."""

from collections.abc import Iterable

from apps.cycles.domain.grades import Grade
from apps.grading.domain.candidates import is_above, lowest
from apps.grading.models import Reconsideration
from apps.grading.selectors.ground import limits_on
from apps.grading.selectors.quotas import Quota, quotas_of


def warnings_of(act: Reconsideration, grade: Grade) -> list[str]:
    """Return in words what the new grade would run against; empty if nothing. Warnings inform, they do not bind."""
    return _warnings(act, (grade,))[grade]


def possible_warnings(act: Reconsideration) -> list[tuple[str, list[str]]]:
    """Return for each grade that would run against something its label and what it is."""
    return [(grade.label, words) for grade, words in _warnings(act, Grade).items() if words]


def _warnings(act: Reconsideration, grades: Iterable[Grade]) -> dict[Grade, list[str]]:
    """Return for each grade what it would run against: quota and limits are read once for all."""
    quota = _quota_of(act)
    cap = lowest(limits_on(act.decision.deliberation.run, act.decision.reviewee_id))
    found: dict[Grade, list[str]] = {grade: [] for grade in grades}
    if Grade.GOOD in found and act.grade_before != Grade.GOOD.value and quota and not quota.n_left:
        found[Grade.GOOD].append(
            f"{quota.field.label}领域“好”的名额为 {quota.n_allowed} 人，已有 {quota.n_good} 人；改为“好”后将超过名额。"
        )
    for grade, words in found.items():
        if cap is not None and is_above(grade, cap.grade):
            words.append(f"{cap.words}，高于这一限制。")
    return found


def _quota_of(act: Reconsideration) -> Quota | None:
    quotas = quotas_of(act.decision.deliberation)
    return next((one for one in quotas if one.field.value == act.decision.reviewee.field), None)
