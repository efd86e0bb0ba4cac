"""Refusals of the rectification ledger."""

from apps.common.errors import DomainError


class ItemSettled(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The item waits for verification or is closed out; its content stands."""

    code = "item_settled"


class PlanMissing(DomainError):  # noqa: N818 -- see above
    """Progress without measure, person and deadline."""

    code = "plan_missing"


class ProgressMissing(DomainError):  # noqa: N818 -- see above
    """A close-out is asked for although nothing was reported."""

    code = "progress_missing"


class BadDeadline(DomainError):  # noqa: N818 -- see above
    """A deadline in the past, beyond the cycle's, or an extension that is none."""

    code = "bad_deadline"


class SamePerson(DomainError):  # noqa: N818 -- see above
    """The one who applied cannot verify."""

    code = "same_person"


class NothingToVerify(DomainError):  # noqa: N818 -- see above
    """No application waits."""

    code = "nothing_to_verify"


class TextMissing(DomainError):  # noqa: N818 -- see above
    """An empty text where words are needed."""

    code = "text_missing"


class BadPercent(DomainError):  # noqa: N818 -- see above
    """A share outside 0 to 100."""

    code = "bad_percent"


class BadProblem(DomainError):  # noqa: N818 -- see above
    """A problem that cannot be entered here: stage, source or organization do not fit."""

    code = "bad_problem"
