"""Refusals of official documents."""

from apps.common.errors import DomainError, NotAllowedNow


class WordingRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A wording names an unknown field, or a brace has no partner."""

    code = "wording_refused"


class NotReadyToIssue(NotAllowedNow):
    """What the document tells of is not decided yet."""

    code = "not_ready_to_issue"
