"""Forms of people."""

import unicodedata
from typing import Any

from django import forms

from apps.common.forms import BaseForm, VersionedForm
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.phones import is_mobile, mask_phone
from apps.secretaries.domain.photos import MOST_BYTES
from apps.secretaries.forms.appointments import AppointmentFields
from apps.secretaries.models import Secretary


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


class CreateSecretaryForm(PersonForm, AppointmentFields):
    field_order = ("name", "gender", "born_on", "phone", "organization", "post", "started_on")


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


class PhotoForm(BaseForm):
    photo = forms.FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text="JPG 或 PNG，不超过 5 MB。会按证件照比例裁剪缩放，文件里附带的拍摄信息不保留。",
    )

    def clean_photo(self) -> Any:
        """Refuse by size before anything is read."""
        if self.cleaned_data["photo"].size > MOST_BYTES:
            raise forms.ValidationError("照片超过 5 MB，没有保存。请缩小后再上传。")
        return self.cleaned_data["photo"]


class ExportPhonesForm(BaseForm):
    reason = forms.CharField(
        label="导出用途", max_length=200, min_length=4, widget=forms.TextInput(attrs={"placeholder": "如：通知 12 月 20 日述职评议会"}),
        help_text="会连同导出人、时间、人数记入日志。",
    )  # fmt: skip


def stored_person(secretary: Secretary) -> dict[str, Any]:
    """Return what the form on a person starts with; the phone number is not among it."""
    return {name: getattr(secretary, name) for name in ("name", "gender", "born_on")}
