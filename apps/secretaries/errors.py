"""Refusals around people and their appointments."""

from apps.common.errors import DomainError


class WrongPeriod(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Ended before started."""

    code = "wrong_period"


class AlreadyInOffice(DomainError):  # noqa: N818 -- as above
    """The person holds this post of this organization."""

    code = "already_in_office"


class OrganizationAbolished(DomainError):  # noqa: N818 -- as above
    """Nobody can be appointed to an organization that is no more."""

    code = "organization_abolished"


class WrongPhone(DomainError):  # noqa: N818 -- as above
    """Not a mobile number."""

    code = "wrong_phone"


class PostTaken(DomainError):  # noqa: N818 -- as above
    """Somebody else holds this post of the organization on one of these days."""

    code = "post_taken"


class NotInOffice(DomainError):  # noqa: N818 -- as above
    """The appointment has ended."""

    code = "not_in_office"


class ElectionRefused(DomainError):  # noqa: N818 -- as above
    """An election that cannot be so."""

    code = "election_refused"


class PhotoRefused(DomainError):  # noqa: N818 -- as above
    """No picture we take."""

    code = "photo_refused"


class RosterBusy(DomainError):  # noqa: N818 -- as above
    """Others write organizations, people or appointments all the time; a whole roster does not get its turn."""

    code = "roster_busy"
