"""URL × role: what each role gets for each URL. A URL that is missing here fails the suite.

Each app keeps its own rows in ``tests/<app>/access.py`` as ``ROWS``. ``kwargs`` builds the URL's arguments from the ``world``
fixture (``tests/world.py`` lists its attributes).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "anonymous",
    "clerk",
    "head",
    "outsider_clerk",
    "secretary",
    "outsider_secretary",
    "leader",
    "discipline",
    "system_admin",
    "security_admin",
    "audit_admin",
)


@dataclass(frozen=True)
class Access:
    """Expected status per role. A role that is not named gets ``others``; ``anonymous`` is sent to the login page."""

    allowed: dict[str, int]
    others: int = 403
    anonymous: int = 302
    kwargs: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})

    def expected(self, role: str) -> int:
        """Return the status ``role`` must get."""
        if role == "anonymous":
            return self.anonymous
        return self.allowed.get(role, self.others)
