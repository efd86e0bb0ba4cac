"""Whose ranks the ballots do not tell apart, as a run stored it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from apps.scoring.domain.key_sets import KeySet
from apps.scoring.models import ScoreRun


def undistinguished(run: ScoreRun) -> dict[int, set[int]]:
    """Return for every reviewee with a shown rank those of the field that are not distinguishable; see ``domain.closeness``."""
    rows = run.summaries.order_by().values_list("reviewee_id", "band")
    return {reviewee_id: set(neighbors_of(band)) for reviewee_id, band in rows if band}


def neighbors_of(band: Mapping[str, Any]) -> Collection[int]:
    """Return the reviewees of a stored band; runs of earlier versions stored a list."""
    listed: list[int] | None = band.get("neighbors")
    return KeySet.from_text(band.get("near", "")) if listed is None else listed


def has_neighbors() -> Q:
    """Return the condition that a summary's rank is not told apart from another."""
    return Q(band__n_near__gt=0) | Q(band__neighbors__0__isnull=False)
