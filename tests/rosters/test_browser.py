"""Imports in a real Chromium: drag and drop, keyboard alone, refusals."""

import base64
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from apps.organizations.models import Organization
from apps.rosters.models import RosterImport
from tests.factories.accounts import give_role, make_user
from tests.factories.organizations import make_organization
from tests.factories.rosters import workbook
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = ["B2", "甲镇二村党支部", "T1", "党支部", "农区", "2020-05-06"]
CHANGED = ["B1", "甲镇一村党总支", "T1", "党总支", "城市"]
RESULT = re.compile(r"/rosters/\d+/")
DROP = """async ([bytes, name]) => {
  const file = new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name);
  const carried = new DataTransfer();
  carried.items.add(file);
  const area = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"])
    area.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
}"""


@pytest.fixture
def clerk(transactional_db):
    """A clerk over a small tree with one secretary."""
    root = make_organization(code="R", name="区委", kind="committee", field="agency")
    town = make_organization(code="T1", name="甲镇党委", superior=root, kind="committee", field="rural")
    branch = make_organization(code="B1", name="甲镇一村党支部", superior=town, kind="branch", field="rural")
    make_organization(code="B9", name="甲镇九村党支部", superior=town, kind="branch", field="rural")
    person = make_secretary(name="𰻞㛃", phone="13800001234")
    make_appointment(secretary=person, organization=branch, post="党支部书记", started_on=date(2021, 3, 1))
    user = make_user(username="jingban")
    give_role(user, "clerk", root)
    return user


@pytest.fixture
def enter(client, clerk, live_server):
    """Give a window the clerk's session and open a page of imports."""
    client.force_login(clerk, backend=BACKEND)
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def go(window, way=""):
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        window.goto(f"{live_server.url}/rosters/{way}")
        return window

    return go


def faults(window):
    """What axe finds on the page, and by how much it is too wide."""
    window.evaluate(AXE.read_text(encoding="utf-8"))
    found = window.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => r.violations.map(v => v.id))"
    )
    wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found, wide


def drop(window, content, name="花名册.xlsx"):
    window.evaluate(DROP, [base64.b64encode(content).decode(), name])


def test_workbook_dropped_on_the_page_is_checked_and_confirmed(page, enter):
    window = enter(page, "new/")

    drop(window, workbook([NEW, CHANGED]))
    assert "已选择：花名册.xlsx" in window.locator("[data-drop-hint]").inner_text()
    window.get_by_role("button", name="上传并预检").click()
    window.wait_for_url(RESULT)
    window.reload()
    assert "甲镇一村党支部" in window.locator(".field-changes del").first.inner_text()
    window.get_by_role("button", name="确认导入").click()
    window.locator(".dialog .btn-primary").click()
    window.wait_for_selector("text=已导入：新增 1 行，更新 1 行")

    assert Organization.objects.get(code="B2").superior.code == "T1"


def test_refused_file_is_told_on_the_page_and_another_may_be_chosen(page, enter):
    window = enter(page, "new/")

    drop(window, b"<html><table>", "花名册.xls")
    window.get_by_role("button", name="上传并预检").click()
    fault = window.locator("[data-upload-error]")
    fault.wait_for(state="visible")
    assert "从网页系统导出的表格" in fault.inner_text()
    assert faults(window) == ([], 0)

    drop(window, workbook([NEW]))
    assert not fault.is_visible()
    window.get_by_role("button", name="上传并预检").click()
    window.wait_for_url(RESULT)

    assert RosterImport.objects.count() == 1


def test_whole_way_by_keyboard_alone(page, enter, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook([NEW]))
    window = enter(page, "new/")

    with window.expect_file_chooser() as chooser:
        focus(window, "[data-upload]")
        window.keyboard.press("Enter")
    chooser.value.set_files(str(path))
    focus(window, "button:has-text('上传并预检')")
    window.keyboard.press("Enter")
    window.wait_for_url(RESULT)
    focus(window, ".kind-filter a:has-text('新增')")
    window.keyboard.press("Enter")
    window.wait_for_url("**kind=new")
    focus(window, "button:has-text('确认导入')")
    window.keyboard.press("Enter")
    window.wait_for_selector(".dialog")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.wait_for_selector("text=已导入：新增 1 行")

    assert Organization.objects.filter(code="B2").exists()


def focus(window, selector):
    """Press Tab until the focus stands there."""
    window.evaluate("document.activeElement && document.activeElement.blur()")
    target = window.locator(selector).first
    for _ in range(80):
        window.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")
