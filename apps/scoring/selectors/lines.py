"""What one line of the list of scores shows, and the cycles that have such lines. Nothing hidden passes through here."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from apps.common.domain.actors import Actor
from apps.cycles.models import ReviewCycle, SchemeComponent
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors import summaries_visible_to
from apps.scoring.selectors.closeness import neighbors_of


def cycles_with_parts(user: Actor) -> QuerySet[Any]:
    """Return the cycles whose scores the account may see, latest first; ``parts`` are the components in order. One query."""
    seen = summaries_visible_to(user).filter(run__cycle=OuterRef("pk"))
    parts = SchemeComponent.objects.filter(scheme__cycle=OuterRef("pk")).order_by("order_no")
    return (
        ReviewCycle.objects.filter(Exists(seen))
        .annotate(parts=ArraySubquery(parts.values(row_as_json=JSONObject(key="pk", name="name"))))
        .order_by("-year", "title")
    )


def shown_part(row: ScoreSummary, component_id: int) -> Decimal | None:
    """Return a component's score as it may be shown; ``None`` if missing or hidden."""
    part = next((one for one in row.components if one["component_id"] == component_id), None)
    if part is None or part["score"] is None or hides_part(row, component_id):
        return None
    return Decimal(part["score"])


def hides_part(row: ScoreSummary, component_id: int) -> bool:
    """Tell whether a component's score must stay hidden."""
    part = next((one for one in row.components if one["component_id"] == component_id), None)
    if part is None:
        return False
    hidden_papers = {one["paper_id"] for one in row.papers if one["hides_score"]}
    is_from_hidden_paper = part.get("paper_id") is not None and part["paper_id"] in hidden_papers
    return bool(part.get("hides_score")) or is_from_hidden_paper


def band_words(row: ScoreSummary) -> str:
    """Return between which ranks a reviewee may lie, in words; empty where the rank stands alone."""
    band = row.band
    if not neighbors_of(band):
        return ""
    return f"第 {band['from_rank']}—{band['to_rank']} 名"
