"""Rehearsals: a whole session in small, wiped by one act, and proven absent by the database's own catalog."""

import pytest
from django.db import connection

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.cycles.models import SchemePaper
from apps.evaluations import services
from apps.evaluations.errors import RehearsalNotPassed
from apps.evaluations.kit import holds
from apps.evaluations.models import EvaluationSession, OpenedMark, SessionHall
from apps.evaluations.selectors import mark_rows, returned_counts
from apps.evaluations.signals import urn_opened
from tests.evaluations.test_voting import sql
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, Hall, make_hall, make_session

pytestmark = pytest.mark.django_db


def start(hall, **changes):
    values = {"actor": hall.actor, "at": AT} | changes
    return services.start_rehearsal(hall.session.pk, **values)


def held(hall, *, until="opened", n_cast=2, with_paper=False):
    """A rehearsal of ``hall`` through the real services, as a hall of its own."""
    rehearsal = Hall(start(hall), hall.actor)
    session, who = rehearsal.session, {"actor": hall.actor, "at": AT}
    rehearsal.cards = [card.text for card in services.make_key(session.pk, **who).cards]
    services.try_cards(session.pk, cards=rehearsal.cards[:2], **who)
    for group in session.groups.all():
        rehearsal.slips[group.pk] = services.issue_slips(session.pk, group_id=group.pk, n_slips=3, **who)
    services.open_voting(session.pk, **who)
    for slip in rehearsal.all_slips[:n_cast]:
        rehearsal.cast(slip, "good", "poor")
    if with_paper:
        batch, _ = services.open_batch(session.pk, group_id=next(iter(rehearsal.slips)), **who)
        services.set_heads(batch.pk, n_issued=1, n_returned=0, n_spoiled=0, **who)
    if until == "open":
        return rehearsal
    rehearsal.close()
    if until == "opened":
        rehearsal.open()
    session.refresh_from_db()
    return rehearsal


