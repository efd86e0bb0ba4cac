"""A whole scheme in Chinese sentences: what the cycle page shows after opening, and what the comparison compares.

Everything that has an effect is said exactly once: two schemes of equal words work alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.common.domain.formats import plain_decimal as plain
from apps.cycles.domain.conversions import ConversionPlan
from apps.cycles.domain.papers.sentences import answer_words, rule_sentence
from apps.cycles.domain.papers.templates import Item, PaperTemplate
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GroupPlan,
    LinkPlan,
    PaperPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    BlankRule,
    ComponentKind,
    ConditionKind,
    Conversion,
    GradeMethod,
)

PART_TITLES = {
    "groups": "测评主体类别",
    "papers": "测评表",
    "components": "得分构成",
    "adjustments": "加分扣分",
    "grades": "建议等次",
    "conditions": "否决和评定条件",
    "links": "年度考核挂钩",
    "sections": "报告栏目",
    "rules": "计分规则",
}
FULL_QUOTA = Decimal(100)
MOST_PLACES = 10**4  # a share with at most four decimals is written as a decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the scheme says: what it is about, and what holds."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """All statements of one part of the editor. ``part`` is a key of ``PART_TITLES``."""

    part: str
    statements: tuple[Statement, ...]

    @property
    def title(self) -> str:
        """The name of the part."""
        return PART_TITLES[self.part]


def scheme_in_words(plan: SchemePlan) -> tuple[Chapter, ...]:
    """Return the whole scheme, a chapter for each part of the editor, in the editor's order."""
    chapters: Mapping[str, Iterable[Statement]] = {
        "groups": map(_group, plan.groups),
        "papers": (one for paper in plan.papers for one in _paper(paper)),
        "components": (_component(plan, one) for one in plan.components),
        "adjustments": [*map(_adjustment, plan.adjustments), *_adjustment_limits(plan.rules)],
        "grades": _grading(plan),
        "conditions": map(_condition, plan.conditions),
        "links": [*map(_link, plan.links), *_annual(plan.rules)],
        "sections": map(_section, plan.sections),
        "rules": _rules(plan.rules),
    }
    return tuple(Chapter(part, tuple(chapters[part])) for part in PART_TITLES)


def share_text(share: Fraction) -> str:
    """Write a share (per cent) as it is typed: "90", "33.3"; one that no decimal holds as "1/3" of all."""
    if MOST_PLACES % share.denominator:
        return str(share / 100)
    return plain(Decimal(share.numerator) / Decimal(share.denominator))


def share_words(share: Fraction) -> str:
    """Write a share (per cent) for readers: "90%", "1/3"."""
    text = share_text(share)
    return text if "/" in text else f"{text}%"


def points_words(points: Fraction) -> str:
    """Write exact points: "95分", "200/3分"."""
    text = str(points) if MOST_PLACES % points.denominator else share_text(points)
    return f"{text}分"


def _group(group: GroupPlan) -> Statement:
    expected = f"应到{group.n_expected}人" if group.n_expected else "应到人数未定"
    return Statement(group.name, f"权重{plain(group.weight)}%，{expected}")


def _paper(paper: PaperPlan) -> Iterator[Statement]:
    form = paper.template
    head = [f"标题“{form.title}”", form.subtitle, str(form.orientation), f"共{len(form.items)}项"]
    head += [f"意见栏：{form.comments}（每条最多{form.comment_max_chars}字）"]
    head += ["不评自己"] if form.excludes_self else []
    head += ["印打“√”的示例"] if form.shows_example else []
    head += [f"说明至少读{form.must_read_seconds}秒"] if form.must_read_seconds else []
    head += [f"落款“{form.footer}”"] if form.footer else []
    yield Statement(paper.name, "，".join(part for part in head if part))
    if form.notes:
        yield Statement(f"{paper.name}：填表说明", form.notes)
    for item in form.items:
        yield Statement(f"{paper.name}：{item.text}", _item(form, item))
    rules = "".join(f"{n}. {rule_sentence(form, rule)}" for n, rule in enumerate(form.rules, start=1))
    yield Statement(f"{paper.name}：有效性规则", rules or "没有")


