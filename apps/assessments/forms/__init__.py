"""Forms of assessments. They turn input into clean values; services save."""

from apps.assessments.forms.adjustments import AdjustmentForm
from apps.assessments.forms.evidence import EvidenceForm, SharedEvidenceForm
from apps.assessments.forms.figures import FigureForm, UploadForm
from apps.assessments.forms.findings import FindingForm
from apps.assessments.forms.vetoes import VetoForm

__all__ = [
    "AdjustmentForm",
    "EvidenceForm",
    "FigureForm",
    "FindingForm",
    "SharedEvidenceForm",
    "UploadForm",
    "VetoForm",
]
