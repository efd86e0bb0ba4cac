"""The home page is everybody's; the health check is anybody's."""

from tests.access import Access
from tests.accounts.access import everybody

ROWS = {
    "portal:home": Access(everybody(200)),
    "portal:healthz": Access(everybody(200), anonymous=200),
}
