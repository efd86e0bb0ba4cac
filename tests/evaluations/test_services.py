"""Every way out of every service of a session."""

from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.evaluations import services
from apps.evaluations.domain.states import SessionState, SlipState
from apps.evaluations.errors import (
    BallotRefused,
    CardsDoNotFit,
    SlipRefused,
    VotingClosed,
    VotingNotOpen,
)
from apps.evaluations.models import Credential, EvaluationSession, UrnEntry
from apps.evaluations.selectors import mark_rows, returned_counts
from apps.evaluations.signals import results_released
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_opened_marks, make_session, make_verified
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def create(cycle, actor, **changes):
    groups = cycle.scheme.voter_groups.all()
    values = {
        "title": "现场测评",
        "planned": {group.pk: 5 for group in groups},
        "actor": actor,
        "at": AT,
    } | changes
    return services.create_session(cycle.pk, **values)


@pytest.fixture
def cycle():
    made = make_cycle(stage="meeting")
    for _ in range(3):
        make_reviewee(cycle=made)
    return made


@pytest.fixture
def clerk():
    return make_user()


def test_session_takes_all_reviewees_in_the_order_of_the_agenda(cycle, clerk):
    first, second, third = cycle.reviewees.all()
    meeting = make_meeting(cycle=cycle)
    meeting.agenda.create(reviewee=third, order_no=1)
    meeting.agenda.create(reviewee=first, order_no=2)

    session = create(cycle, clerk, meeting_id=meeting.pk)

    assert [s.reviewee for s in session.subjects.all()] == [third, first, second]
    assert [group.n_planned for group in session.groups.all()] == [5, 5]
    assert actions()[-1] == "evaluations.session_created"


def test_session_is_refused_outside_its_stages(clerk):
    for stage in ("draft", "grading", "rectifying"):
        with pytest.raises(NotAllowedNow):
            create(make_cycle(stage=stage), clerk)


def test_session_is_refused_without_reviewees_or_slips(cycle, clerk):
    with pytest.raises(DomainError, match="还没有述职对象"):
        create(make_cycle(stage="meeting"), clerk)
    with pytest.raises(DomainError, match="至少给一个"):
        create(cycle, clerk, planned={})
    with pytest.raises(DomainError, match="之间"):
        create(cycle, clerk, planned={cycle.scheme.voter_groups.all()[0].pk: 5001})


def test_session_is_refused_with_parts_of_another_cycle(cycle, clerk):
    other = make_cycle(stage="meeting")

    with pytest.raises(DomainError, match="不属于"):
        create(cycle, clerk, planned={other.scheme.voter_groups.all()[0].pk: 5})
    with pytest.raises(DomainError, match="不属于"):
        create(cycle, clerk, meeting_id=make_meeting(cycle=other).pk)


def test_key_can_be_made_again_until_voting_opens():
    hall = make_hall(state="keyed")
    earlier = bytes(hall.session.public_key)

    services.make_key(hall.session.pk, actor=hall.actor, at=AT)

    hall.session.refresh_from_db()
    assert bytes(hall.session.public_key) != earlier
    assert hall.session.key_tested_at is None
    with pytest.raises(CardsDoNotFit):
        services.try_cards(hall.session.pk, cards=hall.cards, actor=hall.actor, at=AT)


def test_key_is_fixed_once_voting_is_open():
    hall = make_hall()

    with pytest.raises(NotAllowedNow):
        services.make_key(hall.session.pk, actor=hall.actor, at=AT)
    with pytest.raises(NotAllowedNow):
        services.try_cards(hall.session.pk, cards=hall.cards, actor=hall.actor, at=AT)
    with pytest.raises(IntegrityError, match="key and form are fixed"), transaction.atomic():
        EvaluationSession.objects.filter(pk=hall.session.pk).update(public_key=b"x" * 32)


def test_private_key_is_in_no_table():
    hall = make_hall(state="keyed")
    hall.session.refresh_from_db()

    assert AuditEntry.objects.filter(action="evaluations.key_made").get().details.keys() == {
        "fingerprint",
        "form_hash",
    }
    assert len(hall.cards) == 3


def test_slips_leave_only_verifiers_behind():
    hall = make_hall(n_slips=4, state="keyed")
    slip = hall.all_slips[0]

    row = Credential.objects.get(session=hall.session, selector=slip.selector)

    assert Credential.objects.count() == 8
    assert slip.secret not in bytes(row.fast_verifier)
    assert slip.typed not in row.slow_verifier
    assert row.slow_verifier.startswith("$argon2id$")
    assert sorted(g.n_issued for g in hall.session.groups.all()) == [4, 4]


