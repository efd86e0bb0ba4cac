"""The scheme editor and the comparison: what is kept, refused and told."""

from datetime import date
from decimal import Decimal

import pytest

from apps.cycles.domain.patterns import PATTERNS
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import PRESETS
from apps.cycles.domain.schemes import GradeMethod
from apps.cycles.domain.words import PART_TITLES
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.cycles.selectors import gaps_of, plan_of
from apps.cycles.services.writing import write_parts, write_scheme
from tests.cycles.pages import sent
from tests.cycles.test_rich_schemes import RICH
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return make_organization(name="区委")


@pytest.fixture
def web(client, host):
    client.force_login(make_user("clerk", host), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(host):
    cycle = make_cycle(stage="draft", host=host)
    write_parts(cycle.scheme, SchemePlan())
    write_scheme(cycle.scheme, RICH)
    return cycle


def stored():
    return plan_of(ReviewScheme.objects.get(cycle__stage="draft"))


def url_of(cycle, part, tail=""):
    return f"/cycles/{cycle.pk}/scheme/{part}/{tail}"


def post(web, cycle, part, **changes):
    """Send a page as it stands but for the changes."""
    url = url_of(cycle, part)
    return web.post(url, sent(web.get(url).content.decode()) | changes)


def test_condition_follows_a_component_that_gets_another_name(web, draft):
    post(web, draft, "components", **{"row-2-name": "年度重点任务"})

    assert [part.name for part in stored().components] == ["现场测评", "优秀率", "年度重点任务"]
    assert [one.component for one in stored().conditions] == ["", "年度重点任务"]


def test_condition_that_lost_its_component_is_told(web, draft):
    post(web, draft, "components", **{"row-2-DELETE": "on"})

    told = [
        gap.message for gap in gaps_of(draft, plan_of(ReviewScheme.objects.get())) if gap.part == "conditions"
    ]
    assert told == ["“重点任务达到80分”填了应达到80分，但没有选看哪一项得分。"]


def test_bands_that_cannot_be_read_keep_what_was_typed(web, draft):
    answer = post(
        web, draft, "components", **{"row-1-bands-at": ["九十", "0"], "row-1-bands-score": ["100", "80"]}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“九十”不是数，请填90、33.3或1/3这样的数。" in page
    assert ('value="九十"' in page, 'value="100"' in page) == (True, True)
    assert stored() == RICH


@pytest.mark.parametrize(
    ("at", "score", "message"),
    [
        ("101", "80", "“101”应在0到100之间。"),
        ("4/3", "80", "“4/3”应在0到100之间。"),
        ("1/0", "80", "“1/0”不是数，请填90、33.3或1/3这样的数。"),
        ("90", "100.123", "“100.123”应在0到100之间，最多两位小数。"),
        ("90", "Infinity", "“Infinity”不是数，请填95、87.5这样的分数。"),
        ("90", "", "每一档的起点和得分都要填；不用的一档两格都清空即可。"),
    ],
)
def test_bad_band_is_told(web, draft, at, score, message):
    answer = post(web, draft, "components", **{"row-1-bands-at": [at], "row-1-bands-score": [score]})

    assert (answer.status_code, message in answer.content.decode()) == (422, True)


def test_start_is_needed_only_where_it_decides(web, draft):
    kept = post(web, draft, "grades", **{"row-0-from_total": ""})
    refused = post(web, draft, "grades", **{"row-0-from_total": "", "head-grade_method": "threshold"})

    assert (kept.status_code, stored().grades) == (302, RICH.grades)
    assert (refused.status_code, "请填写起点总分。" in refused.content.decode()) == (422, True)


def test_rank_bands_and_quota_of_a_field_are_saved(web, draft):
    post(
        web, draft, "grades",
        **{"head-grade_method": "rank_band", "head-quota_urban": "25", "head-quota_rural": "", "row-0-until_share": "35"},
    )  # fmt: skip

    plan = stored()
    assert (plan.rules.grade_method, plan.grades[0].until_share) == (GradeMethod.RANK_BAND, 35)
    assert [(quota.field.value, quota.good_quota) for quota in plan.quotas] == [("urban", 25)]


def test_adjustment_the_wrong_way_round_is_told_at_its_box(web, draft):
    answer = post(web, draft, "adjustments", **{"row-0-least": "5"})

    assert (answer.status_code, "应不少于每次最少的5分。" in answer.content.decode()) == (422, True)
    assert stored() == RICH


def test_save_and_stay(web, draft):
    answer = post(web, draft, "links", then="stay")

    assert answer.url == url_of(draft, "links")


def test_conflict_keeps_every_box_and_the_second_try_saves(web, draft):
    url = url_of(draft, "adjustments")
    data = sent(web.get(url).content.decode()) | {"row-0-name": "获得省级表彰"}
    ReviewCycle.objects.update(version=2)

    refused = web.post(url, data)
    saved = web.post(url, sent(refused.content.decode()))

    assert (refused.status_code, "别人改过这个周期的方案" in refused.content.decode()) == (422, True)
    assert (saved.status_code, stored().adjustments[0].name) == (302, "获得省级表彰")


def test_trying_out_tells_the_checks_and_stores_nothing(web, draft):
    data = sent(web.get(url_of(draft, "rules")).content.decode())

    answer = web.post(url_of(draft, "rules", "try/"), data | {"head-trim_each_side": "3"})
    unread = web.post(url_of(draft, "rules", "try/"), data | {"head-trim_each_side": "三"})

    assert "去掉最高、最低分之后可能一张票也不剩" in answer.content.decode()
    assert "有 1 处还看不懂" in unread.content.decode()
    assert stored() == RICH


def test_trying_out_a_part_that_does_not_exist_is_not_found(web, draft):
    assert web.post(url_of(draft, "nothing", "try/"), {}).status_code == 404


@pytest.mark.parametrize("key", PATTERNS)
def test_every_pattern_can_be_edited_and_read(web, host, key):
    cycle = make_cycle(stage="draft", host=host)
    write_parts(cycle.scheme, SchemePlan())
    write_scheme(cycle.scheme, PATTERNS[key])

    answers = [post(web, cycle, part).status_code for part in PART_TITLES if part != "papers"]

    assert set(answers) == {302}
    assert stored() == PATTERNS[key]
    assert web.get(f"/cycles/{cycle.pk}/").status_code == 200


# words and comparison


def test_opened_scheme_is_shown_in_words(web, host):
    make_cycle(host=host, preset="banded")

    page = web.get(f"/cycles/{ReviewCycle.objects.get().pk}/").content.decode()

    assert "“基本称职”“不称职”合计达到1/3的得65分（先看这一条）" in page
    assert "/scheme/groups/" not in page


def test_changes_since_last_year_are_listed_side_by_side(web, host):
    make_cycle(host=host, year=2025, preset="60-40", stage="archived", title="去年的周期")
    cycle = make_cycle(host=host, year=2026, preset="50-50", stage="draft")

    page = web.get(f"/cycles/{cycle.pk}/changes/").content.decode()

    assert "权重100%，取“测评表”的测评得分" in page
    assert "党建工作综合考核" in page
    assert "共 2 处不同" in page


def test_any_cycle_in_sight_can_be_compared_and_no_other(web, host):
    cycle = make_cycle(host=host, year=2026)
    other = make_cycle(host=make_organization(superior=host), year=2026)
    foreign = make_cycle()

    assert web.get(f"/cycles/{cycle.pk}/changes/?with={other.pk}").context["other"] == other
    assert web.get(f"/cycles/{cycle.pk}/changes/?with={foreign.pk}").status_code == 404


def test_first_cycle_has_nothing_to_compare(web, host):
    cycle = make_cycle(host=host)

    assert "没有可以对比的方案" in web.get(f"/cycles/{cycle.pk}/changes/").content.decode()


def test_opening_tells_how_many_rules_changed(web, host):
    make_cycle(host=host, year=2025, preset="60-40", stage="archived", title="去年的周期")
    cycle = make_cycle(host=host, year=2026, preset="60-40", stage="draft", reports_due_on=date(2026, 12, 1))
    make_reviewee(cycle=cycle)
    cycle.scheme.voter_groups.update(n_expected=20)

    page = web.get(f"/cycles/{cycle.pk}/").content.decode()

    assert "方案与去年的周期相比有2处不同。" in page
    assert "与2025年方案的 2 处不同" in page


def test_small_field_whose_quota_leaves_nobody_is_told(host):
    cycle = make_cycle(host=host, stage="draft")
    cycle.scheme.good_quota = Decimal(30)
    cycle.scheme.save()
    make_reviewee(cycle=cycle, field="rural")

    told = [gap.message for gap in gaps_of(cycle, plan_of(cycle.scheme)) if gap.part == "grades"]

    assert told == ["农区只有1人，按30%向下取整是0人，没有人能评为“好”；可以给这个领域单独设比例。"]


def test_presets_are_offered_with_their_summaries(web, host):
    make_organization(superior=host)

    page = web.get("/cycles/new/").content.decode()

    assert [key for key in PRESETS if PRESETS[key].summary not in page] == []


# presets


def test_preset_replaces_the_whole_scheme_and_nothing_else(web, draft):
    make_reviewee(cycle=draft)
    page = web.get(f"/cycles/{draft.pk}/preset/").content.decode()

    answer = web.post(f"/cycles/{draft.pk}/preset/", {"preset": "banded", "version": "1"}, follow=True)

    scheme = ReviewScheme.objects.get()
    assert (plan_of(scheme), scheme.preset) == (PRESETS["banded"].plan, "banded")
    assert draft.reviewees.count() == 1
    assert "方案已换成样式“分段折算”" in answer.content.decode()
    assert "换了以后找不回来" in page


def test_preset_is_not_applied_over_what_others_saved_meanwhile(web, draft):
    ReviewCycle.objects.update(version=2)

    answer = web.post(f"/cycles/{draft.pk}/preset/", {"preset": "banded", "version": "1"}, follow=True)

    assert "别人改过这个周期的方案，所以没有替换" in answer.content.decode()
    assert stored() == RICH


def test_unknown_preset_and_opened_cycle_are_refused_in_words(web, draft, host):
    opened = make_cycle(host=host, year=2020)

    unknown = web.post(f"/cycles/{draft.pk}/preset/", {"preset": "none", "version": "1"}, follow=True)
    frozen = web.post(f"/cycles/{opened.pk}/preset/", {"preset": "banded", "version": "1"}, follow=True)

    assert "没有这个方案样式" in unknown.content.decode()
    assert "已经启动" in frozen.content.decode()
    assert web.get(f"/cycles/{opened.pk}/preset/").url == f"/cycles/{opened.pk}/"
    assert stored() == RICH
