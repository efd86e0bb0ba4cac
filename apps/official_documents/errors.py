"""Refusals of official documents."""

from apps.common.errors import DomainError, NotAllowedNow


class WordingRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A wording names an unknown field, or a brace has no partner."""

    code = "wording_refused"


class NotReadyToIssue(NotAllowedNow):
    """What the document tells of is not decided yet."""

    code = "not_ready_to_issue"


class NothingToIssue(DomainError):  # noqa: N818 -- as above
    """Everybody asked for has the document already, or nobody has one."""

    code = "nothing_to_issue"


class ContentChanged(NotAllowedNow):
    """What a document tells has changed since it was issued, so another format of it would differ from its PDF."""

    code = "content_changed"


class NotInForce(NotAllowedNow):
    """The document was replaced or revoked."""

    code = "not_in_force"


class ReasonMissing(DomainError):  # noqa: N818 -- as above
    """Who revokes a document says why."""

    code = "reason_missing"


class NothingEdited(DomainError):  # noqa: N818 -- as above
    """The template says what it said before."""

    code = "nothing_edited"