def test_print_order_is_not_the_order_of_the_table():
    hall = make_hall(n_slips=40, state="keyed")
    for group_id, slips in hall.slips.items():
        stored = [row[0] for row in sql(
            "SELECT selector FROM evaluations_credential WHERE group_id = %s ORDER BY ctid", group_id
        )]  # fmt: skip
        assert sorted(stored) == sorted(slip.selector for slip in slips)
        assert stored != [slip.selector for slip in slips]


def test_reprint_voids_the_unused_and_keeps_the_used():
    hall = make_hall(n_slips=3)
    group_id, slips = next(iter(hall.slips.items()))
    hall.cast(slips[0])

    new = services.reprint_slips(hall.session.pk, group_id=group_id, actor=hall.actor, at=AT)

    states = Counter(Credential.objects.filter(group_id=group_id).values_list("state", flat=True))
    assert len(new) == 2
    assert states == {"online": 1, "void": 2, "unused": 2}
    with pytest.raises(SlipRefused, match="已经作废"):
        hall.cast(slips[1])
    hall.cast(new[0])


def test_slip_is_voided_once_and_never_after_use():
    hall = make_hall()
    used, spoiled = hall.all_slips[:2]
    hall.cast(used)

    services.void_slip(hall.session.pk, selector=spoiled.selector, actor=hall.actor, at=AT)
    services.void_slip(hall.session.pk, selector=spoiled.selector, actor=hall.actor, at=AT)

    entry = AuditEntry.objects.get(action="evaluations.slip_voided")
    assert entry.details == {"group": spoiled.group_name, "n": 1}
    with pytest.raises(DomainError, match="已经交过"):
        services.void_slip(hall.session.pk, selector=used.selector, actor=hall.actor, at=AT)
    with pytest.raises(DomainError, match="没有这个票号"):
        services.void_slip(hall.session.pk, selector="0000", actor=hall.actor, at=AT)


def test_slips_are_not_changed_after_closing():
    hall = make_hall()
    hall.close()
    group_id = next(iter(hall.slips))

    with pytest.raises(NotAllowedNow):
        services.issue_slips(hall.session.pk, group_id=group_id, n_slips=1, actor=hall.actor, at=AT)
    with pytest.raises(NotAllowedNow):
        services.void_slip(hall.session.pk, selector="0000", actor=hall.actor, at=AT)
    with pytest.raises(IntegrityError, match="slips are fixed"), transaction.atomic():
        Credential.objects.update(state="void")


@pytest.mark.parametrize("n", [0, -1, 2001])
def test_number_of_slips_is_limited(n):
    hall = make_hall(state="keyed")

    with pytest.raises(DomainError):
        services.issue_slips(
            hall.session.pk, group_id=next(iter(hall.slips)), n_slips=n, actor=hall.actor, at=AT
        )


def test_casting_leaves_no_entry_in_the_log():
    hall = make_hall()
    before = actions()

    hall.cast(hall.all_slips[0])

    assert actions() == before


def test_same_ballot_again_gives_the_same_answer():
    hall = make_hall()
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, hall.marks("good"))

    answers = {
        services.cast_ballot(hall.session.pk, selector=slip.selector, secret=code, ciphertext=sealed)
        for code in (hall_secret(slip), hall_secret(slip), slip.typed)
    }

    assert len(answers) == 1
    assert UrnEntry.objects.get().tracker == answers.pop()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def hall_secret(slip):
    return slip.fragment[4:]


def test_voting_again_replaces_until_closing():
    hall = make_hall()
    slip = hall.all_slips[0]

    first, second = hall.cast(slip, "good"), hall.cast(slip, "poor")

    assert first != second
    assert UrnEntry.objects.get().tracker == second


def test_casting_is_refused_in_words():
    hall = make_hall(state="rehearsed")
    slip, other = hall.all_slips[:2]
    with pytest.raises(VotingNotOpen):
        hall.cast(slip)
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)
    sealed = hall.seal(slip, {})

    def refused(expected, **changes):
        values = {"selector": slip.selector, "secret": hall_secret(slip), "ciphertext": sealed} | changes
        with pytest.raises(expected) as refusal:
            services.cast_ballot(hall.session.pk, **values)
        return refusal.value.code

    assert refused(SlipRefused, selector="0000") == "unknown_slip"
    assert refused(SlipRefused, secret=hall_secret(other)) == "unknown_slip"
    assert refused(SlipRefused, secret="rubbish") == "unknown_slip"
    assert refused(BallotRefused, ciphertext=sealed[:-1]) == "ballot_refused"
    assert refused(BallotRefused, ciphertext=b"\x02" + sealed[1:]) == "ballot_refused"
    Credential.objects.filter(selector=slip.selector).update(state=SlipState.PAPER.value)
    assert refused(SlipRefused) == "slip_paper"
    Credential.objects.filter(selector=slip.selector).update(state=SlipState.UNUSED.value)
    hall.session.groups.update(n_planned=0)
    assert not UrnEntry.objects.exists()
    hall.close()
    with pytest.raises(VotingClosed):
        hall.cast(other)


