"""The author's page in a real browser: counts, autosave, conflict, a server that is away."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.accounts.models import AccountSession
from apps.duty_reports.models import SectionText
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import make_duty_report, make_follow_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXAMPLES = json.loads((Path(__file__).parent / "counting_examples.json").read_text(encoding="utf-8"))


@pytest.fixture
def report(transactional_db):
    return make_duty_report(reviewee=make_reviewee(cycle=make_cycle()), filled=True)


@pytest.fixture
def row(report):
    return report.texts.get(section__kind="problems")


@pytest.fixture
def sign_in(live_server, client, report):
    """Give a window the author's session and open the page."""
    author = make_user("secretary", secretary=report.reviewee.secretary, username="author", password=PASSWORD)
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def open_page(window):
        window.context.add_cookies([cookie])
        window.goto(f"{live_server.url}/duty-reports/{report.pk}/edit/")
        window.wait_for_selector("#report-form[data-ready]")
        return window

    return open_page


def box_of(window, row):
    return window.locator(f"#section-{row.section_id}")


def status_of(window, row):
    return window.locator(f"#section-{row.section_id}-status")


def wait_saved(window, row, revision=1):
    """Wait until the server has acknowledged this revision and nothing newer waits."""
    window.wait_for_selector(
        f"input[name=revision-section-{row.section_id}][value='{revision}']", state="attached"
    )
    window.wait_for_selector(f"#section-{row.section_id}-status.save-good")


def stored(row):
    return SectionText.objects.values_list("text", "revision").get(pk=row.pk)


def test_browser_counts_by_the_same_rule(page, sign_in):
    window = sign_in(page)

    counted = window.evaluate(
        "texts => texts.map(text => window.spkCounting.count(text))", [e[0] for e in EXAMPLES]
    )

    assert [[n["n_chars"], n["n_without_punctuation"], n["n_i"], n["n_we"]] for n in counted] == [
        example[1:] for example in EXAMPLES
    ]


def test_counts_follow_the_typing(page, sign_in, row):
    window = sign_in(page)

    box_of(window, row).fill("我们查摆问题，我负责。")

    assert window.locator(f"#section-{row.section_id}-count").inner_text() == "11 字（不计标点 9）"
    assert window.locator(f"#section-{row.section_id}-limit").inner_text() == "还差 189 字"
    assert window.locator("#figure-share").inner_text() == "1.6%"
    assert window.locator("#figure-we").inner_text() == "1"


def test_text_is_saved_some_seconds_after_typing(page, sign_in, row):
    window = sign_in(page)

    box_of(window, row).fill("自动保存的文字")
    wait_saved(window, row)

    assert stored(row) == ("自动保存的文字", 1)
    assert window.evaluate("Object.keys(localStorage).length") == 0


def test_leaving_the_box_saves_at_once(page, sign_in, row):
    window = sign_in(page)

    box_of(window, row).fill("第一次")
    box_of(window, row).blur()
    wait_saved(window, row)
    box_of(window, row).fill("第二次")
    box_of(window, row).blur()
    wait_saved(window, row, revision=2)

    assert stored(row) == ("第二次", 2)


def test_second_window_is_shown_both_texts_and_chooses(page, open_window, sign_in, row):
    one, two = sign_in(page), sign_in(open_window())
    box_of(one, row).fill("第一个窗口")
    box_of(one, row).blur()
    wait_saved(one, row)

    box_of(two, row).fill("第二个窗口")
    box_of(two, row).blur()
    conflict = two.locator(f"#section-{row.section_id}-conflict")
    conflict.wait_for()
    shown = [conflict.locator(part).inner_text() for part in ("[data-mine]", "[data-stored]")]
    kept_meanwhile = stored(row)[0]
    conflict.locator("[data-keep-mine]").click()
    wait_saved(two, row, revision=2)

    assert (shown, kept_meanwhile) == (["第二个窗口", "第一个窗口"], "第一个窗口")
    assert stored(row) == ("第二个窗口", 2)


def test_text_typed_while_the_server_is_away_is_saved_when_it_is_back(page, sign_in, row):
    window = sign_in(page)
    window.context.set_offline(True)
    box_of(window, row).fill("断网时写的")
    box_of(window, row).blur()
    window.wait_for_selector(f"#section-{row.section_id}-status.save-bad")
    words = status_of(window, row).inner_text()

    window.context.set_offline(False)
    wait_saved(window, row)

    assert words.startswith("未保存：连不上服务器。内容已存在本机")
    assert stored(row) == ("断网时写的", 1)


def test_text_left_in_the_browser_is_brought_back(page, sign_in, row, report):
    window = sign_in(page)
    window.route("**/sections/**", lambda route: route.abort())
    box_of(window, row).fill("没来得及存的")
    box_of(window, row).blur()
    window.wait_for_selector(f"#section-{row.section_id}-status.save-bad")
    window.on("dialog", lambda dialog: dialog.accept())
    window.unroute("**/sections/**")

    window.reload()
    window.wait_for_selector("#report-form[data-ready]")
    brought_back = box_of(window, row).input_value()
    wait_saved(window, row)

    assert (brought_back, stored(row)) == ("没来得及存的", ("没来得及存的", 1))


def test_handing_in_saves_what_was_just_typed(page, sign_in, row, report):
    item = make_follow_up(report=report)
    window = sign_in(page)
    window.locator(f"#follow-up-{item.pk}").fill("已经整改到位。")
    text = box_of(window, row).input_value() + "最后补一句。"
    box_of(window, row).fill(text)

    window.get_by_role("button", name="提交审核").click()
    window.locator(".dialog").get_by_role("button", name="提交审核").click()
    window.wait_for_url(f"**/duty-reports/{report.pk}/")

    report.refresh_from_db()
    assert (report.state, stored(row)[0]) == ("submitted", text)
    assert report.rounds.get().texts["answers"][0]["answer"] == "已经整改到位。"


def test_phone_has_no_sideways_scrolling(phone, sign_in):
    window = sign_in(phone)

    assert window.evaluate("document.documentElement.scrollWidth") <= 360


def test_page_goes_on_with_the_new_token_after_signing_in_again_elsewhere(page, sign_in, row, live_server):
    """The old token is worthless then; the text typed meanwhile is saved, and nothing is asked of the author."""
    window = sign_in(page)
    AccountSession.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    box_of(window, row).fill("登录过期以后写的。")
    window.wait_for_selector(f"#section-{row.section_id}-status.save-bad")
    door = window.context.new_page()
    door.goto(f"{live_server.url}/accounts/login/")
    door.fill("[name=username]", "author")
    door.fill("[name=password]", PASSWORD)
    door.click("main button[type=submit]")
    door.wait_for_url(f"{live_server.url}/")

    window.bring_to_front()
    with window.expect_response("**/accounts/session/"):
        window.evaluate("window.dispatchEvent(new Event('focus'))")
    box_of(window, row).fill("登录过期以后写的，再登录以后接着写。")
    wait_saved(window, row)

    assert stored(row) == ("登录过期以后写的，再登录以后接着写。", 1)
