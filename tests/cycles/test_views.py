"""Pages of cycles: what a click does, and what a refusal keeps."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.cycles.domain.checks import plain
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import Denominator
from apps.cycles.forms import PART_PAGES
from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme
from apps.cycles.selectors import (
    current_cycle_for,
    cycles_visible_to,
    plan_of,
    reviewees_visible_to,
    todos_of,
)
from apps.cycles.services.writing import write_parts, write_scheme
from tests.cycles.pages import sent
from tests.cycles.test_rich_schemes import RICH
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
PLAN_FIELDS = [field.name for field in fields(SchemePlan)]


@pytest.fixture
def host():
    return make_organization(name="区委")


@pytest.fixture
def clerk(host):
    return make_user("clerk", host)


@pytest.fixture
def web(client, clerk):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(host):
    return make_cycle(stage="draft", host=host)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


# making


def test_create_page_makes_a_draft_from_the_preset(web, host):
    make_organization(superior=host)

    answer = web.post(
        "/cycles/new/", {"year": "2026", "host": host.code, "title": "", "preset": "50-50"}, follow=True
    )

    cycle = ReviewCycle.objects.get()
    assert answer.redirect_chain[0][0] == f"/cycles/{cycle.pk}/"
    assert (cycle.scheme.preset, cycle.year) == ("50-50", 2026)


def test_create_page_tells_of_an_existing_cycle_and_keeps_the_input(web, host, draft):
    make_organization(superior=host)

    answer = web.post("/cycles/new/", {"year": "2026", "host": host.code, "title": "我的", "preset": "60-40"})

    assert (answer.status_code, ReviewCycle.objects.count()) == (422, 1)
    assert "区委已经有2026年度的周期" in answer.content.decode()
    assert 'value="我的"' in answer.content.decode()


def test_host_outside_the_scope_cannot_be_chosen(web, host):
    foreign = make_organization()
    make_organization(superior=foreign)

    answer = web.post("/cycles/new/", {"year": "2026", "host": foreign.code, "preset": "60-40"})

    assert (answer.status_code, ReviewCycle.objects.count()) == (422, 0)


def test_only_what_has_subordinates_is_offered_as_a_host(web, host):
    make_organization(superior=make_organization(superior=host, name="甲镇党委"), name="甲村党支部")

    offered = web.get("/cycles/new/hosts/").content.decode()
    page = web.get("/cycles/new/").content.decode()

    assert "甲镇党委" in offered
    assert "甲村党支部" not in offered
    assert f'value="{host.code} {host.name}"' in page
    assert "甲镇党委" not in page


def test_copy_button_makes_next_years_draft(web, host):
    old = make_cycle(stage="archived", host=host, year=2025)

    web.post(f"/cycles/{old.pk}/copy/")

    assert ReviewCycle.objects.get(year=2026).scheme.preset == "copied"


def test_draft_page_lists_what_is_missing_and_offers_no_opening(web, draft):
    draft.scheme.voter_groups.filter(weight=40).delete()

    page = web.get(f"/cycles/{draft.pk}/").content.decode()

    assert "测评主体类别的权重合计是60%，应为100%（还差40%）。" in page
    assert "还没有选定述职对象。" in page
    assert f"/cycles/{draft.pk}/open/" not in page


def test_open_button_names_what_gets_frozen(web, draft):
    make_reviewee(cycle=draft)
    make_reviewee(cycle=draft, mode="written")

    page = web.get(f"/cycles/{draft.pk}/").content.decode()
    answer = web.post(f"/cycles/{draft.pk}/open/", follow=True)

    assert "述职对象2人（现场1人、书面1人）" in page
    assert "测评表1张（共4项），分值、权重和有效性规则" in page
    assert "已冻结" in answer.content.decode()
    assert ReviewCycle.objects.get().stage == "reporting"


def test_opening_by_hand_despite_gaps_is_told_in_words(web, draft):
    draft.scheme.voter_groups.all().delete()

    answer = web.post(f"/cycles/{draft.pk}/open/", follow=True)

    (message,) = told(answer)
    assert "还没有测评主体类别" in message
    assert "还没有选定述职对象" in message
    assert ReviewCycle.objects.get().stage == "draft"


def test_advance_button_moves_one_stage(web, host):
    cycle = make_cycle(host=host)

    web.post(f"/cycles/{cycle.pk}/advance/", {"to": "meeting"})
    answer = web.post(f"/cycles/{cycle.pk}/advance/", {"to": "archived"}, follow=True)

    cycle.refresh_from_db()
    assert (cycle.stage, told(answer)[0][:4]) == ("meeting", f"“{cycle.title}"[:4])
    assert web.post(f"/cycles/{cycle.pk}/advance/", {"to": "nowhere"}).status_code == 404


def test_draft_can_be_deleted(web, draft):
    answer = web.post(f"/cycles/{draft.pk}/delete/")

    assert (answer.url, ReviewCycle.objects.count()) == ("/cycles/", 0)


# the editor


@pytest.mark.parametrize("part", PART_PAGES)
@pytest.mark.parametrize("plan", [PRESETS["60-40"].plan, RICH], ids=["plain", "rich"])
def test_saving_a_part_unchanged_keeps_the_whole_scheme(web, draft, plan, part):
    write_parts(draft.scheme, SchemePlan())
    write_scheme(draft.scheme, plan)
    url = f"/cycles/{draft.pk}/scheme/{part}/"

    answer = web.post(url, sent(web.get(url).content.decode()))

    stored = plan_of(ReviewScheme.objects.get())
    assert answer.status_code == 302
    assert [name for name in PLAN_FIELDS if getattr(stored, name) != getattr(plan, name)] == []


def test_rows_are_changed_added_deleted_and_reordered(web, draft):
    url = f"/cycles/{draft.pk}/scheme/groups/"
    data = sent(web.get(url).content.decode()) | {"version": "1"}
    data |= {
        "row-0-weight": "７０",
        "row-0-ORDER": "9",
        "row-1-DELETE": "on",
        "row-2-name": "C票",
        "row-2-weight": "30",
        "row-2-ORDER": "1",
    }

    web.post(url, data)

    groups = plan_of(ReviewScheme.objects.get()).groups
    assert [(g.name, plain(g.weight)) for g in groups] == [("C票", "30"), ("A票 党委班子", "70")]


def test_bad_row_is_told_and_what_was_typed_stays(web, draft):
    url = f"/cycles/{draft.pk}/scheme/groups/"
    data = sent(web.get(url).content.decode()) | {"version": "1", "row-0-weight": "六十"}

    answer = web.post(url, data)

    assert answer.status_code == 422
    assert 'value="六十"' in answer.content.decode()
    assert plan_of(ReviewScheme.objects.get()).groups[0].weight == Decimal(60)


def test_conflict_keeps_what_was_typed_and_the_second_try_saves(web, draft):
    url = f"/cycles/{draft.pk}/scheme/groups/"
    data = sent(web.get(url).content.decode()) | {"version": "1", "row-0-name": "我的改名"}
    ReviewCycle.objects.update(version=2)

    refused = web.post(url, data)
    page = refused.content.decode()
    saved = web.post(url, data | {"version": str(refused.context["version"])})

    assert ("别人改过这个周期的方案" in page, 'value="我的改名"' in page) == (True, True)
    assert (saved.status_code, plan_of(ReviewScheme.objects.get()).groups[0].name) == (302, "我的改名")


def test_rules_page_saves(web, draft):
    data = {
        "version": "1", "head-min_problem_share": "0", "head-trim_each_side": "1", "head-trim_when_more_than": "5",
        "head-blank_rule": "value", "head-blank_value": "60", "head-empty_group_rule": "block", "head-decimals": "3",
        "head-k_min": "4", "head-denominator": "returned",
    }  # fmt: skip

    answer = web.post(f"/cycles/{draft.pk}/scheme/rules/", data)

    rules = plan_of(ReviewScheme.objects.get()).rules
    assert (answer.status_code, rules.good_quota, rules.blank_value, rules.k_min) == (302, 85, 60, 4)
    assert rules.denominator is Denominator.RETURNED


def test_basics_page_keeps_the_input_after_a_conflict(web, draft):
    ReviewCycle.objects.update(version=2, title="别人改的")

    answer = web.post(f"/cycles/{draft.pk}/edit/", {"title": "我改的", "version": "1"})

    page = answer.content.decode()
    assert ("我改的" in page, "别人已保存的内容：别人改的" in page) == (True, True)
    assert ReviewCycle.objects.get().title == "别人改的"


def test_editor_of_an_opened_cycle_leads_back(web, host):
    cycle = make_cycle(host=host)

    assert web.get(f"/cycles/{cycle.pk}/scheme/groups/").url == f"/cycles/{cycle.pk}/"
    assert web.get(f"/cycles/{cycle.pk}/scheme/nothing/").status_code == 404


# people


@pytest.fixture
def people(host):
    fields = ["rural", "rural", "urban"]
    return [
        make_appointment(organization=make_organization(superior=host, kind="committee", field=field))
        for field in fields
    ]


def test_everybody_filtered_is_added_at_once(web, draft, people):
    web.post(f"/cycles/{draft.pk}/candidates/?field=rural", {"scope": "filtered", "mode": "written"})

    assert list(draft.reviewees.order_by("pk").values_list("field", "mode")) == [("rural", "written")] * 2


def test_those_ticked_are_added(web, draft, people):
    web.post(f"/cycles/{draft.pk}/candidates/", {"scope": "picked", "pick": [people[2].pk], "mode": "oral"})

    assert list(draft.reviewees.values_list("secretary_id", flat=True)) == [people[2].secretary_id]


def test_nobody_ticked_is_told(web, draft, people):
    answer = web.post(f"/cycles/{draft.pk}/candidates/", {"scope": "picked", "mode": "oral"}, follow=True)

    assert told(answer) == ["没有选中任何人，名单没有变化。"]


def test_candidates_are_below_the_host_in_office_and_not_taken(web, draft, host, people):
    make_reviewee(cycle=draft, secretary=people[0].secretary, organization=people[0].organization)
    make_appointment(organization=make_organization(superior=host), ended_on=date(2022, 1, 1))
    make_appointment(organization=host)
    make_appointment()

    page = web.get(f"/cycles/{draft.pk}/candidates/").context["page"]

    assert {row.pk for row in page} == {people[1].pk, people[2].pk}


def test_candidates_are_narrowed_by_level_and_name(web, draft, host):
    town = make_organization(superior=host, name="甲镇")
    make_appointment(organization=town)
    deep = make_appointment(organization=make_organization(superior=town, name="甲镇一村"))
    make_appointment(organization=make_organization(superior=town, name="乙村"))

    page = web.get(f"/cycles/{draft.pk}/candidates/?level=2&q=甲镇").context["page"]

    assert [row.pk for row in page] == [deep.pk]


def test_mode_is_changed_and_people_are_taken_out(web, draft):
    a, b = make_reviewee(cycle=draft), make_reviewee(cycle=draft)

    web.post(f"/cycles/{draft.pk}/reviewees/", {"act": "written", "pick": [a.pk]})
    web.post(f"/cycles/{draft.pk}/reviewees/", {"act": "remove", "pick": [b.pk]})

    assert list(draft.reviewees.values_list("pk", "mode")) == [(a.pk, "written")]


def test_people_of_an_opened_cycle_stay(web, host):
    cycle = make_cycle(host=host)
    row = make_reviewee(cycle=cycle)

    answer = web.post(f"/cycles/{cycle.pk}/reviewees/", {"act": "remove", "pick": [row.pk]}, follow=True)

    assert ("已经启动" in told(answer)[0], cycle.reviewees.count()) == (True, 1)


def test_leader_reads_the_list_but_changes_nothing(client, host):
    draft = make_cycle(stage="draft", host=host)
    row = make_reviewee(cycle=draft)
    client.force_login(make_user("leader", host), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(f"/cycles/{draft.pk}/reviewees/").status_code == 200
    assert (
        client.post(f"/cycles/{draft.pk}/reviewees/", {"act": "remove", "pick": [row.pk]}).status_code == 403
    )


def test_order_by_numbers_and_by_mode(web, draft):
    a, b, c = (make_reviewee(cycle=draft, mode=mode) for mode in ("written", "oral", "oral"))
    url = f"/cycles/{draft.pk}/reviewees/order/"

    web.post(url, {"by": "numbers", f"no-{a.pk}": "1", f"no-{b.pk}": "3", f"no-{c.pk}": "１.５"})
    by_number = list(draft.reviewees.order_by("order_no").values_list("pk", flat=True))
    web.post(url, {"by": "oral_first"})
    by_mode = list(draft.reviewees.order_by("order_no").values_list("pk", flat=True))

    assert (by_number, by_mode) == ([a.pk, c.pk, b.pk], [c.pk, b.pk, a.pk])


# lists


def count_queries(web, url):
    web.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert web.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("n", [1, 3])
def test_cycle_list_costs_the_same_queries(web, host, n):
    for year in range(n):
        make_reviewee(cycle=make_cycle(host=host, year=2020 + year))

    assert count_queries(web, "/cycles/") == 7


@pytest.mark.parametrize("n", [1, 3])
def test_reviewee_list_costs_the_same_queries(web, host, n):
    cycle = make_cycle(host=host)
    for _ in range(n):
        make_reviewee(cycle=cycle)

    assert count_queries(web, f"/cycles/{cycle.pk}/reviewees/") == 8


@pytest.mark.parametrize("n", [1, 3])
def test_candidate_list_costs_the_same_queries(web, draft, host, n):
    for _ in range(n):
        make_appointment(organization=make_organization(superior=host))

    assert count_queries(web, f"/cycles/{draft.pk}/candidates/") == 7


def test_export_holds_exactly_what_is_shown(web, host):
    make_cycle(host=host, year=2025, title="去年")
    make_cycle(host=host, year=2026, title="今年")

    answer = web.get("/cycles/?export=xlsx&year=2026&col=title&col=year")

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[-2:] == [("名称", "年度"), ("今年", 2026)]


# who sees what


def test_scope_decides_which_cycles_are_seen(host, draft):
    town = make_organization(superior=host)
    own = make_cycle(host=town)
    elsewhere = make_cycle()

    assert set(cycles_visible_to(make_user("clerk", host))) == {draft, own}
    assert set(cycles_visible_to(make_user("head", town))) == {own}
    assert set(cycles_visible_to(make_user("leader", elsewhere.host))) == {elsewhere}
    assert set(cycles_visible_to(make_user("system_admin"))) == set()


def test_secretary_sees_only_the_own_person_and_no_draft(host):
    row = make_reviewee(cycle=make_cycle(host=host))
    make_reviewee(cycle=row.cycle)
    make_reviewee(cycle=make_cycle(stage="draft", host=host, year=2027), secretary=row.secretary)
    user = make_user("secretary", secretary=row.secretary)

    assert list(cycles_visible_to(user)) == [row.cycle]
    assert list(reviewees_visible_to(user)) == [row]


def test_town_staff_sees_own_reviewees_of_the_districts_cycle(host):
    town = make_organization(superior=host)
    cycle = make_cycle(host=host)
    row = make_reviewee(cycle=cycle, organization=town)
    make_reviewee(cycle=cycle)

    assert list(reviewees_visible_to(make_user("clerk", town))) == [row]


def test_current_cycle_is_the_latest_open_one_of_the_highest_host(host, clerk):
    make_cycle(host=host, year=2027, stage="draft")
    make_cycle(host=host, year=2025, stage="rectifying")
    make_cycle(host=make_organization(superior=host), year=2026)
    current = make_cycle(host=host, year=2026)

    assert current_cycle_for(clerk) == current
    assert current_cycle_for(make_user("audit_admin")) is None


def test_current_cycle_falls_back_to_the_draft(host, clerk, draft):
    assert current_cycle_for(clerk) == draft


def test_staff_is_told_of_drafts_and_of_meetings_that_have_come(host, clerk):
    make_cycle(host=host, year=2027, stage="draft", title="明年")
    make_cycle(host=host, year=2026, title="今年", meeting_on=date(2026, 12, 20))

    assert [t.title for t in todos_of(clerk, date(2026, 12, 19))] == ["明年还在筹备，完善方案后启动"]
    assert len(todos_of(clerk, date(2026, 12, 20))) == 2
    assert todos_of(make_user("leader", host), date(2026, 12, 20)) == []


def test_reviewee_rows_are_copies(host):
    row = make_reviewee(cycle=make_cycle(host=host))
    type(row.organization).objects.filter(pk=row.organization_id).update(name="改名后")

    assert Reviewee.objects.get().organization_name == row.organization_name
