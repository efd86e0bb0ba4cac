"""Refusals about accounts and rights."""

from apps.common.errors import DomainError


class UsernameTaken(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Another account has this name."""

    code = "username_taken"


class NotOnOneself(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Nobody changes own rights or disables the own account (三权分立)."""

    code = "not_on_oneself"


class RolesConflict(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """Two roles that one account must not hold together, or a role without what it needs."""

    code = "roles_conflict"


class LastAdministrator(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The platform would be left without this kind of administrator."""

    code = "last_administrator"


class WrongPassword(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The present password was not right."""

    code = "wrong_password"


class PasswordReused(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The new password was the account's before."""

    code = "password_reused"


class WrongCode(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """A code of the second factor did not pass."""

    code = "wrong_code"


class FactorMissing(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """There is no second factor to do this with."""

    code = "factor_missing"


class FactorRequired(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The second factor must stay as it is."""

    code = "factor_required"


class TooManyTokens(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """The account has as many live tokens as it may have."""

    code = "too_many_tokens"
