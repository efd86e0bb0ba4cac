"""Reads of jobs and files."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.domain.roles import DEPARTMENT_ROLES
from apps.accounts.models import RoleAssignment, User
from apps.documents.domain.jobs import JobState
from apps.documents.errors import FileDamaged
from apps.documents.kit.storage import PIECE, path_of
from apps.documents.models import Job, StoredFile
from apps.organizations.selectors import within

RESEND_AFTER = timedelta(seconds=20)  # a message not taken by then may have been lost
MAX_SENT_AT_ONCE = 20


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """Own jobs; department staff also see those that staff of their subtrees ordered."""
    own = Q(requested_by=user.pk)
    paths = user.department_paths()
    if not paths:
        return Job.objects.filter(own)
    colleagues = RoleAssignment.objects.filter(
        within(paths, "scope__"), user=OuterRef("requested_by"), role__in=DEPARTMENT_ROLES
    )
    return Job.objects.filter(own | Exists(colleagues))


def jobs_to_send(*, at: datetime) -> list[UUID]:
    """Waiting jobs that no message was sent for, or whose message may be lost; oldest first, a handful at a time."""
    waiting = Job.objects.filter(state=JobState.QUEUED.value)
    unsent = waiting.filter(Q(sent_at__isnull=True) | Q(sent_at__lt=at - RESEND_AFTER))
    return list(unsent.order_by("queued_at").values_list("pk", flat=True)[:MAX_SENT_AT_ONCE])


def file_bytes(file: StoredFile) -> bytes:
    """Return what was stored, byte for byte.

    :raises FileDamaged: the bytes are missing, or their hash is not the one noted when they were stored.
    """
    return checked_path(file).read_bytes()


def checked_path(file: StoredFile) -> Path:
    """Return where the bytes lie, after comparing them piece by piece with their hash: a file may be larger than memory.

    :raises FileDamaged: as ``file_bytes``.
    """
    path, digest = path_of(file.id), hashlib.sha256()
    try:
        with path.open("rb") as content:
            while piece := content.read(PIECE):
                digest.update(piece)
    except FileNotFoundError:
        raise FileDamaged(
            f"文件“{file.name}”在存储中找不到。记录仍在，请联系系统管理员从备份恢复。"
        ) from None
    if digest.hexdigest() != file.sha256:
        raise FileDamaged(
            f"文件“{file.name}”与存入时不一致，可能已损坏或被改动，系统没有提供它。请联系系统管理员从备份恢复。"
        )
    return path
