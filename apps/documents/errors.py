"""Refusals of jobs, files and fonts."""

from apps.common.errors import DomainError, NotAllowedNow


class JobNotWaiting(NotAllowedNow):
    """Only a queued job can be cancelled."""

    code = "job_not_waiting"


class JobStillAlive(NotAllowedNow):
    """Only a job that failed or was cancelled can be tried again."""

    code = "job_still_alive"


class FileDamaged(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The stored bytes are missing or are not those that were stored."""

    code = "file_damaged"


class UploadRefused(DomainError):  # noqa: N818 -- as above
    """An uploaded file is not what the platform takes."""

    code = "upload_refused"


class FontMissing(DomainError):  # noqa: N818 -- as above
    """No usable font file was found."""

    code = "font_missing"


class MissingGlyph(DomainError):  # noqa: N818 -- as above
    """No font at hand can draw a character; a box would be a silent lie."""

    code = "missing_glyph"


class ExportRefused(DomainError):  # noqa: N818 -- as above
    """There is no list to export, or no longer one for this account."""

    code = "export_refused"
