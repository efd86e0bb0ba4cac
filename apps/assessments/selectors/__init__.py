"""Reads of imported figures, adjustments, findings and vetoes."""

from apps.assessments.selectors.figures import components_visible_to, scores_of
from apps.assessments.selectors.standing import (
    ASSESSABLE_STAGES,
    active_caps,
    adjustment_entries_of,
    findings_of,
    vetoes_visible_to,
)

__all__ = [
    "ASSESSABLE_STAGES",
    "active_caps",
    "adjustment_entries_of",
    "components_visible_to",
    "findings_of",
    "scores_of",
    "vetoes_visible_to",
]
