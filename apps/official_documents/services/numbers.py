"""Numbers of documents: one counter for each host, kind and year."""

from apps.cycles.models import ReviewCycle
from apps.official_documents.models import NumberSeries


def lock_series(cycle: ReviewCycle, kind: str) -> NumberSeries:
    """Return the counter, locked until the transaction ends: documents of one kind are issued one by one."""
    NumberSeries.objects.get_or_create(host_id=cycle.host_id, kind=kind, year=cycle.year)
    rows = NumberSeries.objects.select_for_update(of=("self",))
    return rows.get(host_id=cycle.host_id, kind=kind, year=cycle.year)


def take_number(series: NumberSeries) -> int:
    """Count up and return the number. If the transaction is rolled back, the number was never taken."""
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