def _item(form: PaperTemplate, item: Item) -> str:
    options = form.options_of(item)
    answers = (
        "、".join(f"{option.label}{plain(option.value)}分" for option in options)
        if options
        else answer_words(form, item)
    )
    parts = [f"{item.kind}（{answers}）", f"权重{plain(item.weight)}" if item.is_scored else "不计分"]
    parts += ["必填"] if item.is_required else []
    parts += ["总体评价"] if item.is_overall else []
    parts += [f"归入“{item.section}”"] if item.section else []
    parts += [f"提示“{item.hint}”"] if item.hint else []
    return "，".join(parts)


def paper_named(plan: SchemePlan, name: str) -> PaperPlan | None:
    """Return the form of this name; an empty name means the first."""
    return next((paper for paper in plan.papers if not name or paper.name == name), None)


def option_labels(plan: SchemePlan, paper: str, item_key: str) -> dict[str, str]:
    """Return what the options of a ballot item are called, by key, the best first; empty if there is no such item."""
    found = paper_named(plan, paper)
    item = found.template.item(item_key) if found else None
    return {one.key: one.label for one in found.template.options_of(item)} if found and item else {}


def _component(plan: SchemePlan, part: ComponentPlan) -> Statement:
    labels = option_labels(plan, part.paper, part.item)
    words = [
        f"权重{plain(part.weight)}%",
        source_words(plan, part),
        conversion_words(part.conversion, labels),
    ]
    return Statement(part.name, "，".join(word for word in words if word))


def source_words(plan: SchemePlan, part: ComponentPlan) -> str:
    """Say where a component's raw figure comes from."""
    if part.kind is ComponentKind.IMPORTED:
        if part.conversion.kind is Conversion.PLACE:
            return "录入名次"
        return f"录入考核得分（满分{plain(part.full_marks or Decimal(100))}分）"
    paper = paper_named(plan, part.paper)
    name = paper.name if paper else part.paper
    if part.kind is ComponentKind.BALLOT:
        return f"取“{name}”的测评得分"
    item = paper.template.item(part.item) if paper else None
    labels = option_labels(plan, part.paper, part.item)
    chosen = _quoted(labels.get(one, one) for one in part.options) or "（未选）"
    return f"取“{name}”“{item.text if item else '（未选）'}”一项选{chosen}的占比"


def conversion_words(plan: ConversionPlan, labels: Mapping[str, str]) -> str:
    """Say how a raw figure becomes a score; ``labels`` names the options of its item. Empty: it counts as it is."""
    if plan.kind is Conversion.BANDS:
        first = [
            f"{_quoted(labels.get(one, one) for one in band.options)}合计达到{share_words(band.at_least)}的得"
            f"{points_words(band.score)}（先看这一条）"
            for band in plan.overrides
        ]
        start = share_words if labels else share_text
        bands = [f"{start(band.at_least)}以上得{points_words(band.score)}" for band in plan.bands]
        return f"分段折算：{'；'.join([*first, *bands]) or '（还没有分段）'}"
    if plan.kind in {Conversion.RANK, Conversion.PLACE}:
        floor = f"，最低{points_words(plan.floor)}" if plan.floor else ""
        whose = "按领域内名次折算" if plan.kind is Conversion.RANK else "按名次折算"
        return f"{whose}：第1名{points_words(plan.first)}，每低一名少{points_words(plan.step)}{floor}"
    return "与本领域最高者的比值乘100" if plan.kind is Conversion.BEST_RATIO else ""


def _quoted(names: Iterable[str]) -> str:
    return "".join(f"“{name}”" for name in names)


def _adjustment(line: AdjustmentPlan) -> Statement:
    span = plain(line.least) if line.least == line.most else f"{plain(line.least)}至{plain(line.most)}"
    limit = f"每人累计最多{plain(line.limit)}分" if line.limit is not None else "累计不限"
    return Statement(line.name, f"{line.kind}：每次{span}分，{limit}")


