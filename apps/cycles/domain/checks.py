"""What still stands between a draft and its opening, in words ("还差什么").

Every check reads plain data and says one sentence that tells how to go on.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.papers.checks import template_gaps
from apps.cycles.domain.plans import ComponentPlan, GradePlan, SchemePlan, SchemeRules, SectionPlan
from apps.cycles.domain.schemes import BlankRule, ComponentKind, SectionKind

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing. ``part`` names the page that mends it; a gap that does not block is advice."""

    part: str
    message: str
    is_blocking: bool = True


@dataclass(frozen=True, slots=True)
class Dates:
    """The schedule; ``None`` is not set."""

    reports_due_on: date | None = None
    meeting_on: date | None = None
    rectification_due_on: date | None = None


def plain(number: Decimal) -> str:
    """Write a number without idle noughts: 60, 33.3."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight_gap(part: str, what: str, weights: Sequence[Decimal]) -> Gap | None:
    """Return the gap of weights that do not sum to 100 per cent."""
    total = sum(weights, Decimal(0))
    if not weights or total == HUNDRED:
        return None
    turn = f"还差{plain(HUNDRED - total)}" if total < HUNDRED else f"多出{plain(total - HUNDRED)}"
    return Gap(part, f"{what}的权重合计是{plain(total)}%，应为100%（{turn}%）。")


def doubled(names: Iterable[str]) -> list[str]:
    """Return the names that appear more than once, in order of appearance."""
    return [name for name, n in Counter(name.strip() for name in names).items() if n > 1]


def check_opening(plan: SchemePlan, n_reviewees: int, dates: Dates) -> list[Gap]:
    """Return every gap of a draft cycle; it can open when none of them blocks."""
    return [
        *_group_gaps(plan),
        *_paper_gaps(plan, n_reviewees),
        *_component_gaps(plan),
        *_grade_gaps(plan.grades),
        *_section_gaps(plan.sections, plan.rules),
        *_rule_gaps(plan.rules),
        *_reviewee_gaps(n_reviewees),
        *_date_gaps(dates),
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


def _component_gaps(plan: SchemePlan) -> Iterator[Gap]:
    if not plan.components:
        yield Gap("components", "还没有设定得分构成，请至少保留“现场测评”。")
        return
    if gap := weight_gap("components", "得分构成", [part.weight for part in plan.components]):
        yield gap
    ballots = [part for part in plan.components if part.kind == ComponentKind.BALLOT]
    if not ballots:
        yield Gap("components", "得分构成里还没有来自现场测评的一项，请至少保留一项。")
    elif plan.papers:
        yield from _source_gaps(plan, ballots)


def _source_gaps(plan: SchemePlan, ballots: Sequence[ComponentPlan]) -> Iterator[Gap]:
    """Every ballot score comes from a form of its own."""
    sources = [part.paper or plan.papers[0].name for part in ballots]
    for name in doubled(sources):
        parts = "”“".join(part.name for part, source in zip(ballots, sources, strict=True) if source == name)
        yield Gap("components", f"得分构成里的“{parts}”都取自测评表“{name}”，每一项应取自不同的测评表。")
    for paper in plan.papers:
        if paper.name not in sources:
            message = f"测评表“{paper.name}”没有计入得分：得分构成里没有一项取自它。"
            yield Gap("components", message, is_blocking=False)


def _grade_gaps(grades: Sequence[GradePlan]) -> Iterator[Gap]:
    by_grade = {rule.grade: rule for rule in grades}
    missing = [grade.label for grade in BEST_FIRST if grade not in by_grade]
    if missing:
        yield Gap("grades", f"等次“{'”“'.join(missing)}”还没有设定起点总分。")
        return
    rules = [by_grade[grade] for grade in BEST_FIRST]
    for better, worse in itertools.pairwise(rules):
        if better.from_total <= worse.from_total:
            yield Gap("grades", f"“{better.grade}”的起点总分应高于“{worse.grade}”。")
    if rules[-1].from_total != 0:
        yield Gap("grades", f"最低等次“{rules[-1].grade}”的起点总分应为0，否则低分没有等次。")


def _section_gaps(sections: Sequence[SectionPlan], rules: SchemeRules) -> Iterator[Gap]:
    if not sections:
        yield Gap("sections", "述职报告还没有栏目，请至少添加一个。")
    elif rules.min_problem_share > 0 and all(s.kind != SectionKind.PROBLEMS for s in sections):
        yield Gap(
            "sections",
            f"方案要求问题与原因不少于{plain(rules.min_problem_share)}%，但报告没有“问题与原因”类栏目。",
        )


def _rule_gaps(rules: SchemeRules) -> Iterator[Gap]:
    if rules.blank_rule == BlankRule.VALUE and rules.blank_value is None:
        yield Gap("rules", "空白项按指定分值计，但还没有填写分值。")
    if rules.trim_each_side and rules.trim_when_more_than < 2 * rules.trim_each_side:
        yield Gap("rules", "去掉最高、最低分之后可能一张票也不剩，请提高“有效票多于几张时去掉”。")


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
