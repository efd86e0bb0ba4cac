"""Accounts, every night."""

from celery import shared_task
from django.utils import timezone

from apps.accounts.services import tidy_accounts


@shared_task
def tidy() -> None:
    """Shut accounts that are no longer used, forget old sessions and kept forms."""
    now = timezone.now()
    tidy_accounts(day=timezone.localdate(now), at=now)
