"""Every write of an evaluation session. Staff acts leave an audit entry; casting a ballot leaves none."""

from apps.evaluations.services.casting import cast_ballot, seal_and_cast
from apps.evaluations.services.keys import make_key, set_key, try_cards
from apps.evaluations.services.sessions import create_session, release_results
from apps.evaluations.services.slips import issue_slips, reprint_slips, void_slip
from apps.evaluations.services.urn import open_urn
from apps.evaluations.services.voting import close_voting, open_voting

__all__ = [
    "cast_ballot",
    "close_voting",
    "create_session",
    "issue_slips",
    "make_key",
    "open_urn",
    "open_voting",
    "release_results",
    "reprint_slips",
    "seal_and_cast",
    "set_key",
    "try_cards",
    "void_slip",
]
