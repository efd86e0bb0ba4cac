"""What lower apps' pages show of the years."""

from typing import TYPE_CHECKING, cast

from apps.common.domain.actors import Actor
from apps.insights.lists import grade_label, shown_total
from apps.insights.selectors import years_on_card
from apps.secretaries.kit.cards import Part

if TYPE_CHECKING:
    from apps.accounts.models import User

SHOWN_YEARS = 6


def years_part(secretary_id: int, actor: Actor) -> Part | None:
    """Return the latest years of a person for the card; nothing for accounts that may not see them."""
    rows = years_on_card(secretary_id, cast("User", actor))[:SHOWN_YEARS]
    years = [(row, grade_label(row), shown_total(row)) for row in rows]
    return Part("历年述职评议", "insights/_years_part.html", {"years": years}, order=20) if years else None
