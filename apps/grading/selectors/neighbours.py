"""Whose rank cannot be told from whose: asked of scoring in one place."""

from collections.abc import Mapping

from apps.scoring.models import ScoreRun


def undistinguished(run: ScoreRun) -> Mapping[int, set[int]]:  # noqa: ARG001 -- scoring does not say yet
    """Return for each reviewee those whose rank cannot be told from the own one."""
    return {}
