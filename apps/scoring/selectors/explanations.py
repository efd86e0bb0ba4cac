"""The explanation of one reviewee's score, line by line, with only those figures that may be shown.

Templates and files render these lines and never touch the stored figures: what is hidden is not in here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import BlankRule, ComponentKind
from apps.cycles.models import ReviewScheme
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.models import GroupScore, ScoreSummary

HIDDEN = "（不显示）"


@dataclass(frozen=True, slots=True)
class GradeBar:
    """How often a grade was given for an item; ``percent`` of the answers given, rounded to one place.

    ``start`` is where its part of a stacked bar begins, in the same unit.
    """

    grade: Grade
    n: int
    percent: Decimal
    start: Decimal


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item's answers within a group. ``n_blank``: valid ballots that left it blank."""

    name: str
    bars: tuple[GradeBar, ...]
    n_blank: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One voter group. When ``is_hidden``, no figure of its own is here."""

    name: str
    weight: str
    is_hidden: bool
    n_returned: int | None = None
    n_valid: int | None = None
    mean: Decimal | None = None
    formula: str = ""
    items: tuple[ItemLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemScore:
    """An item's score over all groups; ``None``: nobody answered it, or it may not be shown."""

    name: str
    weight: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """One part of the total."""

    name: str
    weight: str
    score: Decimal | None
    origin: str
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the page shows, in its order."""

    point_rule: str
    blank_rule: str
    trim_rule: str
    k_min: int
    groups: tuple[GroupLine, ...]
    items: tuple[ItemScore, ...]
    ballot_score: Decimal | None
    ballot_formula: str
    components: tuple[ComponentLine, ...]
    total: Decimal | None
    total_formula: str
    hides_score: bool
    missing: tuple[str, ...]
    rank: int | None
    n_in_field: int
    n_sharing: int

    @property
    def has_hidden_groups(self) -> bool:
        """Tell whether any group's own figures are left out."""
        return any(group.is_hidden for group in self.groups)


def explain(summary: ScoreSummary) -> Explanation:
    """Return the explanation of one reviewee's figures."""
    scheme = summary.run.cycle.scheme
    items = list(scheme.ballot_items.order_by("order_no"))
    scores = list(summary.group_scores.select_related("voter_group").order_by("voter_group__order_no"))
    hides = summary.hides_score
    groups = tuple(_group_line(one, scheme, items) for one in scores)
    return Explanation(
        point_rule="，".join(
            f"{Grade(rule.grade).label} {plain_decimal(rule.points)} 分"
            for rule in scheme.grade_rules.order_by("-points")
        ),
        blank_rule=_blank_rule(scheme),
        trim_rule=_trim_rule(scheme),
        k_min=scheme.k_min,
        groups=groups,
        items=_items(summary, items),
        ballot_score=summary.shown_ballot_score,
        ballot_formula="" if hides else _ballot_formula(scores, summary.shown_ballot_score),
        components=tuple(_component_line(part, hides_ballot=hides) for part in summary.components),
        total=summary.shown_total,
        total_formula="" if hides else _total_formula(summary),
        hides_score=hides,
        missing=tuple(
            entry["text"] for entry in summary.run.missing if entry["reviewee_id"] == summary.reviewee_id
        ),
        rank=summary.rank_in_field,
        n_in_field=summary.n_in_field,
        n_sharing=_n_sharing(summary),
    )


def shown_item_scores(summary: ScoreSummary) -> list[tuple[str, Decimal]]:
    """Return name and score of each item that was answered, best first; nothing if the score is hidden."""
    if summary.hides_score:
        return []
    found = [(one["name"], Decimal(one["score"])) for one in summary.item_scores if one["score"] is not None]
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


def _group_line(one: GroupScore, scheme: ReviewScheme, items: Sequence[Any]) -> GroupLine:
    name, weight = one.voter_group.name, f"{plain_decimal(one.voter_group.weight)}%"
    if one.is_suppressed:
        return GroupLine(name, weight, is_hidden=True)
    return GroupLine(
        name,
        weight,
        is_hidden=False,
        n_returned=one.n_returned,
        n_valid=one.n_valid,
        mean=one.shown_mean,
        formula=_mean_formula(one, scheme),
        items=tuple(
            _item_line(item.name, counts, one.n_valid) for item, counts in zip(items, one.counts, strict=True)
        ),
    )


