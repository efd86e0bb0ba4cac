"""A review scheme as plain data: what a preset holds, what copying carries over, what the checks read.

Weights of groups and components are per cent and sum to 100; weights of a form's items are relative. Points and totals are 0–100.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.cycles.domain.conversions import PLAIN, ConversionPlan
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.papers.templates import PaperTemplate
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    BlankRule,
    ComponentKind,
    ConditionKind,
    Denominator,
    EmptyGroupRule,
    GradeMethod,
    SectionKind,
    TieRule,
)
from apps.organizations.domain.fields import Field


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A class of evaluators (测评主体类别)."""

    name: str
    weight: Decimal
    n_expected: int = 0


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """One evaluation form. ``preset`` names the layout it was made from."""

    name: str
    template: PaperTemplate
    preset: str = ""


@dataclass(frozen=True, slots=True)
class GradePlan:
    """When an overall grade is proposed: from this total, or down to this share (per cent, cumulative) of the field's ranks.

    ``until_share`` is read by ``GradeMethod.RANK_BAND`` only; ``None``: not set.
    """

    grade: Grade
    from_total: Decimal
    until_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """One part of the total (得分构成).

    ``paper`` names the form a figure from ballots is taken from; empty: the first. ``item`` and ``options`` say whose share a
    ``SHARE`` is. ``full_marks`` of an imported figure: what is filled in as its maximum; ``None``: 100.
    """

    name: str
    kind: ComponentKind
    weight: Decimal
    paper: str = ""
    item: str = ""
    options: tuple[str, ...] = ()
    conversion: ConversionPlan = PLAIN
    full_marks: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentPlan:
    """One line of the list of bonuses or deductions.

    Each occurrence is worth ``least`` to ``most`` points (equal: fixed); ``limit`` is the most points one reviewee gets from the
    line, ``None``: no limit.
    """

    name: str
    kind: AdjustmentKind
    least: Decimal
    most: Decimal
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """Something that caps the grade: a veto where it happened, an eligibility rule unless it is met.

    With ``component`` and ``at_least`` (points 0–100) eligibility follows from that component's published score; otherwise staff
    record whether it is met.
    """

    name: str
    kind: ConditionKind
    cap: Grade
    component: str = ""
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """The quota of 好 of one field in per cent, in place of the general one."""

    field: Field
    good_quota: Decimal


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What an overall grade means for the annual appraisal: the best grade there, and the consequence in words."""

    grade: Grade
    best_appraisal: AppraisalGrade
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """One heading of the duty report; limits count characters including punctuation."""

    title: str
    kind: SectionKind = SectionKind.TEXT
    hint: str = ""
    min_chars: int = 0
    max_chars: int = 3000


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """The single-valued rules. Shares are per cent.

    ``bonus_limit``, ``deduction_limit``: the most points of all lines together, ``None``: no limit. ``plurality_paper`` and
    ``plurality_item`` name the ballot item whose largest share proposes the grade (``GradeMethod.PLURALITY``). ``annual_weight``: the
    share at which the total enters the annual appraisal's score; 0: it does not.
    """

    trim_each_side: int = 0
    trim_when_more_than: int = 5
    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Decimal | None = None
    empty_group_rule: EmptyGroupRule = EmptyGroupRule.REDISTRIBUTE
    decimals: int = 2
    k_min: int = 5
    good_quota: Decimal = Decimal(100)
    min_problem_share: Decimal = Decimal(0)
    denominator: Denominator = Denominator.VALID
    clamps_total: bool = True
    bonus_limit: Decimal | None = None
    deduction_limit: Decimal | None = None
    grade_method: GradeMethod = GradeMethod.THRESHOLD
    tie_rule: TieRule = TieRule.BELOW
    plurality_paper: str = ""
    plurality_item: str = ""
    annual_weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SchemePlan:
    """A whole scheme."""

    groups: tuple[GroupPlan, ...] = ()
    papers: tuple[PaperPlan, ...] = ()
    grades: tuple[GradePlan, ...] = ()
    components: tuple[ComponentPlan, ...] = ()
    sections: tuple[SectionPlan, ...] = ()
    adjustments: tuple[AdjustmentPlan, ...] = ()
    conditions: tuple[ConditionPlan, ...] = ()
    quotas: tuple[QuotaPlan, ...] = ()
    links: tuple[LinkPlan, ...] = ()
    rules: SchemeRules = field(default_factory=SchemeRules)
