"""One district, one whole year and the start of the next, by clicking: the ten steps of the review in a real browser."""

import re
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from apps.accounts.domain.roles import Role
from apps.accounts.services import create_account, create_secretary_accounts, grant_role
from apps.evaluations.domain import crockford
from apps.organizations.services import create_organization
from apps.secretaries.models import Secretary
from tests.journeys.desk import Desk, pdf_text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "Qinghe-2026-shupingkao"
YEAR = 2025
TOWNS = ("东湾镇", "西坪镇", "南塬镇", "北渠镇", "中和镇", "上河镇")
NAMES = ("王建国", "李秀英", "张志明", "刘海涛", "陈晓燕", "杨德华")
BALLOTS = 6  # per group
GRADES = ("good", "good", "good", "fairly_good", "fairly_good", "average")


@pytest.fixture
def people(live_server, celery_worker_process):
    """The district's root and its two officers; everything else is done by clicking."""
    at = timezone.now()
    root = create_organization(
        code="QH",
        name="中共青禾区委员会",
        kind="committee",
        field="agency",
        superior_id=None,
        actor=None,
        at=at,
    )
    for username, role in (("jingban", Role.CLERK), ("fuze", Role.HEAD)):
        account = create_account(username, role.label, actor=None, at=at)
        settle(account.user)
        grant_role(account.user.pk, role=role.value, scope_id=root.pk, actor=None, at=at)


def settle(user):
    """Give an account its own password, as its person does at the first sign-in."""
    user.set_password(PASSWORD)
    user.must_change_password = False
    user.save()


def roster():
    """A roster workbook as a clerk has it: six towns of one field, their secretaries."""
    book = openpyxl.Workbook()
    organizations = book.active
    organizations.title = "党组织"
    organizations.append(["编码*", "名称*", "上级编码", "类型*", "领域*", "成立日期", "撤销日期", "备注"])
    organizations.append(["QH", "中共青禾区委员会", None, "党委", "机关", None, None, None])
    secretaries = book.create_sheet("书记")
    secretaries.append(["姓名*", "性别", "出生年月", "手机", "党组织编码*", "职务*", "任职日期*", "免职日期"])
    for no, (town, name) in enumerate(zip(TOWNS, NAMES, strict=True), start=1):
        organizations.append([f"QH-{no}", f"{town}党委", "QH", "党委", "农区", date(2010, 7, 1), None, None])
        secretaries.append(
            [name, "男", date(1975, no, 1), None, f"QH-{no}", "党委书记", date(2022, 3, 1), None]
        )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_one_year_from_roster_to_next_years_comparison(people, live_server, open_window):
    def desk(username):
        return Desk(open_window, live_server.url, username, PASSWORD)

    clerk, head = desk("jingban"), desk("fuze")
    import_roster(clerk)
    open_cycle(clerk)
    settle_secretaries()
    authors = {name: desk(username) for name, username in usernames().items()}
    write_reports(clerk, authors)
    prepare_meeting(clerk)
    cards, codes = prepare_session(clerk, open_phone(open_window))
    vote(open_window, live_server.url, clerk, codes)
    record_commentary(clerk)
    open_urn(clerk, cards)
    check_scores(clerk)
    decide(clerk, head)
    letters(clerk, authors)
    rectify(clerk, authors)
    next_year(clerk, authors)


# 1. Roster


def import_roster(clerk):
    clerk.menu("花名册导入")
    clerk.link("导入花名册")
    clerk.page.set_input_files(
        "input[type=file]", {"name": "花名册.xlsx", "mimeType": "", "buffer": roster()}
    )
    clerk.click("上传并预检")
    clerk.click("确认导入", confirm=True)
    clerk.menu("党组织")
    for town in TOWNS:
        clerk.see(f"{town}党委")
    clerk.menu("书记")
    clerk.see(NAMES[0])


# 2. Cycle


def open_cycle(clerk):
    clerk.menu("年度周期")
    clerk.link("新增周期")
    clerk.fill(year=str(YEAR))
    clerk.page.check("[name=preset][value='60-40']")
    clerk.click("新增周期")
    clerk.link("查看名单")
    clerk.link("添加述职对象")
    clerk.click("加入筛选出的全部", confirm=True)
    clerk.menu("年度周期")
    clerk.link(str(YEAR))
    clerk.click("启动周期", confirm=True)
    clerk.see("方案已冻结")


