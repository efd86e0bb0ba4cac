"""Items of the ledger for tests, written directly as services would leave them."""

from datetime import UTC, date, datetime

from apps.rectification.models import ProgressEntry, RectificationItem
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import make_problem

AT = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
DUE = date(2027, 3, 31)
PLANNED = {
    "measure": "每季度开展一次集中学习。",
    "responsible_leader": "李副书记",
    "responsible_person": "赵干事",
}


def make_item(*, cycle=None, organization=None, reviewee=None, problem=None, state="open", **fields):
    """Make an item in any state but closed out; beyond ``open`` it has a plan and one progress entry needs ``make_entry``."""
    if problem is None:
        cycle = cycle or make_cycle(stage="rectifying", rectification_due_on=DUE)
        reviewee = reviewee or make_reviewee(
            cycle=cycle, **({"organization": organization} if organization else {})
        )
        problem = make_problem(cycle=cycle, organization=reviewee.organization, reviewee=reviewee)
    values = {"due_on": DUE} | (PLANNED if state != "open" else {}) | fields
    return RectificationItem.objects.create(
        problem=problem, cycle=problem.cycle, organization=problem.organization, state=state, **values
    )


def make_applied_item(*, applied_by, **fields):
    """Make an item that waits for verification."""
    return make_item(state="applied", applied_by=applied_by, applied_at=AT, **fields)


def make_closed_item(*, applied_by, verified_by, **fields):
    """Make an item that another person closed out."""
    values = {"applied_at": AT, "closed_out_at": AT, "progress_percent": 100} | fields
    return make_item(state="closed_out", applied_by=applied_by, verified_by=verified_by, **values)


def make_entry(*, item, entered_by, **fields):
    """Tell one step of an item's history."""
    values = {"kind": "progress", "text": "已开展两次集中学习。", "percent": 40, "entered_at": AT} | fields
    return ProgressEntry.objects.create(item=item, entered_by=entered_by, **values)
