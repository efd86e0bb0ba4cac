"""Every page, PDF, workbook, Word file and the API show the same figure for the same cell, and none shows what is hidden.

One cycle has a reviewee with all figures, one with hidden voter groups, one whose score is hidden, one whose grade was reconsidered; a
second cycle lacks an imported figure.
"""

import io
import re
import zipfile
from html import unescape

import pdfplumber
import pypdfium2
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.cycles.domain.grades import Grade
from apps.cycles.models import SchemeComponent
from apps.grading import services
from apps.grading.models import GradeDecision, Reconsideration
from apps.insights.domain.comparison import grade_counts
from apps.insights.selectors import year_facts
from apps.official_documents.domain.scopes import Format, Subject
from tests.factories.accounts import make_user
from tests.factories.assessments import make_component_score
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import make_opened_marks, make_session
from tests.factories.grading import AT, decide_all, make_reconsideration, review
from tests.factories.scoring import compute, item_keys, make_clerk, set_stage
from tests.official_documents.kinds.samples import BY_KEY, file_of

pytestmark = pytest.mark.django_db
GRADES = ("good", "fairly_good", "average", "poor")
PEOPLE = (  # field, valid ballots of each group, how the ballots lean
    ("rural", (8, 8, 8), 0),
    ("rural", (8, 7, 3), 1),
    ("rural", (2, 1, 1), 2),
    ("urban", (9, 8, 7), 1),
    ("urban", (8, 9, 8), 2),
)
HIDDEN, MISSING = "hidden", "missing"
RECONSIDERED = "被评人4"  # on whose grade the committee thought again


def make_spread_cycle(*, lacks_figure):
    """A scored cycle as above; with ``lacks_figure`` the fourth reviewee has no imported figure."""
    cycle = make_cycle(stage="draft", preset="bonus")
    scheme = cycle.scheme
    part = SchemeComponent.objects.create(
        scheme=scheme, order_no=9, name="平时考核", kind="imported", weight=50
    )
    scheme.k_min, scheme.frozen_at = 5, AT
    scheme.save()
    people = [
        make_reviewee(cycle=cycle, field=field, name=f"被评人{n}") for n, (field, _, _) in enumerate(PEOPLE)
    ]
    set_stage(cycle, "meeting")
    clerk = make_clerk(cycle)
    for n, one in enumerate(people):
        if not (lacks_figure and n == 3):
            make_component_score(one, part, actor=clerk, value=80 + 3 * n)
    make_opened_marks(make_session(cycle=cycle), list(_votes(scheme, people)), state="released")
    compute(cycle)
    return set_stage(cycle, "grading")


def _votes(scheme, people):
    items = item_keys(scheme)
    for one, (_, counts, lean) in zip(people, PEOPLE, strict=True):
        for place, (group, n) in enumerate(
            zip(scheme.voter_groups.order_by("order_no"), counts, strict=True)
        ):
            for ballot in range(n):
                marks = {
                    item: GRADES[(ballot * (place + 1) + lean + at) % 4] for at, item in enumerate(items)
                }
                yield one.pk, group.pk, marks


@pytest.fixture
def signed():
    """The cycle with its grades signed off, and one changed since."""
    cycle = make_spread_cycle(lacks_figure=False)
    clerk = make_clerk(cycle)
    deliberation = services.start_deliberation(cycle.pk, actor=clerk, at=AT)
    review(decide_all(deliberation))
    services.sign_off(cycle.pk, actor=make_clerk(cycle, role="head"), at=AT)
    decision = deliberation.decisions.get(reviewee__name=RECONSIDERED)
    make_reconsideration(decision, next(one for one in Grade if one.value != decision.overall_grade))
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def incomplete():
    """The cycle in which one total is missing."""
    return make_spread_cycle(lacks_figure=True)


def desk_of(client, cycle):
    client.force_login(make_user("clerk", cycle.host), backend="django.contrib.auth.backends.ModelBackend")
    return client


# -- what is stored, and so may be told


def summaries_of(cycle):
    rows = cycle.score_runs.get(is_current=True).summaries.select_related("run__cycle__scheme", "reviewee")
    return {one.reviewee.name: one for one in rows}


def told(value, *, is_hidden):
    return HIDDEN if is_hidden else MISSING if value is None else f"{value}"


