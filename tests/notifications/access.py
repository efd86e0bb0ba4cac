"""Messages: everybody reads the own ones."""

from tests.access import Access
from tests.accounts.access import everybody

ROWS = {
    "notifications:notification_list": Access(everybody(200)),
    "notifications:notification_open": Access(
        {"clerk": 302},
        others=404,
        kwargs=lambda world: {"notification_id": world.notification.pk},
        method="post",
    ),
    "notifications:notification_read_all": Access(everybody(302), method="post"),
}
