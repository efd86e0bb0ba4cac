"""Term elections: every way out of the services, and the pages around them."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.notifications.kit.todos import Todo, todos_for
from apps.secretaries.errors import ElectionRefused, WrongPeriod
from apps.secretaries.models import Election, TermSetting
from apps.secretaries.selectors import near_elections, term_of
from apps.secretaries.services import (
    correct_election,
    record_election,
    set_term,
    shift_election,
    void_election,
)
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


@pytest.fixture
def pages(world, client, clerk):
    client.force_login(clerk, backend=BACKEND)
    return client


def held(organization, clerk, day, **fields):
    return record_election(organization.pk, held_on=day, actor=clerk, at=AT, **fields)


def actions():
    rows = AuditEntry.objects.filter(object_type="organizations.organization").order_by("seq")
    return list(rows.values_list("action", flat=True))


def test_record_takes_the_term_of_the_kind(world, clerk):
    committee = held(world.town, clerk, date(2024, 2, 29))
    branch = held(world.branch, clerk, date(2024, 5, 1), note="全票通过")

    assert (committee.term_years, committee.due_on) == (5, date(2029, 2, 28))
    assert (branch.term_years, branch.due_on, branch.is_latest) == (3, date(2027, 5, 1), True)
    assert actions() == ["secretaries.election_recorded"] * 2
    assert AuditEntry.objects.latest("seq").details == {
        "held_on": "2024-05-01", "term_years": 3, "due_on": "2027-05-01", "note": "全票通过",
    }  # fmt: skip


def test_an_older_election_entered_later_is_history(world, clerk):
    later = held(world.branch, clerk, date(2024, 5, 1))
    earlier = held(world.branch, clerk, date(2021, 5, 1))

    later.refresh_from_db()
    assert (earlier.is_latest, later.is_latest) == (False, True)


def test_refusals_of_a_record(world, clerk):
    held(world.branch, clerk, date(2024, 5, 1))
    with pytest.raises(ElectionRefused, match="已经登记过"):
        held(world.branch, clerk, date(2024, 5, 1))
    with pytest.raises(WrongPeriod, match="还没有到"):
        held(world.branch, clerk, date(2026, 12, 2))
    group = make_organization(superior=world.root, kind="leading_group", name="某局党组")
    with pytest.raises(ElectionRefused, match="不换届"):
        held(group, clerk, date(2024, 5, 1))

    assert Election.objects.count() == 1


def test_own_term_goes_before_the_kind(world, clerk):
    set_term(world.branch.pk, term_years=5, actor=clerk, at=AT)
    set_term(world.branch.pk, term_years=5, actor=clerk, at=AT)

    assert held(world.branch, clerk, date(2024, 5, 1)).due_on == date(2029, 5, 1)
    assert actions() == ["secretaries.term_set", "secretaries.election_recorded"]

    set_term(world.branch.pk, term_years=0, actor=clerk, at=AT)
    assert term_of(world.branch) is None
    set_term(world.branch.pk, term_years=None, actor=clerk, at=AT)
    assert (term_of(world.branch), TermSetting.objects.exists()) == (3, False)


def test_shift_and_back(world, clerk):
    one = held(world.branch, clerk, date(2023, 5, 1))

    with pytest.raises(ElectionRefused, match="写明原因"):
        shift_election(one.pk, due_on=date(2026, 9, 1), reason="", actor=clerk, at=AT)
    with pytest.raises(WrongPeriod, match="之后"):
        shift_election(one.pk, due_on=date(2023, 5, 1), reason="早", actor=clerk, at=AT)
    moved = shift_election(
        one.pk, due_on=date(2026, 9, 1), reason="撤并在即", document="青组批〔2026〕7号", actor=clerk, at=AT
    )
    assert (moved.due_on, moved.regular_due_on, moved.shift_reason) == (
        date(2026, 9, 1),
        date(2026, 5, 1),
        "撤并在即",
    )
    assert AuditEntry.objects.latest("seq").details["due_on"] == ["2026-05-01", "2026-09-01"]

    back = shift_election(one.pk, due_on=date(2026, 5, 1), reason="", actor=clerk, at=AT)
    assert (back.due_on, back.shift_reason, back.shift_document) == (date(2026, 5, 1), "", "")


def test_a_shift_of_more_than_a_year_needs_the_superiors_document(world, clerk):
    one = held(world.branch, clerk, date(2023, 5, 1))

    with pytest.raises(ElectionRefused, match="批复文号"):
        shift_election(one.pk, due_on=date(2027, 5, 2), reason="撤并在即", actor=clerk, at=AT)
    far = shift_election(
        one.pk, due_on=date(2027, 5, 2), reason="撤并在即", document="青组批〔2026〕7号", actor=clerk, at=AT
    )

    assert far.is_far_shifted
    assert not held(world.town, clerk, date(2023, 5, 1)).is_far_shifted


def test_only_the_last_one_is_shifted(world, clerk):
    old = held(world.branch, clerk, date(2021, 5, 1))
    held(world.branch, clerk, date(2024, 5, 1))

    with pytest.raises(ElectionRefused, match="最近一次"):
        shift_election(old.pk, due_on=date(2024, 9, 1), reason="迟", actor=clerk, at=AT)


def test_correct_and_void_keep_the_last_one_marked(world, clerk):
    first = held(world.branch, clerk, date(2021, 5, 1))
    last = held(world.branch, clerk, date(2024, 5, 1))

    correct_election(first.pk, held_on=date(2025, 5, 1), term_years=5, note="补", actor=clerk, at=AT)
    assert list(Election.objects.filter(is_latest=True).values_list("pk", "due_on")) == [
        (first.pk, date(2030, 5, 1))
    ]

    void_election(first.pk, reason="录错", actor=clerk, at=AT)
    assert list(Election.objects.filter(is_latest=True).values_list("pk", flat=True)) == [last.pk]
    assert AuditEntry.objects.latest("seq").details["before"]["held_on"] == "2025-05-01"


def test_correct_with_nothing_new_logs_nothing(world, clerk):
    one = held(world.branch, clerk, date(2024, 5, 1))
    correct_election(one.pk, held_on=date(2024, 5, 1), term_years=3, note="", actor=clerk, at=AT)

    assert actions() == ["secretaries.election_recorded"]


def test_near_elections_count_what_staff_prepare(world, clerk):
    held(world.branch, clerk, date(2021, 5, 1))
    held(world.town, clerk, date(2022, 2, 1))
    gone = make_organization(superior=world.town, abolished_on=date(2026, 1, 1))
    Election.objects.create(
        organization=gone, held_on=date(2020, 1, 1), term_years=3, due_on=date(2023, 1, 1)
    )

    found = near_elections(clerk, TODAY)

    assert (found.n_overdue, found.n_near) == (1, 1)
    assert (found.first_due_on, found.next_due_on) == (date(2024, 5, 1), date(2027, 2, 1))
    told = {todo.title: (todo.count, todo.due_on) for todo in todos_for(clerk, TODAY)}
    assert told["已到期未换届的党组织"] == (1, date(2024, 5, 1))
    assert told["三个月内应换届的党组织"] == (1, date(2027, 2, 1))
    assert near_elections(world.users["outsider_clerk"], TODAY).n_overdue == 0


def test_near_elections_are_counted_to_a_limit_and_their_first_day_is_right(world, clerk, monkeypatch):
    monkeypatch.setattr("apps.secretaries.selectors.elections.COUNTED", 1)
    for place, day in (
        (world.town, date(2020, 7, 1)),
        (world.branch, date(2020, 3, 1)),
        (world.root, date(2021, 1, 1)),
    ):
        held(place, clerk, day)

    found = near_elections(clerk, TODAY)

    assert (found.n_overdue, found.first_due_on) == (2, date(2023, 3, 1))
    assert Todo("", "", 5_000).number == "5000 项"
    assert Todo("", "", 5_001).number == "超过 5000 项"


def test_due_list_filters_and_exports(world, clerk, pages):
    held(world.branch, clerk, date(2021, 5, 1))
    held(world.other_town, clerk, date(2026, 6, 1))
    url = reverse("secretaries:election_list")

    def names(**query):
        answer = pages.get(url, query | {"export": "xlsx"})
        sheet = load_workbook(BytesIO(answer.content)).active
        cells = [row[0] for row in sheet.iter_rows(values_only=True)]
        return cells[cells.index("党组织") + 1 :]

    assert names() == ["甲镇一村党支部", "乙镇党委", "区委", "甲镇党委"]
    assert names(state="overdue") == ["甲镇一村党支部"]
    assert names(state="unknown") == ["区委", "甲镇党委"]
    assert names(state="later") == ["乙镇党委"]
    assert names(state="12") == []
    assert names(unit=world.town.pk) == ["甲镇一村党支部", "甲镇党委"]


def test_organization_page_shows_terms_and_the_forms_work(world, pages):
    page = reverse("organizations:organization_detail", args=[world.branch.pk])
    assert "还没有换届记录" in pages.get(page).content.decode()

    pages.post(
        reverse("secretaries:election_create", args=[world.branch.pk]),
        {"held_on": "2024-02-29", "term_years": "3"},
    )
    one = Election.objects.get()
    pages.post(
        reverse("secretaries:election_shift", args=[one.pk]),
        {"due_on": "2027-06-30", "reason": "村级统一换届"},
    )
    shown = pages.get(page).content.decode()
    assert "2027-06-30" in shown
    assert "届满 2027-02-28，村级统一换届" in shown

    refused = pages.post(
        reverse("secretaries:election_create", args=[world.branch.pk]),
        {"held_on": "2024-02-29", "term_years": "3"},
    )
    assert "已经登记过" in refused.content.decode()
    pages.post(reverse("secretaries:term_edit", args=[world.branch.pk]), {"term_years": "0"})
    assert "不换届" in pages.get(page).content.decode()
    pages.post(reverse("secretaries:election_void", args=[one.pk]), {"reason": "录错"})
    assert not Election.objects.exists()


def test_an_election_far_from_its_day_is_pointed_out(world, clerk, pages):
    held(world.branch, clerk, date(2020, 5, 1))
    create = reverse("secretaries:election_create", args=[world.branch.pk])

    near = pages.post(create, {"held_on": "2023-06-01", "term_years": "3"}, follow=True)
    far = pages.post(create, {"held_on": "2024-06-01", "term_years": "3"}, follow=True)

    assert "相差一年以上" not in near.content.decode()
    assert "与上一届的应换届日期 2026-06-01 相差一年以上" in far.content.decode()


@pytest.mark.parametrize("n_more", [1, 30])
def test_due_list_costs_a_constant_number_of_queries(world, pages, n_more, django_assert_num_queries):
    for _ in range(n_more):
        make_organization(superior=world.town)

    with django_assert_num_queries(7):
        assert pages.get(reverse("secretaries:election_list")).status_code == 200
