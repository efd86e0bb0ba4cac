"""Which part of the log to take along."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from apps.common.forms import BaseForm


def _month_ago() -> date:
    return timezone.localdate() - timedelta(days=30)


class PeriodForm(BaseForm):
    since = forms.DateField(label="自", initial=_month_ago, help_text="含当日，北京时间。")
    until = forms.DateField(label="至", initial=timezone.localdate)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "结束日期早于开始日期。")
        return cleaned
