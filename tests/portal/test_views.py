import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from apps.documents.models import Job
from apps.notifications.kit import todos
from apps.notifications.services import notify
from apps.portal.selectors import todo_lines
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.organizations import make_organization

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def user(db, client):
    user = make_user("head")
    client.force_login(user, backend=BACKEND)
    return user


@pytest.fixture
def only(monkeypatch):
    """Take the place of the apps' own providers."""

    def put(*lines):
        monkeypatch.setattr(todos, "_providers", [lambda user, today: lines])

    return put


def test_home_shows_what_waits_with_its_day(client, user, only):
    today = timezone.localdate()
    only(
        todos.Todo("审核述职报告", "/duty-reports/", count=3, due_on=today - timezone.timedelta(days=2)),
        todos.Todo("报送整改进展", "/rectification/", due_on=today),
        todos.Todo("设置方案", "/cycles/"),
    )

    html = client.get("/").content.decode()
    order = [html.index(title) for title in ("审核述职报告", "报送整改进展", "设置方案")]

    assert order == sorted(order)
    assert '<span class="tag tag-bad">已逾期 2 天</span>' in html
    assert '<span class="tag tag-warn">今天到期</span>' in html
    assert "3 项" in html


def test_urgency_is_told_in_words(only):
    today = timezone.localdate()
    days = [-1, 0, 3, 4, None]
    only(
        *(
            todos.Todo(str(d), "/", due_on=None if d is None else today + timezone.timedelta(days=d))
            for d in days
        )
    )

    tags = {line.todo.title: line.tag for line in todo_lines(None, today)}

    assert tags == {"-1": "tag-bad", "0": "tag-warn", "3": "tag-warn", "4": "tag-info", "None": ""}


def test_home_without_work_says_so(client, user, only):
    only()

    assert "现在没有等您办的事" in client.get("/").content.decode()


def test_home_shows_messages_and_running_work_of_this_account_only(client, user, only):
    only()
    now = timezone.now()
    notify([user.pk, make_user().pk], title="报告已提交", at=now)
    for owner, title in ((user, "生成反馈意见书"), (make_user(), "别人的任务")):
        Job.objects.create(kind="x", title=title, requested_by=owner, queued_at=now)

    html = client.get("/").content.decode()

    assert html.count("报告已提交") == 1
    assert "生成反馈意见书" in html
    assert "别人的任务" not in html


def test_every_provider_of_the_house_answers_for_every_role(world, client):
    for user in world.users.values():
        client.force_login(user, backend=BACKEND)

        assert client.get("/").status_code == 200


def test_health_check_needs_no_account_and_no_session(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_health_check_tells_when_the_database_is_gone(client, db, monkeypatch):
    def gone(*args):
        raise OperationalError("secret host name")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        response = client.get("/healthz")

    assert response.status_code == 503
    assert b"secret" not in response.content


def test_missing_page_forbidden_page_and_stale_form_speak_chinese(client, user):
    assert "没有这一页" in client.get("/nowhere/").content.decode()
    assert "没有这项权限" in client.get("/audit/").content.decode()

    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@override_settings(DEBUG=False)
def test_server_error_page_stands_on_its_own():
    from django.views.defaults import server_error

    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "以前保存的内容不受影响" in response.content.decode()


def test_home_tells_staff_where_the_year_stands_and_what_comes_next(client, only):
    only()
    cycle = make_cycle(stage="rectifying")
    clerk = make_user("clerk", scope=cycle.host)
    client.force_login(clerk, backend=BACKEND)

    html = client.get("/").content.decode()

    assert cycle.title in html
    assert "督促整改、验收销号" in html
    assert f"/rectification/?cycle={cycle.pk}" in html


def test_home_of_staff_without_a_cycle_shows_the_first_step(client, only):
    only()
    client.force_login(make_user("clerk", scope=make_organization()), backend=BACKEND)

    assert "您的范围内还没有年度周期" in client.get("/").content.decode()
