import base64
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.notifications.kit.todos import todos_for
from apps.rectification.domain.colours import Colour, colour_of
from apps.rectification.models import Evidence, ProgressEntry, RectificationItem
from apps.rectification.selectors import items_visible_to, with_colour
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.rectification import make_applied_item, make_closed_item, make_entry, make_item

AT = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def cycle(today):
    return make_cycle(stage="rectifying", rectification_due_on=today + timedelta(days=90))


@pytest.fixture
def reviewee(cycle):
    return make_reviewee(cycle=cycle)


@pytest.fixture
def secretary(reviewee):
    return make_user("secretary", secretary=reviewee.secretary)


@pytest.fixture
def clerk(cycle):
    return make_user("clerk", cycle.host)


@pytest.fixture
def enter(client):
    def enter_as(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter_as


@pytest.fixture
def item(cycle, reviewee, today):
    return make_item(cycle=cycle, reviewee=reviewee, due_on=today + timedelta(days=30))


def url(name, *args):
    return reverse(f"rectification:{name}", args=args)


@pytest.mark.parametrize("n", [1, 3])
def test_item_list_costs_the_same_queries(enter, clerk, cycle, django_assert_num_queries, n):
    for _ in range(n):
        make_item(cycle=cycle)
    desk = enter(clerk)

    with django_assert_num_queries(7):
        answer = desk.get(url("item_list"))

    assert len(answer.context["lines"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_own_items_cost_the_same_queries(enter, secretary, cycle, reviewee, django_assert_num_queries, n):
    for _ in range(n):
        make_item(cycle=cycle, reviewee=reviewee)
    desk = enter(secretary)

    with django_assert_num_queries(6):
        answer = desk.get(url("own_item_list"))

    assert len(answer.context["open_items"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_item_detail_costs_the_same_queries(enter, secretary, item, django_assert_num_queries, n):
    for _ in range(n):
        make_entry(item=item, entered_by=secretary)
    desk = enter(secretary)

    with django_assert_num_queries(9):
        answer = desk.get(url("item_detail", item.pk))

    assert len(answer.context["history"]) == n


def test_colour_filter_agrees_with_the_rule(cycle, clerk, secretary, today):
    items = [make_item(cycle=cycle, due_on=today + timedelta(days=d)) for d in (-1, 0, 10, 11)]
    items.append(make_item(cycle=cycle, due_on=None))
    items.append(
        make_closed_item(cycle=cycle, applied_by=secretary, verified_by=clerk, due_on=date(2020, 1, 1))
    )
    items.append(make_closed_item(cycle=cycle, applied_by=secretary, verified_by=clerk, due_on=None))

    for colour in Colour:
        ruled = {i for i in items if colour_of(i.due_on, today, is_closed_out=i.is_closed_out) is colour}
        assert set(with_colour(items_visible_to(clerk), colour.value, today)) == ruled


def test_ledger_filters_and_exports_what_it_shows(enter, clerk, cycle, reviewee, today):
    late = make_item(cycle=cycle, reviewee=reviewee, due_on=today - timedelta(days=1))
    make_item(cycle=cycle, due_on=today + timedelta(days=30))
    query = {"colour": "red", "state": "not_closed", "organization": reviewee.organization_id}

    shown = enter(clerk).get(url("item_list"), query)
    sheet = load_workbook(
        BytesIO(enter(clerk).get(url("item_list"), query | {"export": "xlsx"}).content)
    ).active

    assert [row for row, _ in shown.context["lines"]] == [late]
    assert [cell.value for cell in sheet[sheet.max_row]][:3] == [
        reviewee.organization.name, late.problem.text, "已逾期（逾期 1 天）",
    ]  # fmt: skip


def test_ledger_shows_what_is_urgent_first_and_closed_items_last(enter, clerk, cycle, secretary, today):
    closed = make_closed_item(cycle=cycle, applied_by=secretary, verified_by=clerk, due_on=date(2020, 1, 1))
    later, late = (make_item(cycle=cycle, due_on=today + timedelta(days=d)) for d in (30, -5))

    lines = enter(clerk).get(url("item_list")).context["lines"]

    assert [row for row, _ in lines] == [late, later, closed]


def test_secretary_sees_only_items_of_the_own_organization(enter, secretary, item, cycle):
    other = make_item(cycle=cycle)
    desk = enter(secretary)

    assert [one for one, _ in desk.get(url("own_item_list")).context["open_items"]] == [item]
    assert desk.get(url("item_detail", other.pk)).status_code == 404
    assert desk.get(url("item_list")).status_code == 403


def test_successor_takes_over_the_items(enter, secretary, item, reviewee):
    successor = make_reviewee(organization=reviewee.organization).secretary
    reviewee.secretary.appointments.update(ended_on=date(2026, 12, 31))

    assert list(items_visible_to(make_user("secretary", secretary=successor))) == [item]
    assert list(items_visible_to(secretary)) == []


def plan_data(today, **changes):
    values = {
        "measure": "每季度集中学习。",
        "responsible_leader": "李副书记",
        "responsible_person": "赵干事",
        "due_on": (today + timedelta(days=20)).isoformat(),
        "version": 1,
    } | changes
    return {f"plan-{name}": value for name, value in values.items()}


def test_from_plan_to_close_out_through_the_pages(enter, secretary, clerk, item, today):
    desk = enter(secretary)
    desk.post(url("item_plan", item.pk), plan_data(today))
    files = [SimpleUploadedFile("一.png", PNG), SimpleUploadedFile("二.png", PNG)]
    desk.post(
        url("item_progress", item.pk),
        {"progress-text": "已学习。", "progress-percent": "１００", "progress-evidence": files},
    )
    desk.post(url("item_apply", item.pk), {"apply-note": "制度已建立。"})
    desk = enter(clerk)
    desk.post(url("item_verify", item.pk), {"verify-note": "属实。", "decision": "accept"})

    item.refresh_from_db()
    assert (item.state, item.verified_by, item.progress_percent) == ("closed_out", clerk, 100)
    assert Evidence.objects.count() == 2
    kinds = ProgressEntry.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["plan", "progress", "application", "closed_out"]


def test_evidence_is_read_by_whoever_sees_the_item(enter, secretary, clerk, item, today):
    desk = enter(secretary)
    desk.post(url("item_plan", item.pk), plan_data(today))
    data = {
        "progress-text": "已学习。",
        "progress-percent": 50,
        "progress-evidence": [SimpleUploadedFile("一.png", PNG)],
    }
    desk.post(url("item_progress", item.pk), data)
    file_url = reverse("documents:file_download", args=[Evidence.objects.get().file_id])
    stranger = make_user("secretary", secretary=make_reviewee().secretary)

    answers = [enter(user).get(file_url) for user in (secretary, clerk, stranger)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[2].status_code in (403, 404)


def test_a_wrong_file_keeps_the_text_and_stores_nothing(enter, secretary, item, today):
    desk = enter(secretary)
    desk.post(url("item_plan", item.pk), plan_data(today))
    bad = SimpleUploadedFile("照片.png", b"MZ-program")

    answer = desk.post(
        url("item_progress", item.pk),
        {"progress-text": "已学习三次。", "progress-percent": 50, "progress-evidence": [bad]},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不是完整的图片" in page
    assert "已学习三次。</textarea>" in page
    assert not Evidence.objects.exists()


def test_plan_conflict_shows_the_other_version(enter, secretary, item, today):
    RectificationItem.objects.filter(pk=item.pk).update(version=2, measure="别人定的措施")

    answer = enter(secretary).post(url("item_plan", item.pk), plan_data(today, measure="我定的措施"))

    page = answer.content.decode()
    assert "我定的措施</textarea>" in page
    assert "别人已保存的内容：别人定的措施" in page


def test_applicant_cannot_verify_and_is_told_so(enter, clerk, cycle, reviewee):
    item = make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=clerk)
    desk = enter(clerk)

    page = desk.get(url("item_detail", item.pk))
    answer = desk.post(url("item_verify", item.pk), {"decision": "accept"})

    assert (page.context["may_verify"], page.context["is_own_application"]) == (False, True)
    assert "须由另一人验收" in answer.content.decode()
    assert RectificationItem.objects.get().state == "applied"


def test_staff_of_the_organization_alone_cannot_verify(enter, cycle, reviewee, secretary):
    item = make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=secretary)
    town_clerk = make_user("clerk", reviewee.organization)

    answer = enter(town_clerk).post(url("item_verify", item.pk), {"decision": "accept"})

    assert answer.status_code == 403


def test_extension_needs_a_reason(enter, clerk, item, today):
    later = (today + timedelta(days=120)).isoformat()
    desk = enter(clerk)

    refused = desk.post(url("item_extend", item.pk), {"extend-due_on": later, "extend-reason": ""})
    desk.post(url("item_extend", item.pk), {"extend-due_on": later, "extend-reason": "汛期影响。"})

    item.refresh_from_db()
    assert refused.status_code == 422
    assert item.due_on.isoformat() == later


def test_staff_add_a_problem_from_inspection(enter, clerk, cycle, reviewee):
    data = {
        "cycle": cycle.pk,
        "organization": reviewee.organization.code,
        "source": "inspection",
        "raised_by": "巡察组",
        "text": "账目公开不及时。",
    }

    answer = enter(clerk).post(url("problem_create"), data)

    item = RectificationItem.objects.get()
    assert answer.url == url("item_detail", item.pk)
    assert (item.organization, item.problem.raised_by) == (reviewee.organization, "巡察组")


def test_discipline_reads_but_changes_nothing(enter, cycle, item, today):
    desk = enter(make_user("discipline", cycle.host))

    page = desk.get(url("item_detail", item.pk))

    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert desk.post(url("item_plan", item.pk), plan_data(today)).status_code == 403


def own_todos(user, today):
    return [(t.title, t.count) for t in todos_for(user, today) if "整改" in t.title or "销号" in t.title]


def test_todos_of_secretary_and_staff(cycle, reviewee, secretary, clerk, today):
    make_item(cycle=cycle, reviewee=reviewee, due_on=today - timedelta(days=1))
    make_item(cycle=cycle, reviewee=reviewee, state="under_way", due_on=today + timedelta(days=3))
    make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=secretary)
    make_applied_item(cycle=cycle, reviewee=reviewee, applied_by=clerk)

    assert own_todos(secretary, today) == [("制定整改措施", 1), ("整改已逾期", 1), ("整改即将到期", 1)]
    assert own_todos(clerk, today) == [("验收销号申请", 1), ("督促逾期的整改", 1)]
