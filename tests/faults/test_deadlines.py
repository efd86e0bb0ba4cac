"""F25, F33-F38: doors that open and close, two operators, clocks that jump, paper and rules that change meanwhile."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from apps.common.errors import DomainError, NotAllowedNow
from apps.cycles.domain.papers.templates import describe_template
from apps.cycles.models import SchemePaper, VoterGroup
from apps.cycles.services import set_paper
from apps.evaluations import services
from apps.evaluations.errors import BallotRefused, SlipRefused, VotingClosed
from apps.evaluations.models import (
    Credential,
    EvaluationSession,
    OpenedMark,
    SessionClosing,
    SessionSubject,
    UrnEntry,
)
from tests.evaluations.browser.forms import WITH_LIMIT
from tests.factories.evaluations import AT, make_hall, make_session, pass_rehearsal
from tests.faults.invariants import check_invariants, settle
from tests.faults.phones import at_once, parcel_of, send
from tests.faults.seeds import dice, rounds

pytestmark = pytest.mark.django_db(transaction=True)
TWO_MINUTES = timedelta(minutes=2)


def casting(hall, slip, sealed, **more):
    from apps.evaluations.domain.slips import secret_text

    return lambda: services.cast_ballot(
        hall.session.pk, selector=slip.selector, secret=secret_text(slip.secret), ciphertext=sealed, **more
    )


def later(seconds, act):
    """Return the act, to be done so many seconds after the start."""

    def do():
        threading.Event().wait(seconds)
        return act()

    return do


# -- F25


def test_f25_ballot_sealed_to_a_former_key_is_refused_in_words(live_server, transactional_db, caplog):
    """The page was opened, and filled in, before the key was made anew."""
    caplog.set_level("DEBUG")
    hall = make_hall(n_slips=2, state="keyed")
    slip, other = hall.all_slips[:2]
    early = parcel_of(hall, slip)
    early_of_other, former = hall.seal(other, hall.marks("good")), bytes(hall.session.public_key)
    printed = services.make_key(hall.session.pk, actor=hall.actor, at=AT)
    hall.cards, hall.hold_text = [card.text for card in printed.cards], printed.hold_text
    services.try_cards(hall.session.pk, cards=hall.cards[1:], actor=hall.actor, at=AT)
    hall.session = pass_rehearsal(hall.session)
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)

    answer = send(live_server.thread.port, early)

    assert (answer.status, answer.content["code"]) == (409, "key_changed")
    assert "您填写的内容还在" in answer.content["detail"]
    with pytest.raises(BallotRefused) as refusal:
        casting(hall, other, early_of_other, key=former)()
    assert refusal.value.code == "key_changed"
    assert UrnEntry.objects.count() == 0
    again = parcel_of(hall, slip)
    assert send(live_server.thread.port, again).proves(again)
    sent = {slip.selector: {early.tracker, again.tracker}, other.selector: set()}
    settle(hall, acknowledged={slip.selector: again.tracker}, sent=sent, logs=caplog.text)
    assert OpenedMark.objects.count() == SessionSubject.objects.count()


def test_f25_page_opened_before_the_start_can_be_sent_after_it(live_server, transactional_db):
    hall = make_hall(n_slips=1, state="rehearsed")
    slip = hall.all_slips[0]
    parcel = parcel_of(hall, slip)

    too_early = send(live_server.thread.port, parcel)
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)
    in_time = send(live_server.thread.port, parcel)

    assert (too_early.status, too_early.content["code"]) == (409, "not_open_yet")
    assert in_time.proves(parcel)
    settle(hall, acknowledged={slip.selector: parcel.tracker}, sent={slip.selector: {parcel.tracker}})


# -- F33


def test_f33_closing_never_cuts_through_a_ballot():
    """Close is pressed at a random moment while ballots are on their way: each is in or out, and its sender knows which."""
    seen = {"in": 0, "out": 0}

    for round_no in range(rounds(200, 40)):
        race_with_closing(dice("F33", round_no), seen, is_settled=round_no % 8 == 0)

    assert seen["in"] > 0
    assert seen["out"] > 0


def race_with_closing(luck, seen, *, is_settled):
    hall = make_hall(n_slips=3, n_reviewees=1)
    slips = hall.all_slips
    sealed = [hall.seal(slip, hall.marks("good")) for slip in slips]
    acts = [later(luck.uniform(0, 0.03), casting(hall, *pair)) for pair in zip(slips, sealed, strict=True)]

    closed, *answers = at_once(later(luck.uniform(0, 0.03), hall.close), *acts)

    told = {slip.selector: answer for slip, answer in zip(slips, answers, strict=True)}
    accepted = {selector: answer for selector, answer in told.items() if isinstance(answer, str)}
    refused = [answer for answer in answers if not isinstance(answer, str)]
    assert closed.state == "closed"
    assert [one for one in refused if not isinstance(one, VotingClosed)] == []
    assert SessionClosing.objects.get(session=hall.session).trackers == sorted(accepted.values())
    assert UrnEntry.objects.filter(credential__session=hall.session).count() == len(accepted)
    seen["in"] += len(accepted)
    seen["out"] += len(refused)
    if is_settled:
        from apps.evaluations.domain.sealing import tracker_of

        sent = {slip.selector: {tracker_of(one)} for slip, one in zip(slips, sealed, strict=True)}
        hall.open()
        check_invariants(hall, acknowledged=accepted, sent=sent)


# -- F34


@pytest.mark.parametrize("round_no", range(3))
def test_f34_two_operators_press_at_once(round_no):
    hall = make_hall(n_slips=2, n_reviewees=1, state="rehearsed")
    luck = dice("F34", round_no)
    opening = lambda: services.open_voting(hall.session.pk, actor=hall.actor, at=AT)  # noqa: E731 -- pressed by two

    started = at_once(opening, later(luck.uniform(0, 0.01), opening))
    tracker = hall.cast(hall.all_slips[0])
    closed = at_once(hall.close, later(luck.uniform(0, 0.01), hall.close), opening)
    opened = at_once(hall.open, hall.open, later(luck.uniform(0, 0.02), hall.close))

    assert [one.state for one in started] == ["open", "open"]
    assert [one.state for one in closed[:2]] == ["closed", "closed"]
    assert isinstance(closed[2], NotAllowedNow) or closed[2].state == "open"
    assert [one.state for one in opened[:2]] == ["opened", "opened"]
    assert opened[2].state in {"closed", "opened"}
    selector = hall.all_slips[0].selector
    check_invariants(hall, acknowledged={selector: tracker}, sent={selector: {tracker}})


# -- F35


@pytest.mark.parametrize("step", [-TWO_MINUTES, TWO_MINUTES], ids=["back", "forward"])
def test_f35_server_clock_jumps_between_the_acts(step):
    """States and the chain of the log go by order, not by the clock; the record says the times as the clock told them."""
    hall = make_hall(n_slips=2, n_reviewees=1)
    trackers = {slip.selector: hall.cast(slip) for slip in hall.all_slips[:2]}

    services.close_voting(hall.session.pk, actor=hall.actor, at=AT + step)
    services.open_urn(hall.session.pk, cards=hall.cards[:2], actor=hall.actor, at=AT + 2 * step)

    session = check_invariants(hall, acknowledged=trackers, sent={one: {t} for one, t in trackers.items()})
    assert (session.opened_for_voting_at, session.closed_at, session.urn_opened_at) == (
        AT,
        AT + step,
        AT + 2 * step,
    )


def test_f35_planned_end_is_a_notice_and_closes_nothing():
    """``closes_at`` is shown; only the operator closes, so a clock that runs ahead shuts nobody out."""
    hall = make_hall(n_slips=1, n_reviewees=1)
    EvaluationSession.objects.filter(pk=hall.session.pk).update(closes_at=AT - timedelta(days=400))

    tracker = hall.cast(hall.all_slips[0])

    selector = hall.all_slips[0].selector
    settle(hall, acknowledged={selector: tracker}, sent={selector: {tracker}})


# -- F36

REOPEN = (
    "UPDATE evaluations_evaluationsession SET state = 'open' WHERE id = %s",
    "UPDATE evaluations_evaluationsession SET state = 'rehearsed' WHERE id = %s",
    "DELETE FROM evaluations_evaluationsession WHERE id = %s",
    "INSERT INTO evaluations_urnentry SELECT id, repeat('a', 10)::bytea, 'AAAA', 'b' FROM evaluations_credential WHERE session_id = %s",
    "DELETE FROM evaluations_urnentry WHERE credential_id IN (SELECT id FROM evaluations_credential WHERE session_id = %s)",
    "UPDATE evaluations_credential SET state = 'unused' WHERE session_id = %s",
)


@pytest.mark.parametrize("state", ["closed", "opened"])
def test_f36_nothing_reopens_a_closed_session(state):
    hall = make_hall(n_slips=2, n_reviewees=1)
    slip, late = hall.all_slips[:2]
    tracker, sealed = hall.cast(slip), hall.seal(late, hall.marks("good"))
    hall.close()
    if state == "opened":
        hall.open()

    with pytest.raises(NotAllowedNow):
        services.open_voting(hall.session.pk, actor=hall.actor, at=AT)
    with pytest.raises(VotingClosed):
        casting(hall, late, sealed)()
    with pytest.raises(NotAllowedNow):
        services.issue_slips(
            hall.session.pk, group_id=next(iter(hall.slips)), n_slips=1, actor=hall.actor, at=AT
        )
    for statement in REOPEN:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [hall.session.pk])
    check_invariants(hall, acknowledged={slip.selector: tracker}, sent={slip.selector: {tracker}})

    again = make_hall(n_slips=1, session=make_session(cycle=hall.session.cycle, planned=1))
    new = again.cast(again.all_slips[0])
    selector = again.all_slips[0].selector
    check_invariants(again, acknowledged={selector: new}, sent={selector: {new}})


# -- F37


def test_f37_paper_form_and_online_ballot_at_once_leave_the_paper():
    """Whoever exchanged the slip fills in paper; the ballot that was just on its way is refused or taken out again."""
    for round_no in range(rounds(60, 12)):
        exchange_against_casting(dice("F37", round_no), is_settled=round_no % 6 == 0)


def exchange_against_casting(luck, *, is_settled):
    hall = make_hall(n_slips=2, n_reviewees=1)
    slip, other = hall.all_slips[:2]
    sealed, tracker = hall.seal(slip, hall.marks("good")), hall.cast(other)
    group_id = next(group for group, slips in hall.slips.items() if slip in slips)

    answer, exchanged = at_once(
        later(luck.uniform(0, 0.02), casting(hall, slip, sealed)),
        later(
            luck.uniform(0, 0.02),
            lambda: services.exchange_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT),
        ),
    )

    assert exchanged.state == "paper"
    assert isinstance(answer, str) or (isinstance(answer, SlipRefused) and answer.code == "slip_paper")
    assert Credential.objects.get(selector=slip.selector, session=hall.session).state == "paper"
    assert UrnEntry.objects.filter(credential__session=hall.session).count() == 1
    sent = {slip.selector: {answer} if isinstance(answer, str) else set(), other.selector: {tracker}}
    if is_settled:
        batch, _ = services.open_batch(hall.session.pk, group_id=group_id, actor=hall.actor, at=AT)
        services.set_heads(batch.pk, n_issued=1, n_returned=0, n_spoiled=0, actor=hall.actor, at=AT)
        settle(hall, acknowledged={other.selector: tracker}, sent=sent)


# -- F38


def test_f38_rules_and_forms_are_frozen_while_voting():
    hall = make_hall(n_slips=1, n_reviewees=1)
    cycle = hall.session.cycle
    paper = SchemePaper.objects.get(scheme=cycle.scheme)
    tracker = hall.cast(hall.all_slips[0])
    before = EvaluationSession.objects.values("form", "form_hash", "public_key", "pad_bytes").get(
        pk=hall.session.pk
    )

    with pytest.raises(DomainError):
        set_paper(cycle.pk, paper_id=paper.pk, name="改", template=WITH_LIMIT, actor=hall.actor, at=AT)
    with pytest.raises(NotAllowedNow):
        services.make_key(hall.session.pk, actor=hall.actor, at=AT)
    for act in (
        lambda: SchemePaper.objects.filter(pk=paper.pk).update(definition=describe_template(WITH_LIMIT)),
        lambda: VoterGroup.objects.filter(scheme=cycle.scheme).update(weight=Decimal(50)),
        lambda: EvaluationSession.objects.filter(pk=hall.session.pk).update(form={}),
        lambda: EvaluationSession.objects.filter(pk=hall.session.pk).update(public_key=b"\1" * 32),
        lambda: EvaluationSession.objects.filter(pk=hall.session.pk).update(pad_bytes=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    after = EvaluationSession.objects.values(*before).get(pk=hall.session.pk)
    assert {name: value for name, value in after.items() if value != before[name]} == {}
    selector = hall.all_slips[0].selector
    settle(hall, acknowledged={selector: tracker}, sent={selector: {tracker}})
