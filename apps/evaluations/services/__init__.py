"""Every write of an evaluation session. Staff acts leave an audit entry; casting a ballot leaves none."""

from apps.evaluations.services.casting import cast_ballot, seal_and_cast, slip_status
from apps.evaluations.services.halls import switch_screens
from apps.evaluations.services.keys import make_key, set_key, try_cards
from apps.evaluations.services.paper_totals import enter_totals, open_batch, set_heads
from apps.evaluations.services.purge import purge_session
from apps.evaluations.services.rehearsals import discard_rehearsal, finish_rehearsal, start_rehearsal
from apps.evaluations.services.sessions import (
    SessionPlan,
    create_session,
    delete_session,
    plan_session,
    plan_session_per_hall,
    release_results,
    update_session,
)
from apps.evaluations.services.slips import (
    exchange_slip,
    issue_slips,
    reprint_slips,
    spoil_slip,
    void_slip,
)
from apps.evaluations.services.urn import open_urn
from apps.evaluations.services.verification import record_verification
from apps.evaluations.services.voting import close_voting, open_voting

__all__ = [
    "SessionPlan",
    "cast_ballot",
    "close_voting",
    "create_session",
    "delete_session",
    "discard_rehearsal",
    "enter_totals",
    "exchange_slip",
    "finish_rehearsal",
    "issue_slips",
    "make_key",
    "open_batch",
    "open_urn",
    "open_voting",
    "plan_session",
    "plan_session_per_hall",
    "purge_session",
    "record_verification",
    "release_results",
    "reprint_slips",
    "seal_and_cast",
    "set_heads",
    "set_key",
    "slip_status",
    "spoil_slip",
    "start_rehearsal",
    "switch_screens",
    "try_cards",
    "update_session",
    "void_slip",
]
