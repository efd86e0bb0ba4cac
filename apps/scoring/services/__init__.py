"""Writes of scoring."""

from apps.scoring.services.runs import JOB_KIND, STEPS, compute_score_run, request_score_run
from apps.scoring.services.verification import (
    VERIFY_KIND,
    export_results,
    export_sealed,
    request_verification,
    verify_session,
)

__all__ = [
    "JOB_KIND",
    "STEPS",
    "VERIFY_KIND",
    "compute_score_run",
    "export_results",
    "export_sealed",
    "request_score_run",
    "request_verification",
    "verify_session",
]
