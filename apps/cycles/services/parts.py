"""The parts of a draft's scheme. A part is saved whole, as the page shows it: what is not sent is gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import touch_version
from apps.cycles.domain.checks import doubled
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GradePlan,
    GroupPlan,
    LinkPlan,
    QuotaPlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.errors import BadSchemePart
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.cycles.services.locking import lock_draft
from apps.cycles.services.writing import (
    rule_values,
    write_adjustments,
    write_components,
    write_conditions,
    write_grades,
    write_groups,
    write_links,
    write_quotas,
    write_sections,
)

NOT_SAVED = "没有保存，原来的内容照旧。"


@transaction.atomic
def set_voter_groups(
    cycle_id: int, *, groups: Sequence[GroupPlan], version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Set the classes of evaluators of a draft. Weights may be off 100 for now; opening will not let that pass."""
    cycle = lock_draft(cycle_id, version)
    _refuse_bad_rows("测评主体类别", [(group.name, group.weight) for group in groups])
    write_groups(cycle.scheme, groups)
    return _saved(cycle, "voter_groups", len(groups), actor, at)


@transaction.atomic
def set_components(
    cycle_id: int,
    *,
    components: Sequence[ComponentPlan],
    conditions: Sequence[ConditionPlan] | None = None,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Set what the total of a draft is made of. ``conditions``: as they are called after a component got another name."""
    cycle = lock_draft(cycle_id, version)
    _refuse_bad_rows("得分构成", [(part.name, part.weight) for part in components])
    write_components(cycle.scheme, components)
    if conditions is not None:
        write_conditions(cycle.scheme, conditions)
    return _saved(cycle, "components", len(components), actor, at)


@transaction.atomic
def set_grade_rules(
    cycle_id: int,
    *,
    grades: Sequence[GradePlan],
    quotas: Sequence[QuotaPlan] | None = None,
    rules: SchemeRules | None = None,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Set how the four grades are proposed: starts, rank bands, and with ``quotas`` and ``rules`` the method and its limits."""
    cycle = lock_draft(cycle_id, version)
    if any(not 0 <= rule.from_total <= 100 for rule in grades):  # noqa: PLR2004 -- per cent
        raise BadSchemePart(f"等次的起点总分应在0到100之间，{NOT_SAVED}")
    if doubled(rule.grade.label for rule in grades):
        raise BadSchemePart(f"同一个等次写了两遍，{NOT_SAVED}")
    write_grades(cycle.scheme, grades)
    if quotas is not None:
        write_quotas(cycle.scheme, quotas)
    if rules is not None:
        _write_rules(cycle.scheme, rules)
    return _saved(cycle, "grade_rules", len(grades), actor, at)


@transaction.atomic
def set_report_sections(
    cycle_id: int, *, sections: Sequence[SectionPlan], version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Set the headings of the duty report of a draft."""
    cycle = lock_draft(cycle_id, version)
    _refuse_bad_rows("报告栏目", [(section.title, Decimal(1)) for section in sections])
    for section in sections:
        if section.max_chars < max(section.min_chars, 1):
            raise BadSchemePart(f"“{section.title}”的最多字数应大于0且不少于最少字数，{NOT_SAVED}")
    write_sections(cycle.scheme, sections)
    return _saved(cycle, "report_sections", len(sections), actor, at)


@transaction.atomic
def set_adjustments(
    cycle_id: int,
    *,
    adjustments: Sequence[AdjustmentPlan],
    rules: SchemeRules,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Set the lists of bonuses and deductions with their limits, and whether the total stays inside 0-100."""
    cycle = lock_draft(cycle_id, version)
    _refuse_bad_rows("加分扣分", [(line.name, Decimal(1)) for line in adjustments])
    for line in adjustments:
        if not 0 < line.least <= line.most:
            raise BadSchemePart(f"“{line.name}”每次的分数应大于0，且最少不多于最多，{NOT_SAVED}")
    write_adjustments(cycle.scheme, adjustments)
    _write_rules(cycle.scheme, rules)
    return _saved(cycle, "adjustments", len(adjustments), actor, at)


@transaction.atomic
def set_conditions(
    cycle_id: int,
    *,
    conditions: Sequence[ConditionPlan],
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Set the vetoes and the eligibility rules of a draft."""
    cycle = lock_draft(cycle_id, version)
    _refuse_bad_rows("否决和评定条件", [(one.name, Decimal(1)) for one in conditions])
    write_conditions(cycle.scheme, conditions)
    return _saved(cycle, "conditions", len(conditions), actor, at)


@transaction.atomic
def set_links(
    cycle_id: int,
    *,
    links: Sequence[LinkPlan],
    rules: SchemeRules,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> ReviewCycle:
    """Set what the grades mean for the annual appraisal, and at which share the total enters its score."""
    cycle = lock_draft(cycle_id, version)
    if doubled(link.grade.label for link in links):
        raise BadSchemePart(f"同一个等次写了两遍，{NOT_SAVED}")
    write_links(cycle.scheme, links)
    _write_rules(cycle.scheme, rules)
    return _saved(cycle, "links", len(links), actor, at)


@transaction.atomic
def set_rules(
    cycle_id: int, *, rules: SchemeRules, version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Set quota, trimming, the blank rule and the other single rules of a draft."""
    cycle = lock_draft(cycle_id, version)
    _write_rules(cycle.scheme, rules)
    return _saved(cycle, "rules", 1, actor, at)


def _write_rules(scheme: ReviewScheme, rules: SchemeRules) -> None:
    _refuse_bad_rules(rules)
    for name, value in rule_values(rules).items():
        setattr(scheme, name, value)
    scheme.plurality_paper = scheme.papers.filter(name=rules.plurality_paper).first()
    scheme.save()


def _refuse_bad_rows(what: str, rows: Iterable[tuple[str, Decimal]]) -> None:
    rows = list(rows)
    if any(not name.strip() for name, _ in rows):
        raise BadSchemePart(f"{what}里有一行没有名称，{NOT_SAVED}")
    if twice := doubled(name for name, _ in rows):
        raise BadSchemePart(f"{what}里“{twice[0]}”写了两遍，{NOT_SAVED}请改名或删去一行。")
    for name, weight in rows:
        if weight <= 0:
            raise BadSchemePart(f"“{name}”的权重应大于0，{NOT_SAVED}不用这一行可以删去。")


def _refuse_bad_rules(rules: SchemeRules) -> None:
    if rules.k_min < 3:  # noqa: PLR2004 -- the table's own floor: fewer would show single ballots
        raise BadSchemePart(f"单独显示所需的有效票不能少于3张，否则会暴露个人打分，{NOT_SAVED}")
    shares = (rules.good_quota, rules.min_problem_share, rules.annual_weight)
    if any(not 0 <= share <= 100 for share in shares):  # noqa: PLR2004 -- per cent
        raise BadSchemePart(f"比例应在0到100之间，{NOT_SAVED}")
    if rules.blank_value is not None and not 0 <= rules.blank_value <= 100:  # noqa: PLR2004 -- per cent
        raise BadSchemePart(f"空白项分值应在0到100之间，{NOT_SAVED}")


def _saved(cycle: ReviewCycle, part: str, n_rows: int, actor: User, at: datetime) -> ReviewCycle:
    touch_version(cycle)
    cycle.save(update_fields=["version"])
    record_action(
        "cycles.scheme_changed", cycle, actor=actor, at=at, details={"part": part, "n_rows": n_rows}
    )
    return cycle
