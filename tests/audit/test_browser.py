"""The log in a real Chromium. The server answers as the application."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from apps.audit.models import AuditEntry, ChainCheck
from apps.audit.services import check_chain, record_action, record_refusal
from tests.factories.accounts import make_user
from tests.factories.organizations import make_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def entry(transactional_db):
    """Some acts, one of them refused, one with what it changed, after which the chain was checked."""
    user, town = make_user("clerk", display_name="何秀英"), make_organization(name="甲镇党委")
    details = {
        "before": {"name": "甲乡党委", "code": "T1"},
        "after": {"name": "甲镇党委", "code": "T1"},
        "reason": "撤乡设镇",
    }
    found = record_action("organizations.edited", town, actor=user, at=AT, details=details)
    for n in range(3):
        record_refusal(
            "accounts:user_disable", user, actor=user, at=AT + timedelta(seconds=n), reason="没有这项权限"
        )
    check_chain(at=AT)
    return found


@pytest.fixture
def reader(client, live_server):
    """Give a window the session of the audit administrator."""
    client.force_login(make_user("audit_admin", display_name="蒋审"), backend=BACKEND)
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def enter(window):
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return window

    return enter


def test_export_and_check_are_logged_by_the_server_as_the_application(
    page, live_server, reader, entry, tmp_path
):
    window = reader(page)
    window.goto(f"{live_server.url}/audit/status/")
    window.fill("#id_since", "2026-12-01")
    window.fill("#id_until", "2026-12-01")

    with window.expect_download() as download:
        window.get_by_role("button", name="导出", exact=True).click()
    window.get_by_role("button", name="现在核对").click()
    window.wait_for_selector("text=已交给后台")

    assert download.value.suggested_filename == "日志2026-12-01至2026-12-01.zip"
    acts = set(AuditEntry.objects.filter(action__startswith="audit.").values_list("action", flat=True))
    assert acts == {"audit.exported", "audit.check_requested"}
    assert ChainCheck.objects.count() == 1
