"""The evaluation forms of an explanation: what an answer is worth, the groups, the score of the form."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.papers.templates import ItemKind, PaperTemplate
from apps.cycles.models import ReviewScheme
from apps.scoring.domain.numbers import from_exact_text
from apps.scoring.models import GroupScore, ScoreSummary
from apps.scoring.selectors.distributions import means_of, tables_of
from apps.scoring.selectors.explanations.lines import HIDDEN, FormLine, GroupLine, ItemScore, TrimmingLine
from apps.scoring.selectors.explanations.trimming import Key, n_divided_by, n_dropped, trimming_of


def form_lines(summary: ScoreSummary, scheme: ReviewScheme) -> tuple[FormLine, ...]:
    """Return the forms in the order of the scheme. One query, two where ballots are left out."""
    rows = summary.group_scores.select_related("voter_group", "paper")
    scores = list(rows.order_by("voter_group__order_no"))
    templates = {one.paper_id: one.paper.template for one in scores}
    for one in scores:
        one.summary = summary
    trimming = trimming_of(summary, scheme, templates, scores)
    return tuple(
        _form_line(
            summary,
            one,
            templates[one["paper_id"]],
            [score for score in scores if score.paper_id == one["paper_id"]],
            scheme,
            trimming,
        )
        for one in summary.papers
        if one["paper_id"] in templates
    )


def _form_line(
    summary: ScoreSummary,
    one: Mapping[str, Any],
    template: PaperTemplate,
    scores: Sequence[GroupScore],
    scheme: ReviewScheme,
    trimming: Mapping[Key, TrimmingLine],
) -> FormLine:
    score = None if one["hides_score"] or one["score"] is None else Decimal(one["score"])
    items = [item for item in summary.item_scores if item["paper_id"] == one["paper_id"]]
    return FormLine(
        name=one["name"],
        point_rules=tuple(_point_rules(template)),
        groups=tuple(
            _group_line(group, template, scheme, trimming.get((group.paper_id, group.voter_group_id)))
            for group in scores
        ),
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


def _group_line(
    one: GroupScore, template: PaperTemplate, scheme: ReviewScheme, trimming: TrimmingLine | None
) -> GroupLine:
    name, weight = one.voter_group.name, f"{plain_decimal(one.voter_group.weight)}%"
    if one.is_suppressed:
        return GroupLine(name, weight, is_hidden=True)
    return GroupLine(
        name,
        weight,
        is_hidden=False,
        n_returned=one.n_returned,
        n_valid=one.n_valid,
        n_abstained=one.n_abstained,
        n_divided_by=n_divided_by(one, scheme) if one.mean is not None else 0,
        mean=one.shown_mean,
        formula=_mean_formula(one, scheme),
        trimming=trimming,
        tables=tables_of(one, template),
        means=means_of(one, template, decimals=scheme.decimals),
    )


def _mean_formula(one: GroupScore, scheme: ReviewScheme) -> str:
    mean = from_exact_text(one.mean_exact)
    if mean is None:
        return "没有有效票"
    n = n_divided_by(one, scheme)
    k = n_dropped(one, scheme) // 2
    dropped = f"去掉最高、最低各 {k} 张后，" if k else ""
    return f"{dropped}各票得分之和 {round_half_up(mean * n, scheme.decimals)} ÷ {n} 张 = {one.shown_mean}"


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
