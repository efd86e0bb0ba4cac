"""Forms of term elections."""

from typing import Any

from django import forms

from apps.common.forms import BaseForm
from apps.organizations.models import Organization
from apps.secretaries.domain.terms import TERMS, usual_term
from apps.secretaries.models import Election

YEARS = [(str(years), f"{years} 年") for years in TERMS]


class YearsField(forms.TypedChoiceField):
    """Length of a term in years."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="届期", choices=YEARS, coerce=int, **kwargs)


class ElectionForm(BaseForm):
    held_on = forms.DateField(label="换届日期", help_text="选举产生新一届的日期。")
    term_years = YearsField(help_text="下次应换届的日期按届期推算。")
    note = forms.CharField(label="说明", max_length=200, required=False)


class ShiftForm(BaseForm):
    due_on = forms.DateField(label="应换届日期")
    reason = forms.CharField(
        label="提前或延期的原因", max_length=200, required=False, help_text="改回届满日期时不用填。"
    )
    document = forms.CharField(label="上级批复文号", max_length=60, required=False)

    def __init__(self, data: Any, *, election: Election) -> None:
        initial = {
            "due_on": election.due_on, "reason": election.shift_reason, "document": election.shift_document,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields[
            "due_on"
        ].help_text = f"届满日期是 {election.regular_due_on}。提前或延期要经上级批准，一般不超过一年；相差一年以上的须填批复文号。"


class TermForm(BaseForm):
    """Empty follows the kind, 0 is "holds no elections"."""

    term_years = forms.TypedChoiceField(
        label="届期", required=False, coerce=int, empty_value=None,
        help_text="只影响以后的换届；已登记的换届请在“更正”里改。村和社区党组织一般是 5 年。",
    )  # fmt: skip

    def __init__(self, data: Any, *, organization: Organization, own: int | None) -> None:
        super().__init__(data, initial={"term_years": "" if own is None else str(own)})
        usual = usual_term(organization.kind)
        words = f"{usual} 年" if usual else "不换届"
        field = self.fields["term_years"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", f"按类型：{words}"), *YEARS, ("0", "不换届（由上级任命等）")]
