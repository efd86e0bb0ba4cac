"""Refusals a person can act on."""

from apps.common.errors import DomainError


class NothingToArchive(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The cycle has not been opened."""

    code = "nothing_to_archive"
