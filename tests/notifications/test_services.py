from datetime import UTC, datetime, timedelta

import pytest

from apps.notifications.models import Notification
from apps.notifications.selectors import notifications_visible_to, unread_count
from apps.notifications.services import mark_all_read, mark_read, notify
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def test_each_recipient_gets_one_message():
    one, other = make_user(), make_user()

    notify([one.pk, other.pk, one.pk], title="报告已退回", url="/duty-reports/1/", at=AT)

    assert [unread_count(one), unread_count(other)] == [1, 1]


def test_one_recipient_may_be_given_alone():
    user = make_user()

    message = notify(user.pk, title="字" * 200, body="文" * 600, at=AT)[0]

    assert (len(message.title), len(message.body)) == (120, 500)
    assert message.title.endswith("…")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_message_leads_nowhere_else(url):
    with pytest.raises(ValueError):
        notify(make_user().pk, title="x", url=url, at=AT)

    assert not Notification.objects.exists()


def test_reading_twice_keeps_the_first_time():
    user = make_user()
    message = notify(user.pk, title="x", at=AT)[0]

    mark_read(message.pk, actor=user, at=AT)
    again = mark_read(message.pk, actor=user, at=AT + timedelta(hours=1))

    assert again.read_at == AT


def test_nobody_reads_anothers_messages():
    owner, other = make_user(), make_user()
    message = notify(owner.pk, title="x", at=AT)[0]

    with pytest.raises(Notification.DoesNotExist):
        mark_read(message.pk, actor=other, at=AT)

    assert list(notifications_visible_to(other)) == []


def test_all_are_read_at_once():
    user = make_user()
    for _ in range(3):
        notify(user.pk, title="x", at=AT)

    assert mark_all_read(actor=user, at=AT) == 3
    assert mark_all_read(actor=user, at=AT) == 0
    assert unread_count(user) == 0
