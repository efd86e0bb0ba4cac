"""Reads of the log."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import ResolverMatch

from apps.audit.models import AuditEntry
from apps.common.domain.actors import Actor

AUDIT_ADMIN = "audit_admin"  # accounts.domain.roles.Role, which stands above this app


def entries_visible_to(user: Actor) -> QuerySet[AuditEntry]:
    """Return the whole log to the audit administrator, nothing to anybody else."""
    return AuditEntry.objects.all() if user.holds(AUDIT_ADMIN) else AuditEntry.objects.none()


def contains_hash(entry_hash: str) -> bool:
    """Tell whether an entry with this hash is (still) there."""
    return AuditEntry.objects.filter(entry_hash=entry_hash).exists()


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
