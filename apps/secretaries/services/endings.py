"""Appointments that end because their organization does."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.models import Appointment
from apps.secretaries.services.appointments import correct_appointment
from apps.secretaries.signals import left_office


@transaction.atomic
def reopen_with_organizations(
    organization_ids: Sequence[int], *, on: date, actor: Actor | None, at: datetime
) -> int:
    """Let posts be held on that ended on the day their organization was wrongly said to end; returns how many.

    :raises PostTaken, AlreadyInOffice: somebody holds the post, or the person holds it again.
    """
    rows = Appointment.objects.filter(
        organization_id__in=organization_ids,
        ended_on=Greatest(Value(on), F("started_on")),
        end_reason=EndReason.ABOLISHED.value,
    )
    found = list(rows.order_by("secretary_id", "pk").values_list("pk", "post", "kind", "started_on"))
    for pk, post, kind, started_on in found:
        correct_appointment(
            pk,
            post=post,
            kind=AppointmentKind(kind),
            started_on=started_on,
            ended_on=None,
            actor=actor,
            at=at,
        )
    return len(found)


@transaction.atomic
def end_with_organizations(
    organization_ids: Sequence[int], *, on: date, actor: Actor | None, at: datetime
) -> int:
    """Close what is held at organizations that are no more; returns how many posts. What was to begin later never begins."""
    rows = Appointment.objects.select_for_update(of=("self",)).filter(
        organization_id__in=organization_ids, ended_on__isnull=True
    )
    held = list(rows.select_related("secretary", "organization").order_by("secretary_id", "pk"))
    for one in held:
        one.ended_on, one.end_reason = max(on, one.started_on), EndReason.ABOLISHED.value
        one.save(update_fields=["ended_on", "end_reason"])
        details = {
            "organization": one.organization.name,
            "post": one.post,
            "ended_on": ["", one.ended_on.isoformat()],
            "end_reason": ["", one.end_reason],
        }
        record_action("secretaries.appointment_ended", one.secretary, actor=actor, at=at, details=details)
        left_office.send(Appointment, secretary_id=one.secretary_id, on=one.ended_on, actor=actor, at=at)
    return len(held)
