"""A file that proves what is entered."""

from typing import Any

from django import forms

from apps.assessments.domain.evidence import EvidenceFile
from apps.common.errors import DomainError
from apps.common.forms import BaseForm
from apps.documents.kit.uploads import LARGEST, check_upload

ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
WANTED = "PDF、JPG、PNG、docx 或 xlsx，不超过 10 MB。"


class EvidenceField(forms.FileField):
    """One file, looked at by its content; clean data is an ``EvidenceFile`` or ``None``."""

    widget = forms.FileInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> EvidenceFile | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        name, content = upload.name or "", upload.read(LARGEST + 1)
        try:
            return EvidenceFile(name, check_upload(name, content), content)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class EvidenceForm(BaseForm):
    """One file for one figure."""

    evidence = EvidenceField(label="佐证材料", help_text=WANTED)


class SharedEvidenceForm(BaseForm):
    """One file for everything that is saved at once."""

    evidence = EvidenceField(
        label="佐证材料",
        required=False,
        help_text=f"可不传。传了就附在这一次保存的每一条上：{WANTED}",
    )
