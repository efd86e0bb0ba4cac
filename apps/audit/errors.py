"""Refusals of the log itself."""

from apps.common.errors import DomainError


class LogNotWritten(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """An act could not be recorded, so it was not done."""

    code = "log_not_written"
