"""The grid and the upload in a real Chromium: a pasted column, the keyboard, a dropped workbook."""

import base64
import io

import openpyxl
import pytest
from django.urls import reverse

from apps.assessments.models import ComponentScore, FigureImport
from apps.assessments.selectors.figures import present_figures
from apps.assessments.sheets import figures_workbook
from tests.factories.cycles import make_reviewee
from tests.factories.scoring import make_clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(live_server, client, full_cycle):
    def go(window, name, *args):
        client.force_login(make_clerk(full_cycle), backend="django.contrib.auth.backends.ModelBackend")
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        window.context.add_cookies([session])
        window.goto(live_server.url + reverse(f"assessments:{name}", args=args))
        return window

    return go


def component_of(cycle):
    return cycle.scheme.components.get(name="党建工作综合考核")


def paste(window, text):
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.evaluate("text => navigator.clipboard.writeText(text)", text)
    window.keyboard.press("Control+v")


def box(window, reviewee, name):
    return window.locator(f"[name='{reviewee.pk}-{name}']")


def focused(window):
    return window.evaluate("document.activeElement.name")


def test_columns_copied_from_a_spreadsheet_fill_downwards_and_are_saved(open_page, page, full_cycle):
    third = make_reviewee(cycle=full_cycle)
    first, second = [*full_cycle.reviewees.all()][:2]
    window = open_page(page, "component_grid", component_of(full_cycle).pk)

    box(window, first, "value").click()
    paste(window, '90.5\t100\t"通报\n一号"\r\n８８\t\t通报二号\r\n77\t100\t通报三号\r\n66\t100\t多余\r\n')

    assert box(window, second, "value").input_value() == "８８"
    assert box(window, second, "out_of").input_value() == "100"
    assert box(window, first, "source").input_value() == "通报 一号"
    told = window.locator(".grid-state").inner_text()
    assert told == "粘贴了 3 行，下面没有行了，多出的 1 行没有粘贴；改了 3 行，还没有保存"
    window.get_by_role("button", name="保存全部改动").click()
    window.get_by_text("已保存 3 人").wait_for()
    assert [
        *ComponentScore.objects.order_by("reviewee__order_no").values_list("reviewee", "value", "source")
    ] == [
        (first.pk, 90.5, "通报 一号"),
        (second.pk, 88, "通报二号"),
        (third.pk, 77, "通报三号"),
    ]


def test_enter_and_arrows_walk_between_rows_and_do_not_send_the_form(open_page, page, full_cycle):
    first, second = full_cycle.reviewees.all()
    window = open_page(page, "component_grid", component_of(full_cycle).pk)

    box(window, first, "value").click()
    window.keyboard.type("91")
    window.keyboard.press("Enter")
    assert focused(window) == f"{second.pk}-value"
    window.keyboard.type("82")
    window.keyboard.press("ArrowUp")
    assert focused(window) == f"{first.pk}-value"
    window.keyboard.press("Shift+Enter")
    assert focused(window) == f"{first.pk}-value"

    window.locator("#fill-source").fill("区委通报")
    window.keyboard.press("Enter")
    assert box(window, second, "source").input_value() == "区委通报"
    assert not ComponentScore.objects.exists()
    window.get_by_role("button", name="保存全部改动").click()
    window.get_by_text("已保存 2 人").wait_for()
    assert ComponentScore.objects.filter(source="区委通报").count() == 2


def filled(cycle, **cells):
    book = openpyxl.load_workbook(io.BytesIO(figures_workbook(present_figures(cycle), title=str(cycle))))
    for address, value in cells.items():
        book["考核得分"][address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


DROP = """content => {
  const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "得分.xlsx"));
  const form = document.querySelector("form[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def test_dropped_workbook_is_checked_and_confirmed(open_page, page, full_cycle):
    content = filled(full_cycle, D2=90, F2="通报")
    window = open_page(page, "import_create", full_cycle.pk)

    window.evaluate(DROP, base64.b64encode(content).decode())
    assert window.locator(".drop-name").inner_text() == "已选择：得分.xlsx"
    window.get_by_role("button", name="上传并预检").click()
    window.get_by_text("预检通过，还没有写入").wait_for()
    assert not ComponentScore.objects.exists()
    window.get_by_role("button", name="确认导入").click()
    window.locator(".dialog").get_by_role("button", name="确认导入").click()
    window.get_by_text("已导入：新增 1 个").wait_for()

    assert ComponentScore.objects.get().value == 90
    assert FigureImport.objects.get().state == "confirmed"


def test_grid_fits_a_phone(open_page, phone, full_cycle):
    window = open_page(phone, "component_grid", component_of(full_cycle).pk)

    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_picker_finds_a_person_by_typing(open_page, page, full_cycle):
    wanted = make_reviewee(cycle=full_cycle)
    window = open_page(page, "veto_create")

    window.click(".ts-control")
    window.keyboard.type(wanted.name)
    window.click(f".ts-dropdown .option:has-text('{wanted.name}')")

    assert window.locator("select[name=reviewee]").input_value() == str(wanted.pk)
