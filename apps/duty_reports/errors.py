"""Refusals of the written report."""

from apps.common.errors import DomainError, NotAllowedNow


class ReportingClosed(NotAllowedNow):
    """The report cannot be written or handed in now."""

    code = "reporting_closed"


class RevisionConflict(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The text was saved elsewhere since this page read it. Both texts are kept; the author chooses."""

    code = "revision_conflict"

    def __init__(self, message: str, *, stored_text: str, stored_revision: int) -> None:
        super().__init__(message)
        self.stored_text = stored_text
        self.stored_revision = stored_revision


class ReportIncomplete(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Something is missing before the report can be handed in. ``gaps`` are the sentences, one per gap."""

    code = "report_incomplete"

    def __init__(self, message: str, *, gaps: tuple[str, ...]) -> None:
        super().__init__(message)
        self.gaps = gaps


class TextTooLong(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Nobody writes that much; most likely something was pasted by mistake."""

    code = "text_too_long"


class NotUnderReview(NotAllowedNow):
    """The report has not been handed in, or the round is decided already."""

    code = "not_under_review"


class ReasonMissing(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A report goes back only with a reason."""

    code = "reason_missing"


class BadProblem(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The problem cannot be recorded like this."""

    code = "bad_problem"


class ProblemInUse(NotAllowedNow):
    """Something has been built on the problem already."""

    code = "problem_in_use"


class NobodyToRemind(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Everybody has handed in."""

    code = "nobody_to_remind"
