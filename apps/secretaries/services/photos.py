"""Writes of photos."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.secretaries.kit.portraits import portrait_of
from apps.secretaries.models import Photo, Secretary


@transaction.atomic
def set_photo(secretary_id: int, content: bytes, *, actor: Actor, at: datetime) -> Photo:
    """Keep a photo, in place of the one there is. The same again changes nothing.

    :raises PhotoRefused: too large, or no whole JPG or PNG picture.
    """
    secretary = Secretary.objects.select_for_update().get(pk=secretary_id)
    jpeg = portrait_of(content)
    digest = sha256(jpeg).hexdigest()
    stored = Photo.objects.filter(secretary=secretary).first()
    if stored and stored.digest == digest:
        return stored
    photo, _ = Photo.objects.update_or_create(
        secretary=secretary, defaults={"content": jpeg, "digest": digest}
    )
    details = {"digest": [stored.digest if stored else "", digest]}
    record_action("secretaries.photo_set", secretary, actor=actor, at=at, details=details)
    return photo


@transaction.atomic
def remove_photo(secretary_id: int, *, actor: Actor, at: datetime) -> None:
    """Delete a photo for good. Twice changes nothing."""
    secretary = Secretary.objects.select_for_update().get(pk=secretary_id)
    stored = Photo.objects.filter(secretary=secretary).first()
    if stored is None:
        return
    details = {"digest": [stored.digest, ""]}
    record_action("secretaries.photo_removed", secretary, actor=actor, at=at, details=details)
    stored.delete()
