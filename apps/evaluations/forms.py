"""Input of staff pages around a session. Nothing here is stored by a form."""

from django import forms
from django.http import QueryDict

from apps.common.forms import BaseForm, NumberText
from apps.cycles.models import ReviewCycle
from apps.evaluations.domain import crockford
from apps.evaluations.domain.slips import SELECTOR_LENGTH
from apps.evaluations.services.sessions import MAX_PLANNED
from apps.evaluations.services.slips import MAX_AT_ONCE
from apps.meetings.models import ReviewMeeting


class SessionForm(BaseForm):
    """A new session of one cycle, with a number of slips per voter group: ``planned()``."""

    title = forms.CharField(label="名称", max_length=120)
    meeting = forms.ModelChoiceField(
        label="对应会议",
        queryset=ReviewMeeting.objects.none(),
        required=False,
        empty_label="（不对应会议）",
        help_text="选了会议，测评表按会议的述职顺序排列，其余述职对象排在后面。",
    )
    notes = forms.CharField(
        label="填写说明",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="显示在测评表最上面，例如打分要求。可以不填。",
    )

    def __init__(self, data: QueryDict | None = None, *, cycle: ReviewCycle) -> None:
        meetings = ReviewMeeting.objects.filter(cycle=cycle).order_by("starts_at")
        initial = {"title": f"{cycle.title}现场测评", "meeting": meetings.first()}
        super().__init__(data, initial=initial)
        self.groups = list(cycle.scheme.voter_groups.order_by("order_no"))
        chosen = self.fields["meeting"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 -- tells mypy what is declared above
        chosen.queryset = meetings
        for group in self.groups:
            self.fields[f"planned_{group.pk}"] = forms.IntegerField(
                label=f"{group.name} 计划票数（张）",
                min_value=0,
                max_value=MAX_PLANNED,
                initial=group.n_expected,
                widget=NumberText(attrs={"inputmode": "numeric"}),
                error_messages={"required": f"请填写“{group.name}”的计划票数，没有就填 0。"},
            )

    def planned(self) -> dict[int, int]:
        """Return the number of slips wanted per voter group."""
        return {group.pk: self.cleaned_data[f"planned_{group.pk}"] for group in self.groups}


class CardsForm(BaseForm):
    """Two key cards, scanned or typed. What was typed stays on the page after a refusal, and nowhere else."""

    card_1 = forms.CharField(label="第一张钥匙卡", max_length=400, widget=forms.Textarea)
    card_2 = forms.CharField(label="第二张钥匙卡", max_length=400, required=False, widget=forms.Textarea)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in ("card_1", "card_2"):
            self.fields[name].widget.attrs.update(
                {"rows": 3, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
            )

    def cards(self) -> list[str]:
        """Return what was entered, in the order of the fields."""
        return [self.cleaned_data["card_1"], self.cleaned_data["card_2"]]


class PrintForm(BaseForm):
    n_slips = forms.IntegerField(
        label="张数", min_value=1, max_value=MAX_AT_ONCE, widget=NumberText(attrs={"inputmode": "numeric"})
    )


class VoidForm(BaseForm):
    selector = forms.CharField(label="票号", max_length=20)

    def clean_selector(self) -> str:
        selector = crockford.tidy(self.cleaned_data["selector"])
        if len(selector) != SELECTOR_LENGTH:
            raise forms.ValidationError("票号是副券上的 4 位字符。")
        return selector
