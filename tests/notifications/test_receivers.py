from datetime import UTC, datetime

import pytest

from apps.audit.services import check_chain, record_refusal
from apps.notifications.models import Notification
from tests.audit.test_services import append, tamper
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def guards():
    make_user("clerk")
    make_user("system_admin")
    make_user("audit_admin", is_active=False)
    return make_user("security_admin"), make_user("audit_admin")


def told():
    return {(one.recipient, one.title, one.url) for one in Notification.objects.all()}


def test_alarm_reaches_security_and_audit_administrator_once(guards):
    security, audit = guards
    user = make_user("clerk", username="he", display_name="何秀英")

    for _ in range(12):
        record_refusal("tests.tried", None, actor=user, at=AT, reason="不行。")

    title = "告警：何秀英（he） 5 分钟内被拒绝 10 次"
    assert told() == {(security, title, ""), (audit, title, f"/audit/?account={user.pk}&outcome=refused")}


def test_broken_chain_reaches_them_too(guards):
    append()
    tamper("UPDATE audit_auditentry SET action = 'x' WHERE seq = 4")

    check_chain(at=AT)

    assert {title for _, title, _ in told()} == {"告警：日志在第 4 条断裂"}
    assert {recipient for recipient, _, _ in told()} == set(guards)
