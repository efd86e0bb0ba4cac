"""What has happened in grading."""

from django.dispatch import Signal

# kwargs: cycle_id, actor, at. Sent inside the transaction of the sign-off, after the cycle has moved to rectifying.
grades_signed_off = Signal()
