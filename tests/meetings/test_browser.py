"""What only a real browser can show: typing that saves itself, a conflict, and the clock in the hall."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.duty_reports.models import Problem
from apps.meetings.models import Commentary, MeetingClock
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.meetings import make_commentary, make_meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene():
    cycle = make_cycle(stage="meeting")
    person = make_reviewee(cycle=cycle)
    clerk = make_user("clerk", cycle.host)
    meeting = make_meeting(cycle=cycle, speakers=[person], minutes_each=2)
    return (
        meeting,
        person,
        clerk,
        make_commentary(meeting=meeting, reviewee=person, recorded_by=clerk, text=""),
    )


def visit(page, live_server, user, name, *args):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    key = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": live_server.url}])
    page.goto(live_server.url + reverse(f"meetings:{name}", args=args))


def saved(page):
    return page.get_by_role("status").get_by_text("已保存")


def test_typing_saves_itself_and_proposes_problems(scene, live_server, page):
    meeting, person, clerk, commentary = scene
    visit(page, live_server, clerk, "commentary", meeting.pk, person.pk)

    page.get_by_label("王副书记的点评内容").press_sequentially("一是党员教育形式单一，二是发展党员不规范。")
    saved(page).wait_for()
    page.get_by_role("button", name="确认为问题").first.click()
    page.get_by_text("已确认的问题（1 条）").wait_for()

    commentary.refresh_from_db()
    assert commentary.text == "一是党员教育形式单一，二是发展党员不规范。"
    assert Problem.objects.get().text == "党员教育形式单一"


def test_conflict_loses_neither_text(scene, live_server, page):
    meeting, person, clerk, commentary = scene
    visit(page, live_server, clerk, "commentary", meeting.pk, person.pk)
    Commentary.objects.filter(pk=commentary.pk).update(text="别人记的话。", version=2)

    box = page.get_by_label("王副书记的点评内容")
    box.press_sequentially("我记的话。")
    page.get_by_role("button", name="两份都保留").click()
    saved(page).wait_for()

    commentary.refresh_from_db()
    assert commentary.text == box.input_value() == "别人记的话。\n我记的话。"


def test_what_could_not_be_saved_comes_back_after_a_reload(scene, live_server, page):
    meeting, person, clerk, _ = scene
    visit(page, live_server, clerk, "commentary", meeting.pk, person.pk)
    page.on("dialog", lambda dialog: dialog.accept())

    page.context.set_offline(True)
    page.get_by_label("王副书记的点评内容").press_sequentially("断网时记的话。")
    page.get_by_text("内容暂存在本机").wait_for()
    page.context.set_offline(False)
    page.reload()

    assert page.get_by_label("王副书记的点评内容").input_value() == "断网时记的话。"
    saved(page).wait_for()


def test_clock_runs_pauses_and_survives_a_reload(scene, live_server, page):
    meeting, person, clerk, _ = scene
    visit(page, live_server, clerk, "countdown", meeting.pk)
    clock, word, toggle = (page.locator(f"[data-{name}]") for name in ("clock", "word", "toggle"))

    toggle.click()
    page.get_by_text("述职中").wait_for()
    row = MeetingClock.objects.get(meeting=meeting)
    assert (row.reviewee, row.ends_at is None) == (person, False)
    MeetingClock.objects.update(ends_at=timezone.now() + timedelta(seconds=60))
    page.reload()
    page.get_by_text("最后 60 秒").wait_for()
    toggle.click()
    page.get_by_text("已暂停").wait_for()
    stood = clock.inner_text()
    page.reload()
    assert (clock.inner_text(), word.inner_text(), toggle.inner_text()) == (stood, "已暂停", "继续")
    MeetingClock.objects.update(seconds_left=-4)
    page.reload()
    assert (clock.inner_text(), word.inner_text()) == ("+0:04", "时间到")


def test_clock_follows_another_page(scene, live_server, page, open_window):
    meeting, _, clerk, _ = scene
    other = open_window()
    visit(page, live_server, clerk, "countdown", meeting.pk)
    visit(other, live_server, clerk, "countdown", meeting.pk)

    page.locator("[data-toggle]").click()

    other.get_by_text("述职中").wait_for(timeout=8_000)