def settle_secretaries():
    for account in create_secretary_accounts(Secretary.objects.all(), actor=None, at=timezone.now()):
        settle(account.user)


def usernames():
    return dict(Secretary.objects.values_list("name", "user__username"))


# 3. Duty reports


def write_reports(clerk, authors):
    for author in authors.values():
        fill_report(author)
    sent_back(clerk, authors[NAMES[0]])
    clerk.menu("述职报告")
    for name in NAMES:
        clerk.menu("述职报告")
        clerk.link(name)
        clerk.click("审核通过", confirm=True)
    clerk.menu("述职报告")
    assert clerk.page.get_by_text("已通过").count() >= len(NAMES)


def fill_report(author):
    author.menu("我的述职")
    for box in author.page.locator("textarea[data-section]").all():
        is_problems = box.get_attribute("data-kind") == "problems"
        box.fill(
            (
                "我对照职责查摆问题，思想认识不深、责任压得不实、方法不多。"
                if is_problems
                else "我带头落实第一责任人职责，到支部调研。"
            )
            * (24 if is_problems else 10)
        )
    author.click("提交", confirm=True)
    author.see("待审核")


def sent_back(clerk, author):
    clerk.menu("述职报告")
    clerk.link(NAMES[0])
    clerk.link("退回修改")
    clerk.fill(reason="问题不够具体，请写到人到事。")
    clerk.click("退回", confirm=True)
    author.menu("我的述职")
    author.see("问题不够具体")
    box = author.page.locator("textarea[data-kind=problems]")
    box.fill(box.input_value() + "例如第二支部三会一课全年缺两次。")
    author.click("提交", confirm=True)
    author.see("待审核")


# 4. Meeting


def prepare_meeting(clerk):
    clerk.menu("年度周期")
    clerk.link(str(YEAR))
    clerk.click("进入", confirm=True)
    clerk.menu("会议")
    clerk.link("新增会议")
    clerk.fill(title="年度述职评议会", starts_at=f"{timezone.localdate()}T09:00", place="区会议中心")
    clerk.click("保存")
    clerk.click("保存议程")
    clerk.click("抽签")
    clerk.see("种子")


def record_commentary(clerk):
    clerk.menu("会议")
    clerk.link("年度述职评议会")
    clerk.page.get_by_role("link", name=NAMES[0]).first.click()
    clerk.fill(leader_name="区委书记")
    clerk.click("开始记录")
    clerk.page.locator("textarea[name=text]").first.fill(
        "工作抓得紧。但是后备力量储备不足，年轻党员偏少。请认真整改。"
    )
    clerk.page.get_by_role("button", name="确认为问题").first.wait_for()
    clerk.page.get_by_role("button", name="确认为问题").first.click()
    clerk.page.get_by_role("button", name="移除").first.wait_for()


# 5. Evaluation


def prepare_session(clerk, phone):
    clerk.menu("测评")
    clerk.link("新增测评场次")
    for box in clerk.page.locator("[name^=planned_]").all():
        box.fill(str(BALLOTS + 1))
    clerk.click("新增场次")
    home = clerk.page.url
    cards = make_key(clerk)
    rehearse(clerk, phone, home)
    clerk.page.goto(home)
    codes = print_slips(clerk, BALLOTS + 1)
    clerk.page.goto(home)
    clerk.click("开始投票", confirm=True)
    return cards, codes


def make_key(clerk):
    """Print three cards and the sealed page, and try the first and the third card."""
    clerk.link("密钥与钥匙卡")
    *cards, hold = pdf_text(clerk.print("生成密钥并打印钥匙卡"))
    cards = [card_text(page) for page in cards]
    assert len(cards) == 3
    assert "封存" in hold
    clerk.page.reload()
    clerk.fill(card_1=cards[0], card_2=cards[2])
    clerk.click("试开")
    clerk.see("试开成功")
    return cards


