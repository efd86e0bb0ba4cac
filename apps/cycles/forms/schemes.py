"""Forms of cycles and of the parts of their schemes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory

from apps.common.forms import BaseForm, NumberText, VersionedForm
from apps.cycles.domain.checks import plain
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.plans import (
    ComponentPlan,
    GradePlan,
    GroupPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.presets import ALL
from apps.cycles.domain.schemes import BlankRule, ComponentKind, EmptyGroupRule, ReportMode, SectionKind
from apps.organizations.models import Organization

MAX_ROWS = 40


def weight_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=1000, max_digits=6, decimal_places=2, widget=NumberText
    )


def percent_field(label: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=NumberText, **options
    )


def count_field(label: str, *, most: int = 100_000, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, widget=NumberText, **options)


class CreateCycleForm(BaseForm):
    year = forms.IntegerField(
        label="年度", min_value=2000, max_value=2100, help_text="述职总结哪一年的工作。"
    )
    host = forms.ModelChoiceField(
        label="组织单位",
        queryset=Organization.objects.none(),
        empty_label=None,
        help_text="由哪一级组织述职评议，述职对象从它的下级中选。",
    )
    title = forms.CharField(
        label="名称", max_length=120, required=False, help_text="不填则为“年度＋组织单位＋述职评议考核”。"
    )
    preset = forms.ChoiceField(
        label="方案样式",
        choices=[(preset.key, f"{preset.label}：{preset.summary}") for preset in ALL],
        widget=forms.RadioSelect,
        help_text="选一个接近的样式，建好后每个数都能改，启动时才冻结。",
    )

    def __init__(self, *args: Any, hosts: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        host = self.fields["host"]
        if isinstance(host, forms.ModelChoiceField):
            host.queryset = hosts


class EditCycleForm(VersionedForm):
    title = forms.CharField(label="名称", max_length=120)
    reports_due_on = forms.DateField(label="述职报告截止", required=False)
    meeting_on = forms.DateField(label="会议日期", required=False)
    rectification_due_on = forms.DateField(label="整改期限", required=False)


class GroupRow(BaseForm):
    name = forms.CharField(label="名称", max_length=40)
    weight = weight_field("权重（%）")
    n_expected = count_field("应到人数", required=False)

    def plan(self) -> GroupPlan:
        data = self.cleaned_data
        return GroupPlan(data["name"], data["weight"], data["n_expected"] or 0)


class ComponentRow(BaseForm):
    name = forms.CharField(label="名称", max_length=40)
    kind = forms.ChoiceField(label="来源", choices=ComponentKind.choices())
    weight = weight_field("权重（%）")

    def __init__(self, *args: Any, papers: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(papers) > 1:
            self.fields["paper"] = forms.ChoiceField(
                label="取自测评表", choices=[(name, name) for name in papers], required=False
            )
            self.order_fields(["name", "kind", "paper", "weight"])

    def plan(self) -> ComponentPlan:
        data = self.cleaned_data
        kind = ComponentKind(data["kind"])
        paper = data.get("paper", "") if kind is ComponentKind.BALLOT else ""
        return ComponentPlan(data["name"], kind, data["weight"], paper)


class GradeRow(BaseForm):
    grade = forms.ChoiceField(label="等次", choices=Grade.choices(), widget=forms.HiddenInput)
    from_total = percent_field("建议等次的起点总分")

    def caption(self) -> str:
        """Return the name of the grade this row is about."""
        return dict(Grade.choices()).get(self["grade"].value(), "")

    def plan(self) -> GradePlan:
        data = self.cleaned_data
        return GradePlan(Grade(data["grade"]), data["from_total"])


class SectionRow(BaseForm):
    title = forms.CharField(label="标题", max_length=60)
    kind = forms.ChoiceField(label="类别", choices=SectionKind.choices())
    hint = forms.CharField(label="写作提示", max_length=300, required=False)
    min_chars = count_field("最少字数", required=False)
    max_chars = count_field("最多字数", most=20_000)

    def plan(self) -> SectionPlan:
        data = self.cleaned_data
        kind = SectionKind(data["kind"])
        return SectionPlan(data["title"], kind, data["hint"], data["min_chars"] or 0, data["max_chars"])


class RulesForm(BaseForm):
    good_quota = percent_field("“好”等次比例上限（%）", help_text="100为不限。按领域计算，向下取整。")
    min_problem_share = percent_field(
        "问题与原因篇幅下限（%）", help_text="述职报告中问题与原因所占字数，0为不要求。"
    )
    trim_each_side = count_field("去掉最高、最低各几张", most=20, help_text="0为不去。")
    trim_when_more_than = count_field("有效票多于几张时去掉", most=1000)
    blank_rule = forms.ChoiceField(label="空白项", choices=BlankRule.choices())
    blank_value = percent_field("空白项分值", required=False, help_text="只在“按指定分值计”时需要。")
    empty_group_rule = forms.ChoiceField(label="某类别无有效票", choices=EmptyGroupRule.choices())
    decimals = count_field("保留小数位", most=6)
    k_min = forms.IntegerField(
        label="少于几张有效票不单独显示",
        min_value=3,
        max_value=50,
        widget=NumberText,
        help_text="保护打分人，最少3张。",
    )

    def plan(self) -> SchemeRules:
        data = dict(self.cleaned_data)
        data["blank_rule"] = BlankRule(data["blank_rule"])
        data["empty_group_rule"] = EmptyGroupRule(data["empty_group_rule"])
        return SchemeRules(**data)


@dataclass(frozen=True, slots=True)
class PartPage:
    """One page of the scheme editor: its rows as a form set, or (rules) a single form."""

    key: str
    title: str
    intro: str
    row: type[forms.Form]
    initial: Callable[[SchemePlan], Sequence[Mapping[str, Any]]]
    sums_to_hundred: bool = False
    has_fixed_rows: bool = False
    options: Callable[[SchemePlan], dict[str, Any]] = lambda _: {}

    def form_set(self, data: Mapping[str, Any] | None, plan: SchemePlan) -> "BaseFormSet[Any]":
        """Return the form set, bound if ``data`` is given."""
        extra: dict[str, Any] = (
            {"extra": 0} if self.has_fixed_rows else {"extra": 1, "can_delete": True, "can_order": True}
        )
        made: Any = formset_factory(self.row, max_num=MAX_ROWS, absolute_max=MAX_ROWS, **extra)
        forms_of_part: BaseFormSet[Any] = made(
            data, initial=self.initial(plan), prefix="row", form_kwargs=self.options(plan)
        )
        return forms_of_part

    def plans(self, form_set: Any) -> list[Any]:
        """Return the rows of a valid form set as plain data, in the order stated."""
        kept = form_set.forms if self.has_fixed_rows else form_set.ordered_forms
        return [form.plan() for form in kept]


def _groups(plan: SchemePlan) -> list[dict[str, Any]]:
    return [{"name": g.name, "weight": plain(g.weight), "n_expected": g.n_expected} for g in plan.groups]


def _components(plan: SchemePlan) -> list[dict[str, Any]]:
    first = plan.papers[0].name if plan.papers else ""
    return [
        {
            "name": c.name,
            "kind": c.kind.value,
            "paper": c.paper or first,
            "weight": plain(c.weight),
        }
        for c in plan.components
    ]


def _paper_names(plan: SchemePlan) -> dict[str, Any]:
    return {"papers": [paper.name for paper in plan.papers]}


def _grades(plan: SchemePlan) -> list[dict[str, Any]]:
    known = {rule.grade: rule for rule in plan.grades}
    rows: list[dict[str, Any]] = []
    for grade in BEST_FIRST:
        rule = known.get(grade)
        figures = {"from_total": plain(rule.from_total)} if rule else {}
        rows.append({"grade": grade.value, **figures})
    return rows


def _sections(plan: SchemePlan) -> list[dict[str, Any]]:
    return [
        {
            "title": s.title,
            "kind": s.kind.value,
            "hint": s.hint,
            "min_chars": s.min_chars,
            "max_chars": s.max_chars,
        }
        for s in plan.sections
    ]


def rules_initial(rules: SchemeRules) -> dict[str, Any]:
    return {
        "good_quota": plain(rules.good_quota),
        "min_problem_share": plain(rules.min_problem_share),
        "trim_each_side": rules.trim_each_side,
        "trim_when_more_than": rules.trim_when_more_than,
        "blank_rule": rules.blank_rule.value,
        "blank_value": None if rules.blank_value is None else plain(rules.blank_value),
        "empty_group_rule": rules.empty_group_rule.value,
        "decimals": rules.decimals,
        "k_min": rules.k_min,
    }


PART_PAGES = {
    page.key: page
    for page in (
        PartPage(
            "groups", "测评主体类别", "每类人员发一种测评票，各类权重合计100%。", GroupRow, _groups,
            sums_to_hundred=True,
        ),
        PartPage(
            "components", "得分构成", "总分由现场测评和需要录入的考核得分组成，合计100%。", ComponentRow, _components,
            sums_to_hundred=True, options=_paper_names,
        ),
        PartPage(
            "grades", "等次起点", "总分达到多少建议评为这个等次。票上每个等次折合多少分，在测评表里设。", GradeRow, _grades,
            has_fixed_rows=True,
        ),
        PartPage("sections", "报告栏目", "述职报告分哪几栏，每栏多少字（含标点，不含空格）。", SectionRow, _sections),
    )
}  # fmt: skip


class ReportModeForm(forms.Form):
    mode = forms.ChoiceField(label="述职方式", choices=ReportMode.choices())
