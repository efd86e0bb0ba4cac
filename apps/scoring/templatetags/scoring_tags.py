"""Filters of the score pages. They show what they are given."""

from django import template

from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.lines import hides_part

register = template.Library()


@register.filter
def hides(row: ScoreSummary, column_key: str) -> bool:
    """Tell whether the part named by a column key (``part-12``) may not be shown of this row."""
    return hides_part(row, int(column_key.removeprefix("part-")))
