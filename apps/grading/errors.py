"""Refusals of grading. They are refusals, named like the others in this house."""

from apps.common.errors import DomainError, NotAllowedNow


class NotReadyToDecide(NotAllowedNow):
    """Scores are missing or out of date, or the cycle is at another stage."""

    code = "not_ready_to_decide"


class AlreadySignedOff(NotAllowedNow):
    """The grades are signed off and frozen."""

    code = "already_signed_off"


class AlreadyReviewed(NotAllowedNow):
    """The grades are reviewed; whoever wants to change them sends them back first."""

    code = "already_reviewed"


class NotReviewed(NotAllowedNow):
    """Nobody else has reviewed the grades yet."""

    code = "not_reviewed"


class NotSignedOff(NotAllowedNow):
    """Reconsiderations are of signed grades only."""

    code = "not_signed_off"


class OwnWork(DomainError):  # noqa: N818 -- a refusal
    """Who decided a grade does not review it."""

    code = "own_work"


class ReasonMissing(DomainError):  # noqa: N818 -- a refusal
    """A departure from the proposal, or sending back, needs its reason."""

    code = "reason_missing"


class RecordIncomplete(DomainError):  # noqa: N818 -- a refusal
    """Something of the meeting or of a request is missing."""

    code = "record_incomplete"


class LimitBinds(DomainError):  # noqa: N818 -- a refusal
    """The grade is above what a veto or an eligibility rule leaves."""

    code = "limit_binds"


class QuotaExceeded(DomainError):  # noqa: N818 -- a refusal
    """More 好 than the quota of a field."""

    code = "quota_exceeded"


class ReconsiderationOpen(DomainError):  # noqa: N818 -- a refusal
    """One request at a time."""

    code = "reconsideration_open"


class ReconsiderationEnded(NotAllowedNow):
    """It is decided or withdrawn and frozen."""

    code = "reconsideration_ended"
