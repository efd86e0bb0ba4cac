"""Writes of assessments."""

from apps.assessments.domain.figures import Figure
from apps.assessments.services.adjustments import record_adjustments, withdraw_adjustment
from apps.assessments.services.figures import (
    attach_evidence,
    record_component_score,
    record_component_scores,
)
from apps.assessments.services.findings import record_findings
from apps.assessments.services.imports import check_figures, confirm_figures, discard_figures
from apps.assessments.services.locking import EVIDENCE
from apps.assessments.services.vetoes import record_veto, withdraw_veto

__all__ = [
    "EVIDENCE",
    "Figure",
    "attach_evidence",
    "check_figures",
    "confirm_figures",
    "discard_figures",
    "record_adjustments",
    "record_component_score",
    "record_component_scores",
    "record_findings",
    "record_veto",
    "withdraw_adjustment",
    "withdraw_veto",
]
