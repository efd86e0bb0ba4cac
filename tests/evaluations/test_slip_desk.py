"""Slips at the desk: per hall, exchanged for paper, taken back. Each way out."""

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations import services
from apps.evaluations.errors import SlipRefused
from apps.evaluations.models import Credential, UrnEntry
from tests.factories.evaluations import AT, make_hall, make_session, make_session_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return make_hall(n_slips=2)


def state_of(hall, slip):
    return Credential.objects.get(session=hall.session, selector=slip.selector).state


def exchange(hall, slip):
    return services.exchange_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT)


def spoil(hall, slip):
    return services.spoil_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT)


def void(hall, slip):
    return services.void_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT)


def test_exchange_takes_the_ballot_out_of_the_urn(hall):
    slip = hall.all_slips[0]
    hall.cast(slip)

    exchange(hall, slip)

    assert state_of(hall, slip) == "paper"
    assert not UrnEntry.objects.exists()


def test_exchanging_twice_changes_nothing_and_is_logged_once(hall):
    slip = hall.all_slips[0]

    exchange(hall, slip)
    exchange(hall, slip)

    assert AuditEntry.objects.filter(action="evaluations.slip_exchanged").count() == 1


def test_paper_overrides_what_is_cast_afterwards(hall):
    slip = hall.all_slips[0]
    exchange(hall, slip)

    with pytest.raises(SlipRefused, match="纸质测评表"):
        hall.cast(slip)

    assert not UrnEntry.objects.exists()


def test_log_of_the_desk_never_names_a_slip_or_tells_whether_it_was_cast(hall):
    cast, unused, spoiled = hall.all_slips[0], hall.all_slips[1], hall.all_slips[2]
    hall.cast(cast)

    exchange(hall, cast)
    exchange(hall, unused)
    spoil(hall, spoiled)

    entries = AuditEntry.objects.filter(action__startswith="evaluations.slip_")
    details = [entry.details for entry in entries.order_by("seq")]
    assert details[0] == details[1] == {"group": spoiled_group(hall, cast), "n": 1}
    assert [slip.selector in str(details) for slip in (cast, unused, spoiled)] == [False] * 3


def spoiled_group(hall, slip):
    return Credential.objects.get(selector=slip.selector).group.voter_group.name


@pytest.mark.parametrize(("retire", "state"), [(void, "void"), (spoil, "spoiled")])
def test_retired_slip_cannot_cast_nor_be_exchanged(hall, retire, state):
    slip = hall.all_slips[0]
    retire(hall, slip)
    retire(hall, slip)

    with pytest.raises(SlipRefused):
        hall.cast(slip)
    with pytest.raises(DomainError) as refusal:
        exchange(hall, slip)
    assert (state_of(hall, slip), refusal.value.code) == (state, "slip_gone")


@pytest.mark.parametrize("retire", [void, spoil])
def test_slip_that_was_cast_is_not_retired(hall, retire):
    slip = hall.all_slips[0]
    hall.cast(slip)

    with pytest.raises(DomainError) as refusal:
        retire(hall, slip)

    assert (state_of(hall, slip), refusal.value.code) == ("online", "slip_used")


@pytest.mark.parametrize("retire", [void, spoil])
def test_exchanged_slip_is_not_retired(hall, retire):
    slip = hall.all_slips[0]
    exchange(hall, slip)

    with pytest.raises(DomainError) as refusal:
        retire(hall, slip)

    assert (state_of(hall, slip), refusal.value.code) == ("paper", "slip_gone")


@pytest.mark.parametrize("act", [exchange, spoil, void])
def test_unknown_slip_is_refused(hall, act):
    stranger = make_hall(n_slips=1).all_slips[0]
    Credential.objects.filter(session=hall.session, selector=stranger.selector).delete()

    with pytest.raises(DomainError) as refusal:
        act(hall, stranger)

    assert refusal.value.code == "unknown_slip"


@pytest.mark.parametrize("act", [exchange, spoil, void])
def test_desk_is_shut_with_the_urn(hall, act):
    slip = hall.all_slips[0]
    hall.cast(slip)
    hall.close()

    with pytest.raises(NotAllowedNow):
        act(hall, hall.all_slips[1])


def test_slips_of_a_session_with_halls_belong_to_one_of_them():
    hall = make_hall(state="keyed", n_slips=1)
    one, other = (make_session_hall(hall.session, name) for name in ("礼堂", "三楼"))
    group = hall.session.groups.first()

    def issue(**more):
        return services.issue_slips(
            hall.session.pk, group_id=group.pk, n_slips=2, actor=hall.actor, at=AT, **more
        )

    with pytest.raises(DomainError) as without:
        issue()
    with pytest.raises(DomainError) as foreign:
        issue(hall_id=make_session_hall(make_session()).pk)
    issue(hall_id=one.pk)
    issue(hall_id=other.pk)
    services.reprint_slips(hall.session.pk, group_id=group.pk, hall_id=one.pk, actor=hall.actor, at=AT)

    assert (without.value.code, foreign.value.code) == ("hall_needed", "foreign_hall")
    states = Credential.objects.filter(group=group).values_list("hall__name", "state")
    assert sorted(states.exclude(hall=None)) == sorted(
        [("礼堂", "void")] * 2 + [("礼堂", "unused")] * 2 + [("三楼", "unused")] * 2
    )
    assert AuditEntry.objects.latest("seq").details["hall"] == "礼堂"
