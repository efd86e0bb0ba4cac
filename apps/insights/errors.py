"""Refusals of the overviews."""

from apps.common.errors import DomainError


class NothingToTry(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A cycle without scores has nothing to be computed otherwise."""

    code = "nothing_to_try"
