"""Reads of archives. Door: ``archives_visible_to``."""

from django.db.models import Count, Max, QuerySet

from apps.archives.models import CycleArchive
from apps.audit.models import AuditEntry
from apps.common.domain.actors import Actor
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.organizations.selectors import within

DOWNLOADED = "documents.file_downloaded"


def archives_visible_to(user: Actor) -> QuerySet[CycleArchive]:
    """Return the archives of cycles the account manages as department staff."""
    return CycleArchive.objects.filter(within(user.department_paths(), "cycle__host__"))


def cycles_to_archive(user: Actor) -> QuerySet[ReviewCycle]:
    """Return the managed cycles that have been opened, latest first, with when they were archived last."""
    rows = ReviewCycle.objects.filter(within(user.department_paths(), "host__"))
    return (
        rows.exclude(stage=Stage.DRAFT.value)
        .select_related("host")
        .annotate(n_archives=Count("archives"), archived_last=Max("archives__made_at"))
        .order_by("-year", "title")
    )


def downloads_of(archive: CycleArchive) -> QuerySet[AuditEntry]:
    """Return who took the archive, latest first."""
    return AuditEntry.objects.filter(action=DOWNLOADED, object_id=str(archive.file_id)).order_by("-seq")
