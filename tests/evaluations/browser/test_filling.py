"""Filling in: every kind of item, one tap per mark, what is missing, what would be void."""

import pytest

from tests.evaluations.browser.forms import (
    EVERY_KIND,
    MATRIX,
    MUST_READ,
    ONE_GRADE,
    WITH_LIMIT,
    make_form_hall,
)
from tests.evaluations.browser.steps import (
    ADVANCED,
    address,
    answer_all,
    counted,
    fill_quickly,
    only_ballot,
    open_form,
    person,
    press,
    send,
    to_review,
)
from tests.support.browser import STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_kind_of_item_reaches_the_ballot(live_server, phone, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    open_form(phone, live_server, hall, hall.all_slips[0])
    one, two, me = hall.paper.subject_ids

    press(phone, "duty", "较好")
    person(phone).locator(".band-button", has_text="好").first.tap()
    person(phone).locator("[data-item=work] .chip", has_text="18").tap()
    score = person(phone).locator("[data-item=score] input")
    score.fill("０８７．５")
    score.blur()
    person(phone).locator("[data-item=score] .step").last.tap()
    press(phone, "agree", "不同意")
    person(phone).locator("[data-item=rank] .chip[value='2']").tap()
    person(phone).locator("[data-item=advice] textarea").fill("多下基层\n常走动")
    left = person(phone).locator("[data-item=advice] .left").inner_text()
    phone.locator("#next").tap()
    taken = person(phone).locator("[data-item=rank] .chip[value='2']").get_attribute("aria-label")
    person(phone).locator("[data-item=work] .step").first.tap()
    phone.locator("#next").tap()
    person(phone).locator(".is-self").check()
    hidden = person(phone).locator(".item:visible").count()
    phone.locator("#next").tap()
    person(phone).locator("textarea").fill("会议开得好")
    to_review(phone)
    words = phone.locator("#review-words").inner_text()
    send(phone)
    counted(phone)

    content = only_ballot(hall)
    assert left == "还可写 42 字"
    assert taken.startswith("第 2 名，已给")
    assert hidden == 0
    assert words == "已填全 2 人，还有 1 人没有填全。"
    assert content["m"] == {
        "1": {
            one: {"duty": "fairly_good", "work": "18", "score": "88", "agree": "no", "rank": "2"},
            two: {"work": "10"},
        }
    }
    assert content["t"] == {"1": {one: {"advice": "多下基层 常走动"}, "0": {"c": "会议开得好"}}}
    assert me not in content["m"]["1"]


def test_number_out_of_range_is_said_and_never_sent(live_server, phone, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    open_form(phone, live_server, hall, hall.all_slips[0])
    field = person(phone).locator("[data-item=work] input")

    field.fill("25")
    field.blur()
    said = person(phone).locator("[data-item=work] .wrong").inner_text()
    to_review(phone)
    blocked = not phone.locator("#send").is_visible()
    phone.locator("#review-faults button", has_text="去修改").tap()
    field.fill("15")
    field.blur()
    to_review(phone)
    send(phone)
    counted(phone)

    assert said == "应填 0–20 的整数"
    assert blocked
    assert only_ballot(hall)["m"]["1"][hall.paper.subject_ids[0]] == {"work": "15"}


def test_rank_given_twice_is_marked_at_once(live_server, phone, transactional_db):
    hall = make_form_hall(EVERY_KIND)
    open_form(phone, live_server, hall)
    person(phone).locator("[data-item=rank] .chip[value='1']").tap()
    phone.locator("#next").tap()

    person(phone).locator("[data-item=rank] .chip[value='1']").tap()
    said = person(phone).locator("[data-item=rank] .wrong").inner_text()
    person(phone).locator("[data-item=rank] .chip[value='3']").tap()

    assert said.startswith("第 1 名已给了")
    assert not person(phone).locator("[data-item=rank] .wrong").is_visible()


def test_page_goes_on_by_itself_after_one_tap(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE)
    open_form(phone, live_server, hall, hall.all_slips[0])

    for n in range(3):
        phone.locator(f".person:nth-of-type({n + 1}).now label").first.tap()
        phone.wait_for_timeout(ADVANCED)

    assert phone.locator("#review").is_visible()
    assert phone.locator("#review-words").inner_text() == "3 人全部填完。"


def test_second_tap_of_a_double_tap_marks_nobody_else(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE)
    phone.clock.install()
    open_form(phone, live_server, hall, hall.all_slips[0])

    person(phone).locator("label").first.tap()
    phone.clock.run_for(600)
    phone.locator(".person:nth-of-type(2).now label").first.tap()
    at_once = person(phone).locator("input:checked").count()
    phone.clock.run_for(600)
    phone.locator(".person:nth-of-type(2).now label").first.tap()

    assert at_once == 0
    assert person(phone).locator("input:checked").count() == 1


def test_page_stays_after_a_changed_mark_and_when_switched_off(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE)
    open_form(phone, live_server, hall, hall.all_slips[0])
    person(phone).locator("label").nth(0).tap()
    phone.wait_for_timeout(ADVANCED)
    phone.locator("#back").tap()

    person(phone).locator("label").nth(2).tap()
    phone.wait_for_timeout(ADVANCED)
    after_change = person(phone).locator(".no").inner_text()
    phone.locator("#back").tap()
    phone.locator("#auto").uncheck()
    phone.locator("#begin").tap()
    phone.locator("#next").tap()
    person(phone).locator("label").nth(2).tap()
    phone.wait_for_timeout(ADVANCED)

    assert after_change == "第 1 位，共 3 位"
    assert person(phone).locator(".no").inner_text() == "第 2 位，共 3 位"


def test_progress_list_of_people_and_jump_to_the_unfilled(live_server, phone, transactional_db):
    hall = make_form_hall(MATRIX)
    open_form(phone, live_server, hall, hall.all_slips[0])
    phone.locator("#next").tap()
    for item in person(phone).locator(".item").all():
        item.locator("label").nth(1).tap()
    phone.wait_for_timeout(ADVANCED)

    progress = phone.locator("#jump").inner_text()
    phone.locator("#overview-open").tap()
    states = phone.locator("#overview-list b").all_inner_texts()
    phone.locator("#overview-list button").nth(1).tap()
    chosen = person(phone).locator(".no").inner_text()
    phone.locator("#jump").tap()
    jumped = person(phone).locator(".no").inner_text()

    assert progress.split() == ["1/3", "跳到未填"]
    assert states == ["○ 未填 6 项", "✓ 已填全", "○ 未填 6 项"]
    assert (chosen, jumped) == ("第 2 位，共 3 位", "第 3 位，共 3 位")


def test_typed_code_is_asked_for_at_the_last_step(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE)
    slip = hall.all_slips[1]
    open_form(phone, live_server, hall)
    answer_all(phone)

    send(phone)
    asked = phone.locator("#status").inner_text()
    phone.locator("#code").fill(slip.typed_code[:-1])
    send(phone)
    wrong = phone.locator("#code-error").is_visible()
    phone.locator("#code").fill(slip.typed_code.lower())
    send(phone)
    counted(phone)

    assert "请输入票上的 16 位票码" in asked
    assert wrong
    assert len(only_ballot(hall)["m"]["1"]) == 3


HOLD = """
const real = { set: window.setTimeout.bind(window), clear: window.clearTimeout.bind(window) };
window.held = new Map();
window.setTimeout = (act, delay, ...rest) => {
  const id = real.set(act, delay === 300 ? 600000 : delay, ...rest);
  if (delay === 300) window.held.set(id, act);
  return id;
};
window.clearTimeout = (id) => { window.held.delete(id); real.clear(id); };
"""


def test_typed_code_is_not_read_again_after_the_receipt(live_server, phone, transactional_db):
    """The field is read a moment after it was left: by then a quick urn has taken the ballot, and the field is gone."""
    hall = make_form_hall(ONE_GRADE)
    phone.add_init_script(HOLD)
    open_form(phone, live_server, hall)
    fill_quickly(phone)
    to_review(phone)
    send(phone)
    phone.locator("#code").fill(hall.all_slips[1].typed_code)
    send(phone)
    counted(phone)

    phone.evaluate("held.forEach(act => act())")
    phone.set_viewport_size(STAFF)
    remembered = phone.evaluate("Object.keys(sessionStorage)")

    assert remembered == []
    assert len(only_ballot(hall)["m"]["1"]) == 3


def test_rule_of_the_whole_ballot_is_said_before_the_last_tap(live_server, phone, transactional_db):
    hall = make_form_hall(WITH_LIMIT)
    open_form(phone, live_server, hall, hall.all_slips[0])
    fill_quickly(phone)
    to_review(phone)

    said = phone.locator("#review-faults").inner_text()
    button = phone.locator("#send").inner_text()
    phone.locator("#back").tap()
    press(phone, "overall", "差")
    phone.locator("#jump").is_visible()
    phone.locator("#back").tap()
    press(phone, "overall", "差")
    to_review(phone)
    mended = phone.locator("#review-faults").inner_text()
    send(phone)
    counted(phone)

    assert "这样提交，整张票会无效，因为" in said
    assert "最多1人" in said
    assert button == "仍然提交"
    assert mended == ""
    assert sorted(row["overall"] for row in only_ballot(hall)["m"]["1"].values()) == ["good", "poor", "poor"]


def test_void_or_blank_ballot_may_still_be_cast(live_server, phone, transactional_db):
    hall = make_form_hall(WITH_LIMIT)
    open_form(phone, live_server, hall, hall.all_slips[0])
    fill_quickly(phone)
    to_review(phone)
    send(phone)
    counted(phone)
    void = only_ballot(hall)["m"]

    open_form(phone, live_server, hall, hall.all_slips[0])
    to_review(phone)
    words = phone.locator("#review-last").inner_text()
    send(phone)
    counted(phone)

    assert len(void["1"]) == 3
    assert words.startswith("没填的按弃权计，也可以直接提交。")
    assert only_ballot(hall)["m"] == {}


def test_several_forms_make_one_ballot(live_server, phone, transactional_db):
    hall = make_form_hall(ONE_GRADE, WITH_LIMIT, n_reviewees=2)
    open_form(phone, live_server, hall, hall.all_slips[0])

    shown = []
    for n in range(4):
        shown.append(person(phone).locator(".no").inner_text())
        person(phone).locator("label", has_text="一般" if n < 2 else "较好").tap()
        phone.wait_for_timeout(ADVANCED)
    send(phone)
    counted(phone)

    marks = only_ballot(hall)["m"]
    assert shown == [f"{name} · 第 {n} 位，共 2 位" for name in ("述职测评表", "限额测评表") for n in (1, 2)]
    assert {part: {row["overall"] for row in rows.values()} for part, rows in marks.items()} == {
        "1": {"average"},
        "2": {"fairly_good"},
    }


def test_notes_must_be_read_for_some_seconds_but_trap_nobody(live_server, page, transactional_db):
    hall = make_form_hall(MUST_READ)
    page.clock.install()
    page.goto(address(live_server, hall, hall.all_slips[0]))

    page.locator("#begin").focus()
    page.keyboard.press("Enter")
    early = page.locator("#begin-live").inner_text()
    page.keyboard.press("Shift+Tab")
    free = page.evaluate("document.activeElement.id")
    page.clock.run_for(9_000)
    page.locator("#begin").click()

    assert early.startswith("请先看完填写说明，还有")
    assert free == "auto"
    assert person(page).is_visible()


def test_whole_form_is_a_real_table_on_a_wide_screen(live_server, open_window, transactional_db):
    hall = make_form_hall(MATRIX)
    page = open_window(STAFF)
    open_form(page, live_server, hall, hall.all_slips[0])

    head = page.locator(".grid-table thead th").all_inner_texts()
    rows = page.locator(".grid-table tbody th.who").count()
    name = page.locator(".grid-table input[type=radio]").first.evaluate(
        "el => el.closest('fieldset').getAttribute('aria-labelledby').split(' ').map(id => document.getElementById(id).textContent).join(' ')"
    )
    page.locator(".grid-table td label").nth(2).click()
    page.locator("#mode").click()
    kept = person(page).locator("input:checked").count()
    page.locator("#mode").click()
    fill_quickly(page, 1)
    page.locator("#next").click()
    send(page)
    counted(page)

    first = hall.paper.subjects[0].name
    assert head == ["姓名", *"德能勤绩廉", "总体评价"]
    assert (rows, kept) == (3, 1)
    assert name == f"{first} 德"
    assert {row["overall"] for row in only_ballot(hall)["m"]["1"].values()} == {"b"}


def test_all_people_at_once_on_a_phone(live_server, phone, transactional_db):
    hall = make_form_hall(MATRIX)
    open_form(phone, live_server, hall, hall.all_slips[0])

    before = phone.locator(".person:visible").count()
    phone.locator("#mode").tap()

    assert (before, phone.locator(".person:visible").count()) == (1, 3)
    assert phone.locator(".grid-table").count() == 0


def test_delete_takes_a_mark_back(live_server, page, transactional_db):
    hall = make_form_hall(ONE_GRADE)
    open_form(page, live_server, hall, hall.all_slips[0])
    press(page, "overall", "好")

    person(page).locator("input:checked").focus()
    page.keyboard.press("Delete")

    assert person(page).locator("input:checked").count() == 0
