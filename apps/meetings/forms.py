"""Input of the meeting room."""

from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.common.forms import BaseForm, NumberText, VersionedForm
from apps.cycles.models import ReviewCycle
from apps.meetings.selectors import GroupAttendance, cycles_for_meetings


class _MeetingFields(BaseForm):
    title = forms.CharField(label="名称", max_length=120)
    starts_at = forms.DateTimeField(label="开始时间")
    place = forms.CharField(label="地点", max_length=120)
    minutes_each = forms.IntegerField(
        label="每人述职时限（分钟）",
        min_value=1,
        max_value=120,
        initial=8,
        widget=NumberText(attrs={"inputmode": "numeric"}),
    )


class CreateMeetingForm(_MeetingFields):
    cycle = forms.ModelChoiceField(label="年度周期", queryset=ReviewCycle.objects.none(), empty_label=None)
    field_order = ("cycle", "title", "starts_at", "place", "minutes_each")

    def __init__(
        self, data: QueryDict | None = None, *, user: User, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        chosen = self.fields["cycle"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 -- tells mypy what is declared above
        chosen.queryset = cycles_for_meetings(user)


class EditMeetingForm(_MeetingFields, VersionedForm):
    pass


class AttendanceForm(BaseForm):
    """Two numbers per voter group. Clean data: ``counts() -> {voter_group_id: (expected, present)}``."""

    def __init__(self, data: QueryDict | None = None, *, lines: list[GroupAttendance]) -> None:
        self.lines = lines
        super().__init__(data)
        for one in lines:
            self._add(f"e{one.group.pk}", f"{one.group.name} 应到（人）", one.n_expected)
            self._add(f"p{one.group.pk}", f"{one.group.name} 实到（人）", one.n_present)

    def _add(self, name: str, label: str, initial: int | None) -> None:
        self.fields[name] = forms.IntegerField(
            label=label,
            min_value=0,
            max_value=100_000,
            initial=initial,
            widget=NumberText(attrs={"inputmode": "numeric"}),
            error_messages={"required": f"请填写“{label}”。"},
        )

    def counts(self) -> dict[int, tuple[int, int]]:
        """Return what was typed, per group."""
        data = self.cleaned_data
        return {one.group.pk: (data[f"e{one.group.pk}"], data[f"p{one.group.pk}"]) for one in self.lines}


class LeaderForm(BaseForm):
    leader_name = forms.CharField(
        label="点评领导",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "leaders", "autocomplete": "off"}),
    )


class CommentaryForm(BaseForm):
    text = forms.CharField(label="点评内容", required=False, max_length=20_000, strip=False)
    version = forms.IntegerField(min_value=0)

    def clean_text(self) -> str:
        """Return the text with the line ends of the page: a form sends others than its box holds."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class ProblemForm(BaseForm):
    text = forms.CharField(label="问题", max_length=2_000)
    version = forms.IntegerField(required=False, min_value=1)
