"""The part of a review scheme that grades: how grades are proposed, what limits them, what they lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from apps.common.domain.formats import plain_decimal, round_half_up
from apps.cycles.domain.grades import Grade
from apps.cycles.domain.schemes import AppraisalGrade, ConditionKind, GradeMethod, TieRule
from apps.grading.domain.proposal import GradingRules
from apps.organizations.domain.fields import Field


@dataclass(frozen=True, slots=True)
class Condition:
    """A veto case or an eligibility rule. With ``component`` it is met by a published score of ``at_least`` points."""

    key: int
    kind: ConditionKind
    name: str
    cap: Grade
    component: int | None = None
    component_name: str = ""
    at_least: Decimal | None = None

    @property
    def is_computed(self) -> bool:
        """Tell whether a score decides, not a recorded finding."""
        return self.component is not None and self.at_least is not None


@dataclass(frozen=True, slots=True)
class Link:
    """What a grade means for the annual appraisal: the best grade there, and the consequence in words."""

    best_appraisal: AppraisalGrade
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class LinkEffect:
    """What one reviewee's grade leads to. ``annual_points``: what the total adds to the annual appraisal, ``None`` if nothing."""

    best_appraisal: AppraisalGrade | None = None
    consequence: str = ""
    annual_points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GradingScheme:
    """All of it. ``rules.quota`` is the general quota; ``quotas`` those of single fields; shares are per cent."""

    rules: GradingRules
    quotas: Mapping[Field, Decimal] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    links: Mapping[Grade, Link] = field(default_factory=dict)
    annual_weight: Decimal = Decimal(0)
    decimals: int = 2
    plurality_item: str = ""

    def quota_of(self, one: Field) -> Decimal:
        """Return the share of a field that may be 好."""
        return self.quotas.get(one, self.rules.quota)

    def rules_of(self, one: Field) -> GradingRules:
        """Return the rules of a field."""
        return replace(self.rules, quota=self.quota_of(one))

    def effect_of(self, grade: Grade | None, total: Decimal | None) -> LinkEffect:
        """Return what a grade and a published total lead to; the total is taken as published, so that anyone can check."""
        link = None if grade is None else self.links.get(grade)
        points = None
        if total is not None and self.annual_weight:
            points = round_half_up(total * self.annual_weight / 100, self.decimals)
        if link is None:
            return LinkEffect(annual_points=points)
        return LinkEffect(link.best_appraisal, link.consequence, points)


def rules_in_words(scheme: GradingScheme) -> list[str]:
    """Return the rules as sentences, in the order in which they act."""
    return [
        *_method_words(scheme),
        *_condition_words(scheme),
        *_quota_words(scheme),
        *_link_words(scheme),
    ]


def _method_words(scheme: GradingScheme) -> Iterator[str]:
    rules = scheme.rules
    if rules.method is GradeMethod.PLURALITY:
        item = f"“{scheme.plurality_item}”一项" if scheme.plurality_item else "指定项目"
        yield f"建议等次按{item}得票最多的等次提出；得票最多的等次不止一个的，取较低等次。"
    elif rules.method is GradeMethod.RANK_BAND:
        named = [
            f"前 {plain_decimal(rules.until[grade])}% 为“{grade.label}”"
            for grade in rules.grades[:-1]
            if grade in rules.until
        ]
        yield f"建议等次按领域内名次提出：{'，'.join(named)}，其余为“{rules.grades[-1].label}”；人数取整，不足一人的不计。"
        yield f"名次线上总分相同的，{_tie_words(rules.tie_rule, '列入上一等次')}。"
    else:
        named = [
            f"{plain_decimal(rules.thresholds[grade])} 分以上为“{grade.label}”"
            for grade in rules.grades[:-1]
            if grade in rules.thresholds
        ]
        yield f"建议等次按总分提出：{'，'.join(named)}，其余为“{rules.grades[-1].label}”。"


def _condition_words(scheme: GradingScheme) -> Iterator[str]:
    for one in scheme.conditions:
        if one.kind is ConditionKind.VETO:
            yield f"一票否决：有“{one.name}”情形的，最高评为“{one.cap.label}”。"
        elif one.is_computed and one.at_least is not None:
            yield (
                f"评定条件“{one.name}”：“{one.component_name}”得分不低于 {plain_decimal(one.at_least)} 分；"
                f"不符合的，最高评为“{one.cap.label}”。"
            )
        else:
            yield f"评定条件“{one.name}”：未认定符合的，最高评为“{one.cap.label}”。"


def _quota_words(scheme: GradingScheme) -> Iterator[str]:
    own = "，".join(f"{one.label} {plain_decimal(share)}%" for one, share in scheme.quotas.items())
    if scheme.rules.quota >= 100 and not own:  # noqa: PLR2004 -- per cent
        yield "“好”等次不限名额。"
        return
    others = "，其他领域" if own else "每个领域"
    yield f"“好”等次名额：{own}{others} {plain_decimal(scheme.rules.quota)}%，人数取整，不足一人的不计。"
    yield f"名额线上总分相同的，{_tie_words(scheme.rules.tie_rule, '列入“好”')}。"


def _tie_words(rule: TieRule, kept_out: str) -> str:
    if rule is TieRule.BALLOT_FIRST:
        return f"测评得分高者优先；仍相同的都不{kept_out}，由会议研究"
    return f"都不{kept_out}，由会议研究"


def _link_words(scheme: GradingScheme) -> Iterator[str]:
    for grade, link in scheme.links.items():
        more = f"；{link.consequence.rstrip('。')}" if link.consequence else ""
        yield f"结果运用：评为“{grade.label}”的，年度考核最高可评“{link.best_appraisal.label}”{more}。"
    if scheme.annual_weight:
        yield f"总分按 {plain_decimal(scheme.annual_weight)}% 计入年度考核得分。"
