"""What lower apps' pages show of the years."""

from typing import TYPE_CHECKING, cast

from apps.common.domain.actors import Actor
from apps.insights.lists import grade_label, shown_total
from apps.insights.selectors import years_on_card
from apps.insights.selectors.grade_steps import grade_step
from apps.scoring.kit import explanation_parts
from apps.secretaries.kit.cards import Part

if TYPE_CHECKING:
    from apps.accounts.models import User

SHOWN_YEARS = 6


def years_part(secretary_id: int, actor: Actor) -> Part | None:
    """Return the latest years of a person for the card; nothing for accounts that may not see them."""
    rows = years_on_card(secretary_id, cast("User", actor))[:SHOWN_YEARS]
    years = [(row, grade_label(row), shown_total(row)) for row in rows]
    return Part("历年述职评议", "insights/_years_part.html", {"years": years}, order=20) if years else None


def grade_part(summary_id: int, actor: Actor) -> explanation_parts.Part | None:
    """Return the last step of an explanation: the proposed grade, made above scoring. Others than staff see it once signed off."""
    step = grade_step(summary_id)
    if not actor.department_paths() and not (step and step.is_signed):
        return None
    return explanation_parts.Part("建议等次", "insights/_grade_part.html", {"step": step})
