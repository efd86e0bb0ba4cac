"""Every write of accounts, rights and sessions. A module each; other apps import from here."""

from apps.accounts.services.everything import (
    NewAccount,
    change_own_password,
    create_account,
    create_secretary_accounts,
    disable_account,
    enable_account,
    grant_role,
    rename_account,
    reset_password,
    revoke_role,
    unlock_account,
)
from apps.accounts.services.kept import SentForm, drop_form, drop_old_forms, keep_form, take_form
from apps.accounts.services.sessions import (
    drop_old_sessions,
    end_own_sessions,
    end_sessions,
    end_sessions_of,
    live_sessions,
    note_seen,
    warn_others,
)

__all__ = [
    "NewAccount",
    "SentForm",
    "change_own_password",
    "create_account",
    "create_secretary_accounts",
    "disable_account",
    "drop_form",
    "drop_old_forms",
    "drop_old_sessions",
    "enable_account",
    "end_own_sessions",
    "end_sessions",
    "end_sessions_of",
    "grant_role",
    "keep_form",
    "live_sessions",
    "note_seen",
    "rename_account",
    "reset_password",
    "revoke_role",
    "take_form",
    "unlock_account",
    "warn_others",
]
