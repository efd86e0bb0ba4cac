"""Importing: check, confirm, again, and every refusal; nothing half-written."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.organizations.models import Organization, OrganizationField
from apps.rosters.domain.states import ImportState
from apps.rosters.errors import TemplateMismatch, WorkbookRefused
from apps.rosters.models import RosterImport, RowError
from apps.rosters.selectors import preview_lines
from apps.rosters.services import check_workbook, confirm_import, discard_import
from apps.rosters.sheets import template_workbook
from apps.secretaries.models import Appointment, Secretary
from tests.factories.organizations import make_organization
from tests.factories.rosters import AT, BRANCH, HEAD, ROOT, TOWN, make_import, workbook
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
FIELDS = ["农区", "机关"]
STORED_ROOT = ["R", "区委", None, "党委", "机关"]  # as `world` has it


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def reasons(one):
    return [(e.sheet, e.row_no, e.column, e.reason) for e in one.row_errors.all()]


def counts(one):
    return one.n_created, one.n_updated, one.n_unchanged, one.n_gone, one.n_errors


def roster_size():
    return Organization.objects.count(), Secretary.objects.count(), Appointment.objects.count()


def test_check_writes_nothing_to_the_roster():
    one = make_import(actor=None)

    assert one.state == ImportState.CHECKED.value
    assert counts(one) == (4, 0, 0, 0, 0)
    assert roster_size() == (0, 0, 0)


def test_confirm_writes_tree_people_and_appointments():
    one = confirm_import(make_import(actor=None).pk, actor=None, at=AT)

    assert one.state == ImportState.CONFIRMED.value
    root, town, branch = Organization.objects.order_by("path")
    assert (town.superior, branch.superior) == (root, town)
    assert branch.path == f"{root.pk}/{town.pk}/{branch.pk}/"
    assert (branch.depth, branch.kind, branch.field, branch.note) == (2, "branch", "rural", "备注")
    assert town.founded_on == date(1998, 7, 1)
    assert town.pinyin_key.startswith("LiuWanZhen")
    post = Appointment.objects.get()
    assert (post.secretary.name, post.secretary.phone, post.organization) == ("张三", "13800001234", town)
    assert (post.secretary.born_on, post.started_on, post.ended_on) == (
        date(1980, 5, 1),
        date(2021, 3, 1),
        None,
    )


def test_confirm_twice_changes_nothing():
    one = make_import(actor=None)
    confirm_import(one.pk, actor=None, at=AT)
    n_entries = AuditEntry.objects.count()

    confirm_import(one.pk, actor=None, at=AT)

    assert roster_size() == (3, 1, 1)
    assert AuditEntry.objects.count() == n_entries


def test_same_workbook_again_is_unchanged():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)

    again = make_import(actor=None)

    assert counts(again) == (0, 0, 4, 0, 0)


def test_changed_rows_are_updated_and_told():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    town = ["T1", "柳湾镇委员会", "R", "党委", "农区", None, None, None]
    head = [*HEAD[:3], "13900001234", *HEAD[4:7], "2026-11-30"]

    one = make_import(actor=None, organizations=[ROOT, town, BRANCH], secretaries=[head])
    confirm_import(one.pk, actor=None, at=AT)

    assert counts(one) == (0, 2, 2, 0, 0)
    assert preview_lines(one)[0] == (
        "党组织", 3, "changed", "柳湾镇委员会（T1）", "", (("名称", "柳湾镇党委", "柳湾镇委员会"),),
    )  # fmt: skip
    stored = Organization.objects.get(code="T1")
    assert (stored.name, stored.founded_on, stored.version) == ("柳湾镇委员会", date(1998, 7, 1), 2)
    post = Appointment.objects.select_related("secretary").get()
    assert (post.secretary.phone, post.ended_on) == ("13900001234", date(2026, 11, 30))


def test_moved_subtree_takes_its_descendants_along():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    other = ["T2", "松石镇党委", "R", "党委", "农区", None, None, None]
    deeper = ["G1", "东湾村第一党小组支部", "B1", "党支部", "农区", None, None, None]
    confirm_import(make_import(actor=None, organizations=[ROOT, other, deeper]).pk, actor=None, at=AT)
    moved = ["B1", "东湾村党支部", "T2", "党支部", "农区", None, None, None]

    confirm_import(make_import(actor=None, organizations=[moved]).pk, actor=None, at=AT)

    codes = {o.code: o for o in Organization.objects.all()}
    assert codes["B1"].path == f"{codes['T2'].path}{codes['B1'].pk}/"
    assert codes["G1"].path == f"{codes['B1'].path}{codes['G1'].pk}/"
    assert codes["B1"].note == "备注"


def test_any_wrong_row_stops_the_whole_import():
    bad = ["B2", "西湾村党支部", "T9", "党支部", "农区", None, None, None]

    one = make_import(actor=None, organizations=[ROOT, TOWN, BRANCH, bad])

    assert one.state == ImportState.REFUSED.value
    with pytest.raises(NotAllowedNow, match="有错误行"):
        confirm_import(one.pk, actor=None, at=AT)
    assert roster_size() == (0, 0, 0)


WRONG = {
    "duplicate code": ([ROOT, TOWN, ["T1", "另一个", "R", "党委", "农区"]], [], ("党组织", 4, "编码", "编码与第 3 行“柳湾镇党委”重复")),
    "unknown superior": ([ROOT, ["T1", "镇", "RR", "党委", "农区"]], [], ("党组织", 3, "上级编码", "没有编码为“RR”的上级党组织：本表和系统里都没有。最接近的是“R”中共示范区委员会")),
    "two roots": ([ROOT, ["S", "另一个根", None, "党委", "农区"]], [], ("党组织", 3, "上级编码", "没有填上级编码。根组织只能有一个，已经是第 2 行“中共示范区委员会”")),
    "own superior": ([ROOT, ["T1", "镇", "T1", "党委", "农区"]], [], ("党组织", 3, "上级编码", "上级编码是它自己的编码")),
    "unknown kind": ([ROOT, ["T1", "镇", "R", "党总支部", "农区"]], [], ("党组织", 3, "类型", "没有这个类型，应为：党委、党工委、党组、党总支、党支部，是不是“党支部”？")),
    "unknown field": ([ROOT, ["T1", "镇", "R", "党委", "火星"]], [], ("党组织", 3, "领域", "没有这个领域，应为：农区、城市、两新、机关、国企、卫健、教育")),
    "missing name": ([ROOT, ["T1", None, "R", "党委", "农区"]], [], ("党组织", 3, "名称", "没有填名称")),
    "bad date": ([ROOT, ["T1", "镇", "R", "党委", "农区", "去年"]], [], ("党组织", 3, "成立日期", "看不懂的日期，请写成 2021-07-01 或 2021年7月1日")),
    "abolished before founded": ([ROOT, ["T1", "镇", "R", "党委", "农区", "2020-01-01", "2019-01-01"]], [], ("党组织", 3, "撤销日期", "撤销日期早于成立日期 2020-01-01")),
    "abolished with subordinates": ([ROOT, ["T1", "镇", "R", "党委", "农区", None, "2019-01-01"], ["B1", "村", "T1", "党支部", "农区"]], [], ("党组织", 3, "撤销日期", "还有 1 个下级党组织没有撤销或调整到别处")),
    "unknown organization": ([ROOT], [["张三", "男", None, None, "X9", "书记", "2021-01-01"]], ("书记", 2, "党组织编码", "没有编码为“X9”的党组织：党组织表和系统里都没有")),
    "bad phone": ([ROOT], [["张三", "男", None, "12345", "R", "书记", "2021-01-01"]], ("书记", 2, "手机", "手机号应是 11 位数字，以 1 开头")),
    "ended before started": ([ROOT], [["张三", "男", None, None, "R", "书记", "2021-01-01", "2020-01-01"]], ("书记", 2, "免职日期", "免职日期早于任职日期 2021-01-01")),
    "same person twice": ([ROOT], [["张三", "男", None, None, "R", "书记", "2021-01-01"]] * 2, ("书记", 3, "姓名", "与第 2 行重复：同一个人的同一任职")),
    "one phone, two people": ([ROOT], [["张三", None, None, "13800001234", "R", "书记", "2021-01-01"], ["李四", None, None, "13800001234", "R", "副书记", "2021-01-01"]], ("书记", 3, "手机", "手机号与第 2 行“张三”相同，请核对是哪一位的")),
    "one person, two births": ([ROOT], [["张三", None, "1980-05", "13800001234", "R", "书记", "2021-01-01"], ["张三", None, "1981-05", "13800001234", "R", "委员", "2021-01-01"]], ("书记", 3, "出生年月", "与第 2 行是同一个人（姓名和手机相同），但出生年月写得不一样")),
    "two open terms": ([ROOT], [["张三", None, None, "13800001234", "R", "书记", "2018-01-01"], ["张三", None, None, "13800001234", "R", "书记", "2021-01-01"]], ("书记", 3, "任职日期", "此人的另一任职与它日期重叠：第 2 行“张三”（自 2018-01-01 起）。连任请填前一任职的免职日期；日期写错请在书记页面更正")),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_row_is_told_with_place_and_reason(case):
    organizations, secretaries, expected = WRONG[case]

    one = make_import(actor=None, organizations=organizations, secretaries=secretaries)

    assert reasons(one) == [expected]
    assert roster_size() == (0, 0, 0)


def test_circle_is_told_for_each_of_its_rows():
    rows = [ROOT, ["A", "甲", "B", "党委", "农区"], ["B", "乙", "A", "党委", "农区"]]

    one = make_import(actor=None, organizations=rows, secretaries=[])

    assert [(r[1], r[2]) for r in reasons(one)] == [(3, "上级编码"), (4, "上级编码")]


def test_second_root_beside_the_stored_one_is_refused():
    make_organization(code="Z", name="已有的根")

    one = make_import(actor=None, organizations=[ROOT], secretaries=[])

    assert reasons(one) == [
        ("党组织", 2, "上级编码", "没有填上级编码。根组织只能有一个，已经是系统里的“已有的根”（Z）")
    ]


def test_rows_outside_the_scope_are_refused(world):
    rows = [
        ["T1", "甲镇改名", "R", "党委", "农区"],
        ["N1", "新组织", "T1", "党支部", "农区"],
        ["N2", "新组织二", "T2", "党支部", "农区"],
    ]
    people = [["丙书记", "男", None, None, "B1", "书记", "2021-01-01"]]

    one = make_import(actor=world.users["outsider_clerk"], organizations=rows, secretaries=people)

    assert reasons(one) == [
        ("党组织", 2, "编码", "“甲镇党委”不在您的管理范围内，不能修改"),
        ("党组织", 3, "上级编码", "上级“甲镇党委”不在您的管理范围内"),
        ("书记", 2, "党组织编码", "“甲镇一村党支部”不在您的管理范围内"),
    ]


def test_staff_import_below_their_own_town(world):
    rows = [["T2", "乙镇党委", "R", "党委", "农区"], ["N2", "乙镇新村党支部", "T2", "党支部", "农区"]]
    clerk = world.users["outsider_clerk"]

    one = confirm_import(make_import(actor=clerk, organizations=rows, secretaries=[]).pk, actor=clerk, at=AT)

    assert counts(one) == (1, 0, 1, 0, 0)
    assert Organization.objects.get(code="N2").superior == world.other_town


def test_person_kept_elsewhere_is_not_rewritten(world):
    make_appointment(secretary=make_secretary(name="王五", phone="13700001234"), organization=world.branch)
    people = [["王五", "女", None, "13700001234", "T2", "副书记", "2025-01-01"]]

    one = make_import(actor=world.users["outsider_clerk"], organizations=[], secretaries=people)

    assert reasons(one) == [
        (
            "书记",
            2,
            "姓名",
            "此人现由其他单位管理，个人信息与系统不一致（性别：空 → 女），请留空或由其所在单位修改",
        )
    ]


def test_namesakes_are_kept_apart_by_phone():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    other = ["张三", "男", "1990-01", "13700009999", "B1", "党支部书记", "2022-01-01", None]

    one = confirm_import(make_import(actor=None, secretaries=[HEAD, other]).pk, actor=None, at=AT)

    assert counts(one) == (1, 0, 4, 0, 0)
    assert Secretary.objects.filter(name="张三").count() == 2
    assert one.notices == [
        "书记表第 3 行“张三”按新人导入：系统里有同名的人，但手机、出生年月和任职单位都对不上。"
    ]


def test_namesakes_that_cannot_be_told_apart_are_refused():
    town = make_organization(code="T1")
    for _ in range(2):
        make_appointment(secretary=make_secretary(name="张三"), organization=town, post="副书记")

    one = make_import(
        actor=None, organizations=[], secretaries=[["张三", None, None, None, "T1", "委员", "2022-01-01"]]
    )

    assert reasons(one) == [("书记", 2, "姓名", "系统里有 2 位“张三”都对得上，请填手机和出生年月加以区分")]


def test_person_with_two_posts_becomes_one_person():
    second = ["张三", None, None, "13800001234", "B1", "党支部书记", "2022年5月", None]

    confirm_import(make_import(actor=None, secretaries=[HEAD, second]).pk, actor=None, at=AT)

    assert roster_size() == (3, 1, 2)


OVERLAP = "与{}的任职日期重叠：同一党组织同一时间只有一位{}。如已换人，请填前任的免职日期"


def test_two_in_one_office_are_refused_with_the_other_row():
    other = ["李四", None, None, "13900000000", "T1", "党委书记", "2026-01-01", None]

    one = make_import(actor=None, secretaries=[HEAD, other])

    reason = OVERLAP.format("第 2 行“张三”（自 2021-03-01 起）", "书记")
    assert reasons(one) == [("书记", 3, "任职日期", reason)]


def test_office_held_in_the_database_is_told_with_its_holder():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    other = ["李四", None, None, "13900000000", "T1", "镇党委书记", "2026-01-01", None]

    one = make_import(actor=None, organizations=[], secretaries=[other])

    reason = OVERLAP.format("系统里的“张三”（自 2021-03-01 起）", "书记")
    assert reasons(one) == [("书记", 2, "任职日期", reason)]


@pytest.mark.parametrize("post", ["党委副书记（主持工作）", "驻村第一书记", "委员"])
def test_other_kinds_of_posts_go_side_by_side(post):
    other = ["李四", None, None, "13900000000", "T1", post, "2026-01-01", None]

    one = make_import(actor=None, secretaries=[HEAD, other])

    assert counts(one) == (5, 0, 0, 0, 0)


def test_successor_may_start_on_the_day_the_former_one_leaves():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    former = [*HEAD[:7], "2026-01-01"]
    successor = ["李四", None, None, "13900000000", "T1", "党委书记", "2026-01-01", None]

    one = make_import(actor=None, organizations=[], secretaries=[successor, former])
    confirm_import(one.pk, actor=None, at=AT)

    assert counts(one) == (1, 1, 0, 0, 0)
    assert Appointment.objects.get(ended_on=None).secretary.name == "李四"


def test_what_the_workbook_lacks_stays_and_is_told():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)

    one = make_import(actor=None, organizations=[ROOT, TOWN], secretaries=[])
    confirm_import(one.pk, actor=None, at=AT)

    assert counts(one) == (0, 0, 2, 1, 0)
    assert roster_size() == (3, 1, 1)


def test_stale_check_is_shown_anew_instead_of_written():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    town = ["T1", "柳湾镇委员会", "R", "党委", "农区", None, None, None]
    one = make_import(actor=None, organizations=[town], secretaries=[])
    Organization.objects.filter(code="T1").update(name="柳湾街道党工委")

    again = confirm_import(one.pk, actor=None, at=AT)

    assert (again.state, again.confirmed_at) == (ImportState.CHECKED.value, None)
    assert again.reason.startswith("预检之后，系统里的花名册有了变化")
    assert preview_lines(again)[0].fields == (("名称", "柳湾街道党工委", "柳湾镇委员会"),)
    assert Organization.objects.get(code="T1").name == "柳湾街道党工委"
    assert confirm_import(one.pk, actor=None, at=AT).state == ImportState.CONFIRMED.value


def test_change_that_touches_nothing_of_the_workbook_does_not_make_a_check_stale():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    town = ["T1", "柳湾镇委员会", "R", "党委", "农区", None, None, None]
    one = make_import(actor=None, organizations=[town], secretaries=[])
    Organization.objects.filter(code="B1").update(name="别的名字")

    assert confirm_import(one.pk, actor=None, at=AT).state == ImportState.CONFIRMED.value


def test_confirm_looks_at_the_roster_as_it_is_then():
    one = make_import(actor=None)
    make_organization(code="Z", name="期间出现的根")

    done = confirm_import(one.pk, actor=None, at=AT)

    assert done.state == ImportState.REFUSED.value
    assert [r[2] for r in reasons(done)] == ["上级编码"]
    assert roster_size() == (1, 0, 0)


def test_discarded_import_cannot_be_confirmed(clerk):
    one = make_import(actor=clerk, organizations=[STORED_ROOT], secretaries=[])
    discard_import(one.pk, actor=clerk, at=AT)

    with pytest.raises(NotAllowedNow, match="已经放弃"):
        confirm_import(one.pk, actor=clerk, at=AT)


def test_confirmed_import_cannot_be_discarded(clerk):
    one = confirm_import(
        make_import(actor=clerk, organizations=[STORED_ROOT], secretaries=[]).pk, actor=clerk, at=AT
    )

    with pytest.raises(NotAllowedNow, match="已经完成"):
        discard_import(one.pk, actor=clerk, at=AT)


def test_discarding_twice_changes_nothing(clerk):
    one = make_import(actor=clerk, organizations=[STORED_ROOT], secretaries=[])
    discard_import(one.pk, actor=clerk, at=AT)
    n_entries = AuditEntry.objects.count()

    discard_import(one.pk, actor=clerk, at=AT)

    assert AuditEntry.objects.count() == n_entries


def test_each_act_is_logged_once(clerk):
    one = make_import(actor=clerk, organizations=[STORED_ROOT], secretaries=[])
    confirm_import(one.pk, actor=clerk, at=AT)

    entries = AuditEntry.objects.filter(object_type="rosters.rosterimport").order_by("seq")
    assert list(entries.values_list("action", flat=True)) == ["rosters.checked", "rosters.confirmed"]


def test_unknown_columns_and_sheets_are_reported():
    heads = {"党组织": ["编码*", "名称*", "上级编码", "类型*", "领域*", "成立日其", "撤销日期", "备注"]}
    content = workbook([ROOT], heads=heads, edit=lambda book: book.create_sheet("统计"))

    one = check_workbook("花名册.xlsx", content, actor=None, at=AT)

    assert one.notices == [
        "工作表“统计”不是花名册的内容，没有读取。",
        "工作表“党组织”的列“成立日其”系统不认识，没有读取。是不是“成立日期”？",
    ]


def test_missing_column_is_named():
    content = workbook([ROOT], heads={"党组织": ["编码", "名称", "上级编码", "种类", "领域"]})

    with pytest.raises(TemplateMismatch, match="工作表“党组织”缺少列：类型"):
        check_workbook("花名册.xlsx", content, actor=None, at=AT)


def test_repeated_column_is_named():
    content = workbook([ROOT], heads={"党组织": ["编码", "名称", "上级编码", "类型", "领域", "备注", "备注"]})

    with pytest.raises(TemplateMismatch, match="重复的列：备注"):
        check_workbook("花名册.xlsx", content, actor=None, at=AT)


def test_foreign_workbook_is_refused():
    def rename(book):
        book["党组织"].title, book["书记"].title = "人员", "单位"

    with pytest.raises(TemplateMismatch, match="没有“党组织”或“书记”工作表（现有：人员、单位）"):
        check_workbook("花名册.xlsx", workbook(edit=rename), actor=None, at=AT)


def test_formula_cell_is_refused_with_its_address():
    def edit(book):
        book["党组织"]["B2"] = '=CONCATENATE("区","委")'

    with pytest.raises(WorkbookRefused, match="工作表“党组织”的 B2"):
        check_workbook("花名册.xlsx", workbook([ROOT], edit=edit), actor=None, at=AT)

    assert (RosterImport.objects.count(), RowError.objects.count()) == (0, 0)


def test_template_without_own_rows_is_refused():
    with pytest.raises(TemplateMismatch, match="没有要导入的行"):
        check_workbook("模板.xlsx", template_workbook(FIELDS), actor=None, at=AT)


def test_sample_row_left_in_the_template_is_skipped():
    book = load_workbook(BytesIO(template_workbook(FIELDS)))
    book["党组织"].append(ROOT)
    out = BytesIO()
    book.save(out)

    one = check_workbook("花名册.xlsx", out.getvalue(), actor=None, at=AT)

    assert (one.n_organizations, one.n_secretaries, one.notices) == (1, 0, [])


def test_old_template_is_named():
    def edit(book):
        book.create_sheet("填写说明")["A1"] = "述评考花名册模板 2020-1"

    one = check_workbook("花名册.xlsx", workbook([ROOT], edit=edit), actor=None, at=AT)

    assert one.notices == [
        "这是“述评考花名册模板 2020-1”，现在的模板是“述评考花名册模板 2026-2”。列名对得上，已照常读取。"
    ]


def test_numbers_stay_codes_and_phones():
    rows = [[150802, "旗委", None, "党委", "机关"], [150802001, "街道党工委", 150802, "党工委", "城市"]]
    people = [["张三", "男", 1980.05, 13800001234, 150802001, "党工委书记", date(2021, 3, 1), None]]

    confirm_import(make_import(actor=None, organizations=rows, secretaries=people).pk, actor=None, at=AT)

    post = Appointment.objects.get()
    assert (post.organization.code, post.secretary.phone) == ("150802001", "13800001234")
    assert (post.secretary.born_on, post.started_on) == (date(1980, 5, 1), date(2021, 3, 1))


def test_known_person_takes_a_second_post():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    second = ["张三", None, None, "13800001234", "B1", "党支部第一书记", "2026-01-01", None]

    done = confirm_import(
        make_import(actor=None, organizations=[], secretaries=[second]).pk, actor=None, at=AT
    )

    assert counts(done) == (1, 0, 0, 0, 0)
    assert preview_lines(done)[0].detail == "2026-01-01 任职（系统里已有此人）"
    person = Secretary.objects.get()
    assert (person.version, person.appointments.count()) == (1, 2)


def test_texts_arrive_as_they_were_typed():
    note = 'a\\b\\N "引号" 100%　全角 \U00020000'
    branch = ["B1", "东湾\\N村党支部", "R", "党支部", "农区", None, None, note]

    confirm_import(
        make_import(actor=None, organizations=[ROOT, branch], secretaries=[]).pk, actor=None, at=AT
    )

    stored = Organization.objects.get(code="B1")
    assert (stored.name, stored.note) == ("东湾\\N村党支部", 'a\\b\\N "引号" 100% 全角 \U00020000')


def test_retired_field_stays_where_it_is_but_is_not_given_any_more():
    confirm_import(make_import(actor=None).pk, actor=None, at=AT)
    OrganizationField.objects.filter(key="rural").update(retired_on=date(2026, 11, 1))

    again = make_import(actor=None)
    new = make_import(actor=None, organizations=[["T5", "镇", "R", "党委", "农区"]], secretaries=[])
    wrong = make_import(actor=None, organizations=[["T5", "镇", "R", "党委", "农村区"]], secretaries=[])

    assert counts(again) == (0, 0, 4, 0, 0)
    assert reasons(new) == [("党组织", 2, "领域", "领域“农区”已停用，请选择在用的领域")]
    assert "农区" not in reasons(wrong)[0][3]
