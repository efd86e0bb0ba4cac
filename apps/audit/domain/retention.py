"""How long entries are kept.

Source: network security law, logs for six months at least; GB/T 22239-2019 7.1.4.3c (security reference A1 row 10).
"""

from datetime import datetime, timedelta

LEAST_DAYS = 183


def latest_cut(now: datetime) -> datetime:
    """Return the moment before which entries may be taken out of the database at most."""
    return now - timedelta(days=LEAST_DAYS)
