"""The upload form."""

from typing import Any

from django import forms

from apps.common.forms import BaseForm
from apps.rosters.kit.guard import MAX_ROWS, MAX_UPLOAD


class UploadForm(BaseForm):
    file = forms.FileField(
        label="花名册工作簿",
        help_text=f"只收 .xlsx，不超过 {MAX_UPLOAD // 1024 // 1024} MB，每张表最多 {MAX_ROWS} 行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "data-upload": ""}),
        max_length=200,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read into memory."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_UPLOAD:
            raise forms.ValidationError(
                f"文件有 {(upload.size or 0) / 1024 / 1024:.1f} MB，超过 {MAX_UPLOAD // 1024 // 1024} MB。请删去图片和无关工作表，或分几次导入。"
            )
        return upload