def rehearse(clerk, phone, home):
    """The whole way once with a throw-away key; afterwards nothing of it is left."""
    clerk.page.goto(f"{home}rehearsal/")
    clerk.fill(n_slips="1")
    clerk.click("准备彩排")
    clerk.see("彩排")
    cards, url = make_key(clerk), clerk.page.url
    codes = print_slips(clerk, 1)
    clerk.page.goto(url)
    clerk.click("开始投票", confirm=True)
    session_id = re.search(r"/evaluations/(\d+)/", url).group(1)
    cast(phone, f"{clerk.base_url}/evaluations/cast/{session_id}", codes[0][0], "good")
    clerk.page.goto(url)
    clerk.click("截止", confirm=True)
    clerk.link(re.compile("开箱$"))
    clerk.fill(card_1=cards[0], card_2=cards[1])
    clerk.click("开箱", confirm=True, within="main")
    clerk.page.goto(f"{home}rehearsal/")
    clerk.click("完成彩排，清除数据", confirm=True)
    clerk.see("剩余 0 行")


def print_slips(clerk, n_slips):
    """Print both groups' slips and return their typed codes."""
    clerk.link("测评票：打印、作废、换纸质")
    codes = []
    for _ in range(2):
        clerk.page.reload()
        row = clerk.page.locator("tr", has=clerk.page.get_by_role("button", name=re.compile("^打印$"))).first
        row.locator("[name=n_slips]").fill(str(n_slips))
        found = slip_codes("\n".join(pdf_text(clerk.print(re.compile("^打印$")))))
        assert len(found) == n_slips
        codes.append(found)
    return codes


def open_session(clerk):
    clerk.menu("测评")
    clerk.page.locator("table tbody a").first.click()


def card_text(page):
    return re.search(r"SPK1[-0-9A-Z\s]+", page).group().strip()


def slip_codes(text):
    """Return the typed codes on the slips: four groups of four."""
    found = re.findall(r"\b([0-9A-Z]{4}(?:[- ][0-9A-Z]{4}){3})\b", text)
    return [code for code in dict.fromkeys(found) if crockford.is_checked(crockford.tidy(code))]


def open_phone(open_window):
    return open_window({"width": 360, "height": 640}, has_touch=True, is_mobile=True)


def vote(open_window, base_url, clerk, codes):
    open_session(clerk)
    session_id = re.search(r"/evaluations/(\d+)/", clerk.page.url).group(1)
    n = 0
    for group in codes:
        for place, code in enumerate(group[:BALLOTS]):
            phone = open_phone(open_window)
            cast(phone, f"{base_url}/evaluations/cast/{session_id}", code, GRADES[place])
            phone.context.close()
            n += 1
    assert n == 12


def cast(phone, url, code, grade):
    """One tap per mark; the page goes on by itself when a person is complete."""
    phone.goto(url)
    phone.fill("#code", code)
    phone.locator("#begin").tap()
    for person in phone.locator("fieldset.person").all():
        person.wait_for()
        for item in person.locator("fieldset.item").all():
            mark(phone, item.locator(f"input[value='{grade}']"))
    phone.locator("#review").wait_for()
    phone.locator("#send").tap()
    phone.locator("#done").wait_for()
    assert "已计入箱" in phone.locator("#done").inner_text()


def mark(phone, choice):
    """Tap until it is taken: just after a turn to the next person the page ignores a tap, lest it be a double one."""
    for _ in range(10):
        choice.tap()
        if choice.is_checked():
            return
        phone.wait_for_timeout(150)
    raise AssertionError("the mark was not taken")


def open_urn(clerk, cards):
    open_session(clerk)
    clerk.click("截止", confirm=True)
    clerk.link(re.compile("开箱$"))
    clerk.fill(card_1=cards[1], card_2="")
    clerk.click("开箱", confirm=True, within="main")
    clerk.see("两张")
    clerk.fill(card_1=cards[1], card_2=cards[2])
    clerk.click("开箱", confirm=True, within="main")
    release(clerk)


def release(clerk):
    """Release as soon as the independent verifier has agreed."""
    for _ in range(60):
        open_session(clerk)
        if clerk.page.get_by_role("button", name="发布测评结果").count():
            break
        clerk.page.wait_for_timeout(500)
    clerk.click("发布测评结果", confirm=True)


# 6. Scores


