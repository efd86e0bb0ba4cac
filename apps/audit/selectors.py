"""Reads of the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Max, Min, Model, Q, QuerySet, Subquery
from django.urls import ResolverMatch
from django.utils import timezone

from apps.audit.domain.chain import Link
from apps.audit.domain.retention import LEAST_DAYS
from apps.audit.models import AuditEntry, LogCopy, LogCut
from apps.common.domain.actors import Actor

FAULT_DAYS = 7
AUDIT_ADMIN = "audit_admin"  # accounts.domain.roles.Role, which stands above this app


def entries_visible_to(user: Actor) -> QuerySet[AuditEntry]:
    """Return the whole log to the audit administrator, nothing to anybody else."""
    return AuditEntry.objects.all() if user.holds(AUDIT_ADMIN) else AuditEntry.objects.none()


def links_of(rows: QuerySet[AuditEntry]) -> Iterator[Link]:
    """Return entries as the chain sees them, however many."""
    for entry in rows.iterator(chunk_size=2000):
        yield Link(entry_content(entry), entry.previous_hash, entry.entry_hash)


def start_of(day: date) -> datetime:
    """Return the first moment of a day in China."""
    return timezone.make_aware(datetime.combine(day, time.min))


def entries_between(since: date, until: date) -> QuerySet[AuditEntry]:
    """Return the unbroken run of entries that holds all of these days, by number.

    Clocks of several machines may differ by a moment, so a neighbour of another day can be among them.
    """
    ends = AuditEntry.objects.filter(
        at__gte=start_of(since), at__lt=start_of(until + timedelta(days=1))
    ).aggregate(first=Min("seq"), last=Max("seq"))
    rows = AuditEntry.objects.order_by("seq")
    return rows.filter(seq__range=(ends["first"], ends["last"])) if ends["first"] else rows.none()


def last_copy() -> LogCopy | None:
    """Return the last copy that was made of new entries."""
    return LogCopy.objects.order_by("-last_seq").first()


def last_cut() -> LogCut | None:
    """Return where the chain begins; ``None``: at the first entry ever."""
    return LogCut.objects.order_by("-last_seq").first()


class Ends(NamedTuple):
    """The oldest and the newest entry in the database; numbers between them have no gaps."""

    first: AuditEntry
    last: AuditEntry


def ends_of_log() -> Ends | None:
    """Return both by one query; ``None`` if the log is empty."""
    first, last = (AuditEntry.objects.order_by(way).values("seq")[:1] for way in ("seq", "-seq"))
    rows = list(AuditEntry.objects.filter(Q(seq=Subquery(first)) | Q(seq=Subquery(last))).order_by("seq"))
    return Ends(rows[0], rows[-1]) if rows else None


class Watch(NamedTuple):
    """What looks after the log; ``None``: not checked yet, no copy yet.

    ``broken_seq``: the entry at which the last check found the chain broken, and ``reason``, in Chinese; ``None`` and empty
    if it was whole. ``n_faults``: acts of the last ``FAULT_DAYS`` days that were given up because they could not be logged.
    """

    checked_at: datetime | None
    n_checked: int | None
    broken_seq: int | None
    reason: str | None
    copied_at: datetime | None
    copied_to: int | None
    copy_name: str | None
    n_faults: int


WATCH = """
SELECT looked.at, looked.n_checked, looked.broken_seq, looked.reason, copied.at, copied.last_seq, copied.file_name, faults.n
FROM (SELECT count(*) AS n FROM audit_logfault WHERE at >= %s) AS faults
LEFT JOIN LATERAL (SELECT * FROM audit_chaincheck ORDER BY at DESC LIMIT 1) AS looked ON true
LEFT JOIN LATERAL (SELECT * FROM audit_logcopy ORDER BY last_seq DESC LIMIT 1) AS copied ON true
"""


def watch_over_log(*, at: datetime) -> Watch:
    """Return how the log is looked after now, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(WATCH, [at - timedelta(days=FAULT_DAYS)])
        return Watch(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the chain; ``None``: there is no neighbour in the database."""

    n_before: int
    n_after: int
    previous: int | None
    following: int | None


def place_in_chain(entry: AuditEntry) -> Place:
    """Return the place of an entry: numbers have no gaps, so nothing is counted."""
    ends = AuditEntry.objects.aggregate(first=Min("seq"), last=Max("seq"))
    first, last = ends["first"], ends["last"]
    return Place(
        entry.seq - first,
        last - entry.seq,
        entry.seq - 1 if entry.seq > first else None,
        entry.seq + 1 if entry.seq < last else None,
    )


@dataclass(frozen=True, slots=True)
class LogState:
    """What the audit administrator wants to know of the log as a whole."""

    n_entries: int
    kept_since: datetime | None
    head: str
    watch: Watch
    cuts: list[LogCut]
    copies_folder: str
    least_days: int = LEAST_DAYS


def state_of_log() -> LogState:
    """Gather it."""
    ends = ends_of_log()
    return LogState(
        n_entries=ends.last.seq - ends.first.seq + 1 if ends else 0,
        kept_since=ends.first.at if ends else None,
        head=f"{ends.last.seq}:{ends.last.entry_hash}" if ends else "",
        watch=watch_over_log(at=timezone.now()),
        cuts=list(LogCut.objects.order_by("-last_seq")),
        copies_folder=str(settings.AUDIT_COPY_DIR),
    )


def name_of_account(account_id: str) -> str:
    """Return what the log last called an account."""
    rows = (
        AuditEntry.objects.filter(actor_id=account_id)
        if account_id.isdecimal()
        else AuditEntry.objects.none()
    )
    return rows.order_by("-seq").values_list("actor_label", flat=True).first() or account_id


def chain_head() -> tuple[int, str] | None:
    """Return number and hash of the last entry; ``None`` if the log is empty."""
    return AuditEntry.objects.order_by("-seq").values_list("seq", "entry_hash").first()


def any_written(hashes: Sequence[str]) -> bool:
    """Tell whether one of these entries is there: what was rolled back is not."""
    return bool(hashes) and AuditEntry.objects.filter(entry_hash__in=hashes).exists()


def thing_of(match: ResolverMatch) -> Model | None:
    """Return the row a URL names by its last ``..._id``; ``None`` if it names none, or none that is there."""
    names = [name for name in match.kwargs if name.endswith("_id") or name in {"pk", "seq"}]
    if not names or not apps.is_installed(f"apps.{match.app_name}"):
        return None
    model = _model_called(match.app_name, names[-1].removesuffix("_id").replace("_", ""))
    try:
        return model._base_manager.filter(pk=match.kwargs[names[-1]]).first() if model else None  # noqa: SLF001 -- Django's public name for it
    except (ValueError, ValidationError):
        return None


def _model_called(app_label: str, stem: str) -> type[Model] | None:
    """Return the one model whose name is, or else ends with, the word of a URL: ``report`` is ``DutyReport``."""
    models = {model._meta.model_name or "": model for model in apps.get_app_config(app_label).get_models()}  # noqa: SLF001 -- as above
    found = [model for name, model in models.items() if name.endswith(stem)]
    return models.get(stem) or (found[0] if len(found) == 1 else None)


def entry_content(entry: AuditEntry) -> dict[str, Any]:
    """Return what the hash of an entry covers; for an entry of the first version, exactly what it covered then."""
    content: dict[str, Any] = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "actor": entry.actor_label,
        "action": entry.action,
        "object": [entry.object_type, entry.object_id, entry.object_label],
        "details": entry.details,
    }
    if entry.version == 1:
        return content
    return content | {
        "version": entry.version,
        "suite": entry.suite,
        "outcome": entry.outcome,
        "origin": entry.origin,
        "request": entry.request_id,
    }
