"""What has happened in assessments."""

from django.dispatch import Signal

# kwargs: cycle_id, reviewee_id, actor, at. Sent inside the transaction that records or withdraws a veto.
veto_changed = Signal()

# kwargs: cycle_id, actor, at. Sent inside the transaction that records findings on eligibility conditions.
ground_changed = Signal()
