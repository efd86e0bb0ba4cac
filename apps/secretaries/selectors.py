"""Reads of people and their appointments."""

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.common.domain.actors import Actor
from apps.organizations.selectors import within
from apps.secretaries.models import Appointment, Secretary


def secretaries_visible_to(user: Actor) -> QuerySet[Secretary]:
    """Return the people with an appointment, present or past, in the account's subtrees, and the account's own person."""
    served = Appointment.objects.filter(
        within(user.scope_paths(), "organization__"), secretary=OuterRef("pk")
    )
    return Secretary.objects.filter(Exists(served) | Q(pk=user.secretary_id))


def secretaries_edited_by(user: Actor) -> QuerySet[Secretary]:
    """Return the people the account's department keeps: in office in its subtree, or out of office and last seen there."""
    all_own = Appointment.objects.filter(secretary=OuterRef("pk"))
    inside = all_own.filter(within(user.department_paths(), "organization__"))
    in_office = Q(Exists(inside.filter(ended_on__isnull=True)))
    retired = Q(Exists(inside)) & ~Q(Exists(all_own.filter(ended_on__isnull=True)))
    return Secretary.objects.filter(in_office | retired)


def appointments_edited_by(user: Actor) -> QuerySet[Appointment]:
    """Return the appointments to organizations in the account's department subtrees."""
    return Appointment.objects.filter(within(user.department_paths(), "organization__"))


def with_careers(rows: QuerySet[Secretary]) -> QuerySet[Secretary]:
    """Fetch all appointments along, those in office first, and add ``main_code`` and ``main_since`` to order by."""
    career = Appointment.objects.select_related("organization").order_by(
        F("ended_on").desc(nulls_first=True), "-started_on", "pk"
    )
    main = career.filter(secretary=OuterRef("pk"))
    return rows.prefetch_related(Prefetch("appointments", queryset=career)).annotate(
        main_code=Subquery(main.values("organization__code")[:1]),
        main_since=Subquery(main.values("started_on")[:1]),
    )


def main_appointment(secretary: Secretary) -> Appointment | None:
    """Return the first appointment of a career fetched by :func:`with_careers`: in office, else the last held."""
    return next(iter(secretary.appointments.all()), None)


def appointments_of_organization(organization_id: int) -> QuerySet[Appointment]:
    """Return everybody who heads or headed the organization, those in office first."""
    rows = Appointment.objects.filter(organization_id=organization_id).select_related("secretary")
    return rows.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "pk")
