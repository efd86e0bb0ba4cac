"""Who gets what of the archives: department staff of the cycle, nobody else."""

from tests.access import Access

ROWS = {
    "archives:archive_list": Access({"clerk": 200, "head": 200, "outsider_clerk": 200}),
    "archives:archive_detail": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=lambda w: {"archive_id": w.archive.pk}
    ),
    "archives:archive_request": Access(
        {
            "clerk": 302,
            "head": 302,
            "outsider_clerk": 404,
            "secretary": 403,
            "leader": 403,
            "discipline": 403,
        },
        others=404,
        kwargs=lambda w: {"cycle_id": w.cycle.pk},
        method="post",
    ),
}
