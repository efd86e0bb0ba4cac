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
