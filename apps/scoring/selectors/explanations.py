"""The explanation of one reviewee's score, line by line, with only those figures that may be shown.

Templates and files render these lines and never touch the stored figures: what is hidden is not in here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.papers.templates import ItemKind, PaperTemplate
from apps.cycles.domain.schemes import BlankRule, ComponentKind
from apps.cycles.models import ReviewScheme
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.models import GroupScore, ScoreSummary
from apps.scoring.selectors.distributions import AnswerTable, MeanLine, means_of, tables_of

HIDDEN = "（不显示）"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One voter group on one form. When ``is_hidden``, no figure of its own is here."""

    name: str
    weight: str
    is_hidden: bool
    n_returned: int | None = None
    n_valid: int | None = None
    mean: Decimal | None = None
    formula: str = ""
    tables: tuple[AnswerTable, ...] = ()
    means: tuple[MeanLine, ...] = ()


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
class FormLine:
    """One evaluation form: how an answer is worth points, the groups, the score of the form."""

    name: str
    point_rules: tuple[str, ...]
    groups: tuple[GroupLine, ...]
    items: tuple[ItemScore, ...]
    score: Decimal | None
    formula: str
    hides_score: bool
    hides_items: bool

    @property
    def has_hidden_groups(self) -> bool:
        """Tell whether any group's own figures are left out."""
        return any(group.is_hidden for group in self.groups)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the page shows, in its order."""

    blank_rule: str
    trim_rule: str
    k_min: int
    forms: tuple[FormLine, ...]
    ballot_score: Decimal | None
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
        return any(form.has_hidden_groups for form in self.forms)


def explain(summary: ScoreSummary) -> Explanation:
    """Return the explanation of one reviewee's figures."""
    scheme = summary.run.cycle.scheme
    hides = summary.hides_score
    hidden_papers = {one["paper_id"] for one in summary.papers if one["hides_score"]}
    return Explanation(
        blank_rule=_blank_rule(scheme),
        trim_rule=_trim_rule(scheme),
        k_min=scheme.k_min,
        forms=_forms(summary, scheme),
        ballot_score=summary.shown_ballot_score,
        components=tuple(
            _component_line(part, is_hidden=part.get("paper_id") in hidden_papers)
            for part in summary.components
        ),
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
    """Return name and score of each item that was answered, best first; nothing that is hidden."""
    if summary.hides_score:
        return []
    found = [
        (one["name"], Decimal(one["score"]))
        for one in summary.item_scores
        if one["score"] is not None and not one.get("is_hidden")
    ]
    return sorted(found, key=lambda pair: -pair[1])


def _forms(summary: ScoreSummary, scheme: ReviewScheme) -> tuple[FormLine, ...]:
    papers = {paper.pk: paper for paper in scheme.papers.all()}
    groups: dict[int, list[GroupScore]] = {}
    for group in summary.group_scores.select_related("voter_group").order_by("voter_group__order_no"):
        groups.setdefault(group.paper_id, []).append(group)
    return tuple(
        _form_line(summary, one, papers[one["paper_id"]].template, groups.get(one["paper_id"], []), scheme)
        for one in summary.papers
    )


def _form_line(
    summary: ScoreSummary,
    one: Mapping[str, Any],
    template: PaperTemplate,
    scores: Sequence[GroupScore],
    scheme: ReviewScheme,
) -> FormLine:
    score = None if one["hides_score"] or one["score"] is None else Decimal(one["score"])
    items = [item for item in summary.item_scores if item["paper_id"] == one["paper_id"]]
    return FormLine(
        name=one["name"],
        point_rules=tuple(_point_rules(template)),
        groups=tuple(_group_line(group, template, scheme) for group in scores),
        items=tuple(_item_score(item, template) for item in items),
        score=score,
        formula=_ballot_formula(scores, score),
        hides_score=one["hides_score"],
        hides_items=any(item["is_hidden"] for item in items),
    )


def _point_rules(template: PaperTemplate) -> Iterator[str]:
    """Yield one sentence per scale that is scored, and per scored number or rank."""
    used = {item.scale for item in template.items if item.is_scored and template.options_of(item)}
    for scale in template.scales:
        if scale.key in used:
            yield "，".join(f"{option.label} {plain_decimal(option.value)} 分" for option in scale.options)
    for item in template.items:
        if item.is_scored and item.kind is ItemKind.NUMBER:
            low, high = plain_decimal(item.minimum), plain_decimal(item.maximum)
            yield f"{item.text}：所打分数在 {low}—{high} 之间折算为 0—100 分"
        elif item.is_scored and item.kind is ItemKind.RANK:
            yield f"{item.text}：第一名 100 分，最后一名 0 分，其间按名次均分"


def _blank_rule(scheme: ReviewScheme) -> str:
    rule = BlankRule(scheme.blank_rule)
    if rule is BlankRule.VALUE and scheme.blank_value is not None:
        return f"空白项按 {plain_decimal(scheme.blank_value)} 分计"
    return f"空白项{rule.label}"


def _trim_rule(scheme: ReviewScheme) -> str:
    if not scheme.trim_each_side:
        return "不去掉最高分、最低分"
    return f"有效票多于 {scheme.trim_when_more_than} 张时，去掉最高、最低各 {scheme.trim_each_side} 张"


def _group_line(one: GroupScore, template: PaperTemplate, scheme: ReviewScheme) -> GroupLine:
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
        tables=tables_of(one, template),
        means=means_of(one, template, decimals=scheme.decimals),
    )


def _mean_formula(one: GroupScore, scheme: ReviewScheme) -> str:
    mean = from_exact_text(one.mean_exact)
    if mean is None:
        return "没有有效票"
    k = scheme.trim_each_side if one.n_scored > scheme.trim_when_more_than else 0
    n_kept = one.n_scored - 2 * k if one.n_scored > 2 * k else one.n_scored
    dropped = f"去掉最高、最低各 {k} 张后，" if n_kept < one.n_scored else ""
    total = round_half_up(mean * n_kept, scheme.decimals)
    return f"{dropped}各票得分之和 {total} ÷ {n_kept} 张 = {one.shown_mean}"


def _item_score(one: Mapping[str, Any], template: PaperTemplate) -> ItemScore:
    item = template.item(one["item_id"])
    return ItemScore(
        one["name"],
        plain_decimal(item.weight) if item else "",
        None if one["is_hidden"] or one["score"] is None else Decimal(one["score"]),
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


def _component_line(part: Mapping[str, Any], *, is_hidden: bool) -> ComponentLine:
    is_ballot = part["kind"] == ComponentKind.BALLOT.value
    weight = from_exact_text(part["weight"])
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
