from datetime import UTC, date, datetime

import pytest

from apps.notifications.kit import todos
from apps.notifications.services import notify
from tests.factories.accounts import make_user

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def user(db, client):
    user = make_user("clerk")
    client.force_login(user, backend=BACKEND)
    return user


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_whatever_the_number_of_rows(client, user, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        notify(user.pk, title="x", at=AT)

    with django_assert_num_queries(6):  # session, account, its roles, count, rows, unread messages
        client.get("/notifications/")


def test_opening_a_message_reads_it_and_leads_on(client, user):
    message = notify(user.pk, title="报告已退回", url="/audit/", at=AT)[0]

    assert '<span class="brand-count">1<' in client.get("/notifications/").content.decode()
    assert client.post(f"/notifications/{message.pk}/open/")["Location"] == "/audit/"
    assert "brand-count" not in client.get("/notifications/").content.decode()


def test_message_of_another_is_not_there(client, user):
    message = notify(make_user().pk, title="x", at=AT)[0]

    assert client.post(f"/notifications/{message.pk}/open/").status_code == 404


def test_todos_are_sorted_by_urgency(monkeypatch):
    monkeypatch.setattr(todos, "_providers", [])
    today = date(2026, 12, 1)
    lines = [
        todos.Todo("无期限", "/c/"), todos.Todo("晚", "/b/", due_on=date(2026, 12, 9)), todos.Todo("早", "/a/", due_on=date(2026, 11, 1)),
    ]  # fmt: skip
    provider = lambda user, day: lines  # noqa: E731

    todos.register(provider)
    todos.register(provider)

    assert [todo.title for todo in todos.todos_for(None, today)] == ["早", "晚", "无期限"]
