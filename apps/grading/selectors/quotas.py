"""The use of 好 in each field."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.cycles.domain.grades import Grade
from apps.grading.domain.proposal import n_good_allowed
from apps.grading.domain.schemes import GradingScheme
from apps.grading.models import Deliberation
from apps.grading.selectors.effective import with_effective_grade
from apps.grading.selectors.rules import grading_scheme
from apps.organizations.domain.fields import Field
from apps.organizations.selectors.fields import fields_among


@dataclass(frozen=True, slots=True)
class Quota:
    """The use of 好 in one field. ``n_good`` counts decided grades, after reconsideration those that count."""

    field: Field
    n_members: int
    n_good: int
    n_allowed: int
    n_undecided: int

    @property
    def is_exceeded(self) -> bool:
        """Tell whether more have been decided 好 than may be."""
        return self.n_good > self.n_allowed

    @property
    def n_left(self) -> int:
        """How many may still be 好."""
        return max(self.n_allowed - self.n_good, 0)


def quota_of(field: Field, grades: Iterable[str], scheme: GradingScheme) -> Quota:
    """Return the use of 好 among the grades of one field; an empty text is undecided."""
    given = list(grades)
    return Quota(
        field=field,
        n_members=len(given),
        n_good=given.count(Grade.GOOD.value),
        n_allowed=n_good_allowed(scheme.quota_of(field), len(given)),
        n_undecided=given.count(""),
    )


def quotas_of(deliberation: Deliberation, scheme: GradingScheme | None = None) -> list[Quota]:
    """Return the use of 好 per field, in the order of fields."""
    scheme = scheme or grading_scheme(deliberation.cycle)
    by_field: dict[str, list[str]] = {}
    rows = with_effective_grade(deliberation.decisions.order_by())
    for field, grade in rows.values_list("reviewee__field", "effective_grade"):
        by_field.setdefault(field, []).append(grade)
    return [quota_of(one, by_field[one.value], scheme) for one in fields_among(by_field)]
