"""Writes of scoring."""

from apps.scoring.services.runs import JOB_KIND, compute_score_run, request_score_run

__all__ = ["JOB_KIND", "compute_score_run", "request_score_run"]
