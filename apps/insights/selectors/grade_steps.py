"""From total to proposed grade: the last step of an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef
from django.db.models.functions import Cast, JSONObject

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import GradeMethod
from apps.cycles.models import GradeRule
from apps.grading.domain.proposal import Flag
from apps.grading.models import GradeDecision, Reconsideration


@dataclass(frozen=True, slots=True)
class Again:
    """One decided reconsideration (复核)."""

    on: date
    before: str
    after: str
    reason: str

    @property
    def changed(self) -> bool:
        """Tell whether the grade was changed."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class GradeStep:
    """How a grade is proposed, what came out, what the committee was told, what it decided ("" before that).

    ``reconsidered`` are the decided reconsiderations, the one that counts last.
    """

    method: str
    rules: tuple[str, ...]
    proposed: str
    flags: tuple[str, ...]
    decided: str
    departure_reason: str
    is_signed: bool
    reconsidered: tuple[Again, ...]

    @property
    def grade(self) -> str:
        """The grade that counts, in words; "" before it is decided."""
        return self.reconsidered[-1].after if self.reconsidered else self.decided


def grade_step(summary_id: int) -> GradeStep | None:
    """Return the step, ``None`` before the deliberation has begun. One query."""
    rules = GradeRule.objects.filter(scheme__cycle=OuterRef("reviewee__cycle"))
    decided = Reconsideration.objects.filter(decision=OuterRef("pk"), decided_at__isnull=False)
    acts = decided.order_by("decided_at", "pk")
    row = (
        GradeDecision.objects.filter(reviewee__summaries=summary_id)
        .select_related("deliberation")
        .annotate(
            method=F("reviewee__cycle__scheme__grade_method"),
            quota=F("reviewee__cycle__scheme__good_quota"),
            rules=ArraySubquery(
                rules.values(
                    row=JSONObject(grade="grade", start=_text("from_total"), until=_text("until_share"))
                )
            ),
            acts=ArraySubquery(
                acts.values(
                    row=JSONObject(on="held_on", before="grade_before", after="grade_after", why="reason")
                )
            ),
        )
        .first()
    )
    if row is None:
        return None
    method = GradeMethod(row.method)
    return GradeStep(
        method=method.label,
        rules=_in_words(method, row.rules),
        proposed=Grade(row.proposed_grade).label if row.proposed_grade else "",
        flags=tuple(Flag(value).label for value in row.flags),
        decided=Grade(row.overall_grade).label if row.overall_grade else "",
        departure_reason=row.departure_reason,
        is_signed=row.deliberation.signed_off_at is not None,
        reconsidered=tuple(_again(one) for one in row.acts),
    )


def _again(act: Mapping[str, str]) -> Again:
    before, after = Grade(act["before"]).label, Grade(act["after"]).label
    return Again(date.fromisoformat(act["on"]), before, after, act["why"])


def _text(column: str) -> Cast:
    return Cast(F(column), CharField())


def _in_words(method: GradeMethod, rules: Sequence[Mapping[str, str | None]]) -> tuple[str, ...]:
    """Return what each grade needs, best first; by plurality the votes alone decide."""
    if method is GradeMethod.PLURALITY:
        return ()
    known = {one["grade"]: one for one in rules}
    name, words = ("start", "{} 分以上") if method is GradeMethod.THRESHOLD else ("until", "排到领域前 {}%")
    return tuple(
        f"{grade.label}：{words.format(plain_decimal(Decimal(value)))}"
        for grade in BEST_FIRST
        if (value := known.get(grade.value, {}).get(name)) is not None
    )
