"""What has happened in scoring."""

from django.dispatch import Signal

# kwargs: run_id, cycle_id, actor, at. Sent inside the transaction that makes the run the current one.
score_run_finished = Signal()