def expected(cycle):
    """Name -> ballot score, total, rank, grade, as they may be told."""
    decided = {one.reviewee.name: one for one in GradeDecision.objects.filter(reviewee__cycle=cycle)}
    grades = {name: one.get_overall_grade_display() for name, one in decided.items()}
    for act in Reconsideration.objects.filter(decision__reviewee__cycle=cycle):
        grades[act.decision.reviewee.name] = act.get_grade_after_display()
    return {
        name: (
            told(one.shown_ballot_score, is_hidden=one.hides_score),
            told(one.shown_total, is_hidden=one.hides_score),
            told(one.rank_in_field, is_hidden=False),
            grades.get(name, MISSING),
        )
        for name, one in summaries_of(cycle).items()
    }


def expected_groups(summary):
    """Voter group -> mean as it may be told."""
    return {
        one.voter_group.name: told(one.shown_mean, is_hidden=one.is_suppressed)
        for one in summary.group_scores.select_related("voter_group", "summary__run")
    }


def secrets_of(cycle):
    """The figures that may stand nowhere: hidden scores and the means of hidden groups, as they would be printed."""
    shown = {text for figures in expected(cycle).values() for text in figures}
    for one in summaries_of(cycle).values():
        shown |= set(expected_groups(one).values())
        hidden = [one.ballot_score, one.total] if one.hides_score else []
        hidden += [group.mean for group in one.group_scores.all() if group.is_suppressed]
        for value in hidden:
            text = f"{one.run.as_published(value)}"
            if text not in shown:
                yield one.reviewee.name, text


# -- reading what the renderers made


def meaning(text):
    text = "" if text is None else " ".join(str(text).split())
    if "不显示" in text or "不单独显示" in text:
        return HIDDEN
    if text in {"", "—", "缺", "缺数据", "未排名", "还没有审定"}:
        return MISSING
    found = re.search(r"\d+(\.\d+)?", text)
    return found[0] if found else text


def number(value):
    return MISSING if value is None else HIDDEN if value == "不显示" else f"{value:.2f}"


def table_rows(html):
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL):
        yield [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()).rstrip(" ◇▲▼△▽")
            for one in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]


def page_text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def sheet_rows(content, sheet=0):
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[sheet].values]


def by_head(rows, first):
    """The rows below the one that has ``first`` as a cell, as head -> cell."""
    start = next(place for place, row in enumerate(rows) if first in row)
    return [dict(zip(rows[start], row, strict=False)) for row in rows[start + 1 :]]


def pdf_text(content):
    pdf = pypdfium2.PdfDocument(content)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    pdf.close()
    return text


