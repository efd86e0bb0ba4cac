"""What has happened to a duty report. Each carries ``report_id``, ``actor``, ``at`` and is sent inside the transaction."""

from django.dispatch import Signal

report_submitted = Signal()
report_returned = Signal()
report_approved = Signal()