def _mean_formula(one: GroupScore, scheme: ReviewScheme) -> str:
    mean = from_exact_text(one.mean_exact)
    if mean is None:
        return "没有有效票"
    k = scheme.trim_each_side if one.n_valid > scheme.trim_when_more_than else 0
    n_kept = one.n_valid - 2 * k if one.n_valid > 2 * k else one.n_valid
    dropped = f"去掉最高、最低各 {k} 张后，" if n_kept < one.n_valid else ""
    total = round_half_up(mean * n_kept, scheme.decimals)
    return f"{dropped}各票得分之和 {total} ÷ {n_kept} 张 = {one.shown_mean}"


def _item_line(name: str, counts: Mapping[str, int], n_valid: int) -> ItemLine:
    n_answers = sum(counts.values())
    bars: list[GradeBar] = []
    n_before = 0
    for grade in BEST_FIRST:
        n = counts.get(grade.value, 0)
        bars.append(GradeBar(grade, n, _percent(n, n_answers), _percent(n_before, n_answers)))
        n_before += n
    return ItemLine(name, tuple(bars), n_valid - n_answers)


def _percent(n: int, n_all: int) -> Decimal:
    return round_half_up(Fraction(100 * n, n_all or 1), 1)


def _items(summary: ScoreSummary, items: Sequence[Any]) -> tuple[ItemScore, ...]:
    weights = {item.pk: plain_decimal(item.weight) for item in items}
    return tuple(
        ItemScore(
            one["name"],
            weights.get(one["item_id"], ""),
            None if summary.hides_score or one["score"] is None else Decimal(one["score"]),
        )
        for one in summary.item_scores
    )


def _ballot_formula(scores: Sequence[GroupScore], result: Decimal | None) -> str:
    if result is None:
        return ""
    counted = [one for one in scores if one.mean is not None]
    weight = sum((one.voter_group.weight for one in counted), Decimal(0))
    terms = [
        f"{plain_decimal(one.voter_group.weight)} × {HIDDEN if one.is_suppressed else one.shown_mean}"
        for one in counted
    ]
    return f"（{' ＋ '.join(terms)}）÷ {plain_decimal(weight)} = {result}"


def _plain(weight: Fraction) -> str:
    return plain_decimal(round_half_up(weight, 2))


def _component_line(part: Mapping[str, Any], *, hides_ballot: bool) -> ComponentLine:
    is_ballot = part["kind"] == ComponentKind.BALLOT.value
    weight = from_exact_text(part["weight"])
    is_hidden = is_ballot and hides_ballot
    origin = "现场测评"
    if not is_ballot:
        origin = f"{part['value']} ÷ {part['out_of']} × 100，依据：{part['source']}" if part["value"] else ""
    return ComponentLine(
        name=part["name"],
        weight=f"{_plain(weight or Fraction(0))}%",
        score=None if is_hidden or part["score"] is None else Decimal(part["score"]),
        origin=origin,
        is_missing=part["score"] is None,
    )


def _total_formula(summary: ScoreSummary) -> str:
    if summary.total is None:
        return ""
    weights = [from_exact_text(part["weight"]) or Fraction(0) for part in summary.components]
    terms = [
        f"{_plain(weight)} × {part['score']}"
        for weight, part in zip(weights, summary.components, strict=True)
    ]
    return f"（{' ＋ '.join(terms)}）÷ {_plain(sum(weights, Fraction(0)))} = {summary.shown_total}"


def _n_sharing(summary: ScoreSummary) -> int:
    if summary.rank_in_field is None:
        return 0
    return (
        ScoreSummary.objects.filter(
            run_id=summary.run_id,
            reviewee__field=summary.reviewee.field,
            rank_in_field=summary.rank_in_field,
        ).count()
        - 1
    )
