"""What has happened to a cycle.

``cycle_opened``: ``cycle_id``, ``actor``, ``at``; sent inside the opening transaction, the scheme is frozen by then.
``stage_entered``: ``cycle_id``, ``stage`` (a ``Stage``), ``actor``, ``at``; sent inside the transaction.
"""

from django.dispatch import Signal

cycle_opened = Signal()
stage_entered = Signal()
