"""The steward's desk: one word about a slip in hand, never more, and nothing kept."""

import logging

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.evaluations.services import exchange_slip, spoil_slip, void_slip
from apps.evaluations.views.steward import MOST_PER_MINUTE
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return make_hall(n_slips=3)


@pytest.fixture
def desk(client, hall):
    user = make_user(role="clerk", scope=hall.session.cycle.host)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(desk, hall, text, **headers):
    address = reverse("evaluations:steward_slip", args=[hall.session.pk])
    return desk.post(address, {"selector": text}, headers={"hx-request": "true"} | headers)


def word(answer):
    return answer.content.decode().partition('class="tag')[2].partition(">")[2].partition("<")[0]


def test_one_word_says_what_became_of_a_slip(desk, hall):
    cast, unused, void, spoiled, paper = hall.all_slips[:5]
    hall.cast(cast)
    void_slip(hall.session.pk, selector=void.selector, actor=hall.actor, at=AT)
    spoil_slip(hall.session.pk, selector=spoiled.selector, actor=hall.actor, at=AT)
    exchange_slip(hall.session.pk, selector=paper.selector, actor=hall.actor, at=AT)

    words = [word(ask(desk, hall, slip.selector)) for slip in (cast, unused, void, spoiled, paper)]

    assert words == ["已交", "未交", "作废", "作废", "已换纸质"]


def test_slip_is_found_by_stub_code_or_scanned_address(desk, hall):
    slip = hall.all_slips[0]
    hall.cast(slip)
    texts = [slip.selector, slip.typed_code, f"http://10.0.0.1/evaluations/cast/1#{slip.fragment}"]

    assert [word(ask(desk, hall, text)) for text in texts] == ["已交"] * 3


def test_what_is_no_slip_of_this_session_is_said(desk, hall):
    stranger = next(
        slip for slip in make_hall(n_slips=3).all_slips
        if slip.selector not in {own.selector for own in hall.all_slips}
    )  # fmt: skip

    assert word(ask(desk, hall, "12")) == "没有认出"
    assert word(ask(desk, hall, stranger.selector)) == "查不到"


def test_answers_differ_by_state_only(desk, hall):
    """Neither grade nor length of a ballot shows."""
    good, poor = hall.all_slips[:2]
    hall.cast(good, "good")
    hall.cast(poor, "poor")

    assert ask(desk, hall, good.selector).content == ask(desk, hall, poor.selector).content


def test_nothing_is_logged_and_nothing_audited(desk, hall, caplog):
    slip = hall.all_slips[0]
    n_entries = AuditEntry.objects.count()
    with caplog.at_level(logging.DEBUG):
        ask(desk, hall, slip.typed_code)

    assert slip.selector not in caplog.text
    assert AuditEntry.objects.count() == n_entries


def test_desk_does_not_list_a_hall_slip_by_slip(desk, hall):
    slip = hall.all_slips[0]
    answers = [ask(desk, hall, slip.selector) for _ in range(MOST_PER_MINUTE + 1)]

    assert [word(answer) for answer in answers] == ["未交"] * MOST_PER_MINUTE + ["查得太快"]
    assert answers[-1].status_code == 200  # htmx shows it; without htmx it is a 429
    plain = desk.post(
        reverse("evaluations:steward_slip", args=[hall.session.pk]), {"selector": slip.selector}
    )
    assert plain.status_code == 429


def test_without_scripts_the_whole_page_answers(desk, hall):
    address = reverse("evaluations:steward_slip", args=[hall.session.pk])

    page = desk.post(address, {"selector": hall.all_slips[0].selector}).content.decode()

    assert "帮办台" in page
    assert "未交" in page
    assert f'value="{hall.all_slips[0].selector}"' not in page


def test_answer_is_not_kept_by_the_browser(desk, hall):
    answer = ask(desk, hall, hall.all_slips[0].selector)

    assert "no-store" in answer["Cache-Control"]
