"""Keeping what was sent while the platform asks who it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.accounts.kit.sealing import seal, unseal
from apps.accounts.models import KeptRequest, User

PURPOSE = "accounts.kept"
KEPT_FOR = timedelta(hours=12)
MOST_PER_USER = 10


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent: where to, its fields, how many files it had (those are not kept)."""

    path: str
    query: str
    fields: Mapping[str, Sequence[str]]
    n_files: int = 0
    back_url: str = ""


@transaction.atomic
def keep_form(form: SentForm, *, user: User, at: datetime) -> KeptRequest:
    """Keep a form for its sender, sealed; of one account only the latest ten are kept, for twelve hours."""
    kept = KeptRequest.objects.create(
        user=user,
        path=form.path,
        query=form.query,
        sealed=seal(PURPOSE, json.dumps({k: list(v) for k, v in form.fields.items()}).encode()),
        n_files=form.n_files,
        back_url=form.back_url,
        kept_at=at,
    )
    latest = KeptRequest.objects.filter(user=user).order_by("-kept_at", "-id").values("pk")[:MOST_PER_USER]
    KeptRequest.objects.filter(user=user).exclude(pk__in=list(latest.values_list("pk", flat=True))).delete()
    return kept


@transaction.atomic
def take_form(kept_id: UUID, *, user: User, at: datetime) -> SentForm | None:
    """Return a kept form and forget it; ``None`` if there is none (any more) for this account."""
    kept = KeptRequest.objects.select_for_update().filter(pk=kept_id, user=user).first()
    if kept is None:
        return None
    content = unseal(PURPOSE, bytes(kept.sealed))
    kept.delete()
    if content is None or kept.kept_at < at - KEPT_FOR:
        return None
    return SentForm(kept.path, kept.query, json.loads(content), kept.n_files, kept.back_url)


def drop_form(kept_id: UUID, *, user: User) -> None:
    """Forget a kept form that its sender gives up."""
    KeptRequest.objects.filter(pk=kept_id, user=user).delete()


def drop_old_forms(*, at: datetime) -> int:
    """Forget what nobody came back for; return how many."""
    return KeptRequest.objects.filter(kept_at__lt=at - KEPT_FOR).delete()[0]
