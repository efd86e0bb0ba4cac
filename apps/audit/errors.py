"""Refusals of the log itself."""

from apps.common.errors import DomainError


class LogNotWritten(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """An act could not be recorded, so it was not done."""

    code = "log_not_written"


class CutRefused(DomainError):  # noqa: N818 -- as above
    """Older entries were not taken out of the database."""

    code = "cut_refused"


class NothingToExport(DomainError):  # noqa: N818 -- as above
    """The period has no entries."""

    code = "nothing_to_export"


class TooMuchToExport(DomainError):  # noqa: N818 -- as above
    """The period has more entries than one file should hold."""

    code = "too_much_to_export"
