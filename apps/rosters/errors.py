"""Refusals of whole workbooks. Wrong rows are rows of the result, not errors of this kind."""

from apps.common.errors import DomainError


class WorkbookRefused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The file is not a workbook we are willing to open; it was not read any further."""

    code = "workbook_refused"


class TemplateMismatch(DomainError):  # noqa: N818 -- as above
    """The workbook is sound, but its sheets or columns are not those of the roster."""

    code = "template_mismatch"
