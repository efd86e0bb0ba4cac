"""One entry per act of an account, in the transaction of the act itself."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import Error, models, transaction

from apps.audit.domain.chain import GENESIS, VERSION, entry_hash
from apps.audit.domain.outcomes import Outcome
from apps.audit.domain.storable import storable
from apps.audit.errors import LogNotWritten
from apps.audit.kit.trails import Trail, current_trail
from apps.audit.models import AuditEntry
from apps.audit.selectors import entry_content
from apps.audit.services.alarms import RAISED, is_alarming, note_fault, tell_alarm
from apps.common.domain.actors import Actor
from apps.common.kit.locks import hold_lock

CHAIN_LOCK = 7_205_001
LABEL_LENGTH, REASON_LENGTH = 300, 500


@transaction.atomic
def record_action(
    action: str,
    thing: models.Model | None,
    *,
    actor: Actor | None,
    at: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to the log and return it.

    ``action`` is ``app.verb_in_past`` (``"duty_reports.submitted"``). ``actor`` ``None`` is the system itself.
    ``details`` holds plain JSON, never a secret, a ballot or a report's text. From where the act came is known by the
    request it belongs to.

    :raises LogNotWritten: the entry cannot be written; the act is rolled back with it.
    """
    return _append(_entry(action, thing, actor, at, details))


def record_refusal(
    action: str,
    thing: models.Model | None,
    *,
    actor: Actor | None,
    at: datetime,
    reason: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append an entry on an act that was refused. It is not lost with the rollback of the act.

    Within a request the entry may be asked for anywhere: it is written when the act's transaction is over. Elsewhere it
    is written at once, so ask for it outside of the transaction that will be rolled back.
    """
    entry = _entry(action, thing, actor, at, {"reason": reason[:REASON_LENGTH]} | dict(details or {}))
    entry.outcome = Outcome.REFUSED.value
    trail = current_trail()
    if trail is None:
        _append_alone(entry)
        return
    trail.n_refusals += 1
    trail.later.append(partial(_append_alone, entry))


def write_refusals(trail: Trail) -> None:
    """Write the refusals of a request whose transactions are over."""
    while trail.later:
        trail.later.pop(0)()


@transaction.atomic
def _append_alone(entry: AuditEntry) -> None:
    """Write a refusal, and raise the alarm when there were too many."""
    _append(entry)
    if n_refused := is_alarming(entry.actor_id, at=entry.at):
        details = {"account_id": entry.actor_id, "account": entry.actor_label, "n": n_refused}
        _append(_entry(RAISED, None, None, entry.at, details))
        tell_alarm(entry, n_refused)


def _entry(
    action: str,
    thing: models.Model | None,
    actor: Actor | None,
    at: datetime,
    details: Mapping[str, Any] | None,
) -> AuditEntry:
    """Return an entry that has no place in the chain yet."""
    trail = current_trail()
    return AuditEntry(
        at=at,
        actor_id=actor.pk if actor else None,
        actor_label=f"{actor.display_name}（{actor.username}）" if actor else "系统",
        action=action,
        object_type=thing._meta.label_lower if thing else "",  # noqa: SLF001 -- Django's public name for it
        object_id=str(thing.pk) if thing else "",
        object_label=str(thing)[:LABEL_LENGTH] if thing else "",
        details=storable(details or {}),
        outcome=Outcome.DONE.value,
        origin=trail.address if trail else "",
        request_id=trail.request_id if trail else "",
        version=VERSION,
        suite=settings.AUDIT_HASH_SUITE,
    )


def _append(entry: AuditEntry) -> AuditEntry:
    """Give an entry the next place in the chain and write it."""
    try:
        entry.seq, entry.previous_hash = _next_place()
        entry.entry_hash = entry_hash(entry.previous_hash, entry_content(entry), entry.suite)
        entry.save(force_insert=True)
    except Error as error:
        note_fault(entry.action, error)
        raise LogNotWritten(
            "这一步没有执行：操作日志写不进去，而没有日志就不能执行。数据没有改动，请告诉系统管理员。"
        ) from error
    if trail := current_trail():
        trail.hashes.append(entry.entry_hash)
    return entry


def _next_place() -> tuple[int, str]:
    """Return number and previous hash of the next entry; who asks next waits for the end of our transaction."""
    hold_lock(CHAIN_LOCK)
    last = AuditEntry.objects.order_by("-seq").values_list("seq", "entry_hash").first()
    return (last[0] + 1, last[1]) if last else (1, GENESIS)
