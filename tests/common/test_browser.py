"""The shared components in a real browser."""

import pytest

from apps.accounts.models import RoleAssignment, User
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organizations import make_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    make_user("security_admin", username="sec", display_name="冯安", password=PASSWORD)
    make_user("system_admin", username="sys", display_name="郑建国", password=PASSWORD)
    return [
        make_user("clerk", make_organization(name="甲镇党委"), username=f"clerk{n}", display_name=f"经办{n}")
        for n in range(3)
    ]


@pytest.fixture
def enter(live_server):
    def sign_in(page, username):
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_selector("h1:has-text('待办')")

    return sign_in


def test_destructive_act_asks_first(people, page, enter, live_server):
    enter(page, "sys")
    page.goto(f"{live_server.url}/accounts/{people[0].pk}/")

    page.click("text=停用账号")
    dialog = page.locator("[role=alertdialog]")
    assert "将立即退出且不能再登录" in dialog.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "取消"
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert User.objects.get(pk=people[0].pk).is_active

    page.click("text=停用账号")
    dialog.locator("text=停用账号").click()
    page.wait_for_selector("text=的账号已停用")
    assert not User.objects.get(pk=people[0].pk).is_active


def test_focus_stays_in_the_dialog_and_returns(people, page, enter, live_server):
    enter(page, "sys")
    page.goto(f"{live_server.url}/accounts/{people[0].pk}/")
    page.click("text=停用账号")

    for _ in range(3):
        page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('[role=alertdialog]') !== null")
    page.keyboard.press("Escape")

    assert inside
    assert page.evaluate("document.activeElement.textContent") == "停用账号"


def test_list_is_worked_by_keyboard_and_keeps_its_columns(people, page, enter, live_server):
    enter(page, "sys")
    page.goto(f"{live_server.url}/accounts/")

    page.click("text=显示列")
    page.uncheck("[name=col][value=last_login]")
    page.click("text=应用")
    page.wait_for_url("**col=username**")
    page.keyboard.press("/")
    page.keyboard.type("经办")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")

    assert page.locator("thead th").all_inner_texts() == ["用户名▲", "姓名◇", "角色与范围", "状态◇"]
    assert page.locator("tbody tr").count() == 3
    page.click("text=显示列")
    page.click("text=恢复默认")
    assert page.locator("thead th").count() == 5


def test_filter_applies_at_once_and_leaves_a_short_address(people, page, enter, live_server):
    enter(page, "sys")
    page.goto(f"{live_server.url}/accounts/")

    page.select_option("[name=role]", "clerk")
    page.wait_for_url("**role=clerk**")

    assert page.url.endswith("/accounts/?role=clerk")
    assert page.locator("tbody tr").count() == 3


def test_picker_finds_an_organization_by_typing(people, page, enter, live_server):
    make_organization(name="乙镇党委")
    enter(page, "sec")
    page.goto(f"{live_server.url}/accounts/{people[0].pk}/")

    page.select_option("[name=role]", "leader")
    page.locator("[name=scope]").press_sequentially("乙镇")
    offered = page.locator("datalist option").first
    offered.wait_for(state="attached")
    page.fill("[name=scope]", offered.get_attribute("value"))
    page.click("main button:has-text('授予')")
    page.click("[role=alertdialog] button:has-text('授予')")
    page.wait_for_selector("text=角色已授予")

    assert RoleAssignment.objects.filter(user=people[0], role="leader", scope__name="乙镇党委").exists()


@pytest.mark.parametrize(
    "path", ["/", "/accounts/", "/accounts/profile/", "/accounts/password/", "/notifications/", "/nowhere/"]
)
def test_nothing_sticks_out_on_a_phone(people, phone, enter, live_server, path):
    enter(phone, "sys")
    phone.goto(live_server.url + path)

    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_pages_work_without_script(people, open_window, enter, live_server):
    page = open_window(java_script_enabled=False)
    enter(page, "sys")
    page.goto(f"{live_server.url}/accounts/")
    page.fill("[name=q]", "经办1")
    with page.expect_navigation():
        page.click("text=查询")

    assert page.locator("tbody tr").count() == 1
    page.click("summary:has-text('郑建国')")
    with page.expect_navigation():
        page.click("text=退出登录")
    assert page.url.endswith("/accounts/login/")
