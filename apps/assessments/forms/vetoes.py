"""Recording a veto."""

from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.assessments.selectors import ASSESSABLE_STAGES
from apps.common.forms import BaseForm
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.schemes import ConditionKind
from apps.cycles.models import GradeCondition, Reviewee
from apps.organizations.selectors import within


class RuleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A veto rule of a scheme, told with its cap and its year."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（最高“{obj.get_cap_display()}”）· {obj.scheme.cycle.year}年度"


class VetoForm(BaseForm):
    reviewee = forms.ModelChoiceField(
        Reviewee.objects.none(),
        label="述职对象",
        empty_label="请选择",
        widget=forms.Select(attrs={"data-picker": ""}),
    )
    condition = RuleChoice(
        GradeCondition.objects.none(),
        label="否决情形",
        required=False,
        empty_label="不在方案列出的情形里",
        help_text="选了方案里的情形，就按方案限定的等次；不在其中的，在下面选择限定的等次。",
    )
    caps_at = forms.ChoiceField(
        label="最高只能评为",
        choices=[(grade.value, grade.label) for grade in BEST_FIRST if grade is not Grade.GOOD],
        initial=Grade.AVERAGE.value,
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label="事由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明事实和依据，例如“某月某日因某事受到党纪处分”。",
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data)
        paths = user.department_paths()
        people = Reviewee.objects.filter(
            within(paths, "cycle__host__"), cycle__stage__in=ASSESSABLE_STAGES
        ).order_by("-cycle__year", "order_no")
        rules = GradeCondition.objects.filter(
            within(paths, "scheme__cycle__host__"),
            kind=ConditionKind.VETO.value,
            scheme__cycle__stage__in=ASSESSABLE_STAGES,
        ).select_related("scheme__cycle")
        for name, rows in (("reviewee", people), ("condition", rules)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- tells the type checker
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        reviewee, condition = cleaned.get("reviewee"), cleaned.get("condition")
        if condition is None and not cleaned.get("caps_at") and "caps_at" not in self.errors:
            self.add_error("caps_at", "请选择否决情形，或限定的等次。")
        if reviewee and condition and condition.scheme.cycle_id != reviewee.cycle_id:
            self.add_error("condition", "这个情形不是此人所在周期的方案里的，请重新选择。")
        return cleaned
