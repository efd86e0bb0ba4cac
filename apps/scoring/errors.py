"""Refusals of scoring."""

from apps.common.errors import NotAllowedNow


class ScoresFixed(NotAllowedNow):  # a refusal, named like the others in this house
    """Scores are computed from the meeting until the grades are signed off."""

    code = "scores_fixed"
