"""What this app adds to pages of lower apps, and does when organizations end."""

from collections.abc import Sequence
from datetime import date, datetime

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from apps.common.domain.actors import Actor
from apps.organizations.kit.open_work import OpenWork
from apps.organizations.kit.parts import Part
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organization
from apps.organizations.signals import organizations_ended, organizations_restored
from apps.secretaries.domain.terms import days_left_in_words, due_state
from apps.secretaries.selectors import (
    appointments_of_organization,
    elections_and_term,
    leadership_among,
    open_appointments_of,
)
from apps.secretaries.services import end_with_organizations, reopen_with_organizations

SHOWN = 50


@receiver(organizations_ended, dispatch_uid="secretaries.on_organizations_ended")
def on_organizations_ended(
    sender: object,
    *,
    organization_ids: list[int],
    on: date,
    end_appointments: bool,
    actor: Actor | None,
    at: datetime,
    **kwargs: object,
) -> None:
    """Close the posts, if whoever ended the organizations wants it."""
    if end_appointments:
        end_with_organizations(organization_ids, on=on, actor=actor, at=at)


@receiver(organizations_restored, dispatch_uid="secretaries.on_organizations_restored")
def on_organizations_restored(
    sender: object,
    *,
    organization_ids: list[int],
    on: date,
    actor: Actor | None,
    at: datetime,
    **kwargs: object,
) -> None:
    """Let the posts be held on that an end by mistake has ended."""
    reopen_with_organizations(organization_ids, on=on, actor=actor, at=at)


def heads_of_organization(organization: Organization, actor: Actor) -> Part:
    """Return the present and former secretaries of an organization, and whether the post is vacant."""
    today = timezone.localdate()
    appointments = list(appointments_of_organization(organization.pk)[:SHOWN])
    leadership = leadership_among(appointments, today)
    context = {
        "organization_id": organization.pk,
        "appointments": appointments,
        "today": today,
        "is_vacant": leadership.secretary is None,
        "acting": leadership.acting,
        "may_edit": _may_edit(organization, actor),
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


def elections_of_organization(organization: Organization, actor: Actor) -> Part:
    """Return the elections of an organization and when the next is due."""
    elections, term = elections_and_term(organization)
    due_on = elections[0].due_on if elections else None
    today = timezone.localdate()
    context = {
        "organization": organization,
        "elections": elections[:SHOWN],
        "term": term,
        "due_on": due_on,
        "state": due_state(due_on, today).label,
        "left": days_left_in_words(due_on, today),
        "may_edit": _may_edit(organization, actor),
    }
    return Part("换届", "secretaries/_elections.html", context, order=15)


def _may_edit(organization: Organization, actor: Actor) -> bool:
    return organization.abolished_on is None and can_edit_organization(actor, organization)
