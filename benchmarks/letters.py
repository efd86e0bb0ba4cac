"""A batch of 300 feedback letters by the job, against bare reportlab platypus setting the same words.

`python -m benchmarks.letters [--quick] [--json FILE]`
"""

import io
import resource
import statistics
import sys
import time
from datetime import UTC, date, datetime

from benchmarks import _harness as harness

AT = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
PROBLEMS = (
    "对两新组织党建研究不多，全年专题研究只有一次，重点园区党组织覆盖还有空白，党建指导员作用没有充分发挥。",
    "网格党支部作用发挥不够充分，有的支部组织生活不经常、质量不高，党员教育管理还有薄弱环节。",
    "上年度点评指出的“三会一课”记录不规范问题整改不彻底，抽查中仍有3个支部存在事后补记现象。",
)
ITEMS = ("履行第一责任人职责", "重点任务和工作成效", "查摆问题和整改落实", "总体评价")


def make_signed_cycle(n):
    """Write a cycle of ``n`` reviewees with signed grades straight into the tables."""
    from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme
    from apps.duty_reports.models import Problem
    from apps.grading.models import Deliberation, GradeDecision
    from apps.organizations.models import Organization
    from apps.scoring.models import ScoreRun, ScoreSummary
    from apps.secretaries.models import Secretary

    clerk = actor()
    host = Organization.objects.create(
        code="BENCH", name="中共某某区委组织部", kind="committee", field="agency", path="bench",
        pinyin_key="a", stroke_key="a",
    )  # fmt: skip
    title = "2026年度党组织书记抓基层党建工作述职评议考核"
    cycle = ReviewCycle.objects.create(
        year=2026, title=title, host=host, created_at=AT, rectification_due_on=date(2027, 1, 15)
    )
    ReviewScheme.objects.create(cycle=cycle, preset="60-40")
    run = ScoreRun.objects.create(
        cycle=cycle, state="done", is_current=True, software_version="bench", requested_by=clerk, started_at=AT,
        finished_at=AT,
    )  # fmt: skip
    deliberation = Deliberation.objects.create(
        cycle=cycle, run=run, held_on=AT.date(), members_present="某某"
    )
    for number in range(1, n + 1):
        person = Secretary.objects.create(name="某某", pinyin_key=f"{number}", stroke_key=f"{number}")
        reviewee = Reviewee.objects.create(
            cycle=cycle, secretary=person, organization=host, name="某某", post="党工委书记",
            organization_name=f"东山街道第{number}党工委", field="urban", order_no=number,
        )  # fmt: skip
        ScoreSummary.objects.create(
            run=run, reviewee=reviewee, n_valid=60, ballot_score="91.25", total="90.50", rank_in_field=number,
            n_in_field=n, item_scores=[{"name": name, "score": f"{90 + k}.10"} for k, name in enumerate(ITEMS)],
        )  # fmt: skip
        GradeDecision.objects.create(
            deliberation=deliberation, reviewee=reviewee, proposed_grade="good", overall_grade="good"
        )
        for text in PROBLEMS:
            Problem.objects.create(
                cycle=cycle,
                organization=host,
                reviewee=reviewee,
                source="commentary",
                text=text,
                created_at=AT,
            )
    Deliberation.objects.filter(pk=deliberation.pk).update(signed_off_at=AT, signed_off_by=clerk)
    return cycle


def actor():
    from apps.accounts.models import User

    return User.objects.get_or_create(username="bench", defaults={"display_name": "bench"})[0]


def run_batch(cycle):
    """Order and make the letters as a worker does; return the seconds the job took."""
    from apps.documents.services import run_job
    from apps.grading.services import request_feedback_letters

    job = request_feedback_letters(cycle.pk, again=True, actor=actor(), at=AT)
    start = time.perf_counter()
    job = run_job(job.pk)
    assert job.state == "done", job.error
    return time.perf_counter() - start


def contents(cycle):
    """What stands in the letters."""
    from apps.grading.models import GradeDecision
    from apps.grading.selectors.contents import letter_content

    rows = GradeDecision.objects.filter(reviewee__cycle=cycle)
    decisions = rows.select_related("reviewee__cycle__host", "deliberation").order_by("reviewee__order_no")
    return [
        letter_content(one, number=number, issue_no=1, issued_on=AT.date())
        for number, one in enumerate(decisions, start=1)
    ]


