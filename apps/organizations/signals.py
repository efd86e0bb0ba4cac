"""What has happened to organizations, inside the transaction in which it happened."""

from django.dispatch import Signal

# organization_ids: list[int], on: date, end_appointments: bool, actor: Actor | None, at: datetime
organizations_ended = Signal()
# an end that was recorded by mistake never was. organization_ids: list[int], on: date, actor: Actor, at: datetime
organizations_restored = Signal()
