"""Operation × role: what each role gets for each URL, and for each operation of the machine interface. One that is missing fails.

Each app keeps its own rows as ``ROWS``: those of its pages in ``tests/<app>/access.py`` by URL name, those of its machine interface in
``tests/<app>/api_access.py`` by URL name and method (``api-organization-list POST``; GET goes without). ``kwargs`` builds the URL's
arguments from the ``world`` fixture (``tests/world.py`` lists its attributes), ``data`` what is sent.

Every row with arguments is tried twice: on the object of ``world``, and on its like in ``far_world``, a district out of sight of
everybody in ``world``. There nobody may get further than 404, or 403 where the page is closed to the role anyway; ``foreign`` says
otherwise, role by role, or, as a text, why no object is foreign.
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
FORBIDDEN, NOT_FOUND = 403, 404


@dataclass(frozen=True)
class Access:
    """Expected status per role. A role that is not named gets ``others``; ``anonymous`` is sent to the login page.

    ``tests/access_matrix.csv`` spells every role of every row out, so that a change of ``others`` shows in full.
    """

    allowed: dict[str, int]
    others: int = 403
    anonymous: int = 302
    kwargs: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    multipart: bool = False
    foreign: str | dict[str, int] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        """Return the status ``role`` must get."""
        if role == "anonymous":
            return self.anonymous
        return self.allowed.get(role, self.others)

    def expected_far(self, role: str) -> set[int]:
        """Return the statuses ``role`` may get for a foreign object."""
        if role == "anonymous":
            return {self.anonymous}
        if isinstance(self.foreign, dict) and role in self.foreign:
            return {self.foreign[role]}
        return {NOT_FOUND, FORBIDDEN} if self.expected(role) == FORBIDDEN else {NOT_FOUND}
