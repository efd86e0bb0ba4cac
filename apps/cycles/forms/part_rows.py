"""Rows of the scheme editor. Each turns into its plan; what its kind does not use is left out of the plan, not refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField

from apps.common.forms import BaseForm
from apps.cycles.domain.conversions import PLAIN, Band, ConversionPlan, ShareBand
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    ConditionPlan,
    GradePlan,
    GroupPlan,
    LinkPlan,
    SectionPlan,
)
from apps.cycles.domain.schemes import (
    AdjustmentKind,
    AppraisalGrade,
    ComponentKind,
    ConditionKind,
    Conversion,
    SectionKind,
)
from apps.cycles.forms.fields import (
    BandsField,
    OptionBoxes,
    OverridesField,
    SelectWithScale,
    count_field,
    percent_field,
    points_field,
    weight_field,
)
from apps.cycles.forms.sources import Sources


@dataclass(frozen=True, slots=True)
class Box:
    """A field with its width and when it is of use: "kind:share conversion:rank,place" (all of them must hold)."""

    field: BoundField
    width: str
    when: str


class PartRow(BaseForm):
    """A row; ``LAYOUT`` says how a card shows it: field → (width, when)."""

    LAYOUT: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, sources: Sources, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(*args, **kwargs)
        self.prepare()
        self._choose_first()

    def prepare(self) -> None:
        """Fill the lists of choices."""

    def _choose_first(self) -> None:
        """Let a new row stand at the first of each list, so that a row nobody touched counts as empty."""
        for field in self.fields.values():
            if type(field) is forms.ChoiceField and field.initial is None:
                choices: list[tuple[str, str]] = list(field.widget.choices)
                field.initial = choices[0][0] if choices else None

    def boxes(self) -> Iterator[Box]:
        """Yield the boxes of a card."""
        for name, (width, when) in self.LAYOUT.items():
            if not self[name].is_hidden:
                yield Box(self[name], width, when)


class GroupRow(PartRow):
    name = forms.CharField(label="名称", max_length=40)
    weight = weight_field("权重（%）")
    n_expected = count_field("应到人数", required=False)

    def plan(self) -> GroupPlan:
        data = self.cleaned_data
        return GroupPlan(data["name"], data["weight"], data["n_expected"] or 0)


class ComponentRow(PartRow):
    LAYOUT = {
        "name": ("half", ""),
        "weight": ("small", ""),
        "kind": ("half", ""),
        "paper": ("half", "kind:ballot"),
        "item": ("half", "kind:share"),
        "options": ("whole", "kind:share"),
        "full_marks": ("small", "kind:imported conversion:none,bands,rank,best_ratio"),
        "conversion": ("half", ""),
        "bands": ("whole", "conversion:bands"),
        "overrides": ("whole", "kind:share conversion:bands"),
        "first": ("small", "conversion:rank,place"),
        "step": ("small", "conversion:rank,place"),
        "floor": ("small", "conversion:rank,place"),
    }
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="名称", max_length=40)
    weight = weight_field("权重（%）")
    kind = forms.ChoiceField(label="得分来源", choices=ComponentKind.choices())
    paper = forms.ChoiceField(label="取自测评表", required=False)
    item = forms.ChoiceField(label="哪一项", required=False)
    options = forms.MultipleChoiceField(label="计入占比的等次", required=False)
    full_marks = points_field("满分", most=100_000, required=False)
    conversion = forms.ChoiceField(label="怎样折算", choices=Conversion.choices())
    bands = BandsField(
        label="分段", required=False, help_text="从高到低写，最后一段从0开始。占比可写1/3。得分都按百分制。"
    )
    overrides = OverridesField(
        label="另行规定",
        required=False,
        help_text="先看这里：勾选的等次合计达到这个比例，就直接得这个分。可以不写。",
    )
    first = points_field("第1名得分", most=100, required=False)
    step = points_field("每低一名少", most=100, required=False)
    floor = points_field("最低不少于", most=100, required=False)

    def prepare(self) -> None:
        sources = self.sources
        one_paper = len(sources.papers) <= 1
        self._set("paper", forms.HiddenInput() if one_paper else forms.Select(), sources.paper_choices())
        self._set("item", SelectWithScale(scales=sources.scales()), sources.item_choices())
        self._set("options", OptionBoxes(), sources.option_choices())
        self.fields["overrides"].widget.option_choices = [
            (value, label, value.rpartition(":")[0]) for value, label in sources.option_choices()
        ]

    def _set(self, name: str, widget: forms.Widget, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.widget = widget
            field.choices = choices

    def plan(self) -> ComponentPlan:
        data = self.cleaned_data
        kind = ComponentKind(data["kind"])
        paper, item, options = self._source(kind)
        full_marks = data["full_marks"] if kind is ComponentKind.IMPORTED else None
        return ComponentPlan(
            data["name"], kind, data["weight"], paper, item, options, self._conversion(kind), full_marks
        )

    def _source(self, kind: ComponentKind) -> tuple[str, str, tuple[str, ...]]:
        data = self.cleaned_data
        if kind is ComponentKind.SHARE:
            paper, item = self.sources.named(data["item"])
            return paper, item, self.sources.options_named(data["item"], data["options"])
        return data.get("paper", "") if kind is ComponentKind.BALLOT else "", "", ()

    def _conversion(self, kind: ComponentKind) -> ConversionPlan:
        data = self.cleaned_data
        conversion = Conversion(data["conversion"])
        if conversion is Conversion.BANDS:
            bands = tuple(Band(*pair) for pair in data["bands"])
            return ConversionPlan(conversion, bands, self._overrides() if kind is ComponentKind.SHARE else ())
        if conversion in {Conversion.RANK, Conversion.PLACE}:
            first = 100 if data["first"] is None else data["first"]
            rest = (data["step"] or 0, data["floor"] or 0)
            return ConversionPlan(
                conversion, first=Fraction(first), step=Fraction(rest[0]), floor=Fraction(rest[1])
            )
        return ConversionPlan(conversion) if conversion is not Conversion.NONE else PLAIN

    def _overrides(self) -> tuple[ShareBand, ...]:
        item = self.cleaned_data["item"]
        rows = (
            (self.sources.options_named(item, options), at, score)
            for options, at, score in self.cleaned_data["overrides"]
        )
        return tuple(ShareBand(options, at, score) for options, at, score in rows if options)


class AdjustmentRow(PartRow):
    LAYOUT = {
        "name": ("most", ""),
        "kind": ("small", ""),
        "least": ("small", ""),
        "most": ("small", ""),
        "limit": ("small", ""),
    }
    kind = forms.ChoiceField(label="类别", choices=AdjustmentKind.choices())
    name = forms.CharField(label="情形", max_length=120)
    least = points_field("每次最少", most=100)
    most = points_field("每次最多", most=100)
    limit = points_field("每人累计上限", most=100, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        least, most = data.get("least"), data.get("most")
        if least is not None and least <= 0:
            self.add_error("least", "应大于0。")
        elif least is not None and most is not None and most < least:
            self.add_error("most", f"应不少于每次最少的{least.normalize():f}分。")
        return data

    def plan(self) -> AdjustmentPlan:
        data = self.cleaned_data
        return AdjustmentPlan(
            data["name"], AdjustmentKind(data["kind"]), data["least"], data["most"], data["limit"]
        )


class GradeRow(PartRow):
    grade = forms.ChoiceField(label="等次", choices=Grade.choices(), widget=forms.HiddenInput)
    from_total = percent_field("起点总分", required=False)
    until_share = percent_field("排到领域前百分之几（累计）", required=False)
    WHEN: ClassVar[Mapping[str, str]] = {
        "from_total": "grade_method:threshold",
        "until_share": "grade_method:rank_band",
    }

    def caption(self) -> str:
        """Return the name of the grade this row is about."""
        return dict(Grade.choices()).get(self["grade"].value(), "")

    def plan(self, otherwise: Decimal) -> GradePlan:
        """Return the rule; ``otherwise`` is the start kept while none is filled in."""
        data = self.cleaned_data
        start = otherwise if data["from_total"] is None else data["from_total"]
        return GradePlan(Grade(data["grade"]), start, data["until_share"])


class ConditionRow(PartRow):
    LAYOUT = {
        "kind": ("half", ""),
        "cap": ("half", ""),
        "name": ("whole", ""),
        "component": ("half", "kind:eligibility"),
        "at_least": ("small", "kind:eligibility"),
    }
    kind = forms.ChoiceField(label="类别", choices=ConditionKind.choices())
    cap = forms.ChoiceField(
        label="等次最高为",
        choices=[(one.value, one.label) for one in BEST_FIRST[1:]],
        initial=Grade.POOR.value,
    )
    name = forms.CharField(label="情形或条件", max_length=120)
    component = forms.ChoiceField(
        label="看哪项得分",
        required=False,
        help_text="选了就由系统按得分判断；不选，由组织部门逐人认定。",
    )
    at_least = percent_field("应达到（分）", required=False)

    def prepare(self) -> None:
        names = ((name, name) for name in self.sources.component_names)
        field = self.fields["component"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "不看得分，逐人认定"), *names]

    def plan(self) -> ConditionPlan:
        data = self.cleaned_data
        kind, cap = ConditionKind(data["kind"]), Grade(data["cap"])
        if kind is ConditionKind.VETO:
            return ConditionPlan(data["name"], kind, cap)
        return ConditionPlan(data["name"], kind, cap, data["component"], data["at_least"])


class LinkRow(PartRow):
    grade = forms.ChoiceField(label="等次", choices=Grade.choices(), widget=forms.HiddenInput)
    best_appraisal = forms.ChoiceField(
        label="年度考核最高可评", required=False, choices=[("", "不限"), *AppraisalGrade.choices()]
    )
    consequence = forms.CharField(label="结果运用", max_length=200, required=False)

    def caption(self) -> str:
        """Return the name of the grade this row is about."""
        return dict(Grade.choices()).get(self["grade"].value(), "")

    def plan(self) -> LinkPlan | None:
        """Return the link; ``None``: nothing is said of this grade."""
        data = self.cleaned_data
        if not data["best_appraisal"] and not data["consequence"]:
            return None
        best = AppraisalGrade(data["best_appraisal"] or AppraisalGrade.EXCELLENT.value)
        return LinkPlan(Grade(data["grade"]), best, data["consequence"])


class SectionRow(PartRow):
    title = forms.CharField(label="标题", max_length=60)
    kind = forms.ChoiceField(label="类别", choices=SectionKind.choices())
    hint = forms.CharField(label="写作提示", max_length=300, required=False)
    min_chars = count_field("最少字数", required=False)
    max_chars = count_field("最多字数", most=20_000)

    def plan(self) -> SectionPlan:
        data = self.cleaned_data
        kind = SectionKind(data["kind"])
        return SectionPlan(data["title"], kind, data["hint"], data["min_chars"] or 0, data["max_chars"])
