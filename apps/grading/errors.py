"""Refusals of grading. They are refusals, named like the others in this house."""

from apps.common.errors import DomainError, NotAllowedNow


class NotReadyToDecide(NotAllowedNow):
    """Scores are missing or out of date, or the cycle is at another stage."""

    code = "not_ready_to_decide"


class AlreadySignedOff(NotAllowedNow):
    """The grades are signed off and frozen."""

    code = "already_signed_off"


class NotSignedOff(NotAllowedNow):
    """Letters are made of signed grades only."""

    code = "not_signed_off"


class ReasonMissing(DomainError):  # noqa: N818 -- a refusal
    """A departure from the proposal needs its reason."""

    code = "reason_missing"


class VetoBinds(DomainError):  # noqa: N818 -- a refusal
    """The grade is above what a veto leaves."""

    code = "veto_binds"


class QuotaExceeded(DomainError):  # noqa: N818 -- a refusal
    """More 好 than the quota of a field."""

    code = "quota_exceeded"


class NothingToIssue(DomainError):  # noqa: N818 -- a refusal
    """Everybody has a letter already."""

    code = "nothing_to_issue"
