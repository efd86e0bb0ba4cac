"""What is wrong or doubtful in how grades are proposed, capped and linked to the annual appraisal."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.checks.components import names_of
from apps.cycles.domain.checks.gaps import HUNDRED, Gap, plain
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.plans import ConditionPlan, GradePlan, SchemePlan
from apps.cycles.domain.schemes import AppraisalGrade, ConditionKind, GradeMethod
from apps.cycles.domain.words import option_labels, paper_named
from apps.organizations.domain.fields import Field

APPRAISALS = tuple(AppraisalGrade)


def grade_gaps(plan: SchemePlan, in_fields: Mapping[Field, int]) -> Iterator[Gap]:
    """Yield the gaps of the method chosen, of the quota, and what a method not chosen leaves behind."""
    method = plan.rules.grade_method
    if method is GradeMethod.THRESHOLD:
        yield from _threshold_gaps(plan.grades)
    elif method is GradeMethod.RANK_BAND:
        yield from _rank_band_gaps(plan.grades)
    else:
        yield from _plurality_gaps(plan)
    yield from _leftovers(plan)
    yield from _quota_gaps(plan, in_fields)


def _threshold_gaps(grades: Sequence[GradePlan]) -> Iterator[Gap]:
    by_grade = {rule.grade: rule for rule in grades}
    missing = [grade.label for grade in BEST_FIRST if grade not in by_grade]
    if missing:
        yield _gap(f"等次“{'”“'.join(missing)}”还没有设定起点总分。")
        return
    rules = [by_grade[grade] for grade in BEST_FIRST]
    for better, worse in itertools.pairwise(rules):
        if better.from_total <= worse.from_total:
            yield _gap(f"“{better.grade}”的起点总分应高于“{worse.grade}”。")
    if rules[-1].from_total != 0:
        yield _gap(f"最低等次“{rules[-1].grade}”的起点总分应为0，否则低分没有等次。")


def _rank_band_gaps(grades: Sequence[GradePlan]) -> Iterator[Gap]:
    until = {rule.grade: rule.until_share for rule in grades}
    missing = [grade.label for grade in BEST_FIRST if until.get(grade) is None]
    if missing:
        yield _gap(f"按名次区段建议等次，但“{'”“'.join(missing)}”还没有填排到前百分之几。")
        return
    shares = [(grade, share) for grade in BEST_FIRST if (share := until[grade]) is not None]
    for (better, above), (worse, below) in itertools.pairwise(shares):
        if above > below:
            yield _gap(
                f"“{worse}”排到前{plain(below)}%，少于“{better}”的{plain(above)}%；各等次写的是累计比例，应越来越大。"
            )
    last, share = shares[-1]
    if share != HUNDRED:
        yield _gap(f"“{last}”排到前{plain(share)}%，后面的{plain(HUNDRED - share)}%没有等次，请改为100%。")


def _plurality_gaps(plan: SchemePlan) -> Iterator[Gap]:
    rules = plan.rules
    paper = paper_named(plan, rules.plurality_paper)
    if not rules.plurality_item or paper is None:
        yield _gap("按得票最多的等次建议，但还没有选哪张测评表的哪一项，请选一项。")
        return
    labels = option_labels(plan, rules.plurality_paper, rules.plurality_item)
    if not labels:
        yield _gap(
            f"按得票最多的等次建议，但所选项目已不在测评表“{paper.name}”里，或不是选等次的项目，请重新选。"
        )
    elif len(labels) != len(BEST_FIRST):
        yield _gap(f"所选项目有{len(labels)}个等次，要与“好、较好、一般、差”一一对应，请选一个四等次的项目。")


def _leftovers(plan: SchemePlan) -> Iterator[Gap]:
    """Yield what was set for another method and does nothing now."""
    rules = plan.rules
    if rules.grade_method is not GradeMethod.PLURALITY and rules.plurality_item:
        yield _advice(f"建议等次{rules.grade_method}，所选的得票项目不会用到，可以清空。")
    if rules.grade_method is not GradeMethod.RANK_BAND and any(
        r.until_share is not None for r in plan.grades
    ):
        yield _advice(f"建议等次{rules.grade_method}，填写的名次区段不会用到，可以清空。")


def _quota_gaps(plan: SchemePlan, in_fields: Mapping[Field, int]) -> Iterator[Gap]:
    own = {quota.field: quota.good_quota for quota in plan.quotas}
    if plan.rules.good_quota == 0 and not own:
        yield _advice("“好”的比例上限是0%，没有人能评为“好”；不限请填100。")
    for quota in plan.quotas:
        if quota.good_quota == plan.rules.good_quota:
            yield _advice(f"{quota.field}单独设的比例与总的相同，可以清空。")
    for field, n in in_fields.items():
        share = own.get(field, plan.rules.good_quota)
        if n and math.floor(Fraction(share) / 100 * n) == 0:
            yield _advice(
                f"{field}只有{n}人，按{plain(share)}%向下取整是0人，没有人能评为“好”；可以给这个领域单独设比例。"
            )


def condition_gaps(plan: SchemePlan) -> Iterator[Gap]:
    """Yield the gaps of vetoes and eligibility rules."""
    for one in plan.conditions:
        if one.cap is Grade.GOOD:
            yield Gap("conditions", f"“{one.name}”的最高等次是“好”，等于没有限制，请选低一些的等次。")
        yield from _measure_gaps(plan, one)


def _measure_gaps(plan: SchemePlan, one: ConditionPlan) -> Iterator[Gap]:
    if one.kind is ConditionKind.VETO:
        if one.component or one.at_least is not None:
            yield Gap(
                "conditions", f"“{one.name}”是否决情形，不看得分；请清空得分构成和分数，或改为“评定条件”。"
            )
    elif one.component and one.component not in names_of(plan.components):
        yield Gap("conditions", f"“{one.name}”看“{one.component}”的得分，但得分构成里没有这一项，请另选。")
    elif one.component and one.at_least is None:
        yield Gap("conditions", f"“{one.name}”看“{one.component}”的得分，但没有填应达到多少分。")
    elif not one.component and one.at_least is not None:
        yield Gap("conditions", f"“{one.name}”填了应达到{plain(one.at_least)}分，但没有选看哪一项得分。")
    elif one.at_least == 0:
        yield Gap("conditions", f"“{one.name}”应达到0分，人人都达到，这条不起作用。", is_blocking=False)


def link_gaps(plan: SchemePlan) -> Iterator[Gap]:
    """Yield contradictions between the grades and the annual appraisal."""
    links = {link.grade: link.best_appraisal for link in plan.links}
    stated = [(grade, links[grade]) for grade in BEST_FIRST if grade in links]
    for (better, above), (worse, below) in itertools.pairwise(stated):
        if APPRAISALS.index(below) < APPRAISALS.index(above):
            yield Gap(
                "links", f"评为“{worse}”年度考核最高可到“{below}”，反而高于“{better}”的“{above}”，请核对。"
            )
    missing = [grade.label for grade in BEST_FIRST if grade not in links]
    if stated and missing:
        yield Gap(
            "links",
            f"等次“{'”“'.join(missing)}”没有写年度考核最高可评什么，按不限制处理。",
            is_blocking=False,
        )
    if links.get(Grade.GOOD, AppraisalGrade.EXCELLENT) is not AppraisalGrade.EXCELLENT:
        yield Gap(
            "links",
            f"评为“好”年度考核也不能评“优秀”（最高“{links[Grade.GOOD]}”），请确认。",
            is_blocking=False,
        )
    if plan.rules.annual_weight == Decimal(100):
        yield Gap(
            "links", "总分按100%计入年度考核得分，年度考核就没有别的内容了，请确认。", is_blocking=False
        )


def _gap(message: str) -> Gap:
    return Gap("grades", message)


def _advice(message: str) -> Gap:
    return Gap("grades", message, is_blocking=False)