def test_casting_into_an_unknown_session_is_refused():
    with pytest.raises(SlipRefused):
        services.cast_ballot(10**9, selector="0000", secret="x" * 22, ciphertext=b"")


def test_typed_code_is_locked_after_five_wrong_tries_but_not_the_qr():
    hall = make_hall()
    slip = hall.all_slips[0]
    sealed = hall.seal(slip, {})
    wrong = wrong_code(slip)

    codes = []
    for secret in [wrong] * 6 + [slip.typed]:
        with pytest.raises(SlipRefused) as refusal:
            services.cast_ballot(hall.session.pk, selector=slip.selector, secret=secret, ciphertext=sealed)
        codes.append(refusal.value.code)

    assert codes == ["unknown_slip"] * 5 + ["too_many_wrong"] * 2
    hall.cast(slip)


def wrong_code(slip):
    """A code with a right check character that is not this slip's."""
    from apps.evaluations.domain.crockford import with_check

    other = "0" if slip.typed[0] != "0" else "1"
    return with_check(slip.selector + other + slip.typed[1:11])[4:]


def test_another_persons_sealed_ballot_cannot_be_sent_again():
    hall = make_hall()
    victim, thief = hall.all_slips[:2]
    sealed = hall.seal(victim, hall.marks("good"))
    services.cast_ballot(
        hall.session.pk, selector=victim.selector, secret=hall_secret(victim), ciphertext=sealed
    )

    with pytest.raises(BallotRefused):
        services.cast_ballot(
            hall.session.pk, selector=thief.selector, secret=hall_secret(thief), ciphertext=sealed
        )

    assert UrnEntry.objects.count() == 1
    assert Credential.objects.get(selector=thief.selector).state == "unused"


@pytest.mark.parametrize("target", ["open", "closed", "opened"])
def test_state_moves_one_step_forward_only(target):
    session = make_session()

    with pytest.raises(IntegrityError, match="one step forward"), transaction.atomic():
        EvaluationSession.objects.filter(pk=session.pk).update(state=target)


def test_state_never_moves_back():
    hall = make_hall()

    with pytest.raises(IntegrityError, match="one step forward"), transaction.atomic():
        EvaluationSession.objects.filter(pk=hall.session.pk).update(state="keyed")


def test_release_of_the_last_session_starts_grading():
    first = make_hall()
    second = make_session(cycle=first.session.cycle)
    first.close()
    first.open()
    heard = []
    results_released.connect(heard_by := lambda sender, **said: heard.append(said["session_id"]), weak=False)

    make_verified(first.session)
    services.release_results(first.session.pk, actor=first.actor, at=AT)
    first.session.cycle.refresh_from_db()
    assert first.session.cycle.stage == Stage.MEETING.value
    make_verified(make_opened_marks(second, []))
    services.release_results(second.pk, actor=first.actor, at=AT)
    services.release_results(second.pk, actor=first.actor, at=AT)
    results_released.disconnect(heard_by)

    first.session.cycle.refresh_from_db()
    assert first.session.cycle.stage == Stage.GRADING.value
    assert heard == [first.session.pk, second.pk]


def test_release_waits_for_opening():
    hall = make_hall()

    with pytest.raises(NotAllowedNow):
        services.release_results(hall.session.pk, actor=hall.actor, at=AT)


def test_factory_opens_with_given_marks():
    cycle = make_cycle(stage="meeting")
    reviewee = make_reviewee(cycle=cycle)
    group = cycle.scheme.voter_groups.first()

    session = make_opened_marks(make_session(cycle=cycle), [(reviewee.pk, group.pk, {"overall": "good"})])

    assert session.state == SessionState.OPENED.value
    assert list(mark_rows(cycle.pk)) == [(reviewee.pk, group.pk, {"overall": "good"})]
    assert returned_counts(cycle.pk)[group.pk] == 1
