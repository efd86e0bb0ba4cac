"""The self-check is the three administrators'."""

from tests.access import Access

ADMINISTRATORS = {"system_admin": 200, "security_admin": 200, "audit_admin": 200}
ROWS = {"security_checks:overview": Access(ADMINISTRATORS)}
