"""Forms of appointments."""

from typing import Any

from django import forms

from apps.common.domain.actors import Actor
from apps.common.forms import BaseForm
from apps.organizations.forms import OrganizationChoiceField, offer_living
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.models import Appointment

BY_WORDS = ("", "按职务判断")


class KindField(forms.ChoiceField):
    """The kind of a post; empty reads it from the words of the post."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="任职类别",
            required=False,
            choices=[BY_WORDS, *AppointmentKind.choices()],
            help_text="一般不用选。同一党组织同一时间只有一位书记、一位主持工作的、一位第一书记。",
            **kwargs,
        )

    def clean(self, value: Any) -> AppointmentKind | None:
        """Return the kind, ``None`` for "by the words"."""
        chosen = super().clean(value)
        return AppointmentKind(chosen) if chosen else None


class AppointmentFields(BaseForm):
    organization = OrganizationChoiceField(
        label="党组织", help_text="输入编码、名称或拼音后从列出的条目中选择。"
    )
    post = forms.CharField(label="职务", max_length=60, help_text="如：党支部书记、党委书记、党总支书记。")
    started_on = forms.DateField(label="任职日期")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_living(self, actor)


class AppointForm(AppointmentFields):
    kind = KindField()
    field_order = ("organization", "post", "kind", "started_on")


class TransferForm(AppointmentFields):
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如任免文号。")
    kind = KindField()
    field_order = ("started_on", "organization", "post", "kind", "note")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["started_on"].label = "调任日期"
        self.fields["started_on"].help_text = "原职务到这一天为止，新职务从这一天开始。"
        self.fields["organization"].label = "调往党组织"
        self.fields["post"].label = "新职务"


class EndAppointmentForm(BaseForm):
    on = forms.DateField(label="免职日期", help_text="这一天起不再任职，接任的人可以从这一天开始。")
    reason = forms.ChoiceField(label="免职原因", choices=[("", "请选择"), *EndReason.choices()])
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如任免文号。")

    def clean_reason(self) -> EndReason:
        return EndReason(self.cleaned_data["reason"])


class CorrectAppointmentForm(BaseForm):
    post = forms.CharField(label="职务", max_length=60)
    kind = KindField()
    started_on = forms.DateField(label="任职日期")
    ended_on = forms.DateField(label="免职日期", required=False, help_text="留空表示仍在任。")

    def __init__(self, data: Any, *, appointment: Appointment) -> None:
        initial = {name: getattr(appointment, name) for name in ("post", "kind", "started_on", "ended_on")}
        super().__init__(data, initial=initial)


class ReasonForm(BaseForm):
    """Why a mistaken entry is taken back."""

    reason = forms.CharField(label="撤销原因", max_length=200, help_text="如：录错了人、重复登记。")
