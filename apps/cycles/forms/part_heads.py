"""What a part of the scheme says once: method and quotas, limits, the rules of counting."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms

from apps.common.forms import BaseForm, NumberText
from apps.cycles.domain.checks import plain
from apps.cycles.domain.plans import QuotaPlan, SchemePlan
from apps.cycles.domain.schemes import BlankRule, Denominator, EmptyGroupRule, GradeMethod, TieRule
from apps.cycles.forms.fields import COUNT_BOX, count_field, percent_field, points_field
from apps.cycles.forms.part_rows import Box
from apps.cycles.forms.sources import Sources
from apps.organizations.selectors.fields import all_fields


class PartHead(BaseForm):
    """The single values of a part; ``LAYOUT`` says how they are shown: field → (width, when)."""

    LAYOUT: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, sources: Sources, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(*args, **kwargs)

    def boxes(self) -> Iterator[Box]:
        """Yield the boxes in their order."""
        for field in self.visible_fields():
            width, when = self.LAYOUT.get(field.name, ("half", ""))
            yield Box(field, width, when)

    @staticmethod
    def values(plan: SchemePlan) -> dict[str, Any]:
        """Return what the boxes show of a scheme."""
        raise NotImplementedError

    def applied(self, plan: SchemePlan) -> SchemePlan:
        """Return the scheme with what is filled in here."""
        raise NotImplementedError


class AdjustmentsHead(PartHead):
    LAYOUT = {"clamps_total": ("whole", "")}
    bonus_limit = points_field("加分合计上限", most=100, required=False, help_text="每人，不填为不限。")
    deduction_limit = points_field("扣分合计上限", most=100, required=False, help_text="每人，不填为不限。")
    clamps_total = forms.BooleanField(
        label="总分限在0—100分之间",
        required=False,
        help_text="不勾选：加分后可以超过100分，扣分后可以低于0分。",
    )

    @staticmethod
    def values(plan: SchemePlan) -> dict[str, Any]:
        rules = plan.rules
        limits = {"bonus_limit": rules.bonus_limit, "deduction_limit": rules.deduction_limit}
        texts = {name: None if limit is None else plain(limit) for name, limit in limits.items()}
        return {**texts, "clamps_total": rules.clamps_total}

    def applied(self, plan: SchemePlan) -> SchemePlan:
        return replace(plan, rules=replace(plan.rules, **self.cleaned_data))


class GradesHead(PartHead):
    LAYOUT = {"plurality": ("half", "grade_method:plurality"), "tie_rule": ("whole", "")}
    grade_method = forms.ChoiceField(
        label="怎样提出建议等次",
        choices=GradeMethod.choices(),
        help_text="建议之后再看否决和评定条件，最后看比例；等次由会议研究审定。",
    )
    plurality = forms.ChoiceField(label="按哪一项的得票", required=False)
    good_quota = percent_field("“好”的比例上限（%）", help_text="100为不限。按领域人数计算，向下取整。")
    tie_rule = forms.ChoiceField(label="名额线上同分", choices=TieRule.choices())

    def __init__(self, *args: Any, sources: Sources, **kwargs: Any) -> None:
        super().__init__(*args, sources=sources, **kwargs)
        field = self.fields["plurality"]
        if isinstance(field, forms.ChoiceField):
            field.choices = sources.item_choices()
        self.fields_of_work = all_fields()  # retired ones too: an organization that has one may still report
        for one in self.fields_of_work:
            self.fields[f"quota_{one.value}"] = percent_field(f"{one.label}（%）", required=False)

    def boxes(self) -> Iterator[Box]:
        return (box for box in super().boxes() if not box.field.name.startswith("quota_"))

    def quota_boxes(self) -> Iterator[Box]:
        """Yield the boxes of single fields."""
        return (Box(self[f"quota_{one.value}"], "small", "") for one in self.fields_of_work)

    def has_own_quotas(self) -> bool:
        """Tell whether a field has a quota of its own, so that the boxes stand open."""
        return any(box.field.value() or box.field.errors for box in self.quota_boxes())

    @staticmethod
    def values(plan: SchemePlan) -> dict[str, Any]:
        rules = plan.rules
        return {
            "grade_method": rules.grade_method.value,
            "plurality": Sources.of(plan).item_value(rules.plurality_paper, rules.plurality_item),
            "good_quota": plain(rules.good_quota),
            "tie_rule": rules.tie_rule.value,
            **{f"quota_{quota.field.value}": plain(quota.good_quota) for quota in plan.quotas},
        }

    def applied(self, plan: SchemePlan) -> SchemePlan:
        data = self.cleaned_data
        paper, item = self.sources.named(data["plurality"])
        rules = replace(
            plan.rules,
            grade_method=GradeMethod(data["grade_method"]),
            plurality_paper=paper,
            plurality_item=item,
            good_quota=data["good_quota"],
            tie_rule=TieRule(data["tie_rule"]),
        )
        own = [(one, data[f"quota_{one.value}"]) for one in self.fields_of_work]
        quotas = tuple(QuotaPlan(one, share) for one, share in own if share is not None)
        return replace(plan, rules=rules, quotas=quotas)


class LinksHead(PartHead):
    annual_weight = percent_field(
        "总分计入年度考核得分的比例（%）", help_text="例如10：年度考核得分里有10%是这次的总分。0为不计入。"
    )

    @staticmethod
    def values(plan: SchemePlan) -> dict[str, Any]:
        return {"annual_weight": plain(plan.rules.annual_weight)}

    def applied(self, plan: SchemePlan) -> SchemePlan:
        return replace(plan, rules=replace(plan.rules, annual_weight=self.cleaned_data["annual_weight"]))


class RulesHead(PartHead):
    LAYOUT = {"blank_value": ("half", "blank_rule:value"), "min_problem_share": ("whole", "")}
    trim_each_side = count_field(
        "去掉最高、最低各几张", most=20, help_text="每类、每位述职对象分别去；0为不去。"
    )
    trim_when_more_than = count_field("有效票多于几张时去掉", most=1000)
    denominator = forms.ChoiceField(
        label="平均分和占比除以",
        choices=Denominator.choices(),
        help_text="全系统的平均分、占比都按它算，页面、文书、结果包一致。",
    )
    empty_group_rule = forms.ChoiceField(label="某类别无有效票", choices=EmptyGroupRule.choices())
    blank_rule = forms.ChoiceField(label="空白项", choices=BlankRule.choices())
    blank_value = percent_field("空白项分值", required=False, help_text="只在“按指定分值计”时需要。")
    decimals = count_field("保留小数位", most=6, help_text="中间不取舍，只在公布时四舍五入一次。")
    k_min = forms.IntegerField(
        label="少于几张有效票不单独显示",
        min_value=3,
        max_value=50,
        widget=NumberText(COUNT_BOX),
        help_text="保护打分人，最少3张。",
    )
    min_problem_share = percent_field(
        "问题与原因篇幅下限（%）", help_text="述职报告中问题与原因所占字数，0为不要求。"
    )

    @staticmethod
    def values(plan: SchemePlan) -> dict[str, Any]:
        rules = plan.rules
        return {
            "trim_each_side": rules.trim_each_side,
            "trim_when_more_than": rules.trim_when_more_than,
            "denominator": rules.denominator.value,
            "empty_group_rule": rules.empty_group_rule.value,
            "blank_rule": rules.blank_rule.value,
            "blank_value": None if rules.blank_value is None else plain(rules.blank_value),
            "decimals": rules.decimals,
            "k_min": rules.k_min,
            "min_problem_share": plain(rules.min_problem_share),
        }

    def applied(self, plan: SchemePlan) -> SchemePlan:
        data = dict(self.cleaned_data)
        data["blank_rule"] = BlankRule(data["blank_rule"])
        if data["blank_rule"] is not BlankRule.VALUE:
            data["blank_value"] = None
        data["empty_group_rule"] = EmptyGroupRule(data["empty_group_rule"])
        data["denominator"] = Denominator(data["denominator"])
        return replace(plan, rules=replace(plan.rules, **data))
