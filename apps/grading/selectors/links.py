"""What the grades of a cycle lead to (结果运用): the link rules of its scheme, reviewee by reviewee."""

from collections.abc import Mapping

from apps.cycles.domain.grades import Grade
from apps.grading.domain.schemes import LinkEffect
from apps.grading.models import Deliberation
from apps.grading.selectors.effective import with_effective_grade
from apps.grading.selectors.rules import grading_scheme


def links_of(deliberation: Deliberation) -> Mapping[int, LinkEffect]:
    """Return the effect by reviewee: of the grade that counts, before it is decided of the proposed one.

    Where the total may not be shown there are no annual points either.
    """
    scheme = grading_scheme(deliberation.cycle)
    totals = {
        one.reviewee_id: one.shown_total for one in deliberation.run.summaries.select_related("run").all()
    }
    rows = with_effective_grade(deliberation.decisions.all()).values_list(
        "reviewee_id", "effective_grade", "proposed_grade"
    )
    return {
        key: scheme.effect_of(_grade(effective or proposed), totals.get(key))
        for key, effective, proposed in rows
    }


def _grade(value: str) -> Grade | None:
    return Grade(value) if value else None