def pdf_tables(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [
            [["".join((cell or "").split()) for cell in row] for row in table]
            for page in pdf.pages
            for table in page.extract_tables()
        ]


def docx_text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", parts.read("word/document.xml").decode()))


# -- one row per reviewee


def assert_rows(rows, cycle, *, ballot, total, rank, grade=None, blank_hides=False, name="姓名"):
    """Compare rows (head -> cell) with what may be told. ``blank_hides``: hidden figures are empty cells there."""
    want = expected(cycle)
    found = {row[name]: row for row in rows if row.get(name) in want}
    assert set(found) == set(want)
    for who, (its_ballot, its_total, its_rank, its_grade) in want.items():
        row = found[who]
        for head, text in ((ballot, its_ballot), (total, its_total)):
            shown = row[head] if isinstance(row[head], str) else number(row[head])
            assert meaning(shown) in ({text, MISSING} if blank_hides and text == HIDDEN else {text}), (
                who,
                head,
            )
        assert meaning(row[rank]) == its_rank, who
        if grade is not None:
            assert (row[grade] or MISSING).replace("—", MISSING) == its_grade, who


def assert_lines(text, cycle, *, with_grade=True, rank_first=False):
    """Compare the lines of a landscape PDF: organization, name, … ballot, total, rank, … stand behind each other."""
    words = {HIDDEN: "不显示", MISSING: "—"}
    for one in summaries_of(cycle).values():
        ballot, total, rank, grade = (words.get(text, text) for text in expected(cycle)[one.reviewee.name])
        who = re.escape(one.reviewee.name)
        row = rf"{who}.{{0,8}}?{ballot}{total}{rank}"
        if rank_first:
            row = rf"{rank}{re.escape(one.reviewee.organization_name)}{who}{ballot}{total}"
        if with_grade:
            row += rf"(好|较好|一般|差|—){grade}"
        assert re.search(row, text), (one.reviewee.name, row)


def every_document(cycle, keys):
    """Yield key, format, subject and bytes of each document of these kinds."""
    for key in keys:
        kind = BY_KEY[key]
        for subject in kind.subjects(cycle):
            content = kind.contents(subject)
            for file_format in kind.formats:
                yield key, file_format, subject, file_of(kind, content, file_format)


def test_lists_and_tables_agree(client, signed):
    desk = desk_of(client, signed)

    page = desk.get(reverse("scoring:summary_list"), {"cycle": signed.pk, "size": 100}).content.decode()
    assert_rows(
        by_head(list(table_rows(page)), "姓名"), signed, ballot="测评得分", total="总分", rank="领域内名次"
    )
    export = desk.get(reverse("scoring:summary_list"), {"cycle": signed.pk, "export": "xlsx"}).content
    assert_rows(
        by_head(sheet_rows(export), "姓名"),
        signed,
        ballot="测评得分",
        total="总分",
        rank="领域内名次",
        blank_hides=True,
    )
    for key in ("summary_table", "deliberation_sheet"):
        kind = BY_KEY[key]
        found = [sheet_rows(file_of(kind, kind.contents(one), Format.XLSX)) for one in kind.subjects(signed)]
        rows = [row for rows in found for row in by_head(rows, "姓名")]
        rank, grade = ("领域内名次", "综合评价等次") if key == "summary_table" else ("名次", "审定等次")
        assert_rows(rows, signed, ballot="测评得分", total="总分", rank=rank, grade=grade)
        text = "".join(pdf_text(file_of(kind, kind.contents(one))) for one in kind.subjects(signed))
        assert_lines(text, signed, rank_first=key == "deliberation_sheet")


def test_api_agrees(client, signed):
    desk = desk_of(client, signed)

    answer = desk.get("/api/v1/results/", {"cycle": signed.pk}).json()
    rows = answer.get("results", answer)
    found = {
        row["name"]: (
            told(row["ballot_score"], is_hidden=row["hides_score"]), told(row["total"], is_hidden=row["hides_score"]),
            told(row["rank_in_field"], is_hidden=False),
        )
        for row in rows
    }  # fmt: skip
    assert found == {name: figures[:3] for name, figures in expected(signed).items()}
    for row in rows:
        detail = desk.get(f"/api/v1/results/{row['id']}/").json()
        groups = {
            group["name"]: told(group["mean"], is_hidden=group["is_hidden"])
            for form in detail["forms"] for group in form["groups"]
        }  # fmt: skip
        assert groups == expected_groups(summaries_of(signed)[row["name"]])


def assert_one_reviewee(desk, cycle, summary):
    """Compare explanation page, result sheet as PDF and as workbook for one reviewee."""
    ballot, total, rank, _ = expected(cycle)[summary.reviewee.name]
    groups = expected_groups(summary)
    kind = BY_KEY["result_sheet"]
    content = kind.contents(Subject(cycle.pk, summary.reviewee_id))

    page = page_text(desk.get(reverse("scoring:summary_detail", args=[summary.pk])).content.decode())
    for words, text in (("总分（满分 100）", total), ("测评得分（满分 100）", ballot)):
        assert meaning(page.split(words)[0].rsplit(" ", 2)[-2]) == text, words
    tables = pdf_tables(file_of(kind, content))
    top = next(table for table in tables if "领域名次" in table[0])
    assert [meaning(cell) for cell in top[1][:3]] == [ballot, total, rank]
    means = next(table for table in tables if "平均分" in table[0])
    assert {row[0]: meaning(row[4]) for row in means[1:]} == {
        "".join(k.split()): v for k, v in groups.items()
    }
    book = file_of(kind, content, Format.XLSX)
    steps = {row["步骤"]: row["得分"] for row in by_head(sheet_rows(book), "步骤")}
    assert (number(steps["测评得分"]), number(steps["总分"])) == (ballot, total)
    assert {row["类别"]: number(row["平均分"]) for row in by_head(sheet_rows(book, 1), "类别")} == groups
    for name, mean in groups.items():
        part = page.split(name, 1)[1][:120] if mean == HIDDEN else page
        assert ("不单独显示" in part) if mean == HIDDEN else (f"= {mean}" in part), (name, mean)


@pytest.mark.parametrize("cycle_name", ["signed", "incomplete"])
def test_explanation_page_and_result_sheet_agree(client, request, cycle_name):
    cycle = request.getfixturevalue(cycle_name)
    desk = desk_of(client, cycle)

    for summary in summaries_of(cycle).values():
        assert_one_reviewee(desk, cycle, summary)


def test_letters_and_own_page_agree(client, signed):
    kind = BY_KEY["feedback_letter"]
    for summary in summaries_of(signed).values():
        ballot, total, rank, grade = expected(signed)[summary.reviewee.name]
        content = kind.contents(Subject(signed.pk, summary.reviewee_id))
        letters = [pdf_text(file_of(kind, content)), docx_text(file_of(kind, content, Format.DOCX))]
        user = make_user("secretary", None, secretary=summary.reviewee.secretary)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        own = page_text(client.get(reverse("official_documents:my_feedback")).content.decode())

        for text in letters:
            assert grade in text
            assert f"第{rank}名" in text
            for figure in (ballot, total):
                assert ("得分不列示" in text) if figure == HIDDEN else (f"{figure}分" in text)
        assert grade in own
        assert total == HIDDEN or total in own


def test_lists_agree_while_a_figure_is_missing(client, incomplete):
    desk = desk_of(client, incomplete)
    kind = BY_KEY["summary_table"]
    content = kind.contents(Subject(incomplete.pk))

    page = desk.get(reverse("scoring:summary_list"), {"cycle": incomplete.pk, "size": 100}).content.decode()
    assert_rows(
        by_head(list(table_rows(page)), "姓名"),
        incomplete,
        ballot="测评得分",
        total="总分",
        rank="领域内名次",
    )
    rows = by_head(sheet_rows(file_of(kind, content, Format.XLSX)), "姓名")
    assert_rows(rows, incomplete, ballot="测评得分", total="总分", rank="领域内名次")
    assert_lines(pdf_text(file_of(kind, content)), incomplete, with_grade=False)
    assert MISSING in {figures[1] for figures in expected(incomplete).values()}


def test_world_has_what_it_should(signed):
    figures = expected(signed)

    assert figures["被评人2"][:2] == (HIDDEN, HIDDEN)
    assert set(expected_groups(summaries_of(signed)["被评人0"]).values()) & {HIDDEN} == set()
    assert HIDDEN in expected_groups(summaries_of(signed)["被评人1"]).values()
    assert figures["被评人1"][1] not in {HIDDEN, MISSING}
    assert dict(secrets_of(signed))


def test_nothing_hidden_stands_in_any_document(client, signed):
    desk = desk_of(client, signed)
    texts = {}
    for key, file_format, subject, content in every_document(
        signed, [kind for kind in BY_KEY if kind != "meeting_record"]
    ):
        readers = {
            Format.PDF: pdf_text,
            Format.DOCX: docx_text,
            Format.XLSX: lambda book: str(
                [sheet_rows(book, n) for n in range(len(load_workbook(io.BytesIO(book)).worksheets))]
            ),
        }
        texts[key, file_format, subject] = readers[file_format](content)
    for summary in summaries_of(signed).values():
        texts["page", summary.pk] = page_text(
            desk.get(reverse("scoring:summary_detail", args=[summary.pk])).content.decode()
        )
    texts["sheet page"] = page_text(
        desk.get(reverse("grading:deliberation_detail", args=[signed.pk])).content.decode()
    )

    for name, secret in secrets_of(signed):
        told_in = [
            place for place, text in texts.items() if re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", text)
        ]
        assert told_in == [], (name, secret)


# -- the grade that counts, wherever a grade is told


def grade_cells(rows, name, grade):
    return {
        row[name]: row[grade] for row in rows if row.get(name) in {f"被评人{n}" for n in range(len(PEOPLE))}
    }


def worksheets_of(book):
    return [sheet_rows(book, n) for n in range(len(load_workbook(io.BytesIO(book)).worksheets))]


def pages_of_grades(desk, cycle):
    """Yield what it is and name -> grade of every page and export of grading."""
    sheet = desk.get(reverse("grading:deliberation_detail", args=[cycle.pk])).content.decode()
    cells = {row[0].split()[0]: row[4].split()[0] for row in table_rows(sheet) if row[0].startswith("被评人")}
    yield "sheet page", cells
    printed = desk.get(reverse("grading:deliberation_print", args=[cycle.pk])).content.decode()
    yield "print", {row[1]: row[7] for row in table_rows(printed) if row[1].startswith("被评人")}
    listed = desk.get(reverse("grading:decision_list"), {"cycle": cycle.pk, "size": 100}).content.decode()
    yield "list", grade_cells(by_head(list(table_rows(listed)), "姓名"), "姓名", "等次")
    book = desk.get(reverse("grading:submission_xlsx", args=[cycle.pk])).content
    found = {}
    for rows in worksheets_of(book)[1:3]:
        found |= grade_cells(by_head(rows, "姓名"), "姓名", "审定等次")
    yield "submission", found


def registers_of_grades(cycle):
    """Yield what it is and name -> grade of every document that lists grades."""
    for key, head in (
        ("grade_register", "综合评价等次"), ("field_register", "综合评价等次"), ("summary_table", "综合评价等次"),
        ("field_summary", "综合评价等次"), ("deliberation_sheet", "审定等次"),
    ):  # fmt: skip
        kind = BY_KEY[key]
        found = {}
        for subject in kind.subjects(cycle):
            book = file_of(kind, kind.contents(subject), Format.XLSX)
            found |= grade_cells(by_head(sheet_rows(book), "姓名"), "姓名", head)
        yield key, found


def test_every_list_tells_the_grade_that_counts(client, signed):
    desk = desk_of(client, signed)
    want = {name: figures[3] for name, figures in expected(signed).items()}
    frozen = GradeDecision.objects.get(reviewee__cycle=signed, reviewee__name=RECONSIDERED)

    assert frozen.get_overall_grade_display() != want[RECONSIDERED]
    for what, found in [*pages_of_grades(desk, signed), *registers_of_grades(signed)]:
        assert found == want, what


def test_explanation_and_result_sheet_tell_the_reconsideration(client, signed):
    desk = desk_of(client, signed)
    summary = summaries_of(signed)[RECONSIDERED]
    act = Reconsideration.objects.get(decision__reviewee=summary.reviewee)
    before, after = act.get_grade_before_display(), act.get_grade_after_display()
    kind = BY_KEY["result_sheet"]
    content = kind.contents(Subject(signed.pk, summary.reviewee_id))

    page = page_text(desk.get(reverse("scoring:summary_detail", args=[summary.pk])).content.decode())
    text = pdf_text(file_of(kind, content))
    steps = {row["步骤"]: row for row in by_head(sheet_rows(file_of(kind, content, Format.XLSX)), "步骤")}

    assert f"2026-12-28 复核：由“{before}”改为“{after}”，经核实，情况属实" in page
    assert f"现在的等次： {after}" in page
    assert f"复核后由“{before}”改为“{after}”" in text
    assert steps["综合评价等次"]["名称"] == after
    assert f"复核后由“{before}”改为“{after}”" in steps["综合评价等次"]["算法和依据"]


def test_counts_of_grades_agree(client, signed):
    desk = desk_of(client, signed)
    told_grades = [figures[3] for figures in expected(signed).values()]
    want = [told_grades.count(grade.label) for grade in Grade]

    scores = desk.get(reverse("insights:scores"), {"cycle": signed.pk}).context["sections"]
    section = next(one for one in scores if one.key == "grades")
    [facts] = year_facts([signed])
    circular = BY_KEY["circular"].contents(Subject(signed.pk))
    report = BY_KEY["annual_report"].contents(Subject(signed.pk))
    words = "、".join(f"{grade.label}{n}人" for grade, n in zip(Grade, want, strict=True))

    assert [cell.value for cell in section.lines[-1].cells[:4]] == want
    assert [grade_counts(facts)[grade.value] for grade in Grade] == want
    assert list(circular.counts[-1].counts) == want
    assert list(report.grades[-1].counts.values()) == want
    assert words in BY_KEY["grade_register"].contents(Subject(signed.pk)).totals


def test_own_years_and_card_tell_the_grade_that_counts(client, signed):
    reviewee = summaries_of(signed)[RECONSIDERED].reviewee
    grade = expected(signed)[RECONSIDERED][3]
    user = make_user("secretary", None, secretary=reviewee.secretary)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    rows = by_head(list(table_rows(client.get(reverse("insights:own_years")).content.decode())), "等次")

    assert [row["等次"] for row in rows if row.get("年度") == str(signed.year)] == [grade]
