"""Plain data into the tables of a scheme that is not frozen. A part is replaced whole."""

from collections.abc import Sequence
from typing import Any

from apps.cycles.domain.conversions import describe_conversion
from apps.cycles.domain.papers.templates import describe_template
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GradePlan,
    GroupPlan,
    LinkPlan,
    PaperPlan,
    QuotaPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import FROM_BALLOTS
from apps.cycles.models import (
    AppraisalLink,
    FieldQuota,
    GradeCondition,
    GradeRule,
    ReportSection,
    ReviewScheme,
    SchemeAdjustment,
    SchemeComponent,
    SchemePaper,
    VoterGroup,
)


def rule_values(rules: SchemeRules) -> dict[str, Any]:
    """Return the scheme's columns for these rules, all but the form that ``plurality_paper`` names."""
    return {
        "trim_each_side": rules.trim_each_side,
        "trim_when_more_than": rules.trim_when_more_than,
        "blank_rule": rules.blank_rule.value,
        "blank_value": rules.blank_value,
        "empty_group_rule": rules.empty_group_rule.value,
        "decimals": rules.decimals,
        "k_min": rules.k_min,
        "good_quota": rules.good_quota,
        "min_problem_share": rules.min_problem_share,
        "denominator": rules.denominator.value,
        "clamps_total": rules.clamps_total,
        "bonus_limit": rules.bonus_limit,
        "deduction_limit": rules.deduction_limit,
        "grade_method": rules.grade_method.value,
        "tie_rule": rules.tie_rule.value,
        "plurality_item": rules.plurality_item,
        "annual_weight": rules.annual_weight,
    }


def write_parts(scheme: ReviewScheme, plan: SchemePlan) -> None:
    """Replace every part of a scheme that is not frozen."""
    write_groups(scheme, plan.groups)
    write_papers(scheme, plan.papers)
    write_grades(scheme, plan.grades)
    write_components(scheme, plan.components)
    write_sections(scheme, plan.sections)
    write_adjustments(scheme, plan.adjustments)
    write_conditions(scheme, plan.conditions)
    write_quotas(scheme, plan.quotas)
    write_links(scheme, plan.links)
    scheme.plurality_paper = scheme.papers.filter(name=plan.rules.plurality_paper).first()
    scheme.save(update_fields=["plurality_paper"])


def write_scheme(scheme: ReviewScheme, plan: SchemePlan) -> None:
    """Replace everything of a scheme that is not frozen: its single rules and every part."""
    for name, value in rule_values(plan.rules).items():
        setattr(scheme, name, value)
    scheme.save()
    write_parts(scheme, plan)


def write_groups(scheme: ReviewScheme, groups: Sequence[GroupPlan]) -> None:
    """Replace the voter groups."""
    scheme.voter_groups.all().delete()
    VoterGroup.objects.bulk_create(
        VoterGroup(scheme=scheme, order_no=n, name=g.name.strip(), weight=g.weight, n_expected=g.n_expected)
        for n, g in enumerate(groups, start=1)
    )


def write_papers(scheme: ReviewScheme, papers: Sequence[PaperPlan]) -> None:
    """Make the forms of a new scheme, or take all away with the scheme; single forms are changed by ``papers``."""
    scheme.components.update(paper=None)
    scheme.papers.all().delete()
    SchemePaper.objects.bulk_create(
        SchemePaper(
            scheme=scheme,
            order_no=n,
            name=p.name.strip(),
            preset=p.preset,
            definition=describe_template(p.template),
        )
        for n, p in enumerate(papers, start=1)
    )


def write_grades(scheme: ReviewScheme, grades: Sequence[GradePlan]) -> None:
    """Replace the thresholds."""
    scheme.grade_rules.all().delete()
    GradeRule.objects.bulk_create(
        GradeRule(scheme=scheme, grade=g.grade.value, from_total=g.from_total, until_share=g.until_share)
        for g in grades
    )


def write_components(scheme: ReviewScheme, components: Sequence[ComponentPlan]) -> None:
    """Replace the parts of the total. A condition keeps to the component of the same name."""
    asked = dict(scheme.conditions.exclude(component=None).values_list("pk", "component__name"))
    scheme.components.all().delete()
    papers = {paper.name: paper for paper in scheme.papers.all()}
    SchemeComponent.objects.bulk_create(
        SchemeComponent(
            scheme=scheme,
            order_no=n,
            name=c.name.strip(),
            kind=c.kind.value,
            weight=c.weight,
            paper=papers.get(c.paper) if c.kind in FROM_BALLOTS else None,
            item=c.item,
            options=list(c.options),
            conversion=describe_conversion(c.conversion),
            full_marks=c.full_marks,
        )
        for n, c in enumerate(components, start=1)
    )
    for pk, name in asked.items():
        scheme.conditions.filter(pk=pk).update(component=scheme.components.filter(name=name).first())


def write_sections(scheme: ReviewScheme, sections: Sequence[SectionPlan]) -> None:
    """Replace the headings of the report."""
    scheme.report_sections.all().delete()
    ReportSection.objects.bulk_create(
        ReportSection(
            scheme=scheme,
            order_no=n,
            title=s.title.strip(),
            kind=s.kind.value,
            hint=s.hint.strip(),
            min_chars=s.min_chars,
            max_chars=s.max_chars,
        )
        for n, s in enumerate(sections, start=1)
    )


def write_adjustments(scheme: ReviewScheme, adjustments: Sequence[AdjustmentPlan]) -> None:
    """Replace the lists of bonuses and deductions."""
    scheme.adjustments.all().delete()
    SchemeAdjustment.objects.bulk_create(
        SchemeAdjustment(
            scheme=scheme,
            order_no=n,
            kind=a.kind.value,
            name=a.name.strip(),
            least=a.least,
            most=a.most,
            limit=a.limit,
        )
        for n, a in enumerate(adjustments, start=1)
    )


def write_conditions(scheme: ReviewScheme, conditions: Sequence[ConditionPlan]) -> None:
    """Replace what caps the grade."""
    scheme.conditions.all().delete()
    components = {part.name: part for part in scheme.components.all()}
    GradeCondition.objects.bulk_create(
        GradeCondition(
            scheme=scheme,
            order_no=n,
            kind=c.kind.value,
            name=c.name.strip(),
            cap=c.cap.value,
            component=components.get(c.component),
            at_least=c.at_least,
        )
        for n, c in enumerate(conditions, start=1)
    )


def write_quotas(scheme: ReviewScheme, quotas: Sequence[QuotaPlan]) -> None:
    """Replace the quotas of single fields."""
    scheme.quotas.all().delete()
    FieldQuota.objects.bulk_create(
        FieldQuota(scheme=scheme, field=q.field.value, good_quota=q.good_quota) for q in quotas
    )


def write_links(scheme: ReviewScheme, links: Sequence[LinkPlan]) -> None:
    """Replace what grades mean for the annual appraisal."""
    scheme.links.all().delete()
    AppraisalLink.objects.bulk_create(
        AppraisalLink(
            scheme=scheme,
            grade=one.grade.value,
            best_appraisal=one.best_appraisal.value,
            consequence=one.consequence.strip(),
        )
        for one in links
    )
