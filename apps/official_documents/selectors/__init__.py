"""Reads of issued documents. Doors: ``documents_visible_to``, ``own_documents``."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from apps.common.domain.actors import Actor
from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.scopes import Subject
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.kit.kinds import all_kinds
from apps.official_documents.models import IssuedDocument
from apps.organizations.selectors import within

IN_FORCE = Q(replaced_at__isnull=True, revoked_at__isnull=True)
OF_STATE = {
    DocumentState.CURRENT: IN_FORCE & Q(outdated_at__isnull=True),
    DocumentState.OUTDATED: IN_FORCE & Q(outdated_at__isnull=False),
    DocumentState.REPLACED: Q(replaced_at__isnull=False, revoked_at__isnull=True),
    DocumentState.REVOKED: Q(revoked_at__isnull=False),
}


def documents_visible_to(user: Actor) -> QuerySet[IssuedDocument]:
    """Return the documents of managed cycles, and those addressed to the account's own secretary."""
    visible = within(user.department_paths(), "cycle__host__")
    return IssuedDocument.objects.filter(visible | _addressed_to(user))


def own_documents(user: Actor) -> QuerySet[IssuedDocument]:
    """Return what is addressed to the account's own secretary, whatever other role the account has."""
    return IssuedDocument.objects.filter(_addressed_to(user))


def _addressed_to(user: Actor) -> Q:
    if user.secretary_id is None:
        return Q(pk__in=[])
    personal = [kind.key for kind in all_kinds() if kind.is_for_person]
    return Q(kind__in=personal, reviewee__secretary_id=user.secretary_id)


def managed_cycles(user: Actor) -> QuerySet[ReviewCycle]:
    """Return the cycles whose documents the account may issue."""
    rows = ReviewCycle.objects.filter(within(user.department_paths(), "host__"))
    return rows.select_related("host", "deliberation").order_by("-year", "title")


def in_force(cycle: ReviewCycle, kinds: Sequence[str]) -> dict[tuple[str, Subject], IssuedDocument]:
    """Return the documents of a cycle that hold now, by kind and subject."""
    rows = IssuedDocument.objects.filter(IN_FORCE, cycle=cycle, kind__in=kinds)
    return {(one.kind, one.subject): one for one in rows}


def last_issues(cycle: ReviewCycle, kinds: Sequence[str]) -> dict[tuple[str, Subject], int]:
    """Return the number of the last issue of each document of a cycle, in force or not."""
    rows = IssuedDocument.objects.filter(cycle=cycle, kind__in=kinds).order_by("issue_no")
    return {(one.kind, one.subject): one.issue_no for one in rows}
