"""Pages of people."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.cycles.models import ReviewCycle
from apps.grading.models import Deliberation
from apps.organizations.kit.parts import PartRegistry
from apps.scoring.models import ScoreSummary
from apps.secretaries.kit import cards
from apps.secretaries.models import Appointment, Secretary
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
LIST = reverse("secretaries:secretary_list")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def login(world, client):
    def as_role(role):
        client.force_login(world.users[role], backend=BACKEND)
        return client

    return as_role


def listed(client, **query):
    page = client.get(LIST, query).content.decode()
    return re.findall(r'href="/secretaries/\d+/">([^<]+)</a>\s*</th>', page)


def card(secretary):
    return reverse("secretaries:secretary_detail", args=[secretary.pk])


def test_list_shows_people_of_the_own_subtree_only(login):
    assert listed(login("clerk")) == ["甲书记", "乙书记"]
    assert listed(login("outsider_clerk")) == ["乙书记"]


def test_list_finds_filters_and_sorts(login, world):
    old = make_secretary(name="白前任", pinyin_key="BaiQianRen", stroke_key="0")
    make_appointment(secretary=old, organization=world.town, post="副书记", ended_on=date(2022, 1, 1))
    client = login("clerk")

    assert listed(client, q="baiqian") == listed(client, q="白") == listed(client, state="out") == ["白前任"]
    assert listed(client, state="in_office", sort="-name") == ["乙书记", "甲书记"]
    assert listed(client, sort="stroke")[0] == "白前任"
    assert listed(client, unit=world.other_town.pk) == ["乙书记"]
    assert listed(client, field="rural") == ["甲书记", "乙书记"]
    assert listed(client, field="soe") == []


def test_list_masks_phones(login, world):
    Secretary.objects.filter(pk=world.secretary.pk).update(phone="13812341234")

    page = login("clerk").get(LIST).content.decode()

    assert "138****1234" in page
    assert "13812341234" not in page


@pytest.mark.parametrize("n_more", [1, 30])
def test_list_and_card_cost_a_constant_number_of_queries(
    login, world, n_more, django_assert_num_queries, monkeypatch
):
    for _ in range(n_more):
        make_appointment(organization=world.town, post="委员")
    client = login("clerk")
    monkeypatch.setattr(cards, "_parts", PartRegistry())

    for url, n_queries in ((LIST, 8), (card(world.secretary), 7)):
        with django_assert_num_queries(n_queries):
            assert client.get(url).status_code == 200


def test_card_shows_a_career_and_parts_of_higher_apps(login, world, monkeypatch):
    registry = PartRegistry()
    registry.register("b", lambda pk, actor: cards.Part("年度述职", "secretaries/_phone.html", {}, order=2))
    registry.register("a", lambda pk, actor: cards.Part("历年等次", "secretaries/_phone.html", {}, order=1))
    registry.register("none", lambda pk, actor: None)
    monkeypatch.setattr(cards, "_parts", registry)

    page = login("clerk").get(card(world.secretary)).content.decode()

    assert "甲镇党委" in page
    assert page.index("历年等次") < page.index("年度述职")


def test_phone_is_shown_on_demand_and_logged(login, world):
    Secretary.objects.filter(pk=world.secretary.pk).update(phone="13812341234")
    client = login("clerk")
    assert "13812341234" not in client.get(card(world.secretary)).content.decode()

    answer = client.post(reverse("secretaries:secretary_phone", args=[world.secretary.pk]))

    assert answer.content.decode().strip() == "13812341234"
    assert AuditEntry.objects.filter(action="secretaries.phone_revealed").count() == 1


def test_secretary_sees_the_own_card_only(login, world):
    client = login("secretary")

    assert client.get(reverse("secretaries:own_card")).url == card(world.secretary)
    assert client.get(card(world.secretary)).status_code == 200
    assert client.get(card(world.outsider_secretary)).status_code == 404


def test_create_by_form(login, world):
    data = {
        "name": "丙书记", "gender": "female", "born_on": "1985-03", "phone": "１３９ 0000 1234", "organization": "B1",
        "post": "党支部书记", "started_on": "2026-01-01",
    }  # fmt: skip

    answer = login("clerk").post(reverse("secretaries:secretary_create"), data)

    made = Secretary.objects.get(name="丙书记")
    assert answer.url == card(made)
    assert (made.phone, made.born_on) == ("13900001234", date(1985, 3, 1))
    assert made.appointments.get().organization == world.branch


def test_edit_with_an_empty_phone_keeps_it(login, world):
    Secretary.objects.filter(pk=world.secretary.pk).update(phone="13812341234")
    client = login("clerk")
    url = reverse("secretaries:secretary_edit", args=[world.secretary.pk])
    assert "13812341234" not in client.get(url).content.decode()

    client.post(url, {"name": "甲书记", "gender": "male", "version": 1})
    kept = Secretary.objects.get(pk=world.secretary.pk)
    client.post(url, {"name": "甲书记", "gender": "male", "version": 2, "remove_phone": "on"})

    assert (kept.gender, kept.phone) == ("male", "13812341234")
    assert Secretary.objects.get(pk=world.secretary.pk).phone == ""


def test_conflict_shows_what_the_other_saved(login, world):
    client = login("clerk")
    url = reverse("secretaries:secretary_edit", args=[world.secretary.pk])
    client.post(url, {"name": "先存的", "version": 1})

    page = client.post(url, {"name": "后存的", "version": 1}).content.decode()

    assert "后存的" in page
    assert "别人已保存的内容：先存的" in page


def test_appoint_correct_and_end_by_form(login, world):
    client = login("clerk")
    client.post(
        reverse("secretaries:appointment_create", args=[world.secretary.pk]),
        {"organization": "B1", "post": "第一书记", "started_on": "2026-01-01"},
    )
    made = Appointment.objects.get(post="第一书记")
    client.post(
        reverse("secretaries:appointment_edit", args=[made.pk]),
        {"post": "驻村第一书记", "started_on": "2026-02-01"},
    )
    client.post(
        reverse("secretaries:appointment_end", args=[made.pk]), {"on": "2026-03-01", "reason": "retired"}
    )

    made.refresh_from_db()
    assert (made.post, made.started_on, made.ended_on) == ("驻村第一书记", date(2026, 2, 1), date(2026, 3, 1))


def test_refusal_stays_on_the_form(login, world):
    page = login("clerk").post(
        reverse("secretaries:appointment_end", args=[world.appointment.pk]),
        {"on": "2019-01-01", "reason": "retired"},
    )

    assert "免职日期 2019-01-01 早于任职日期 2020-01-01" in page.content.decode()


def test_other_departments_appointment_is_not_edited(login, world):
    make_appointment(secretary=world.secretary, organization=world.other_town, post="委员")
    url = reverse("secretaries:appointment_edit", args=[world.appointment.pk])

    assert login("outsider_clerk").get(url).status_code == 403


def test_api_masks_phones_and_shows_the_same_people(login, world):
    Secretary.objects.filter(pk=world.outsider_secretary.pk).update(phone="13812341234")
    client = login("outsider_clerk")

    rows = client.get(reverse("api-secretary-list")).json()["results"]

    assert [(r["name"], r["phone"], r["appointments"][0]["organization_code"]) for r in rows] == [
        ("乙书记", "138****1234", "T2")
    ]
    assert client.get(reverse("api-secretary-detail", args=[world.secretary.pk])).status_code == 404


def test_phone_export_needs_a_reason_and_is_logged(login, world):
    Secretary.objects.filter(pk=world.secretary.pk).update(phone="13812341234")
    Secretary.objects.filter(pk=world.outsider_secretary.pk).update(phone="13900004321")
    url = reverse("secretaries:phone_export")
    client = login("clerk")
    refused = client.post(f"{url}?q=甲", {"reason": ""})
    assert "请填写“导出用途”" in refused.content.decode()
    assert not AuditEntry.objects.filter(action="secretaries.phones_exported").exists()

    answer = client.post(f"{url}?q=甲", {"reason": "通知述职评议会"})

    cells = [
        v for row in load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True) for v in row
    ]
    assert "13812341234" in cells
    assert "13900004321" not in cells
    assert "no-store" in answer["Cache-Control"]
    details = AuditEntry.objects.get(action="secretaries.phones_exported").details
    assert details == {"reason": "通知述职评议会", "n": 1, "ids": [world.secretary.pk]}


def test_phone_export_leaves_out_people_of_other_departments(login, world):
    make_appointment(
        secretary=world.secretary, organization=world.other_town, post="委员", ended_on=date(2022, 1, 1)
    )
    Secretary.objects.update(phone="13812341234")

    client = login("outsider_clerk")
    page = client.get(reverse("secretaries:phone_export")).content.decode()

    assert "您管理的 1 位书记" in page
    assert len(listed(client)) == 2


def test_acting_beside_a_secretary_is_pointed_out_and_saved(login, world):
    client = login("clerk")
    data = {"organization": "T1", "post": "副书记（主持工作）", "started_on": "2026-01-01"}

    url = reverse("secretaries:appointment_create", args=[world.outsider_secretary.pk])
    page = client.post(url, data, follow=True).content.decode()

    assert "现有书记甲书记在任" in page
    assert Appointment.objects.filter(organization=world.town, kind="acting").exists()


def test_a_taken_post_stays_on_the_form_with_the_reason(login, world):
    data = {"organization": "T1", "post": "党委书记", "started_on": "2026-01-01"}

    url = reverse("secretaries:appointment_create", args=[world.outsider_secretary.pk])
    page = login("clerk").post(url, data).content.decode()

    assert "由甲书记担任（党委书记，自 2020-01-01 起）" in page
    assert 'value="2026-01-01"' in page


def test_transfer_and_taking_back_by_form(login, world):
    client = login("clerk")
    data = {"organization": "B1", "post": "党支部书记", "started_on": "2026-06-30", "note": "交流"}
    client.post(reverse("secretaries:appointment_transfer", args=[world.appointment.pk]), data)
    new = Appointment.objects.get(secretary=world.secretary, ended_on=None)
    assert (new.organization, new.started_on) == (world.branch, date(2026, 6, 30))

    void = reverse("secretaries:appointment_void", args=[new.pk])
    assert "data-confirm" in client.get(void).content.decode()
    client.post(void, {"reason": "还没有发文"})

    assert not Appointment.objects.filter(pk=new.pk).exists()


def test_state_is_that_of_today(login, world):
    Appointment.objects.filter(pk=world.appointment.pk).update(ended_on=date(2999, 1, 1))

    assert "甲书记" in listed(login("clerk"), state="in_office")


def test_printed_card_shows_released_years_only(login, world):
    url = reverse("secretaries:secretary_card", args=[world.secretary.pk])
    before = login("clerk").get(url).content.decode()
    ReviewCycle.objects.filter(pk=world.cycle.pk).update(stage="archived")
    Deliberation.objects.filter(pk=world.deliberation.pk).update(signed_off_at="2026-12-20T00:00Z")
    after = login("clerk").get(url).content.decode()
    ScoreSummary.objects.filter(pk=world.summary.pk).update(hides_score=True)
    hidden = login("clerk").get(url).content.decode()

    assert "90.00" not in before
    assert "未审定" in before
    assert "<td>90.00</td>" in after
    assert "<td>90.00</td>" not in hidden
    assert "<td>不公布</td>" in hidden
    assert "有效票数不足" in hidden
    assert "没有可以列出的年度" in login("leader").get(url).content.decode()


def test_printed_card_costs_a_constant_number_of_queries(login, world, django_assert_num_queries):
    client = login("clerk")

    with django_assert_num_queries(7):
        client.get(reverse("secretaries:secretary_card", args=[world.secretary.pk]))
