"""Which tables belong to a cycle: all from which foreign keys lead to it. New tables are found without a change here."""

from collections.abc import Iterator
from functools import cache

from django.apps import apps as registry
from django.db.models import CharField, Field, ForeignKey, Model, QuerySet
from django.db.models.functions import Cast

from apps.audit.domain.outcomes import Outcome
from apps.audit.models import AuditEntry
from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile

OURS = "apps."
NOT_OF_THE_YEAR = ("archives", "audit", "documents")  # they tell of the archive itself, or of everything


@cache
def paths_to_cycle() -> dict[type[Model], str]:
    """Return each table of a cycle with the shortest lookup from its rows to the cycle's id."""
    found: dict[type[Model], str] = {ReviewCycle: "pk"}
    waiting: list[type[Model]] = [ReviewCycle]
    while waiting:
        known = waiting.pop(0)
        for model in _our_models():
            key = _key_to(model, known)
            if key and model not in found:
                found[model] = key if known is ReviewCycle else f"{key}__{found[known]}"
                waiting.append(model)
    return found


def _our_models() -> list[type[Model]]:
    models = [model for model in registry.get_models() if model.__module__.startswith(OURS)]
    return sorted(
        (model for model in models if model._meta.app_label not in NOT_OF_THE_YEAR),  # noqa: SLF001 -- Django's public name
        key=lambda model: model._meta.label_lower,  # noqa: SLF001 -- as above
    )


def _key_to(model: type[Model], target: type[Model]) -> str:
    """Return the name of the first foreign key that every row has; ``""`` if there is none."""
    keys = (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))  # noqa: SLF001 -- as above
    return next((field.name for field in keys if field.related_model is target and not field.null), "")


def files_of(cycle: ReviewCycle) -> Iterator[tuple[str, QuerySet[StoredFile]]]:
    """Yield the label of each app that holds files of the cycle, and these files."""
    for model, path in paths_to_cycle().items():
        for field in model._meta.concrete_fields:  # noqa: SLF001 -- as above
            if _is_file(field):
                ids = model._default_manager.filter(**{path: cycle.pk}).values(field.name)  # noqa: SLF001 -- as above
                yield model._meta.app_label, StoredFile.objects.filter(pk__in=ids)  # noqa: SLF001 -- as above


def _is_file(field: "Field[object, object]") -> bool:
    return isinstance(field, ForeignKey) and field.related_model is StoredFile


def entries_of(cycle: ReviewCycle) -> QuerySet[AuditEntry]:
    """Return the log of all that was done to what belongs to the cycle, earliest first; not of its archives and downloads."""
    found: set[int] = set()
    for model, path in paths_to_cycle().items():
        rows = model._default_manager.filter(**{path: cycle.pk})  # noqa: SLF001 -- as above
        ids = rows.annotate(as_text=Cast("pk", CharField())).values("as_text")
        entries = AuditEntry.objects.filter(object_type=model._meta.label_lower, object_id__in=ids)  # noqa: SLF001 -- as above
        found |= set(entries.order_by().values_list("seq", flat=True))
    return AuditEntry.objects.filter(seq__in=found, outcome=Outcome.DONE.value).order_by("seq")
