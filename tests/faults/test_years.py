"""F61: the year ends during the meeting; people change posts and units are renamed, moved and merged between two reviews."""

from datetime import UTC, date, datetime

import pytest

from apps.cycles.models import ReviewCycle
from apps.cycles.services import choose_reviewees, copy_cycle
from apps.evaluations import services
from apps.evaluations.models import EvaluationSession
from apps.insights.selectors import year_facts, years_of
from apps.organizations.services import abolish_organization, edit_organization, move_organization
from apps.scoring.services import verify_session
from apps.secretaries.models import Appointment
from apps.secretaries.services import appoint, end_appointment
from tests.factories.cycles import make_reviewee
from tests.factories.evaluations import make_hall
from tests.factories.organizations import make_organization
from tests.faults.invariants import check_invariants

pytestmark = pytest.mark.django_db
LAST_MINUTE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Beijing
FIRST_MINUTE = datetime(2026, 12, 31, 16, 1, tzinfo=UTC)  # 00:01 of the new year


def test_f61_meeting_that_lasts_over_midnight_stays_in_its_year():
    hall = make_hall(n_slips=2, n_reviewees=2, state="rehearsed")
    who = {"actor": hall.actor}
    services.open_voting(hall.session.pk, at=LAST_MINUTE, **who)
    trackers = {slip.selector: hall.cast(slip) for slip in hall.all_slips[:3]}
    known = {"acknowledged": trackers, "sent": {one: {tracker} for one, tracker in trackers.items()}}

    services.close_voting(hall.session.pk, at=FIRST_MINUTE, **who)
    services.open_urn(hall.session.pk, cards=hall.cards[:2], at=FIRST_MINUTE, **who)
    verify_session(hall.session.pk, at=FIRST_MINUTE, **who)
    services.release_results(hall.session.pk, at=FIRST_MINUTE, **who)

    session = check_invariants(hall, **known)
    assert session.cycle.year == 2026
    assert (session.opened_for_voting_at, session.closed_at) == (LAST_MINUTE, FIRST_MINUTE)
    assert session.objection_ends_on == date(2027, 1, 8)
    assert ReviewCycle.objects.get(pk=session.cycle_id).stage == "grading"


def test_f61_people_and_units_keep_their_identity_over_the_years():
    hall = make_hall(n_slips=1, n_reviewees=1)
    cycle, who = hall.session.cycle, {"actor": hall.actor, "at": FIRST_MINUTE}
    moved_on = make_reviewee_elsewhere(cycle)
    before = {one.pk: (one.name, one.organization_name, one.organization_id) for one in cycle.reviewees.all()}
    old_unit, goal = moved_on.organization, make_organization(superior=cycle.host, name="新设党总支")

    edit_organization(old_unit.pk, changes={"name": "改名以后的党支部"}, version=None, **who)
    move_organization(old_unit.pk, superior_id=goal.pk, on=date(2026, 12, 30), version=None, **who)
    end_appointment(Appointment.objects.get(secretary=moved_on.secretary).pk, on=date(2026, 12, 31), **who)
    abolish_organization(old_unit.pk, on=date(2026, 12, 31), version=None, **who)
    appoint(
        moved_on.secretary_id, organization_id=goal.pk, post="党总支书记", started_on=date(2027, 1, 1), **who
    )
    following = copy_cycle(cycle.pk, **who)
    (now,) = choose_reviewees(following.pk, secretary_ids=[moved_on.secretary_id], **who)
    following.stage = "reporting"
    following.save()

    assert following.year == 2027
    assert {
        one.pk: (one.name, one.organization_name, one.organization_id) for one in cycle.reviewees.all()
    } == before
    assert [(one.year, one.organization_name) for one in years_of(moved_on.secretary_id)] == [
        (2027, "新设党总支"),
        (2026, before[moved_on.pk][1]),
    ]
    assert (now.organization_id, now.organization_name) == (goal.pk, "新设党总支")
    facts = year_facts([cycle, following])
    assert [len(one.reviewees) for one in facts] == [2, 1]
    form = EvaluationSession.objects.get(pk=hall.session.pk).form
    assert "改名以后的党支部" not in str(form)
    tracker = hall.cast(hall.all_slips[0])
    hall.close()
    hall.open()
    selector = hall.all_slips[0].selector
    check_invariants(hall, acknowledged={selector: tracker}, sent={selector: {tracker}})


def make_reviewee_elsewhere(cycle):
    return make_reviewee(
        cycle=cycle, organization=make_organization(superior=cycle.host, name="原来的党支部")
    )
