"""Pages of the ledger, the opening and the released words."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.cycles.domain.papers.templates import CommentPolicy
from apps.evaluations.kit import holds
from apps.evaluations.models import EvaluationSession
from tests.evaluations.test_paper_totals import Desk
from tests.evaluations.test_races import at_once
from tests.evaluations.test_urn import changed_hall
from tests.evaluations.test_voting import put_by_hand, sql
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall

pytestmark = pytest.mark.django_db


def login(client, hall):
    clerk = make_user(role="clerk", scope=hall.session.cycle.host)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name, hall):
    return reverse(f"evaluations:{name}", args=[hall.session.pk])


def test_ledger_says_before_closing_what_will_block_it_and_who_may_mend_it(client):
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    sql("DELETE FROM evaluations_urnentry")

    page = login(client, hall).get(url("ledger", hall)).content.decode()

    assert "1 张测评票登记为已交，票箱里没有选票" in page
    assert "监票人会同系统管理员" in page


def test_replaced_ballots_are_closed_out_by_a_button_of_their_own(client):
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    sql("UPDATE evaluations_urnentry SET voucher = 'x'")
    page = login(client, hall)

    refused = page.post(url("voting_close", hall), follow=True).content.decode()
    shown = page.get(url("ledger", hall)).content.decode()
    closed = page.post(url("voting_close_confirmed", hall), follow=True).content.decode()

    assert "1 份选票被换成" in refused
    assert url("voting_close_confirmed", hall) in shown
    assert "另有 1 份不是经系统投入的内容" in closed
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "closed"


def test_ledger_without_faults_offers_no_such_button(client):
    hall = make_hall()
    put_by_hand(hall, hall.all_slips[0])

    assert (
        url("voting_close_confirmed", hall)
        not in login(client, hall).get(url("ledger", hall)).content.decode()
    )


def talked(n):
    """``n`` ballots with words about the first reviewee, two of them about the second as well; released."""
    hall = changed_hall(n_slips=4, comments=CommentPolicy.PER_PERSON)
    one, two = hall.paper.subject_ids
    for place, slip in enumerate(hall.all_slips[:n]):
        texts = {one: {"c": "多到基层"}} | ({two: {"c": "=1+1"}} if place < 2 else {})
        hall.cast_marks(slip, hall.marks("good"), texts={"1": texts})
    hall.close()
    hall.open()
    return hall


def release(hall):
    EvaluationSession.objects.filter(pk=hall.session.pk).update(state="released", released_at=AT)


def test_words_are_read_after_the_release_and_named_only_where_enough_wrote(client):
    hall = talked(5)
    page = login(client, hall)
    before = page.get(url("comment_list", hall)).content.decode()
    release(hall)

    after = page.get(url("comment_list", hall)).content.decode()

    first, second = (s.reviewee.name for s in hall.session.subjects.select_related("reviewee"))
    assert "发布以后才能查看" in before
    assert "多到基层" not in before
    table = after.split("<tbody")[1]
    assert (table.count("多到基层"), table.count(first), table.count("全场和其他"), second in table) == (
        5,
        5,
        2,
        False,
    )


def test_words_are_exported_as_text_never_as_a_formula(client):
    hall = talked(5)
    release(hall)

    response = login(client, hall).get(url("comment_list", hall), {"export": "xlsx"})

    cells = [cell for row in load_workbook(BytesIO(response.content)).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value and "1+1" in str(cell.value)] == ["s", "s"]


def test_words_of_too_few_say_why_there_are_none(client):
    hall = talked(4)
    release(hall)

    page = login(client, hall).get(url("comment_list", hall)).content.decode()

    assert "不足 5 张票，按规定不公开" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_lost_hold_is_typed_in_from_its_page(client):
    hall = make_hall(n_slips=1)
    hall.cast(hall.all_slips[0])
    hall.close()
    holds.shred_hold(hall.session.pk, bytes(hall.session.public_key))
    page = login(client, hall)
    cards = {"card_1": hall.cards[0], "card_2": hall.cards[2]}

    without = page.post(url("urn_open", hall), cards | {"hold": ""})
    given = page.post(url("urn_open", hall), cards | {"hold": hall.hold_text.lower()})

    assert (without.status_code, given.status_code) == (422, 302)
    assert "封存" in without.content.decode()
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "opened"


@pytest.mark.django_db(transaction=True)
def test_two_people_enter_at_once_and_get_a_place_each():
    desk = Desk()

    outcomes = at_once(lambda: desk.enter(desk.first), lambda: desk.enter(desk.second))

    assert sorted(outcome.place for outcome in outcomes) == [1, 2]
    assert [] in [outcome.differing for outcome in outcomes]