def tables():
    """Number of rows of every table of evaluations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'evaluations_%' ORDER BY 1")
        names = [row[0] for row in cursor.fetchall()]
    return {name: sql(f"SELECT count(*) FROM {name}")[0][0] for name in names}


def finish(hall):
    return services.finish_rehearsal(hall.session.pk, actor=hall.actor, at=AT)


def test_rehearsal_is_the_session_in_small_and_cannot_be_mistaken():
    hall = make_hall(state="keyed", n_slips=20)
    SessionHall.objects.create(session=hall.session, order_no=1, name="主会场", hall_key="k")

    rehearsal = start(hall, n_slips_per_group=4)

    assert start(hall) == rehearsal
    assert rehearsal.title == f"【彩排】{hall.session.title}"
    assert (rehearsal.state, rehearsal.rehearsal_of) == ("draft", hall.session)
    assert [g.n_planned for g in rehearsal.groups.all()] == [4, 4]
    assert [s.reviewee_id for s in rehearsal.subjects.all()] == [
        s.reviewee_id for s in hall.session.subjects.all()
    ]
    assert [h.name for h in rehearsal.halls.all()] == ["主会场"]
    assert rehearsal.hall_key != hall.session.hall_key


def test_finished_rehearsal_leaves_a_report_and_not_a_row():
    hall = make_hall(state="keyed")
    before = tables()
    rehearsal = held(hall, with_paper=True)
    number, public_key = rehearsal.session.pk, bytes(rehearsal.session.public_key)

    session = finish(hall)

    report = session.rehearsal_report
    assert (session.state, session.rehearsed_at) == ("rehearsed", AT)
    assert tables() == before
    assert (report["n_ballots"], report["rehearsal"]) == (2, number)
    assert report["fingerprint"] != ""
    assert {
        "evaluations_urnentry": 2,
        "evaluations_credential": 6,
        "evaluations_openedmark": 4,
    }.items() <= report["wiped"].items()
    assert not {"marks", "trackers"} & report.keys()
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)
    assert AuditEntry.objects.filter(action="evaluations.rehearsal_finished").count() == 1
    assert public_key


@pytest.mark.django_db(transaction=True)
def test_hold_of_the_rehearsal_is_shredded_and_that_of_the_session_stays():
    hall = make_hall(state="keyed")
    rehearsal = held(hall)
    number, public_key = rehearsal.session.pk, bytes(rehearsal.session.public_key)
    assert holds.find_hold(number, public_key) is not None

    finish(hall)

    assert holds.find_hold(number, public_key) is None
    assert holds.find_hold(hall.session.pk, bytes(hall.session.public_key)) is not None


def test_nothing_of_a_rehearsal_shows_among_results_or_starts_a_count():
    hall = make_hall(state="keyed")
    heard = []
    urn_opened.connect(heard_by := lambda sender, **said: heard.append(said), weak=False)

    held(hall)
    urn_opened.disconnect(heard_by)

    assert OpenedMark.objects.exists()
    assert list(mark_rows(hall.session.cycle_id)) == []
    assert returned_counts(hall.session.cycle_id) == {}
    assert heard == []


@pytest.mark.parametrize("until", ["open", "closed"])
def test_rehearsal_must_be_walked_to_the_end(until):
    hall = make_hall(state="keyed")
    held(hall, until=until)

    with pytest.raises(NotAllowedNow, match="还没有走完"):
        finish(hall)


def test_rehearsal_without_a_ballot_proves_nothing():
    hall = make_hall(state="keyed")
    held(hall, n_cast=0)

    with pytest.raises(RehearsalNotPassed, match="没有投过票"):
        finish(hall)


def test_rehearsal_whose_counts_differ_from_its_ledger_does_not_pass():
    hall = make_hall(state="keyed")
    rehearsal = held(hall)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    closing = rehearsal.session.closing
    group_id = next(iter(closing.opening_counts))
    closing.opening_counts[group_id]["returned"] += 1
    closing.save()

    with pytest.raises(RehearsalNotPassed, match="彩排没有通过"):
        finish(hall)
    assert EvaluationSession.objects.filter(rehearsal_of=hall.session).exists()


def test_rehearsal_with_another_form_does_not_count():
    hall = make_hall(state="keyed")
    held(hall)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE cycles_schemepaper DISABLE TRIGGER USER")
    paper = SchemePaper.objects.get(sessions__session=hall.session)
    paper.definition = paper.definition | {"footer": "改过的页脚"}
    paper.save()
    services.make_key(hall.session.pk, actor=hall.actor, at=AT)

    with pytest.raises(RehearsalNotPassed, match="测评表改动过"):
        finish(hall)


@pytest.mark.parametrize("until", ["open", "closed", "opened"])
def test_rehearsal_can_be_given_up_in_any_state(until):
    hall = make_hall(state="keyed")
    before = tables()
    rehearsal = held(hall, until=until)

    session = services.discard_rehearsal(rehearsal.session.pk, actor=hall.actor, at=AT)

    assert session == hall.session
    assert (session.state, session.rehearsal_report) == ("keyed", None)
    assert tables() == before
    with pytest.raises(NotAllowedNow, match="没有彩排"):
        services.discard_rehearsal(hall.session.pk, actor=hall.actor, at=AT)


def test_rehearsal_may_be_held_again_until_the_voting_opens():
    hall = make_hall(state="keyed")
    held(hall)
    finish(hall)
    held(hall)
    assert finish(hall).state == "rehearsed"
    started = start(hall)
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)

    with pytest.raises(NotAllowedNow):
        start(hall)
    with pytest.raises(NotAllowedNow, match="只能放弃"):
        finish(hall)
    services.discard_rehearsal(started.pk, actor=hall.actor, at=AT)


def test_rehearsal_is_refused_before_the_key_and_of_a_rehearsal():
    hall = make_hall(state="keyed")
    draft = make_session(cycle=hall.session.cycle)
    rehearsal = start(hall)

    for session in (draft, rehearsal):
        with pytest.raises(NotAllowedNow):
            services.start_rehearsal(session.pk, actor=hall.actor, at=AT)


@pytest.mark.parametrize("n", [0, 51])
def test_number_of_rehearsal_slips_is_limited(n):
    with pytest.raises(DomainError, match="1 到 50"):
        start(make_hall(state="keyed"), n_slips_per_group=n)


def test_rehearsal_votes_in_the_reporting_stage_already():
    cycle = make_cycle(stage="reporting")
    make_reviewee(cycle=cycle)
    hall = make_hall(state="keyed", session=make_session(cycle=cycle))

    assert held(hall).session.state == "opened"


def test_real_data_are_never_wiped():
    hall = make_hall()
    hall.cast(hall.all_slips[0])

    with pytest.raises(NotAllowedNow, match="没有彩排"):
        services.discard_rehearsal(hall.session.pk, actor=hall.actor, at=AT)


def test_wiping_notices_what_was_forgotten():
    """A table of another room names the rehearsal: nothing is wiped half."""
    hall = make_hall(state="keyed")
    rehearsal = held(hall)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(
        "CREATE TABLE forgotten (id bigint PRIMARY KEY, session_id bigint REFERENCES evaluations_evaluationsession DEFERRABLE INITIALLY DEFERRED)"
    )
    sql("INSERT INTO forgotten VALUES (1, %s)", rehearsal.session.pk)

    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        finish(hall)
    assert EvaluationSession.objects.filter(pk=rehearsal.session.pk).exists()
    assert OpenedMark.objects.exists()
