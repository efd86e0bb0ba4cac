"""Refusals of the yearly cycle."""

from apps.common.errors import DomainError, NotAllowedNow


class CycleExists(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The host already has a cycle of this year."""

    code = "cycle_exists"


class SchemeFrozen(NotAllowedNow):
    """The cycle has opened; its scheme and reviewees stay as they are."""

    code = "scheme_frozen"


class SchemeIncomplete(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Something is missing before the cycle can open. ``gaps`` are the sentences, one per gap."""

    code = "scheme_incomplete"

    def __init__(self, message: str, *, gaps: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.gaps = gaps


class BadSchemePart(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A row of the scheme cannot stand like this: a doubled name, a weight of nought, limits the wrong way round."""

    code = "bad_scheme_part"


class BadReviewees(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The chosen people cannot be reviewees of this cycle."""

    code = "bad_reviewees"


class WrongStage(NotAllowedNow):
    """A cycle moves forward one stage at a time, and never back."""

    code = "wrong_stage"


class UnknownPreset(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """No preset has this key."""

    code = "unknown_preset"
