"""What has happened to organizations, inside the transaction in which it happened."""

from django.dispatch import Signal

# organization_ids: list[int], on: date, end_appointments: bool, actor: Actor | None, at: datetime
organizations_ended = Signal()
