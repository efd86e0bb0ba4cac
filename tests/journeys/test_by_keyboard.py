"""What staff do to the roster in a year, in one sitting and by the keyboard alone: every step is reached by Tab."""

from datetime import date

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from apps.organizations.models import Organization
from apps.secretaries.models import Appointment
from tests.factories.rosters import workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = ["K9", "丙镇三村党支部", "K1", "党支部", "农区", "2020-05-06"]


@pytest.fixture
def window(client, world, live_server, page):
    client.force_login(world.users["clerk"], backend=BACKEND)
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.goto(live_server.url + reverse("organizations:organization_list"))
    return page


def tab_to(window, selector):
    """Press Tab until the focus stands on the first such thing."""
    target = window.locator(selector).first
    target.wait_for()
    for _ in range(80):
        if target.evaluate("one => one === document.activeElement"):
            return
        window.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def follow(window, *names):
    """Reach links, buttons or menus one after the other and press Enter on each."""
    for name in names:
        place = ".dialog" if window.locator(".dialog").count() else "main"
        tab_to(window, f"{place} :is(a, button, summary):text-is('{name}')")
        window.keyboard.press("Enter")
        window.wait_for_load_state("networkidle")


def said(window, words):
    """Wait until the page says so."""
    window.locator("#messages").get_by_text(words).wait_for()


def fill(window, **typed):
    """Type into the fields of a form; ``True`` ticks a box, ``"End"`` takes the last choice of a list."""
    for name, value in typed.items():
        tab_to(window, f"[name={name}]")
        if value is True:
            window.keyboard.press("Space")
        elif value == "End":
            window.keyboard.press("End")
        elif isinstance(value, date):
            type_day(window, name, value)
        else:
            window.keyboard.press("Control+A")
            window.keyboard.type(value)


def type_day(window, name, day):
    """Type a day the way the browser's own box wants it: year first, or month first."""
    year, month, of_month = f"{day:%Y}", f"{day:%m}", f"{day:%d}"
    for keys in ((month, of_month, year), (year, "ArrowRight", month, of_month)):
        for key in keys:
            window.keyboard.press(key) if key.startswith("Arrow") else window.keyboard.type(key)
        if window.locator(f"[name={name}]").input_value() == day.isoformat():
            return
        for _ in range(3):
            window.keyboard.press("ArrowLeft")
    raise AssertionError(f"{day} cannot be typed into {name}")


def test_a_year_of_the_roster_by_keyboard_alone(window, world, live_server, tmp_path):
    follow(window, "新增党组织")
    fill(window, superior="R", code="K1", name="丙镇党委")
    follow(window, "保存", "新增下级")
    fill(window, code="K2", name="丙镇一村党支部", kind="End")
    follow(window, "保存")
    said(window, "已新增“丙镇一村党支部”")
    branch = Organization.objects.get(code="K2")
    assert (branch.superior.name, branch.kind) == ("丙镇党委", "branch")

    follow(window, "新增书记")
    fill(window, name="㛃兰", post="党支部书记", started_on=date(2026, 3, 1))
    follow(window, "保存")
    said(window, "已新增。")
    assert str(Appointment.objects.get(secretary__name="㛃兰").organization) == "丙镇一村党支部"
    follow(window, "丙镇一村党支部", "办理变更", "调整隶属")
    fill(window, superior="T2", reason="区划调整")
    follow(window, "调整", "调整")
    said(window, "已调整")
    branch.refresh_from_db()
    assert branch.superior == world.other_town

    follow(window, "办理变更", "撤销")
    fill(window, reason="村级建制撤销", end_appointments=True)
    follow(window, "撤销", "撤销")
    said(window, "已撤销")
    branch.refresh_from_db()
    assert branch.abolished_on is not None
    assert Appointment.objects.get(secretary__name="㛃兰").end_reason == "abolished"
    follow(window, "组织沿革", "撤回最近一次登记")
    fill(window, reason="选错了村")
    follow(window, "撤回", "撤回")
    said(window, "已撤回")
    branch.refresh_from_db()
    assert branch.abolished_on is None

    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook([NEW]))
    window.goto(live_server.url + reverse("rosters:import_create"))
    with window.expect_file_chooser() as chooser:
        tab_to(window, "[data-upload]")
        window.keyboard.press("Enter")
    chooser.value.set_files(str(path))
    follow(window, "上传并预检")
    window.wait_for_url("**/rosters/*/")
    follow(window, "确认导入", "确认导入")
    window.wait_for_selector("text=已导入：新增 1 行")
    assert Organization.objects.get(code="K9").superior.code == "K1"
