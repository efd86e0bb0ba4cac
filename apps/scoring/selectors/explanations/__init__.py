"""The explanation of one reviewee's score, line by line, with only those figures that may be shown.

Templates and files render these lines and never touch the stored figures: what is hidden is not in here.
"""

from decimal import Decimal

from django.db.models import Q

from apps.common.domain.formats import plain_decimal
from apps.cycles.domain.schemes import BlankRule, Denominator
from apps.cycles.models import ReviewScheme
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.closeness import neighbors_of
from apps.scoring.selectors.explanations.forms import form_lines
from apps.scoring.selectors.explanations.lines import (
    HIDDEN,
    ComponentLine,
    Explanation,
    FormLine,
    GroupLine,
    ItemScore,
)
from apps.scoring.selectors.explanations.steps import steps_of
from apps.scoring.selectors.explanations.totals import (
    adjustment_lines,
    band_line,
    base_formula,
    component_lines,
    total_formula,
)

__all__ = [
    "HIDDEN",
    "ComponentLine",
    "Explanation",
    "FormLine",
    "GroupLine",
    "ItemScore",
    "explain",
    "shown_item_scores",
]


def explain(summary: ScoreSummary) -> Explanation:
    """Return the explanation of one reviewee's figures. Three queries at most, whatever the size of the cycle."""
    scheme = summary.run.cycle.scheme
    near = _near_in_field(summary)
    found = Explanation(
        blank_rule=_blank_rule(scheme),
        trim_rule=_trim_rule(scheme),
        denominator=Denominator(scheme.denominator).label,
        k_min=scheme.k_min,
        forms=form_lines(summary, scheme),
        ballot_score=summary.shown_ballot_score,
        components=component_lines(summary),
        base=summary.shown_base,
        base_formula=base_formula(summary),
        bonus=summary.bonus,
        deduction=summary.deduction,
        adjustments=adjustment_lines(summary),
        total=summary.shown_total,
        total_formula=total_formula(summary, scheme),
        hides_score=summary.hides_score,
        missing=tuple(
            entry["text"] for entry in summary.run.missing if entry["reviewee_id"] == summary.reviewee_id
        ),
        rank=summary.rank_in_field,
        n_in_field=summary.n_in_field,
        n_sharing=sum(
            summary.rank_in_field is not None and rank == summary.rank_in_field for _, _, rank in near
        ),
        band=band_line(summary, {key: name for key, name, _ in near}),
    )
    return steps_of(found)


def _near_in_field(summary: ScoreSummary) -> list[tuple[int, str, int | None]]:
    """Return reviewee, name and rank of those who share the rank or are not told apart from it. One query."""
    near = Q(reviewee_id__in=neighbors_of(summary.band))
    if summary.rank_in_field is not None:
        near |= Q(rank_in_field=summary.rank_in_field)
    rows = ScoreSummary.objects.filter(near, run_id=summary.run_id, reviewee__field=summary.reviewee.field)
    others = rows.exclude(pk=summary.pk).order_by("rank_in_field", "reviewee__order_no")
    return list(others.values_list("reviewee_id", "reviewee__name", "rank_in_field"))


def shown_item_scores(summary: ScoreSummary) -> list[tuple[str, Decimal]]:
    """Return name and score of each item that was answered, best first; nothing that is hidden."""
    if summary.hides_score:
        return []
    found = [
        (one["name"], Decimal(one["score"]))
        for one in summary.item_scores
        if one["score"] is not None and not one.get("is_hidden")
    ]
    return sorted(found, key=lambda pair: -pair[1])


def _blank_rule(scheme: ReviewScheme) -> str:
    rule = BlankRule(scheme.blank_rule)
    if rule is BlankRule.VALUE and scheme.blank_value is not None:
        return f"空白项按 {plain_decimal(scheme.blank_value)} 分计"
    return f"空白项{rule.label}"


def _trim_rule(scheme: ReviewScheme) -> str:
    if not scheme.trim_each_side:
        return "不去掉最高分、最低分"
    return f"有效票多于 {scheme.trim_when_more_than} 张时，去掉最高、最低各 {scheme.trim_each_side} 张"
