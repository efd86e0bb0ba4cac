"""Deliberations at any point, made by the real services."""

from datetime import UTC, date, datetime

from apps.grading import services
from tests.factories.scoring import make_clerk, make_scored_cycle

AT = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)


def make_deliberation(grades=("good", "fairly_good"), *, actor=None, **options):
    """A cycle under deliberation: proposals are made, nothing is decided."""
    cycle = make_scored_cycle(grades, **options)
    return services.start_deliberation(cycle.pk, actor=actor or make_clerk(cycle), at=AT)


def decide_all(deliberation, *, actor=None):
    """Decide everything as proposed and record the meeting."""
    cycle = deliberation.cycle
    actor = actor or make_clerk(cycle)
    services.decide_all_as_proposed(cycle.pk, actor=actor, at=AT)
    services.record_deliberation(
        cycle.pk,
        held_on=date(2026, 12, 25),
        members_present="主持：某某；出席：某某、某某",
        version=None,
        actor=actor,
        at=AT,
    )
    deliberation.refresh_from_db()
    return deliberation


def make_signed_deliberation(grades=("good", "fairly_good"), **options):
    """A cycle whose grades are signed off."""
    deliberation = decide_all(make_deliberation(grades, **options))
    head = make_clerk(deliberation.cycle, role="head")
    return services.sign_off(deliberation.cycle_id, actor=head, at=AT)
