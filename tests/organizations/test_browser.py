"""The tree in a real Chromium: by keyboard alone, with suggestions."""

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from pypdfium2 import PdfDocument

from tests.factories.organizations import make_organization
from tests.support.browser import STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def village(world):
    """A village at the end of a level of 130."""
    for n in range(129):
        make_organization(superior=world.town, code=f"V{n:03}")
    return make_organization(
        superior=world.town, code="V999", name="白鹭村党支部", pinyin_key="BaiLu", initials_key="blcdzb"
    )


@pytest.fixture
def enter(client, world, live_server, open_window):
    client.force_login(world.users["clerk"], backend=BACKEND)
    value = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def window_at(address, viewport=STAFF):
        window = open_window(viewport)
        window.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        window.goto(live_server.url + address)
        return window

    return window_at


def focused(window):
    return window.evaluate(
        "(document.activeElement.querySelector('.tree-name') || document.activeElement).textContent.trim()"
    )


def press(window, *keys):
    for key in keys:
        window.keyboard.press(key)
        window.wait_for_load_state("networkidle")


def test_tree_by_keyboard_alone(enter, village, world):
    window = enter(reverse("organizations:organization_tree"))

    window.locator("[role=treeitem][tabindex='0']").focus()
    press(window, "ArrowDown")
    assert focused(window) == "甲镇党委"
    press(window, "ArrowRight")
    window.wait_for_selector("text=甲镇一村党支部")
    press(window, "ArrowRight")
    assert focused(window) == "甲镇一村党支部"
    press(window, "ArrowLeft")
    assert focused(window) == "甲镇党委"
    press(window, "ArrowLeft", "ArrowDown")
    assert focused(window) == "乙镇党委"
    press(window, "ArrowUp", "ArrowRight", "End", "ArrowUp")
    assert focused(window) == "再显示 100 个"
    press(window, "Enter")
    window.wait_for_selector("text=白鹭村党支部")
    assert window.evaluate("document.activeElement.getAttribute('role')") == "treeitem"
    press(window, "Home")
    assert focused(window) == "区委"
    press(window, "End", "ArrowUp", "Enter")
    window.wait_for_url(f"**{reverse('organizations:organization_detail', args=[village.pk])}")


def test_search_by_keyboard_opens_the_tree_at_the_hit(enter, village):
    window = enter(reverse("organizations:organization_tree"))

    window.keyboard.press("/")
    window.keyboard.type("blc")
    window.wait_for_selector("#tree-hits li")
    assert "区委 › 甲镇党委" in window.locator("#tree-hits").inner_text()
    press(window, "ArrowDown", "Enter")

    window.wait_for_selector(f"#node-{village.pk}[aria-selected=true]")
    assert focused(window) == "白鹭村党支部"


def test_list_prints_as_a_table_with_its_heads_on_each_sheet(enter, village):
    window = enter(f"{reverse('organizations:organization_list')}?size=50")

    printed = PdfDocument(window.pdf(format="A4", prefer_css_page_size=True))
    texts = ["".join(sheet.get_textpage().get_text_range().split()) for sheet in printed]

    assert [text.count("上级党组织") for text in texts] == [1, 1], texts
    assert not any("导出Excel" in text or "栏目" in text for text in texts)
