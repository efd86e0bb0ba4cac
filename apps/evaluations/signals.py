"""What has happened to an evaluation session.

Both are sent inside the transaction of the act with ``session_id``, ``cycle_id``, ``actor`` and ``at``; a receiver that starts
work does so after commit.
"""

from django.dispatch import Signal

urn_opened = Signal()
results_released = Signal()
