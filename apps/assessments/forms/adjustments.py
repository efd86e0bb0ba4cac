"""Entering bonus or deduction points for one or many people."""

from typing import Any

from django import forms

from apps.assessments.forms.evidence import WANTED, EvidenceField
from apps.assessments.forms.figures import FigureField
from apps.common.domain.formats import plain_decimal
from apps.common.forms import BaseForm
from apps.cycles.models import ReviewCycle, Reviewee, SchemeAdjustment


def points_in_words(line: SchemeAdjustment) -> str:
    """Return how many points an occurrence of the line is worth, and its limit."""
    least, most = plain_decimal(line.least), plain_decimal(line.most)
    each = f"{least} 分" if line.least == line.most else f"{least}–{most} 分"
    return each if line.limit is None else f"{each}，累计不超过 {plain_decimal(line.limit)} 分"


class LineChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A line of the scheme, told with its kind and its points."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_kind_display()}：{obj.name}（{points_in_words(obj)}）"


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Reviewees of a cycle."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.organization_name}"


class AdjustmentForm(BaseForm):
    adjustment = LineChoice(SchemeAdjustment.objects.none(), label="情形", empty_label="请选择")
    reviewees = PeopleChoice(
        Reviewee.objects.none(),
        label="述职对象",
        help_text="同一件事涉及几个人的，可以一起选，每人记同样的分值。",
        widget=forms.SelectMultiple(attrs={"data-picker": ""}),
    )
    points = FigureField(
        label="分值",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="填正数，加还是扣由情形决定。固定分值的可以不填。",
    )
    reason = forms.CharField(
        label="事由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明事实和依据，例如“某月某日获市委表彰（某发〔2026〕3号）”。",
    )
    happened_on = forms.DateField(label="发生日期", required=False)
    evidence = EvidenceField(label="佐证材料", required=False, help_text=f"可不传。{WANTED}")

    def __init__(self, *args: Any, cycle: ReviewCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = SchemeAdjustment.objects.filter(scheme__cycle=cycle)
        for name, rows in (("adjustment", lines), ("reviewees", cycle.reviewees.all())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- tells the type checker
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Fill in fixed points."""
        cleaned = super().clean() or {}
        line = cleaned.get("adjustment")
        if cleaned.get("points") is None and "points" not in self.errors and line is not None:
            if line.least == line.most:
                cleaned["points"] = line.least
            else:
                self.add_error("points", f"请填写分值：{points_in_words(line)}。")
        return cleaned
