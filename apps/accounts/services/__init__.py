"""Every write of accounts, rights and sessions. A module each; other apps import from here."""

from apps.accounts.services.accounts import (
    NewAccount,
    create_account,
    disable_account,
    enable_account,
    rename_account,
    secret_expiry,
)
from apps.accounts.services.batches import create_clerk_account, create_secretary_accounts
from apps.accounts.services.cleaning import tidy_accounts
from apps.accounts.services.factors import (
    bind_factor,
    offer_factor,
    remove_own_factor,
    renew_recovery_codes,
    reset_factor,
    try_code,
)
from apps.accounts.services.kept import SentForm, drop_form, drop_old_forms, keep_form, take_form
from apps.accounts.services.leaving import (
    disable_all_without_office,
    disable_unused,
    disable_without_office,
)
from apps.accounts.services.passwords import (
    change_own_password,
    demand_new_password,
    renew_secrets,
    reset_password,
    unlock_account,
)
from apps.accounts.services.roles import grant_role, revoke_role
from apps.accounts.services.sessions import (
    drop_old_sessions,
    end_own_sessions,
    end_sessions,
    end_sessions_of,
    live_sessions,
    note_seen,
    warn_others,
)
from apps.accounts.services.tokens import end_tokens, make_token, note_used, revoke_token

__all__ = [
    "NewAccount",
    "SentForm",
    "bind_factor",
    "change_own_password",
    "create_account",
    "create_clerk_account",
    "create_secretary_accounts",
    "demand_new_password",
    "disable_account",
    "disable_all_without_office",
    "disable_unused",
    "disable_without_office",
    "drop_form",
    "drop_old_forms",
    "drop_old_sessions",
    "enable_account",
    "end_own_sessions",
    "end_sessions",
    "end_sessions_of",
    "end_tokens",
    "grant_role",
    "keep_form",
    "live_sessions",
    "make_token",
    "note_seen",
    "note_used",
    "offer_factor",
    "remove_own_factor",
    "rename_account",
    "renew_recovery_codes",
    "renew_secrets",
    "reset_factor",
    "reset_password",
    "revoke_role",
    "revoke_token",
    "secret_expiry",
    "take_form",
    "tidy_accounts",
    "try_code",
    "unlock_account",
    "warn_others",
]
