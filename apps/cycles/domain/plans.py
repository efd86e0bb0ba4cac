"""A review scheme as plain data: what a preset holds, what copying carries over, what the checks read.

Weights of groups and components are per cent and sum to 100; weights of a form's items are relative. Points and totals are 0–100.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.papers.templates import PaperTemplate
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule, SectionKind


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
    """The total from which an overall grade is proposed."""

    grade: Grade
    from_total: Decimal


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """One part of the total (得分构成). ``paper`` names the form a ballot score is taken from; empty: the first."""

    name: str
    kind: ComponentKind
    weight: Decimal
    paper: str = ""


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
    """The single-valued rules. Shares are per cent."""

    trim_each_side: int = 0
    trim_when_more_than: int = 5
    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Decimal | None = None
    empty_group_rule: EmptyGroupRule = EmptyGroupRule.REDISTRIBUTE
    decimals: int = 2
    k_min: int = 5
    good_quota: Decimal = Decimal(100)
    min_problem_share: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SchemePlan:
    """A whole scheme."""

    groups: tuple[GroupPlan, ...] = ()
    papers: tuple[PaperPlan, ...] = ()
    grades: tuple[GradePlan, ...] = ()
    components: tuple[ComponentPlan, ...] = ()
    sections: tuple[SectionPlan, ...] = ()
    rules: SchemeRules = field(default_factory=SchemeRules)
