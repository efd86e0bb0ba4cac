"""The scheme editor and the choice of people in a real browser."""

from fractions import Fraction

import pytest

from apps.cycles.domain.checks import plain
from apps.cycles.models import ReviewScheme
from apps.cycles.selectors import plan_of
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(transactional_db):
    return make_cycle(stage="draft")


@pytest.fixture
def window(page, live_server, client, draft):
    """A clerk's window."""
    client.force_login(make_user("clerk", draft.host), backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def test_sum_of_weights_follows_typing_and_a_row_is_added(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/groups/")
    told = window.locator("[data-weight-sum]")
    at_first = told.inner_text()
    window.locator("input[name=row-0-weight]").fill("５０.5")
    after_typing = told.inner_text()

    window.get_by_role("button", name="添加一类").click()
    window.locator("input[name=row-2-name]").fill("C票")
    window.locator("input[name=row-2-weight]").fill("9.5")
    at_last = told.inner_text()
    window.get_by_role("button", name="保存", exact=True).click()
    window.wait_for_url(f"**/cycles/{draft.pk}/")

    assert [at_first, after_typing, at_last] == [
        "权重合计 100%",
        "权重合计 90.5%，还差 9.5%",
        "权重合计 100%",
    ]
    groups = plan_of(ReviewScheme.objects.get(cycle=draft)).groups
    assert [plain(group.weight) for group in groups] == ["50.5", "40", "9.5"]


def save(window):
    window.get_by_role("button", name="保存", exact=True).click()
    window.wait_for_selector(".notice-good")


def test_row_is_moved_by_keyboard_crossed_out_and_taken_back(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/groups/")
    told = window.locator("[data-weight-sum]")

    window.locator("input[name=row-0-name]").press("Alt+ArrowDown")
    is_focus_kept = window.evaluate("document.activeElement.name") == "row-0-name"
    row = window.locator("[data-row]", has=window.locator("input[name=row-1-name]"))
    row.get_by_role("button", name="删去").click()
    crossed_out = told.inner_text()
    row.get_by_text("恢复").click()
    taken_back = told.inner_text()
    save(window)

    names = [group.name for group in plan_of(ReviewScheme.objects.get(cycle=draft)).groups]
    assert (is_focus_kept, crossed_out, taken_back) == (
        True,
        "权重合计 60%，还差 40%",
        "权重合计 100%",
    )
    assert names == ["B票 书记和党务部门负责人", "A票 党委班子"]


def test_share_by_bands_is_built_with_only_the_boxes_it_needs(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/components/")
    row = window.locator("[data-row]")

    at_first = row.locator("input[name=row-0-bands-at]").first.is_visible()
    row.locator("select[name=row-0-kind]").select_option("share")
    row.locator("select[name=row-0-item]").select_option(label="总体评价")
    row.get_by_label("好", exact=True).first.check()
    row.locator("select[name=row-0-conversion]").select_option("bands")
    row.get_by_role("button", name="加一段").click()
    for place, (at, score) in enumerate([("2/3", "100"), ("0", "８０")]):
        row.locator("input[name=row-0-bands-at]").nth(place).fill(at)
        row.locator("input[name=row-0-bands-score]").nth(place).fill(score)
    window.locator(".gap-line", has_text="没有问题").wait_for()
    save(window)

    (part,) = plan_of(ReviewScheme.objects.get(cycle=draft)).components
    assert (at_first, part.kind.value, part.item, part.options) == (False, "share", "overall", ("good",))
    assert [(band.at_least, band.score) for band in part.conversion.bands] == [
        (Fraction(200, 3), 100),
        (0, 80),
    ]


def test_doubtful_rule_is_told_while_it_is_typed(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/rules/")

    window.locator("#id_head-trim_each_side").fill("3")
    window.locator(".gap-line", has_text="可能一张票也不剩").wait_for()
    window.locator("#id_head-trim_each_side").fill("三")
    window.locator("#beside", has_text="有 1 处还看不懂").wait_for()
    window.locator("#id_head-trim_each_side").fill("1")
    window.locator(".gap-line", has_text="没有问题").wait_for()

    assert plan_of(ReviewScheme.objects.get(cycle=draft)).rules.trim_each_side == 0


def test_worked_example_follows_the_typing_and_pales_while_it_cannot_be_read(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/rules/")
    total = window.locator(".worked-outcomes tbody tr").first.locator("td b")
    at_first = total.inner_text()

    window.locator("#id_head-decimals").fill("4")
    window.locator(".worked-line", has_text="四舍五入到 4 位小数").wait_for()
    exact = total.inner_text()
    window.get_by_text("看用到的票和录入的数").click()
    window.locator("#id_head-trim_each_side").fill("一")
    window.locator("[data-example][data-stale]").wait_for()
    kept = total.inner_text()
    window.locator("#id_head-trim_each_side").fill("1")
    window.locator(".worked-line", has_text="去掉最高、最低各 1 张").first.wait_for()

    assert (at_first, exact, kept) == ("91.87", "91.8667", "91.8667")
    assert window.locator(".worked-sheet").first.is_visible()
    assert window.locator("[data-stale]").count() == 0


@pytest.mark.parametrize("part", ["components", "grades", "adjustments"])
def test_editor_fits_a_phone(phone, window, live_server, draft, part):
    phone.context.add_cookies(window.context.cookies())
    phone.goto(f"{live_server.url}/cycles/{draft.pk}/scheme/{part}/")

    width = phone.evaluate("document.documentElement.scrollWidth")

    assert width <= 360


def test_people_are_ticked_and_the_cycle_is_opened_after_the_question(window, live_server, draft):
    for _ in range(3):
        make_appointment(organization=make_organization(superior=draft.host))

    window.goto(f"{live_server.url}/cycles/{draft.pk}/candidates/")
    window.locator("[data-pick-all]").check()
    told = window.locator("[data-pick-count]").inner_text()
    window.locator("select[name=mode]").select_option("written")
    window.get_by_role("button", name="加入勾选的人").click()
    window.wait_for_url(f"**/cycles/{draft.pk}/reviewees/")
    window.goto(f"{live_server.url}/cycles/{draft.pk}/")
    window.get_by_role("button", name="启动周期").click()
    question = window.locator(".dialog p").inner_text()
    window.locator(".dialog").get_by_role("button", name="启动并冻结").click()
    window.wait_for_selector(".notice-good")

    draft.refresh_from_db()
    assert told == "已勾选 3 人"
    assert "述职对象3人（现场0人、书面3人）" in question
    assert (draft.stage, draft.reviewees.count()) == ("reporting", 3)


def test_form_is_built_from_a_preset_previewed_saved_and_opened_again(window, live_server, draft):
    window.goto(f"{live_server.url}/cycles/{draft.pk}/papers/new/")
    window.get_by_role("button", name="分项打分加等次").click()
    window.wait_for_selector("#paper-form")
    preview, told = window.locator("#preview-body"), window.locator("[data-told]")

    window.locator("#id_head-title").fill("青川区年度测评表")
    preview.get_by_role("heading", name="青川区年度测评表").wait_for()
    window.get_by_text("逐人", exact=True).click()
    window.locator("[data-row='item:neng'] > summary").click()
    window.locator("#id_item-neng-text").fill("能力")
    window.get_by_role("button", name="＋ 写文字").click()
    window.locator("#id_item-q1-text").fill("意见建议")
    preview.get_by_text("8. 意见建议").first.wait_for()
    kept_open = window.locator("#id_item-neng-text").is_visible()
    bounds_of_text = window.locator("#id_item-q1-minimum").is_visible()
    window.locator("#row-item-q1").get_by_role("button", name="上移这一项").click()
    preview.get_by_text("7. 意见建议").first.wait_for()
    unsaved = told.inner_text()
    before = draft.scheme.papers.get(name="分项打分加等次").version
    window.locator(".design-bar").get_by_role("button", name="保存").click()
    window.wait_for_selector(".notice-good")

    paper = draft.scheme.papers.get(name="分项打分加等次")
    items = [item.text for item in paper.template.items]
    assert (kept_open, bounds_of_text, unsaved, before) == (True, False, "改动还没有保存", 1)
    assert (paper.version, paper.template.title) == (2, "青川区年度测评表")
    assert items == ["德", "能力", "勤", "绩", "廉", "综合得分", "意见建议", "综合评价"]
    window.goto(f"{live_server.url}/cycles/{draft.pk}/papers/{paper.pk}/")
    assert window.locator("#id_head-title").input_value() == "青川区年度测评表"
    assert window.locator("form[data-changed]").count() == 0


def test_view_of_the_preview_is_switched_and_leaving_unsaved_asks(window, live_server, draft):
    paper = draft.scheme.papers.get()
    window.goto(f"{live_server.url}/cycles/{draft.pk}/papers/{paper.pk}/")
    asked = []
    window.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    per_person = window.locator(".sheet-matrix").is_visible()
    window.get_by_text("整表", exact=True).last.click()
    matrix = window.locator(".sheet-matrix").is_visible()
    window.locator("#id_head-subtitle").fill("二〇二六年度")
    window.goto(f"{live_server.url}/cycles/{draft.pk}/")

    assert (per_person, matrix, asked) == (False, True, ["beforeunload"])
    assert draft.scheme.papers.get().version == 1


def test_item_is_removed_after_the_question_and_comes_back_with_a_reload(window, live_server, draft):
    paper = draft.scheme.papers.get()
    window.goto(f"{live_server.url}/cycles/{draft.pk}/papers/{paper.pk}/")
    window.on("dialog", lambda dialog: dialog.accept())

    window.locator("#row-item-duty > summary").click()
    window.locator("#row-item-duty").get_by_role("button", name="删去这一项").click()
    question = window.locator(".dialog p").inner_text()
    window.locator(".dialog").get_by_role("button", name="删去").click()
    window.locator("#row-item-duty").wait_for(state="detached")
    window.locator("#preview-body").get_by_text("1. 重点任务和工作成效").first.wait_for()
    window.reload()

    assert question == "删去这一项？保存以前，刷新页面还能找回。"
    assert window.locator("#row-item-duty").count() == 1
    assert draft.scheme.papers.get().template.items[0].key == "duty"


def test_form_is_designed_without_javascript(window, browser, live_server, draft):
    paper = draft.scheme.papers.get()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(window.context.cookies())
    page = context.new_page()
    page.goto(f"{live_server.url}/cycles/{draft.pk}/papers/{paper.pk}/")

    page.get_by_role("button", name="＋ 打分").click()
    page.locator("#id_item-q1-text").fill("得分")
    page.locator("#id_item-q1-maximum").fill("20")
    with context.expect_page() as opened:
        page.get_by_role("button", name="预览", exact=True).click()
    shown = opened.value.locator(".sheet-person").get_by_text("5. 得分").first.is_visible()
    page.locator(".design-bar").get_by_role("button", name="保存").click()
    page.wait_for_selector(".notice-good")
    context.close()

    item = draft.scheme.papers.get().template.items[-1]
    assert (shown, item.text, item.maximum) == (True, "得分", 20)
