"""Forms of people and their appointments."""

import unicodedata
from typing import Any

from django import forms

from apps.common.domain.actors import Actor
from apps.common.forms import BaseForm, VersionedForm
from apps.organizations.forms import OrganizationChoiceField
from apps.organizations.selectors import organizations_edited_by
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.phones import is_mobile, mask_phone
from apps.secretaries.models import Appointment, Secretary


class MonthBox(forms.DateInput):
    """The browser's own box for a month; where it has none, a text box."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__({"placeholder": "1980-05"}, format="%Y-%m")


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MonthBox(), input_formats=["%Y-%m", "%Y.%m", "%Y-%m-%d"], **kwargs)


class PhoneField(forms.CharField):
    """A mobile number; spaces, dashes and full-width digits are forgiven."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the digits."""
        typed = unicodedata.normalize("NFKC", super().to_python(value) or "")
        digits = typed.replace(" ", "").replace("-", "").removeprefix("+86")
        if digits and not is_mobile(digits):
            raise forms.ValidationError("手机号应是 11 位数字，以 1 开头。")
        return digits


class PersonForm(BaseForm):
    name = forms.CharField(label="姓名", max_length=60)
    gender = forms.ChoiceField(label="性别", required=False, choices=[("", "未填"), *Gender.choices()])
    born_on = MonthField(label="出生年月", required=False)
    phone = PhoneField(label="手机", required=False)


class AppointmentFields(BaseForm):
    organization = OrganizationChoiceField(
        label="党组织", help_text="输入编码、名称或拼音后从列出的条目中选择。"
    )
    post = forms.CharField(label="职务", max_length=60, help_text="如：党支部书记、党委书记、党总支书记。")
    started_on = forms.DateField(label="任职日期")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        if isinstance(organization, OrganizationChoiceField):
            organization.queryset = organizations_edited_by(actor).filter(abolished_on__isnull=True)


class CreateSecretaryForm(PersonForm, AppointmentFields):
    field_order = ("name", "gender", "born_on", "phone", "organization", "post", "started_on")


class AppointForm(AppointmentFields):
    pass


class EditSecretaryForm(PersonForm, VersionedForm):
    """The stored number is not sent to the page: an empty box keeps it."""

    remove_phone = forms.BooleanField(label="删去手机号", required=False)
    field_order = ("name", "gender", "born_on", "phone", "remove_phone", "version")

    def __init__(self, data: Any, *, secretary: Secretary) -> None:
        super().__init__(data, initial=stored_person(secretary) | {"version": secretary.version})
        if secretary.phone:
            self.fields["phone"].help_text = f"现为 {mask_phone(secretary.phone)}，留空不改。"
        else:
            del self.fields["remove_phone"]

    def changes(self) -> dict[str, Any]:
        """Return what to save; without a phone if it stays."""
        data = {name: self.cleaned_data[name] for name in ("name", "gender", "born_on")}
        if self.cleaned_data.get("remove_phone"):
            return data | {"phone": ""}
        return data | ({"phone": self.cleaned_data["phone"]} if self.cleaned_data["phone"] else {})


class EndAppointmentForm(BaseForm):
    on = forms.DateField(label="免职日期")


class CorrectAppointmentForm(BaseForm):
    post = forms.CharField(label="职务", max_length=60)
    started_on = forms.DateField(label="任职日期")
    ended_on = forms.DateField(label="免职日期", required=False, help_text="留空表示仍在任。")

    def __init__(self, data: Any, *, appointment: Appointment) -> None:
        initial = {name: getattr(appointment, name) for name in ("post", "started_on", "ended_on")}
        super().__init__(data, initial=initial)


def stored_person(secretary: Secretary) -> dict[str, Any]:
    """Return what the form on a person starts with; the phone number is not among it."""
    return {name: getattr(secretary, name) for name in ("name", "gender", "born_on")}
