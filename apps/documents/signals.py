"""What has happened."""

from django.dispatch import Signal

job_queued = Signal()  # job_id: UUID, inside the transaction that wants the work
