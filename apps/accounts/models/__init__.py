"""Accounts and all that belongs to them. A module each; other apps import from here."""

from apps.accounts.models.accounts import RoleAssignment, User, UserManager
from apps.accounts.models.factors import RecoveryCode, SecondFactor
from apps.accounts.models.kept import KeptRequest
from apps.accounts.models.passwords import OldPassword
from apps.accounts.models.sessions import AccountSession
from apps.accounts.models.tokens import ApiToken

__all__ = [
    "AccountSession",
    "ApiToken",
    "KeptRequest",
    "OldPassword",
    "RecoveryCode",
    "RoleAssignment",
    "SecondFactor",
    "User",
    "UserManager",
]
