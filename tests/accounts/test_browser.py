"""What only a real browser shows: the session's end told in time, nothing lost after it, and the policy while typing."""

import pytest
from django.utils import timezone
from pypdfium2 import PdfDocument

from apps.accounts.kit.sessions import SessionStore
from apps.accounts.models import AccountSession
from apps.common.kit.reauthentication import CONFIRMED_AT
from apps.organizations.models import Organization
from tests.browser.screenshots import sign_in
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DIALOG = "[role=alertdialog]"


@pytest.fixture
def town():
    return make_organization(name="柳湾镇党委", code="LW")


@pytest.fixture
def clerk(town):
    return make_user("clerk", town, username="lina", display_name="李娜", password=PASSWORD)


def nearly_over(page, live_server, path):
    """Open a page whose session ends in two minutes and two seconds."""
    sign_in(page, live_server, "lina")
    AccountSession.objects.update(idle_seconds=122)
    page.goto(f"{live_server.url}{path}")


def test_end_is_told_two_minutes_before_and_one_click_goes_on(clerk, page, live_server):
    nearly_over(page, live_server, "/accounts/profile/")

    page.wait_for_selector(DIALOG)
    words = page.inner_text(DIALOG)
    AccountSession.objects.update(idle_seconds=1800)
    page.click(f"{DIALOG} >> text=继续使用")
    page.wait_for_selector(DIALOG, state="detached")

    assert "即将自动退出" in words
    assert "后将自动退出" in words
    assert timezone.now() - AccountSession.objects.get().seen_at < timezone.timedelta(seconds=10)


def test_page_goes_on_after_signing_in_again_in_another_window(clerk, town, page, live_server):
    nearly_over(page, live_server, f"/organizations/{town.pk}/edit/")
    page.fill("[name=name]", "柳湾镇党委（新）")
    AccountSession.objects.update(seen_at=timezone.now() - timezone.timedelta(hours=1))

    page.wait_for_selector(f"{DIALOG} >> text=本页填写的内容都还在")
    with page.context.expect_page() as opened:
        page.click(f"{DIALOG} >> text=重新登录 >> nth=-1")
    door = opened.value
    door.fill("[name=username]", "lina")
    door.fill("[name=password]", PASSWORD)
    door.click("main button[type=submit]")
    door.wait_for_url(f"{live_server.url}/")
    page.bring_to_front()
    page.click(f"{DIALOG} >> text=我已重新登录")
    page.wait_for_selector(DIALOG, state="detached")
    page.click("main form .btn-primary")
    page.wait_for_load_state("networkidle")

    assert Organization.objects.get(pk=town.pk).name == "柳湾镇党委（新）"


def test_policy_is_told_while_typing(clerk, page, live_server):
    sign_in(page, live_server, "lina")
    page.goto(f"{live_server.url}/accounts/password/")

    def kept(text):
        page.fill("[name=new_password]", text)
        page.fill("[name=repeated]", text)
        return [
            item.get_attribute("class") == "is-kept" for item in page.locator("#policy [data-rule]").all()
        ]

    assert kept("Lina-2026") == [False, True, False, True]
    assert kept("Chunyu7-heban") == [True, True, True, True]


def test_all_accounts_of_a_unit_are_made_on_one_page(town, page, live_server, monkeypatch):
    monkeypatch.setattr("apps.accounts.views.secretaries.BATCH", 8)
    make_user("head", town, username="lina", display_name="负责人")
    for number in range(19):
        branch = make_organization(superior=town, name=f"第{number}党支部")
        make_appointment(secretary=make_secretary(name=f"张{number}"), organization=branch)
    sign_in(page, live_server, "lina")
    page.goto(f"{live_server.url}/accounts/secretaries/")

    page.click("text=建立并打印密码条")
    page.click(".dialog .btn-primary")
    page.click("#slip-all")
    page.wait_for_selector("#slip-form", state="detached")

    passwords = {one.inner_text() for one in page.locator(".slip dd:nth-of-type(2) code").all()}
    assert len(passwords) == 19
    assert page.inner_text("#slip-left") == "0"
    assert len(PdfDocument(page.pdf(format="A4"))) == 3


def test_form_with_an_error_is_corrected_at_its_own_address_after_confirming(clerk, town, page, live_server):
    village = make_organization(superior=town, name="柳湾村党支部")
    sign_in(page, live_server, "lina")
    session = SessionStore(session_key=AccountSession.objects.get().session_key)
    session[CONFIRMED_AT] = 0
    session.save()
    address = f"{live_server.url}/organizations/{village.pk}/abolish/"
    page.goto(address)
    page.fill("[name=reason]", "撤并")
    page.fill("[name=on]", "2999-01-01")
    send(page)

    page.fill("[name=password]", PASSWORD)
    page.click("main form .btn-primary")
    page.wait_for_url(address)
    kept = page.input_value("[name=reason]")
    page.fill("[name=on]", timezone.localdate().isoformat())
    send(page)
    page.wait_for_url(f"{live_server.url}/organizations/{village.pk}/")

    assert kept == "撤并"
    assert Organization.objects.get(pk=village.pk).abolished_on == timezone.localdate()


def send(page):
    """Send the form of the page, which asks once more."""
    page.click("main form .btn-primary")
    page.click(".dialog .btn-primary, .dialog .btn-danger")
    page.wait_for_load_state("networkidle")
