"""Refusals of assessments."""

from apps.common.errors import DomainError, NotAllowedNow


class AssessmentsFixed(NotAllowedNow):
    """Figures and vetoes are taken from the opening of the cycle until its grades are signed off."""

    code = "assessments_fixed"


class FigureRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A figure that does not fit: below 0, above its full mark, without a source, or of another cycle."""

    code = "figure_refused"


class AdjustmentRefused(DomainError):  # noqa: N818 -- as above
    """Bonus or deduction points that the scheme does not know in this way."""

    code = "adjustment_refused"


class FindingRefused(DomainError):  # noqa: N818 -- as above
    """A finding without a reason, or on a condition that is not recorded."""

    code = "finding_refused"
