import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.audit.kit import labels
from apps.audit.models import AuditEntry
from apps.audit.services import record_action
from tests.factories.accounts import make_user
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)  # 1 o'clock of the 2nd in China
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def reader(client):
    user = make_user("audit_admin", display_name="蒋审")
    client.force_login(user, backend=BACKEND)
    client.user = user
    return client


def count(response):
    return int(response.content.decode().split("共 <b>")[1].split("<")[0])


@pytest.mark.parametrize("n_rows", [1, 3])
def test_list_costs_the_same_whatever_the_number_of_rows(reader, n_rows, django_assert_num_queries):
    for _ in range(n_rows - 1):  # signing in was the first
        record_action("accounts.created", reader.user, actor=reader.user, at=timezone.now())

    with django_assert_num_queries(6):  # session, account, its roles, count, rows, unread messages
        response = reader.get("/audit/")

    assert count(response) == n_rows


def test_list_begins_thirty_days_ago_unless_a_time_or_a_link_is_chosen(reader):
    """Searching all of the log would read all of it; what is left out is said, and one choice away."""
    now = timezone.now()
    for days in (1, 29, 31, 100, 400):
        record_action("accounts.created", reader.user, actor=reader.user, at=now - timedelta(days=days))
    page = reader.get("/audit/").content.decode()

    shown = {query: count(reader.get(f"/audit/?action=accounts.created{query}")) for query in (
        "", "&period=90", "&period=366", "&period=all", "&from=2000-01-01", f"&account={reader.user.pk}"
    )}  # fmt: skip

    assert '<option value="">最近 30 天</option>' in page
    assert "不选时段和日期时，只列出最近 30 天的" in page
    assert list(shown.values()) == [2, 3, 4, 5, 5, 5]
    assert (
        '<option value="">不限</option>' in reader.get(f"/audit/?account={reader.user.pk}").content.decode()
    )


def test_export_says_which_period_it_holds(reader):
    reader.get("/audit/?export=xlsx")

    assert AuditEntry.objects.get(action="audit.list_exported").details == {"conditions": "时段：最近 30 天"}


def test_acts_are_named_in_chinese_and_found_by_that_name(reader):
    clerk = make_user("clerk", display_name="何秀英")
    record_action("accounts.role_granted", make_organization(name="甲镇党委"), actor=clerk, at=AT)

    assert "授予角色" in reader.get("/audit/?period=all&q=授予").content.decode()
    assert count(reader.get("/audit/?period=all&q=授予")) == 1
    assert count(reader.get("/audit/?period=all&q=何秀英+甲镇")) == 1
    assert count(reader.get("/audit/?period=all&action=accounts.role_granted")) == 1


def test_dates_are_those_of_china(reader):
    for hours in (-2, 0, 24):
        record_action("accounts.created", None, actor=None, at=AT + timedelta(hours=hours))

    assert count(reader.get("/audit/?action=accounts.created&from=2026-12-02&until=2026-12-02")) == 1
    assert count(reader.get("/audit/?action=accounts.created&until=2026-12-02")) == 2


def test_entry_shows_its_details_and_hashes(reader):
    entry = record_action("accounts.role_granted", None, actor=None, at=AT, details={"scope": "甲镇党委"})

    html = reader.get(f"/audit/{entry.seq}/").content.decode()

    assert "<dt>范围</dt><dd>甲镇党委</dd>" in html
    assert entry.entry_hash in html
    assert reader.get("/audit/999/").status_code == 404


def test_act_without_a_name_is_shown_as_it_is_stored():
    assert labels.label_of("nobody.named_this") == "nobody.named_this"


def test_export_proposes_the_last_thirty_days(reader):
    page = reader.get("/audit/status/").content.decode()

    since, until = (datetime.fromisoformat(day) for day in re.findall(r'value="(\d{4}-\d\d-\d\d)"', page))
    assert until - since == timedelta(days=30)


@pytest.mark.parametrize(
    ("link", "n_found"),
    [("account={actor}", 2), ("address=172.16.3.9", 1), ("request={request}", 1), ("object=tests.thing:7", 1),
     ("account=%00", 4), ("request=%00", 4)],
)  # fmt: skip
def test_links_of_an_entry_show_what_has_the_same_in_common(reader, link, n_found):
    other = make_user("clerk")
    for _ in range(2):
        record_action("tests.done", None, actor=other, at=timezone.now())
    entry = AuditEntry.objects.create(
        seq=10**6, at=timezone.now(), actor_label="系统", action="tests.seen", object_type="tests.thing", object_id="7",
        origin="172.16.3.9", request_id="r" * 16, entry_hash="x" * 64,
    )  # fmt: skip

    page = reader.get(f"/audit/?{link.format(actor=other.pk, request=entry.request_id)}")

    assert count(page) == n_found
