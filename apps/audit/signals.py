"""What has happened to the log."""

from django.dispatch import Signal

refusals_piled_up = Signal()
"""``actor_id``, ``actor_label``, ``n``, ``minutes``, ``at``: one account was refused this often within so many minutes."""

chain_broken = Signal()
"""``seq``, ``reason``, ``at``: a check found the first entry that does not hold."""
