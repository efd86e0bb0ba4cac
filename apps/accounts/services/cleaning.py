"""What is done every night."""

from datetime import date, datetime

from apps.accounts.services.kept import drop_old_forms
from apps.accounts.services.leaving import disable_all_without_office, disable_unused
from apps.accounts.services.sessions import drop_old_sessions


def tidy_accounts(*, day: date, at: datetime) -> dict[str, int]:
    """Shut accounts that are no longer used, forget old sessions and kept forms; return how many of each."""
    return {
        "left_office": disable_all_without_office(day=day, at=at),
        "unused": disable_unused(at=at),
        "sessions": drop_old_sessions(at=at),
        "forms": drop_old_forms(at=at),
    }
