"""Everything that stands between a draft and its opening."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from apps.cycles.domain.checks.adjustments import adjustment_gaps
from apps.cycles.domain.checks.components import component_gaps
from apps.cycles.domain.checks.gaps import Gap, plain, weight_gap
from apps.cycles.domain.checks.grading import condition_gaps, grade_gaps, link_gaps
from apps.cycles.domain.papers.checks import template_gaps
from apps.cycles.domain.plans import GroupPlan, SchemePlan, SchemeRules, SectionPlan
from apps.cycles.domain.schemes import BlankRule, Denominator, SectionKind
from apps.organizations.domain.fields import Field


@dataclass(frozen=True, slots=True)
class Dates:
    """The schedule; ``None`` is not set."""

    reports_due_on: date | None = None
    meeting_on: date | None = None
    rectification_due_on: date | None = None


def check_opening(
    plan: SchemePlan, n_reviewees: int, dates: Dates, in_fields: Mapping[Field, int] | None = None
) -> list[Gap]:
    """Return every gap of a draft cycle; it can open when none of them blocks.

    ``in_fields``: how many reviewees each field has, as far as they are chosen.
    """
    return [
        *check_scheme(plan, n_reviewees, in_fields),
        *_reviewee_gaps(n_reviewees),
        *_date_gaps(dates),
    ]


def check_scheme(
    plan: SchemePlan, n_reviewees: int = 0, in_fields: Mapping[Field, int] | None = None
) -> list[Gap]:
    """Return what is wrong or doubtful in the scheme itself."""
    return [
        *_group_gaps(plan),
        *_paper_gaps(plan, n_reviewees),
        *component_gaps(plan),
        *adjustment_gaps(plan),
        *grade_gaps(plan, in_fields or {}),
        *condition_gaps(plan),
        *link_gaps(plan),
        *_section_gaps(plan.sections, plan.rules),
        *_rule_gaps(plan.rules, plan.groups),
    ]


def check_example(plan: SchemePlan) -> list[Gap]:
    """Return what keeps a worked example from being worked out. Weights that do not sum to 100 yet do not."""
    sums = {
        weight_gap("groups", "测评主体类别", [group.weight for group in plan.groups]),
        weight_gap("components", "得分构成", [part.weight for part in plan.components]),
    }
    return [
        gap
        for gap in check_scheme(plan)
        if gap.is_blocking and gap.part not in {"links", "sections"} and gap not in sums
    ]


def _group_gaps(plan: SchemePlan) -> Iterator[Gap]:
    if not plan.groups:
        yield Gap("groups", "还没有测评主体类别，请至少添加一类。")
    elif gap := weight_gap("groups", "测评主体类别", [group.weight for group in plan.groups]):
        yield gap
    for group in plan.groups:
        if 0 < group.n_expected < plan.rules.k_min:
            yield Gap(
                "groups",
                f"“{group.name}”应到{group.n_expected}人，少于单独显示所需的{plan.rules.k_min}张，这一类的结果不会单独显示。",
                is_blocking=False,
            )


def _paper_gaps(plan: SchemePlan, n_reviewees: int) -> Iterator[Gap]:
    if not plan.papers:
        yield Gap("papers", "还没有测评表，请至少新增一张。")
    for paper in plan.papers:
        name = f"“{paper.name}”：" if len(plan.papers) > 1 else ""
        gaps = template_gaps(paper.template, n_subjects=n_reviewees or None)
        yield from (Gap("papers", f"{name}{gap}") for gap in gaps)


def _section_gaps(sections: Sequence[SectionPlan], rules: SchemeRules) -> Iterator[Gap]:
    if not sections:
        yield Gap("sections", "述职报告还没有栏目，请至少添加一个。")
    elif rules.min_problem_share > 0 and all(s.kind != SectionKind.PROBLEMS for s in sections):
        yield Gap(
            "sections",
            f"方案要求问题与原因不少于{plain(rules.min_problem_share)}%，但报告没有“问题与原因”类栏目。",
        )


def _rule_gaps(rules: SchemeRules, groups: Sequence[GroupPlan]) -> Iterator[Gap]:
    if rules.blank_rule == BlankRule.VALUE and rules.blank_value is None:
        yield Gap("rules", "空白项按指定分值计，但还没有填写分值。")
    if rules.blank_rule != BlankRule.VALUE and rules.blank_value is not None:
        yield _advice(f"空白项{rules.blank_rule}，填写的分值{plain(rules.blank_value)}不会用到，可以清空。")
    if rules.denominator is not Denominator.VALID and rules.blank_rule is not BlankRule.VALUE:
        yield _advice(
            f"平均分除以“{rules.denominator}”，没有表态的票因此相当于0分；如不是此意，请改为“{Denominator.VALID}”。"
        )
    yield from _trimming_gaps(rules, groups)


def _trimming_gaps(rules: SchemeRules, groups: Sequence[GroupPlan]) -> Iterator[Gap]:
    if not rules.trim_each_side:
        return
    if rules.trim_when_more_than < 2 * rules.trim_each_side:
        yield Gap("rules", "去掉最高、最低分之后可能一张票也不剩，请提高“有效票多于几张时去掉”。")
    for group in groups:
        if 0 < group.n_expected <= rules.trim_when_more_than:
            yield _advice(
                f"“{group.name}”应到{group.n_expected}人，不会多于{rules.trim_when_more_than}张票，"
                "去掉高低分对这一类不起作用；如要起作用，请降低“有效票多于几张时去掉”。"
            )


def _advice(message: str) -> Gap:
    return Gap("rules", message, is_blocking=False)


def _reviewee_gaps(n_reviewees: int) -> Iterator[Gap]:
    if n_reviewees == 0:
        yield Gap("reviewees", "还没有选定述职对象。")


def _date_gaps(dates: Dates) -> Iterator[Gap]:
    named = [
        ("述职报告截止日期", dates.reports_due_on),
        ("会议日期", dates.meeting_on),
        ("整改期限", dates.rectification_due_on),
    ]
    if dates.reports_due_on is None:
        yield Gap("basics", "还没有设定述职报告截止日期，书记们不知道何时交。", is_blocking=False)
    stated = [(name, day) for name, day in named if day is not None]
    for (first, before), (second, after) in itertools.pairwise(stated):
        if before > after:
            yield Gap("basics", f"{first}（{before:%Y-%m-%d}）晚于{second}（{after:%Y-%m-%d}）。")
