"""Forms of duty reports. They turn input into clean values; they do not save."""

from django import forms

from apps.common.forms import BaseForm
from apps.duty_reports.domain.rounds import Mark
from apps.duty_reports.selectors import WrittenSection

MAX_REASON = 1000


class ReturnForm(BaseForm):
    """The reason, and per heading an optional quotation with a remark."""

    reason = forms.CharField(
        label="退回原因",
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="书记会看到这段话。写清楚改哪里、怎么改。",
    )

    def __init__(self, *args: object, sections: list[WrittenSection], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.section_ids = [section.section_id for section in sections]
        for key in self.section_ids:
            self.fields[f"quote-{key}"] = forms.CharField(required=False, max_length=500)
            self.fields[f"note-{key}"] = forms.CharField(required=False, max_length=500)

    def marks(self) -> list[Mark]:
        """Return the passages pointed at; a quotation without a remark counts as well."""
        data = self.cleaned_data
        marks = (Mark(key, data[f"quote-{key}"], data[f"note-{key}"]) for key in self.section_ids)
        return [mark for mark in marks if mark.quote or mark.note]
