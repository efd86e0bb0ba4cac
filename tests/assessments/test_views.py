"""Pages of assessments."""

import pytest
from django.urls import reverse

from apps.assessments.models import ComponentScore, Veto
from tests.factories.assessments import make_component_score, make_veto
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cycle():
    cycle = make_cycle(preset="50-50", stage="reporting")
    for _ in range(2):
        make_reviewee(cycle=cycle)
    return cycle


@pytest.fixture
def staff(client, cycle):
    client.force_login(make_clerk(cycle), backend=BACKEND)
    return client


def grid_url(cycle):
    return reverse("assessments:component_grid", args=[cycle.scheme.components.get(kind="imported").pk])


def line(reviewee, value, out_of="100", source="通报", version=""):
    key = reviewee.pk
    return {
        f"{key}-value": value,
        f"{key}-out_of": out_of,
        f"{key}-source": source,
        f"{key}-version": version,
    }


def test_grid_lists_who_is_missing_and_saves(staff, cycle):
    first, second = cycle.reviewees.all()

    before = staff.get(grid_url(cycle)).content.decode()
    after = staff.post(grid_url(cycle), line(first, "88.5") | line(second, "", source=""), follow=True)

    assert "还缺 2 人" in before
    assert "还缺 1 人" in after.content.decode()
    assert ComponentScore.objects.get().value == 88.5


def test_wrong_line_keeps_everything_typed_and_saves_nothing(staff, cycle):
    first, second = cycle.reviewees.all()

    page = staff.post(grid_url(cycle), line(first, "88") | line(second, "120")).content.decode()

    assert "超过满分 100。" in page
    assert 'value="120"' in page
    assert 'value="88"' in page
    assert not ComponentScore.objects.exists()


def test_recorded_figure_cannot_be_emptied(staff, cycle):
    first, second = cycle.reviewees.all()
    make_component_score(first, cycle.scheme.components.get(kind="imported"), actor=make_clerk(cycle))

    page = staff.post(grid_url(cycle), line(first, "", version="1") | line(second, "")).content.decode()

    assert "已录入的不能清空" in page


def test_stale_line_is_told(staff, cycle):
    first, second = cycle.reviewees.all()
    score = make_component_score(first, cycle.scheme.components.get(kind="imported"), actor=make_clerk(cycle))
    ComponentScore.objects.filter(pk=score.pk).update(version=2, value=70)

    page = staff.post(grid_url(cycle), line(first, "95", version="1") | line(second, "")).content.decode()

    assert "别人已经保存过" in page
    assert 'value="95"' in page


def test_unchanged_grid_says_so(staff, cycle):
    first, second = cycle.reviewees.all()

    page = staff.post(grid_url(cycle), line(first, "") | line(second, ""), follow=True).content.decode()

    assert "没有改动" in page


def test_grid_is_read_only_after_sign_off(staff, cycle):
    type(cycle).objects.filter(pk=cycle.pk).update(stage="rectifying")

    page = staff.get(grid_url(cycle)).content.decode()

    assert "只能查看" in page
    assert "保存全部改动" not in page


def test_veto_form_records(staff, cycle):
    reviewee = cycle.reviewees.first()

    page = staff.post(
        reverse("assessments:veto_create"),
        {"reviewee": reviewee.pk, "caps_at": "average", "reason": "受到党纪处分"},
        follow=True,
    ).content.decode()

    assert "最高只能评为“一般”" in page
    assert Veto.objects.get().reviewee == reviewee


def test_veto_form_offers_no_good_and_no_foreign_people(staff, cycle):
    stranger = make_reviewee()

    page = staff.post(
        reverse("assessments:veto_create"), {"reviewee": stranger.pk, "caps_at": "good", "reason": "x"}
    )

    assert not Veto.objects.exists()
    assert page.status_code == 200


def test_veto_is_withdrawn_with_a_button(staff, cycle):
    veto = make_veto(cycle.reviewees.first(), actor=make_clerk(cycle))

    page = staff.post(reverse("assessments:veto_withdraw", args=[veto.pk]), follow=True).content.decode()

    veto.refresh_from_db()
    assert veto.withdrawn_at is not None
    assert "记录保留" in page
    assert f" {veto.withdrawn_by}撤回" in page


@pytest.mark.parametrize("n", [1, 3])
def test_veto_list_costs_the_same_for_one_and_three(staff, cycle, n, django_assert_num_queries):
    clerk = make_clerk(cycle)
    for _ in range(n):
        make_veto(cycle.reviewees.first(), actor=clerk)
    staff.get(reverse("assessments:veto_list"))

    with django_assert_num_queries(7):
        staff.get(reverse("assessments:veto_list"))
