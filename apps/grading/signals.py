"""What has happened in grading. All are sent inside the transaction of the act."""

from django.dispatch import Signal

# kwargs: cycle_id, actor, at.
grades_reviewed = Signal()

# kwargs: cycle_id, reason, actor, at.
grades_sent_back = Signal()

# kwargs: cycle_id, actor, at. Sent after the cycle has moved to rectifying.
grades_signed_off = Signal()

# kwargs: decision_id, cycle_id, actor, at. A reconsideration of a signed grade is decided, whether it changed the grade or not.
grades_reconsidered = Signal()
