"""The base of all forms: Chinese errors that name the field, full-width digits understood, optimistic lock.

What a field offers is what the account may choose: its scope, the roles it may give. Whoever sends something else sees an error of
the field, and the log gets its entry, as for every refused act.
"""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.common.domain.labels import LabelledEnum
from apps.common.domain.text import normalized
from apps.common.errors import note_refused

NOT_OFFERED = "not_offered"  # the code of a field's own error for what exists, but not for this account
NOT_OFFERED_CODES = {NOT_OFFERED, "invalid_choice"}
CONFLICT = (
    "您打开页面之后，别人已经保存过这份内容，所以这次没有保存。您填写的内容都还在下面，"
    "凡与已保存内容不同的栏目都标出了别人的版本。请核对后再保存；再次保存将以您填写的为准。"
)


class BaseForm(forms.Form):
    """A plain form whose errors say which field is meant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = field.label or name
            verb = (
                "选择"
                if isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
                else "填写"
            )
            field.error_messages["required"] = f"请{verb}“{label}”。"
            _prepare_widget(field)

    def add_error(self, field: str | None, error: Any) -> None:
        """Show an error; a choice that was not offered is told to the log as well."""
        super().add_error(field, error)
        if field is not None and getattr(error, "code", "") in NOT_OFFERED_CODES:
            label = self.fields[field].label or field
            note_refused(f"“{label}”所选的内容不在可选范围内", code=NOT_OFFERED)


class VersionedForm(BaseForm):
    """A form on a ``VersionedModel``: it carries the version it was opened with.

    The view passes ``cleaned_data["version"]`` to the service. On ``StaleVersion`` it calls
    ``keep_after_conflict`` and shows the form again: nothing typed is lost, each field that differs shows what the
    other person saved, and the next submission is made against the new version.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    stored_values: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_values = {}

    def keep_after_conflict(self, version: int, stored: dict[str, Any]) -> None:
        """Take over ``version`` and note what was ``stored`` meanwhile (field name → value)."""
        typed = self.cleaned_data
        for name, value in stored.items():
            if name in self.fields and typed.get(name) != value:
                self.stored_values[name] = _in_words(value)
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("version")] = str(version)
        self.data = data
        self.add_error(None, CONFLICT)


class NumberText(forms.TextInput):
    """A text box for a number: full-width figures from a Chinese keyboard are understood."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return normalized(value) if isinstance(value, str) else value


class DateBox(forms.DateInput):
    """The browser's own date box."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentBox(forms.DateTimeInput):
    """The browser's own box for day and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def _prepare_widget(field: forms.Field) -> None:
    """Give dates the browser's box and long texts room."""
    if isinstance(field, forms.DateField) and type(field.widget) is forms.DateInput:
        field.widget = DateBox(field.widget.attrs)
    elif isinstance(field, forms.DateTimeField) and type(field.widget) is forms.DateTimeInput:
        field.widget = MomentBox(field.widget.attrs)
    elif type(field.widget) is forms.Textarea and field.widget.attrs.get("rows") == "10":
        field.widget.attrs["rows"] = "4"


def _in_words(value: Any) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, LabelledEnum):
        return value.label
    return str(value)
