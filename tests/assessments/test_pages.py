"""Pages of assessments beside the grid of figures: imports, gaps, points, findings, files."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.assessments.lists.todos import missing_todos
from apps.assessments.models import AdjustmentEntry, ComponentScore, ConditionFinding, FigureImport, Veto
from apps.cycles.models import Reviewee
from tests.factories.accounts import make_user
from tests.factories.assessments import (
    AT,
    make_adjustment_entry,
    make_component_score,
    make_finding,
)
from tests.factories.scoring import set_stage

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def staff(client, clerk):
    client.force_login(clerk, backend=BACKEND)
    return client


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def words(response):
    return response.content.decode()


def component_of(cycle):
    return cycle.scheme.components.get(name="党建工作综合考核")


def workbook(staff, cycle, **cells):
    book = openpyxl.load_workbook(io.BytesIO(staff.get(url("figure_workbook", cycle.pk)).content))
    for address, value in cells.items():
        book["考核得分"][address] = value
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("得分.xlsx", out.getvalue(), XLSX)


def upload(staff, cycle, file):
    return staff.post(url("import_create", cycle.pk), {"file": file}, follow=True)


# Imports


def test_workbook_is_filled_uploaded_looked_at_and_confirmed(staff, full_cycle):
    checked = upload(staff, full_cycle, workbook(staff, full_cycle, D2=88, F2="通报"))
    one = FigureImport.objects.get()
    done = staff.post(url("import_confirm", one.pk), follow=True)

    assert "预检通过，还没有写入" in words(checked)
    assert "88/100，通报" in words(checked)
    assert "已导入：新增 1 个，更改 0 个，不变 0 个" in words(done)
    assert ComponentScore.objects.get().value == 88


def test_wrong_workbook_is_told_row_by_row_and_sent_back_in_red(staff, full_cycle):
    page = upload(staff, full_cycle, workbook(staff, full_cycle, D2="优秀", F2="通报", D3=120, F3="通报"))
    one = FigureImport.objects.get()
    book = openpyxl.load_workbook(io.BytesIO(staff.get(url("import_errors", one.pk)).content))

    assert "有 2 处错误，没有导入任何内容" in words(page)
    assert "第 3 行" in words(page)
    assert "超过满分 100" in words(page)
    assert book["考核得分"]["D2"].fill.fgColor.rgb == "00F8B4AE"
    assert not ComponentScore.objects.exists()


def test_file_that_is_no_workbook_is_refused_in_words(staff, full_cycle):
    page = upload(staff, full_cycle, SimpleUploadedFile("得分.xlsx", "编号,得分".encode(), XLSX))

    assert "这不是 Excel 工作簿" in words(page)
    assert not FigureImport.objects.exists()


def test_uploaded_workbook_is_read_by_its_uploader_only(staff, full_cycle, client):
    upload(staff, full_cycle, workbook(staff, full_cycle, D2=88, F2="通报"))
    download = reverse("documents:file_download", args=[FigureImport.objects.get().file_id])
    own = staff.get(download).status_code
    client.force_login(make_user("head", full_cycle.host), backend=BACKEND)

    assert own == 200
    assert client.get(download).status_code in (403, 404)


def test_import_is_put_aside(staff, full_cycle):
    upload(staff, full_cycle, workbook(staff, full_cycle, D2=88, F2="通报"))

    page = staff.post(url("import_discard", FigureImport.objects.get().pk), follow=True)

    assert "已放弃这次导入" in words(page)
    assert not ComponentScore.objects.exists()


def test_figures_changed_since_the_check_are_told_and_not_overwritten(staff, full_cycle, clerk):
    upload(staff, full_cycle, workbook(staff, full_cycle, D2=88, F2="通报"))
    make_component_score(full_cycle.reviewees.first(), component_of(full_cycle), actor=clerk, value=70)

    page = staff.post(url("import_confirm", FigureImport.objects.get().pk), follow=True)

    assert "有些格子不再符合" in words(page)
    assert "别人已改为 70/100" in words(page)
    assert ComponentScore.objects.get().value == 70


def test_workbook_of_those_who_lack_something_lists_only_them(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    for component in full_cycle.scheme.components.filter(kind="imported"):
        make_component_score(first, component, actor=clerk, value=1, out_of=2)

    content = staff.get(url("figure_workbook", full_cycle.pk), {"show": "missing"}).content

    page = openpyxl.load_workbook(io.BytesIO(content))["考核得分"]
    assert [row[1].value for row in page.iter_rows(min_row=2)] == [second.name]


def test_import_page_is_closed_after_sign_off(staff, full_cycle):
    set_stage(full_cycle, "rectifying")

    page = staff.get(url("import_create", full_cycle.pk))

    assert "只能下载，不能导入" in words(page)
    assert "上传并预检" not in words(page)


# Gaps


def test_gaps_are_listed_by_person_with_the_way_to_fill_them(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    make_component_score(first, component_of(full_cycle), actor=clerk)

    page = words(staff.get(url("missing_list")))
    narrowed = words(staff.get(url("missing_list"), {"component": component_of(full_cycle).pk}))

    assert page.count("党建工作综合考核</a>") == 1
    assert page.count("项目排名</a>") == 2
    assert f"{url('component_grid', component_of(full_cycle).pk)}?show=missing" in page
    assert second.organization_name in narrowed
    assert first.organization_name not in narrowed


def test_gaps_are_exported_with_their_names(staff, full_cycle):
    content = staff.get(url("missing_list"), {"export": "xlsx"}).content

    rows = [*openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert rows[-1][-1] == "党建工作综合考核、项目排名"


def test_gaps_are_a_todo_of_the_staff_only(full_cycle, clerk, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        [todo] = missing_todos(clerk, AT.date())

    assert (todo.title, todo.count) == (f"{full_cycle.title}还缺考核得分", 2)
    assert [*missing_todos(make_user("clerk"), AT.date())] == []


@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("missing_list", 8), ("component_list", 7), ("import_list", 8), ("adjustment_list", 8), ("adjustment_sum_list", 8),
        ("condition_list", 7),
    ],
)  # fmt: skip
@pytest.mark.parametrize("n_people", [1, 3])
def test_lists_cost_the_same_for_few_and_many(
    staff, full_cycle, clerk, name, n, n_people, django_assert_max_num_queries
):
    from tests.factories.cycles import make_reviewee

    for _ in range(n_people):
        person = make_reviewee(cycle=full_cycle)
        make_adjustment_entry(person, full_cycle.scheme.adjustments.first(), actor=clerk)
    staff.get(url(name))

    with django_assert_max_num_queries(n):
        staff.get(url(name))


# The grid


def line(reviewee, value, *, version="0", opened="", out_of="100", source="通报"):
    key = reviewee.pk
    return {
        f"{key}-value": value,
        f"{key}-out_of": out_of,
        f"{key}-source": source,
        f"{key}-version": version,
        f"{key}-opened": opened,
    }


def test_conflict_keeps_what_was_typed_and_takes_over_what_was_not(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    grid = url("component_grid", component_of(full_cycle).pk)
    rows = [
        make_component_score(one, component_of(full_cycle), actor=clerk, value=60) for one in (first, second)
    ]
    ComponentScore.objects.filter(pk__in=[one.pk for one in rows]).update(value=70, version=2)
    opened = "60\x1f100\x1f年度考核通报"
    data = line(first, "95", version="1", opened=opened) | line(
        second, "60", version="1", opened=opened, source="年度考核通报"
    )

    page = staff.post(grid, data)

    text = words(page)
    assert "别人已保存：70/100，年度考核通报" in text
    assert 'value="95"' in text
    assert 'value="70"' in text
    assert 'value="60"' not in text
    again = {
        form.add_prefix(name): form[name].value() for form in page.context["forms"] for name in form.fields
    }
    staff.post(grid, again)
    assert [*ComponentScore.objects.order_by("pk").values_list("value", flat=True)] == [95, 70]


def test_figure_entered_by_a_colleague_meanwhile_is_not_overwritten(staff, full_cycle, clerk):
    first, _ = full_cycle.reviewees.all()
    make_component_score(first, component_of(full_cycle), actor=clerk, value=60)

    page = staff.post(
        url("component_grid", component_of(full_cycle).pk),
        line(first, "95", version="0", opened="\x1f100\x1f"),
    )

    assert "别人已保存：60/100" in words(page)
    assert ComponentScore.objects.get().value == 60


def test_evidence_goes_with_every_row_of_the_save(staff, full_cycle):
    first, second = full_cycle.reviewees.all()
    file = SimpleUploadedFile("通报.pdf", PDF, "application/pdf")

    staff.post(
        url("component_grid", component_of(full_cycle).pk),
        line(first, "90") | line(second, "80") | {"evidence": file},
    )

    names = {one.evidence.name for one in ComponentScore.objects.select_related("evidence")}
    assert names == {"通报.pdf"}


def test_hostile_evidence_is_refused_and_nothing_saved(staff, full_cycle):
    file = SimpleUploadedFile("通报.pdf", b"MZ\x90", "application/pdf")

    page = staff.post(
        url("component_grid", component_of(full_cycle).pk),
        line(full_cycle.reviewees.first(), "90") | {"evidence": file},
    )

    assert "内容不是完整的 PDF" in words(page)
    assert not ComponentScore.objects.exists()


def test_evidence_of_one_figure_is_replaced_and_read_by_its_staff_only(staff, full_cycle, clerk, client):
    score = make_component_score(full_cycle.reviewees.first(), component_of(full_cycle), actor=clerk)
    file = SimpleUploadedFile("新通报.pdf", PDF, "application/pdf")

    staff.post(url("score_evidence", score.pk), {"evidence": file})

    score.refresh_from_db()
    download = reverse("documents:file_download", args=[score.evidence_id])
    assert staff.get(download).status_code == 200
    client.force_login(make_user("clerk"), backend=BACKEND)
    assert client.get(download).status_code in (403, 404)


def test_places_are_typed_as_places_and_shared_ones_are_told(staff, full_cycle):
    component = full_cycle.scheme.components.get(name="项目排名")
    first, second = full_cycle.reviewees.all()
    grid = url("component_grid", component.pk)

    wrong = words(staff.post(grid, line(first, "1.5", out_of="2") | line(second, "3", out_of="2")))
    page = words(staff.post(grid, line(first, "1", out_of="2") | line(second, "1", out_of="2"), follow=True))

    assert "名次应是从 1 开始的整数。" in wrong
    assert "名次超过参评总数 2。" in wrong
    assert f"第 1 名有 2 人：{first.name}、{second.name}。" in page


def test_grid_of_many_people_is_paged(staff, full_cycle):
    from tests.factories.organizations import make_organization
    from tests.factories.secretaries import make_appointment

    one = make_appointment(organization=make_organization(superior=full_cycle.host))
    base = Reviewee.objects.filter(cycle=full_cycle).first()
    from apps.secretaries.models import Secretary

    people = Secretary.objects.bulk_create(
        Secretary(name=f"人{n}", pinyin_key=str(n), stroke_key=str(n)) for n in range(105)
    )
    Reviewee.objects.bulk_create(
        Reviewee(
            cycle=full_cycle, secretary=person, organization=one.organization, name=person.name, post="书记",
            organization_name="村", field=base.field, order_no=n + 10,
        )
        for n, person in enumerate(people)
    )  # fmt: skip

    page = staff.get(url("component_grid", component_of(full_cycle).pk), {"page": "2"})

    assert len(page.context["forms"]) == 7


# Points


def test_points_are_entered_summed_and_withdrawn(staff, full_cycle, clerk):
    person, line_ = full_cycle.reviewees.first(), full_cycle.scheme.adjustments.get(name="受表彰")
    make_adjustment_entry(person, line_, actor=clerk, points=3)

    page = words(
        staff.post(
            url("adjustment_create", full_cycle.pk),
            {
                "adjustment": line_.pk,
                "reviewees": [person.pk],
                "points": "２",
                "reason": "省级表彰",
                "happened_on": "2026-06-30",
                "evidence": SimpleUploadedFile("决定.pdf", PDF, "application/pdf"),
            },
            follow=True,
        )
    )
    entry = AdjustmentEntry.objects.get(reason="省级表彰")
    withdrawn = words(staff.post(url("adjustment_withdraw", entry.pk), follow=True))

    assert "计入 4.00，超过上限的 1.00 不计" in page
    assert "计入 3.00，超过加分合计上限 3.00 的 1.00 不计" in page
    assert "决定.pdf" in page
    assert "记录保留，不再计分" in withdrawn
    assert "计入 3.00，超过" not in withdrawn


def test_fixed_points_need_not_be_typed_and_refusals_keep_the_form(staff, full_cycle):
    fixed, ranged = (full_cycle.scheme.adjustments.get(name=name) for name in ("被通报", "信访"))
    people = [one.pk for one in full_cycle.reviewees.all()]
    new = url("adjustment_create", full_cycle.pk)

    staff.post(new, {"adjustment": fixed.pk, "reviewees": people, "reason": "通报批评"})
    empty = words(staff.post(new, {"adjustment": ranged.pk, "reviewees": people, "reason": "越级上访"}))
    much = words(
        staff.post(new, {"adjustment": ranged.pk, "reviewees": people, "points": "6", "reason": "越级上访"})
    )

    assert [*AdjustmentEntry.objects.values_list("points", flat=True)] == [2, 2]
    assert "请填写分值：1–5 分，累计不超过 3 分。" in empty
    assert "每次应在 1 到 5 分之间" in much
    assert "越级上访" in much


def test_entry_page_tells_the_lines_and_what_the_chosen_person_has(staff, full_cycle, clerk):
    person, line_ = full_cycle.reviewees.first(), full_cycle.scheme.adjustments.get(name="受表彰")
    for reason in ("一", "二"):
        make_adjustment_entry(person, line_, actor=clerk, points=3, reason=reason)
    new = url("adjustment_create", full_cycle.pk)

    page = words(staff.get(new, {"reviewee": person.pk}))
    stranger = staff.get(new, {"reviewee": 0})

    assert "加分 3.00 分（合计上限 3.00），另有 3.00 分超限不计" in page
    assert "每次 1–3 分，每人累计不超过 4 分" in page
    assert f'<option value="{person.pk}" selected>' in page
    assert stranger.status_code == 200


def test_sums_of_everybody_are_listed_under_their_limits(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    for name, points in (("受表彰", 3), ("信访", 5), ("被通报", 2)):
        make_adjustment_entry(first, full_cycle.scheme.adjustments.get(name=name), actor=clerk, points=points)
    content = staff.get(url("adjustment_sum_list"), {"export": "xlsx"}).content

    rows = [*openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert rows[-1][0] == first.name
    assert rows[-1][-4:] == (3, 3, 4, 3)
    assert second.name not in [row[0] for row in rows]


def test_scheme_without_lists_says_so(staff, full_cycle, clerk):
    from tests.factories.cycles import make_cycle

    other = make_cycle(preset="50-50", host=full_cycle.host, year=2025)

    page = staff.get(url("adjustment_create", other.pk))

    assert "没有列出加分扣分情形" in words(page)


# Findings and vetoes


def cell(reviewee, condition, state, reason="考核通报", version="0", opened=None):
    key = f"{reviewee.pk}-{condition.pk}"
    data = {f"{key}-state": state, f"{key}-reason": reason, f"{key}-version": version}
    return data | ({} if opened is None else {f"{key}-opened": opened})


def condition_of(cycle):
    return cycle.scheme.conditions.get(name="单位考核优秀")


def test_findings_are_recorded_on_one_page(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    make_component_score(first, component_of(full_cycle), actor=clerk, value=91.5)
    grid, condition = url("finding_grid", full_cycle.pk), condition_of(full_cycle)

    before = words(staff.get(grid))
    after = words(
        staff.post(grid, cell(first, condition, "met") | cell(second, condition, "not_met"), follow=True)
    )

    assert "本页还有 2 处未认定" in before
    assert before.count("计分后自动得出") == 2
    assert before.count("已录入 91.50/100.00") == 1
    assert "已保存 2 项认定" in after
    assert [*ConditionFinding.objects.order_by("reviewee__order_no").values_list("is_met", flat=True)] == [
        True,
        False,
    ]


def test_finding_without_reason_keeps_everything_and_saves_nothing(staff, full_cycle):
    first, second = full_cycle.reviewees.all()
    condition = condition_of(full_cycle)

    page = words(
        staff.post(
            url("finding_grid", full_cycle.pk),
            cell(first, condition, "met", reason="") | cell(second, condition, "", reason="写了依据"),
        )
    )

    assert "请填写依据。" in page
    assert "写了依据，没有认定。" in page
    assert not ConditionFinding.objects.exists()


def test_finding_changed_meanwhile_is_told(staff, full_cycle, clerk):
    first, second = full_cycle.reviewees.all()
    condition = condition_of(full_cycle)
    row = make_finding(first, condition, actor=clerk)
    ConditionFinding.objects.filter(pk=row.pk).update(is_met=False, version=2)

    page = words(
        staff.post(
            url("finding_grid", full_cycle.pk),
            cell(first, condition, "met", reason="新依据", version="1", opened="met\x1f考核结果通报")
            | cell(second, condition, "", reason=""),
        )
    )

    assert "别人已保存：不符合，考核结果通报" in page
    assert 'value="新依据"' in page


def test_conditions_are_listed_with_how_far_they_are_recorded(staff, full_cycle, clerk):
    make_finding(full_cycle.reviewees.first(), condition_of(full_cycle), actor=clerk)
    content = staff.get(url("condition_list"), {"export": "xlsx"}).content

    rows = [*openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    assert [row[-3:] for row in rows[-2:]] == [(1, 0, 1), (None, None, None)]
    assert rows[-1][3] == "由“党建工作综合考核”得分自动得出，不低于 85 分"


def test_veto_under_a_rule_needs_no_grade(staff, full_cycle):
    rule = full_cycle.scheme.conditions.get(kind="veto")

    page = staff.post(
        url("veto_create"),
        {"reviewee": full_cycle.reviewees.first().pk, "condition": rule.pk, "caps_at": "", "reason": "警告"},
        follow=True,
    )

    assert "最高只能评为“一般”" in words(page)
    assert Veto.objects.get().condition == rule


def test_veto_without_rule_and_grade_is_refused(staff, full_cycle):
    page = staff.post(
        url("veto_create"), {"reviewee": full_cycle.reviewees.first().pk, "caps_at": "", "reason": "警告"}
    )

    assert "请选择否决情形，或限定的等次。" in words(page)
    assert not Veto.objects.exists()


@pytest.mark.parametrize("name", ["component_grid", "finding_grid", "reviewee_adjustments", "import_create"])
def test_pages_cost_at_most_eight_queries(staff, full_cycle, clerk, name, django_assert_max_num_queries):
    argument = {
        "component_grid": component_of(full_cycle).pk,
        "reviewee_adjustments": full_cycle.reviewees.first().pk,
    }.get(name, full_cycle.pk)
    for person in full_cycle.reviewees.all():
        make_finding(person, condition_of(full_cycle), actor=clerk)
        make_component_score(person, component_of(full_cycle), actor=clerk)
        make_adjustment_entry(person, full_cycle.scheme.adjustments.first(), actor=clerk)
    staff.get(url(name, argument))

    with django_assert_max_num_queries(8):
        staff.get(url(name, argument))