def platypus_styles():
    """Register the same font files and return body, heading and title styles at the same sizes."""
    from django.conf import settings
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("BenchSerif", settings.FONTS_DIR / "NotoSerifSC-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("BenchSans", settings.FONTS_DIR / "NotoSansSC-Bold.ttf"))
    body = ParagraphStyle(
        "body", fontName="BenchSerif", fontSize=16, leading=29, wordWrap="CJK", firstLineIndent=32
    )
    heading = ParagraphStyle("heading", parent=body, fontName="BenchSans")
    title = ParagraphStyle("title", parent=heading, fontSize=22, alignment=1, firstLineIndent=0)
    return body, heading, title


def platypus_letter(content, styles):
    """Set the words of one letter the plain way: paragraphs, a table, nothing checked, no official page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    body, heading, title = styles
    best = f"在测评各项中，“{content.items[0].name}”（{content.items[0].score}分）得分较高，望继续保持。"
    head = ["测评得分", "总分", "领域名次", "综合评价等次"]
    cells = [f"{content.ballot_score}分", f"{content.total}分", f"第{content.rank}名", content.grade.label]
    story = [
        Paragraph(f"〔{content.year}〕{content.number}号", body),
        Paragraph("述职评议考核反馈意见书", title),
        Spacer(1, 29),
        Paragraph(f"{content.name}同志：", body),
        Paragraph(f"{content.cycle_title}已经完成。根据述职评议、现场测评和研究审定情况，现将您"
                  f"（{content.organization}书记）的考核结果和有关意见反馈如下。", body),
        Paragraph("一、考核结果", heading),
        Table([head, cells], colWidths=[39 * mm] * 4,
              style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "BenchSerif", 10.5)]),
        Paragraph("二、评价较好的方面", heading),
        Paragraph(best, body),
        Paragraph("三、存在的主要问题", heading),
        *(Paragraph(f"{n}.{text}", body) for n, text in enumerate(content.problems, start=1)),
        Paragraph("四、整改要求", heading),
        Paragraph("请针对以上问题逐条制定整改措施，明确责任领导、责任人和完成时限，于2027年1月15日前报送整改清单。"
                  "整改情况将作为下一年度述职评议考核的重要内容。", body),
        Spacer(1, 58),
        Paragraph(content.host, body),
        Paragraph("2026年12月28日", body),
    ]  # fmt: skip
    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=37 * mm, bottomMargin=35 * mm
    ).build(story)
    return out.getvalue()


def n_pages(pdf):
    import pypdfium2

    book = pypdfium2.PdfDocument(pdf)
    try:
        return len(book)
    finally:
        book.close()


def memory_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(bench):
    from apps.grading.pdf import feedback_letter
    from config import celery  # noqa: F401 -- jobs go to the queue of these engines

    n = 60 if bench.quick else 300
    cycle = make_signed_cycle(n)
    letters = contents(cycle)
    styles = platypus_styles()
    pages = sum(n_pages(feedback_letter(one)) for one in letters)
    bare_pages = sum(n_pages(platypus_letter(one, styles)) for one in letters)
    bench.figure("letters", n)
    bench.figure("pages", pages)
    bench.figure("pages of bare platypus", bare_pages)
    after_ten = memory_mb()
    bare = bench.time("bare platypus", lambda: [platypus_letter(one, styles) for one in letters], times=3)
    ours = bench.time(
        "official letters, setting only", lambda: [feedback_letter(one) for one in letters], times=3
    )
    bench.figure("first job of a process (s)", round(run_batch(cycle), 3))
    job = statistics.median(run_batch(cycle) for _ in range(3))
    bench.figure("job: read, set, store, log, zip (s)", round(job, 3))
    bench.figure("bare platypus (pages/s)", round(bare_pages / bare, 1))
    bench.figure("official letters (pages/s)", round(pages / ours, 1))
    bench.figure("job (pages/s)", round(pages / job, 1))
    bench.goal(
        "G12 setting / bare platypus, pages per second", (pages / ours) / (bare_pages / bare), at_least=0.8
    )
    bench.goal("job / bare platypus, pages per second", (pages / job) / (bare_pages / bare), at_least=0.5)
    bench.goal("memory after the batch / before", memory_mb() / after_ten, at_most=1.5)


if __name__ == "__main__":
    sys.exit(harness.run(__doc__, measure))
