"""Forms of grading. They turn input into clean values; services save."""

from django import forms

from apps.cycles.domain.grades import Grade


class DecisionForm(forms.Form):
    grade = forms.ChoiceField(
        label="综合评价等次",
        choices=Grade.choices(),
        error_messages={"required": "请选择等次。", "invalid_choice": "请选择等次。"},
    )
    reason = forms.CharField(label="调整理由", max_length=1000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeliberationForm(forms.Form):
    held_on = forms.DateField(
        label="会议日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    members_present = forms.CharField(
        label="出席人员",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明主持人和出席的委员，例如“主持：某某；出席：某某、某某”。",
        max_length=2000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
