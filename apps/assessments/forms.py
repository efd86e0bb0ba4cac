"""Forms of assessments. They turn input into clean values; services save."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.assessments.models import ComponentScore
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.assessments.services import Figure
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.models import Reviewee
from apps.organizations.selectors import within

TOO_BIG = "数字太大。"


class FigureForm(forms.Form):
    """One line of the grid. An empty line that was empty before stays missing."""

    value = forms.DecimalField(label="得分", min_value=0, max_digits=8, decimal_places=2, required=False)
    out_of = forms.DecimalField(
        label="满分", min_value=0, max_digits=8, decimal_places=2, required=False, initial=100
    )
    source = forms.CharField(label="依据", max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, reviewee: Reviewee, stored: ComponentScore | None, data: QueryDict | None = None
    ) -> None:
        initial: Mapping[str, Any] = {"out_of": 100}
        if stored is not None:
            initial = {
                "value": stored.value,
                "out_of": stored.out_of,
                "source": stored.source,
                "version": stored.version,
            }
        super().__init__(data, prefix=str(reviewee.pk), initial=dict(initial))
        self.reviewee = reviewee
        self.stored = stored
        for name in ("value", "out_of", "source"):
            widget = self.fields[name].widget
            widget.attrs |= {
                "class": "form-control",
                "aria-label": f"{reviewee.name} {self.fields[name].label}",
            }
        self.fields["value"].widget.attrs["class"] += " grid-number"
        self.fields["out_of"].widget.attrs["class"] += " grid-number"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        value, out_of = cleaned.get("value"), cleaned.get("out_of")
        if value is None:
            if self.stored is not None and "value" not in self.errors:
                self.add_error("value", "已录入的得分不能清空；录错了请直接改成正确的分数。")
            return cleaned
        if not out_of:
            self.add_error("out_of", "请填写大于 0 的满分。")
        elif value > out_of:
            self.add_error("value", f"不能超过满分 {out_of}。")
        if not cleaned.get("source", "").strip():
            self.add_error("source", "请填写依据，例如文号或考核通报名称。")
        return cleaned

    def changed_figure(self) -> Figure | None:
        """Return the figure if this line has one that differs from what is stored."""
        data = self.cleaned_data
        if data.get("value") is None:
            return None
        given = (data["value"], data["out_of"], data["source"].strip())
        if self.stored is not None and given == (self.stored.value, self.stored.out_of, self.stored.source):
            return None
        return Figure(self.reviewee.pk, *given, version=data.get("version") or 0)


class VetoForm(forms.Form):
    reviewee = forms.ModelChoiceField(
        Reviewee.objects.none(), label="述职对象", empty_label="请选择", widget=forms.Select
    )
    caps_at = forms.ChoiceField(
        label="最高只能评为",
        choices=[(grade.value, grade.label) for grade in BEST_FIRST if grade is not Grade.GOOD],
        initial=Grade.AVERAGE.value,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="事由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明事实和依据，例如“某月某日因某事受到党纪处分”。",
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data)
        field = self.fields["reviewee"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- tells the type checker
        field.queryset = Reviewee.objects.filter(
            within(user.department_paths(), "cycle__host__"), cycle__stage__in=ASSESSABLE_STAGES
        ).order_by("-cycle__year", "order_no")