def _adjustment_limits(rules: SchemeRules) -> Iterator[Statement]:
    for kind, limit in (
        (AdjustmentKind.BONUS, rules.bonus_limit),
        (AdjustmentKind.DEDUCTION, rules.deduction_limit),
    ):
        yield Statement(f"{kind}合计上限", "不限" if limit is None else f"{plain(limit)}分")
    yield Statement("总分范围", "限在0至100分之间" if rules.clamps_total else "不限，可以超过100分或低于0分")


def _grading(plan: SchemePlan) -> Iterator[Statement]:
    rules = plan.rules
    yield Statement("建议等次的办法", method_words(plan))
    for rule in plan.grades:
        if rules.grade_method is GradeMethod.RANK_BAND:
            until = "还没有设定" if rule.until_share is None else f"排到领域前{plain(rule.until_share)}%"
            yield Statement(f"等次“{rule.grade}”", until)
        elif rules.grade_method is GradeMethod.THRESHOLD:
            yield Statement(f"等次“{rule.grade}”", f"总分{plain(rule.from_total)}分以上")
    yield Statement("“好”的比例", quota_words(rules.good_quota))
    for quota in plan.quotas:
        yield Statement(f"“好”的比例（{quota.field}）", quota_words(quota.good_quota))
    yield Statement("名额线上同分", str(rules.tie_rule))


def method_words(plan: SchemePlan) -> str:
    """Say how a grade is proposed."""
    rules = plan.rules
    if rules.grade_method is not GradeMethod.PLURALITY:
        return str(rules.grade_method)
    paper = paper_named(plan, rules.plurality_paper)
    item = paper.template.item(rules.plurality_item) if paper else None
    where = f"“{paper.name}”的“{item.text}”" if paper and item else "（还没有选项目）"
    return f"{rules.grade_method}：{where}"


def quota_words(share: Decimal) -> str:
    """Say how many of a field may be 好."""
    return "不限" if share == FULL_QUOTA else f"不超过领域人数的{plain(share)}%，向下取整"


def _condition(one: ConditionPlan) -> Statement:
    if one.kind is ConditionKind.VETO:
        return Statement(one.name, f"{one.kind}：发生的，等次最高为“{one.cap}”")
    if one.component:
        least = "（未填）" if one.at_least is None else plain(one.at_least)
        when = f"“{one.component}”的得分应达到{least}分"
    else:
        when = "由组织部门逐人认定是否具备"
    return Statement(one.name, f"{one.kind}：{when}，达不到的，等次最高为“{one.cap}”")


def _link(link: LinkPlan) -> Statement:
    consequence = f"；{link.consequence}" if link.consequence else ""
    return Statement(f"评为“{link.grade}”", f"年度考核最高定为“{link.best_appraisal}”{consequence}")


def _annual(rules: SchemeRules) -> Iterator[Statement]:
    share = f"按总分的{plain(rules.annual_weight)}%计入" if rules.annual_weight else "不计入"
    yield Statement("计入年度考核得分", share)


def _section(section: SectionPlan) -> Statement:
    hint = f"，提示“{section.hint}”" if section.hint else ""
    return Statement(section.title, f"{section.kind}，{section.min_chars}至{section.max_chars}字{hint}")


def _rules(rules: SchemeRules) -> Iterator[Statement]:
    k = rules.trim_each_side
    yield Statement(
        "去掉高低分",
        f"有效票多于{rules.trim_when_more_than}张时，去掉最高、最低各{k}张" if k else "不去",
    )
    yield Statement("平均分和占比除以", str(rules.denominator))
    blank = f"：{plain(rules.blank_value)}分" if rules.blank_value is not None else ""
    yield Statement("空白项", f"{rules.blank_rule}{blank if rules.blank_rule is BlankRule.VALUE else ''}")
    yield Statement("某类别无有效票", str(rules.empty_group_rule))
    yield Statement("小数位", f"{rules.decimals}位，只在公布时四舍五入一次")
    yield Statement("保护打分人", f"少于{rules.k_min}张有效票的类别不单独显示")
    share = f"不少于{plain(rules.min_problem_share)}%" if rules.min_problem_share else "不要求"
    yield Statement("问题与原因篇幅", share)
