"""`make screenshots`: the pictures of the README, from the demonstration district.

Not collected with the tests (its name says so); it fails when a page it shows does.
"""

import io
import json
from pathlib import Path
from random import Random

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.evaluations.models import EvaluationSession
from apps.evaluations.services import issue_slips, make_key, open_voting, try_cards
from apps.portal.management.demo.ballots import rehearse

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"


@pytest.fixture
def district(transactional_db):
    """The demonstration district just before the meeting."""
    output = io.StringIO()
    call_command("seed_demo", until="meeting", json=True, stdout=output)
    User.objects.update(must_change_password=False)
    return json.loads(output.getvalue())


@pytest.fixture
def slip(district):
    """One slip of an open evaluation session."""
    session = EvaluationSession.objects.latest("pk")
    clerk, now = User.objects.get(username="jingban"), timezone.now()
    cards = [card.text for card in make_key(session.pk, actor=clerk, at=now).cards][:2]
    try_cards(session.pk, cards=cards, actor=clerk, at=now)
    rehearse(session, actor=clerk, at=now, draw=Random(1))
    groups = [
        issue_slips(session.pk, group_id=group.pk, n_slips=1, actor=clerk, at=now)
        for group in session.groups.all()
    ]
    open_voting(session.pk, actor=clerk, at=now)
    return session, groups[0][0]


def sign_in(page, live_server, username):
    """Put a session cookie into the window."""
    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def take(page, name):
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def test_home(district, live_server, page):
    sign_in(page, live_server, "jingban")

    answer = page.goto(f"{live_server.url}/")
    take(page, "home")

    assert answer.status == 200


def test_cast(slip, live_server, phone):
    session, first = slip

    answer = phone.goto(f"{live_server.url}/evaluations/cast/{session.pk}#{first.fragment}")
    phone.locator("#begin").click()
    for label in phone.locator(".person.now .options label:first-child").all()[:3]:
        label.click()
    phone.evaluate("scrollTo(0, 0)")
    take(phone, "cast")

    assert answer.status == 200
