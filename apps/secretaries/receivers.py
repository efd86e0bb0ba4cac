"""What this app adds to pages of lower apps, and does when organizations end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from apps.common.domain.actors import Actor
from apps.organizations.kit.open_work import OpenWork
from apps.organizations.kit.parts import Part
from apps.organizations.selectors import organizations_edited_by
from apps.organizations.signals import organizations_ended
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.selectors import appointments_of_organization, open_appointments_of
from apps.secretaries.services import end_appointment

SHOWN = 50


def heads_of_organization(organization_id: int, actor: Actor) -> Part:
    """Return the present and former secretaries of an organization."""
    context = {
        "organization_id": organization_id,
        "appointments": list(appointments_of_organization(organization_id)[:SHOWN]),
        "may_edit": bool(actor.department_paths())
        and organizations_edited_by(actor).filter(pk=organization_id, abolished_on__isnull=True).exists(),
    }
    return Part("历任书记", "secretaries/_heads.html", context, order=10)


def open_appointments(organization_ids: Sequence[int], actor: Actor) -> list[OpenWork]:
    """Return who still holds a post at organizations that end or have ended."""
    rows = open_appointments_of(organization_ids)
    return [
        OpenWork(
            one.organization_id,
            f"{one.secretary.name}　{one.organization.name}{one.post}，{one.started_on:%Y-%m-%d} 起在任",
            reverse("secretaries:secretary_detail", args=[one.secretary_id]),
        )
        for one in rows
    ]


@receiver(organizations_ended)
def on_organizations_ended(
    sender: object,
    organization_ids: Sequence[int],
    on: date,
    end_appointments: bool,  # noqa: FBT001 -- given by name, as signals do
    actor: Actor | None,
    at: datetime,
    **kwargs: Any,
) -> None:
    """End the open appointments on the same day, if staff asked for it."""
    if end_appointments:
        for one in open_appointments_of(organization_ids):
            end_appointment(one.pk, on=on, reason=EndReason.ABOLISHED, actor=actor, at=at)
