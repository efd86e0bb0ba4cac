"""Reads of the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet

from apps.accounts.domain.roles import DEPARTMENT_ROLES, SCOPED_ROLES, Role
from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.organizations.selectors import within
from apps.rectification.domain.colours import WARN_DAYS, Colour
from apps.rectification.domain.states import ItemState
from apps.rectification.models import Evidence, ProgressEntry, RectificationItem
from apps.secretaries.models import Appointment

CLOSED = Q(state=ItemState.CLOSED_OUT.value)


def own_organization_ids(user: User) -> Collection[int]:
    """Return the organizations that the account heads now; empty for everybody but secretaries."""
    if user.secretary_id is None or not user.holds(Role.SECRETARY.value):
        return ()
    posts = Appointment.objects.filter(secretary_id=user.secretary_id, ended_on__isnull=True)
    return set(posts.values_list("organization_id", flat=True))


def items_visible_to(user: User) -> QuerySet[RectificationItem]:
    """Return the items of the account's subtrees (staff, leaders, discipline) or of the organizations it heads."""
    seen = within(user.paths_of(*SCOPED_ROLES), "organization__")
    own = own_organization_ids(user)
    if own:
        seen |= Q(organization_id__in=own)
    return RectificationItem.objects.filter(seen).select_related("problem", "organization", "cycle__host")


def own_items(user: User) -> QuerySet[RectificationItem]:
    """Return the items of the organizations the secretary heads, by deadline."""
    return (
        RectificationItem.objects.filter(organization_id__in=own_organization_ids(user))
        .select_related("problem", "organization", "cycle")
        .order_by("due_on", "id")
    )


def with_colour(items: QuerySet[RectificationItem], colour: str, today: date) -> QuerySet[RectificationItem]:
    """Narrow to one colour of ``domain.colours``, as the database sees it."""
    warn = today + timedelta(days=WARN_DAYS)
    conditions = {
        Colour.GREEN.value: CLOSED | Q(due_on__gt=warn),
        Colour.YELLOW.value: ~CLOSED & Q(due_on__gte=today, due_on__lte=warn),
        Colour.RED.value: ~CLOSED & Q(due_on__lt=today),
        Colour.NONE.value: ~CLOSED & Q(due_on__isnull=True),
    }
    return items.filter(conditions[colour])


def with_settled(items: QuerySet[RectificationItem]) -> QuerySet[RectificationItem]:
    """Add ``is_settled`` to order by: what is closed out comes last."""
    return items.annotate(is_settled=ExpressionWrapper(CLOSED, output_field=BooleanField()))


def ledger_places(user: User) -> QuerySet[RectificationItem, tuple[int, str, int, str]]:
    """Return (cycle id, title, organization id, name) that occur together in sight, latest cycle first."""
    rows = items_visible_to(user).select_related(None).order_by("-cycle__year", "cycle_id", "organization_id")
    return rows.values_list("cycle_id", "cycle__title", "organization_id", "organization__name").distinct()


def cycles_for_problems(user: User) -> QuerySet[ReviewCycle]:
    """Return the rectifying cycles to which the account may add problems from inspection or supervision."""
    return ReviewCycle.objects.filter(within(user.department_paths(), "host__"), stage="rectifying")


def open_items_before(cycle: ReviewCycle, organization_ids: Collection[int]) -> QuerySet[RectificationItem]:
    """Return what earlier cycles of the same host left open for these organizations, oldest first."""
    return (
        RectificationItem.objects.exclude(CLOSED)
        .filter(
            cycle__host_id=cycle.host_id, cycle__year__lt=cycle.year, organization_id__in=organization_ids
        )
        .select_related("problem", "cycle")
        .order_by("cycle__year", "id")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an account today, as counts with the first deadline among them."""

    n_unplanned: int = 0
    n_due_soon: int = 0
    n_overdue: int = 0
    n_applied: int = 0
    first_due_on: date | None = None


def waiting_for_secretary(user: User, today: date) -> Waiting:
    """Return what a secretary has to do."""
    rows = list(
        own_items(user).exclude(CLOSED).exclude(state=ItemState.APPLIED.value).values_list("state", "due_on")
    )
    dated = [due for _, due in rows if due is not None]
    return Waiting(
        n_unplanned=sum(state == ItemState.OPEN.value for state, _ in rows),
        n_due_soon=sum(0 <= (due - today).days <= WARN_DAYS for due in dated),
        n_overdue=sum(due < today for due in dated),
        first_due_on=min(dated, default=None),
    )


def waiting_for_staff(user: User, today: date) -> Waiting:
    """Return what department staff have to look after: applications they may verify, and what is overdue."""
    hosts = within(user.paths_of(*DEPARTMENT_ROLES), "cycle__host__")
    rows = list(
        RectificationItem.objects.exclude(CLOSED)
        .filter(hosts)
        .filter(Q(state=ItemState.APPLIED.value) | Q(due_on__lt=today))
        .values_list("state", "applied_by_id", "due_on")
    )
    applied = ItemState.APPLIED.value
    return Waiting(
        n_applied=sum(state == applied and by != user.pk for state, by, _ in rows),
        n_overdue=sum(state != applied and due is not None and due < today for state, _, due in rows),
    )


def history_of(item: RectificationItem) -> list[ProgressEntry]:
    """Return the item's history, latest first, with evidence."""
    files = Evidence.objects.select_related("file").order_by("id")
    rows = ProgressEntry.objects.filter(item=item).select_related("entered_by")
    return list(rows.prefetch_related(Prefetch("evidence", queryset=files)))