def check_scores(clerk):
    clerk.menu("得分")
    for _ in range(40):
        if "85.8" in clerk.text() or "名次" in clerk.text():
            break
        clerk.page.wait_for_timeout(500)
        clerk.page.reload()
    clerk.link(NAMES[0])
    # By hand: three ballots 好 (95), two 较好 (85), one 一般 (75) in both groups: (3·95 + 2·85 + 75) / 6 = 530 / 6.
    clerk.see("88.33")


# 7. Grades


def decide(clerk, head):
    clerk.menu("等次")
    clerk.link(str(YEAR))
    clerk.click("提出建议等次")
    row = clerk.page.locator("tr", has_text=NAMES[1])
    row.locator("select").select_option(label="一般")
    row.get_by_role("button", name="审定").click()
    clerk.see("请写明调整理由")
    row = clerk.page.locator("tr", has_text=NAMES[1])
    row.locator("textarea").fill("年内发生一起信访积案。")
    row.get_by_role("button", name="审定").click()
    row.get_by_role("button", name="更改").wait_for()
    clerk.fill(**{"held_on": str(timezone.localdate()), "members-0-name": "张主任"})
    clerk.click("保存会议情况")
    clerk.click("全部按建议", confirm=True)
    clerk.see("已全部审定")
    head.menu("等次")
    head.link(str(YEAR))
    head.click("审核通过", confirm=True)
    head.see("等待负责人签发")
    head.click("签发", confirm=True)
    head.see("已签发")


# 8. Documents


def letters(clerk, authors):
    clerk.menu("文书")
    clerk.link("批量出具")
    clerk.page.get_by_label("反馈意见书（每人一份）").check()
    clerk.click("开始")
    clerk.page.get_by_text("已完成").first.wait_for(timeout=60_000)
    clerk.menu("等次")
    clerk.link(str(YEAR))
    summary = "\n".join(pdf_text(clerk.download("汇总表 PDF")))
    assert all(name in summary for name in NAMES)
    book = openpyxl.load_workbook(BytesIO(clerk.download("汇总表 Excel")))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]
    assert set(NAMES) <= set(cells)
    author = authors[NAMES[0]]
    author.menu("我的反馈")
    letter = "\n".join(pdf_text(author.download("反馈意见书", role="button")))
    assert "反馈意见书" in letter
    assert NAMES[0] in letter
    assert "88.33" in letter
    assert "后备力量储备不足" in letter


# 9. Rectification


def rectify(clerk, authors):
    author = authors[NAMES[0]]
    author.menu("我的整改")
    author.link("制定措施")
    author.fill(
        measure="建立后备力量库，年内培养两名。",
        responsible_leader=NAMES[0],
        responsible_person="党建办主任",
        due_on=str(timezone.localdate() + timedelta(days=60)),
    )
    author.click("保存措施", confirm=False)
    author.fill(text="已建库，确定培养对象四名。", percent="100")
    author.click("填报")
    author.fill(note="后备力量库已建立。")
    author.click("申请销号", confirm=True)
    clerk.menu("整改")
    clerk.link("后备力量储备不足")
    clerk.fill(note="现场核查属实。")
    clerk.click("通过，销号", confirm=True)
    clerk.see("已销号")


# 10. Next year


def next_year(clerk, authors):
    add_open_item(clerk)
    clerk.menu("年度周期")
    clerk.link(str(YEAR))
    clerk.click("沿用到下一", confirm=True)
    clerk.link("查看名单")
    clerk.link("添加述职对象")
    clerk.click("加入筛选出的全部", confirm=True)
    clerk.menu("年度周期")
    clerk.link(str(YEAR + 1))
    clerk.click("启动周期", confirm=True)
    author = authors[NAMES[0]]
    author.menu("我的述职")
    author.see("发展党员程序不规范")
    clerk.menu("总览")
    clerk.link("年度对比")
    for words in (str(YEAR), str(YEAR + 1), "88.33"):
        assert words in clerk.text()


def add_open_item(clerk):
    """An inspection finds something in the running year; it stays open."""
    clerk.menu("整改")
    clerk.link("登记巡察、检查发现的问题")
    clerk.fill(organization=f"{TOWNS[0]}党委", text="发展党员程序不规范")
    clerk.click("登记")
