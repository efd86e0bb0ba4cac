"""Who may see the overviews."""

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.insights.selectors import VIEWERS


def can_see_overview(user: User) -> bool:
    """Department staff and leaders; each sees the cycles of hosts in the own scope."""
    return user.holds(*VIEWERS)


def can_see_own_years(user: User) -> bool:
    return user.holds(Role.SECRETARY.value) and user.secretary_id is not None


def can_see_score_charts(user: User) -> bool:
    """Department staff only; each sees the cycles it manages."""
    return bool(user.department_paths())


def can_try_schemes(user: User) -> bool:
    """Department staff only; each tries the cycles it manages."""
    return bool(user.department_paths())
