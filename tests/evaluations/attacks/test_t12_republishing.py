"""T12: publish, add one more ballot, publish again: the difference of two tallies is that ballot. Nothing can be added after opening."""

from collections import Counter

import pytest
from django.db import Error, transaction

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.models import Credential, OpenedMark, PaperBatch
from apps.evaluations.services.paper_totals import open_batch, set_heads
from apps.scoring.services import verify_session
from tests.evaluations.attacks.evidence import ask
from tests.evaluations.attacks.halls import answer_text, cast_all, dice, make_number_hall
from tests.factories.evaluations import AT

pytestmark = pytest.mark.django_db(transaction=True)

N_CAST = 8


def tally():
    """What is published, at its finest: how often each answer was given."""
    return Counter(answer_text(marks) for marks in OpenedMark.objects.values_list("marks", flat=True))


def added_ballots(before, add):
    """The attack: let one ballot be added, and subtract the tallies. Return the ballots found; a refusal finds none."""
    try:
        with transaction.atomic():
            add()
    except (DomainError, Error):
        pass
    return list((tally() - before).elements())


def hall_with_late_paper():
    """A hall in which one slip stays unused and one paper batch is open with nothing in it."""
    hall = make_number_hall(N_CAST + 1)
    group = hall.session.groups.get()
    open_batch(hall.session.pk, group_id=group.pk, actor=hall.actor, at=AT)
    late = hall.all_slips[-1]
    hall.slips[group.pk].remove(late)
    cast_all(hall, dice(12), n_writers=2)
    hall.late = late
    hall.close()
    hall.open()
    return hall


def ways_to_add(hall):
    """Return everything by which a ballot could get in after opening."""
    at = {"actor": hall.actor, "at": AT}
    session, group = hall.session.pk, hall.session.groups.get()
    marks = {hall.paper.parts[0].key: {hall.paper.subject_ids[0]: {"a": "3", "b": "3", "d": "3"}}}
    row = OpenedMark.objects.first()
    again = "INSERT INTO evaluations_openedmark (id, subject_id, group_id, paper_id, marks) SELECT gen_random_uuid(), subject_id, group_id, paper_id, marks FROM evaluations_openedmark LIMIT 1"  # fmt: skip
    return {
        "cast late": lambda: hall.cast_marks(hall.late, marks),
        "one more slip": lambda: services.issue_slips(session, group_id=group.pk, n_slips=1, **at),
        "paper for a slip": lambda: services.exchange_slip(session, selector=hall.late.selector, **at),
        "one more paper form": lambda: set_heads(PaperBatch.objects.get().pk, n_issued=1, n_returned=1, n_spoiled=0, **at),
        "a new batch": lambda: open_batch(session, group_id=group.pk, **at),
        "open the voting again": lambda: services.open_voting(session, **at),
        "close again": lambda: services.close_voting(session, **at),
        "open the urn again": lambda: services.open_urn(session, cards=hall.cards[:2], **at),
        "new key": lambda: services.make_key(session, **at),
        "SQL: one more mark": lambda: ask(again),
        "SQL: another mark": lambda: OpenedMark.objects.filter(pk=row.pk).update(marks={"a": "3"}),
        "SQL: fewer marks": lambda: ask("DELETE FROM evaluations_openedmark"),
        "SQL: back to voting": lambda: ask("UPDATE evaluations_evaluationsession SET state = 'open'"),
        "SQL: back to closed": lambda: ask("UPDATE evaluations_evaluationsession SET state = 'closed'"),
        "SQL: one more envelope": lambda: ask("INSERT INTO evaluations_urnentry SELECT %s, ciphertext, 'X', voucher FROM evaluations_urnentry LIMIT 1", [Credential.objects.get(selector=hall.late.selector).pk]),
    }  # fmt: skip


@pytest.mark.parametrize("is_released", [False, True])
def test_nothing_can_be_added_to_what_was_opened(is_released):
    hall = hall_with_late_paper()
    if is_released:
        verify_session(hall.session.pk, actor=hall.actor, at=AT)
        services.release_results(hall.session.pk, actor=hall.actor, at=AT)
    before, n_envelopes = tally(), ask("SELECT count(*) FROM evaluations_urnentry")

    found = {name: added_ballots(before, add) for name, add in ways_to_add(hall).items()}

    assert {name: ballots for name, ballots in found.items() if ballots} == {}
    assert tally() == before
    assert before.total() == N_CAST
    assert ask("SELECT count(*) FROM evaluations_urnentry") == n_envelopes


def test_where_ballots_may_be_added_the_difference_is_the_ballot():
    """The weak variant: the same table without the rules that keep it."""
    hall_with_late_paper()
    before = tally()
    with transaction.atomic():
        ask("ALTER TABLE evaluations_openedmark DISABLE TRIGGER USER")
        row = OpenedMark.objects.first()
        found = added_ballots(
            before,
            lambda: OpenedMark.objects.create(
                subject=row.subject, group=row.group, paper=row.paper, marks={"a": "1", "b": "2", "d": "3"}
            ),
        )
        transaction.set_rollback(True)

    assert found == ["1-2-3"]
