"""A person's years for the printed card: one review each, with what was released of it."""

from django.db.models import Count, F, Q, QuerySet

from apps.accounts.models import User
from apps.cycles.models import Reviewee
from apps.insights.selectors import years_on_card
from apps.rectification.domain.states import EntryKind

SENT_BACK = EntryKind.SENT_BACK.value


def card_years(secretary_id: int, user: User) -> QuerySet[Reviewee]:
    """Return the reviews on the card, as the account may see them, with the report's state and ``n_returned``: problems whose
    close-out was sent back at least once. One query.
    """
    returned = Count("problems", filter=Q(problems__item__progress__kind=SENT_BACK), distinct=True)
    return years_on_card(secretary_id, user).annotate(
        report_state=F("duty_report__state"), n_returned=returned
    )
