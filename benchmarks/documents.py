"""1,000 two-page feedback letters: bare reportlab platypus and weasyprint setting the same words, and the whole job.

`python -m benchmarks.documents [--quick] [--json FILE]`

The ways of setting take turns, so that whatever else the machine does hits all alike.
"""

import io
import logging
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks import _harness as harness

BLOCK = 10
AT = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
PROBLEMS = (  # each with a number of its own, so that no two letters say the same
    "对两新组织党建研究不多，全年专题研究只有{}次，重点园区党组织覆盖还有空白，党建指导员作用没有充分发挥。",
    "网格党支部作用发挥不够充分，有{}个支部组织生活不经常、质量不高，党员教育管理还有薄弱环节。",
    "上年度点评指出的“三会一课”记录不规范问题整改不彻底，抽查中仍有{}个支部存在事后补记现象。",
)
VERIFY = "http://10.0.0.5:8000/official-documents/verify/"
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
                text=text.format(number),
                created_at=AT,
            )
    Deliberation.objects.filter(pk=deliberation.pk).update(signed_off_at=AT, signed_off_by=clerk)
    return cycle


def actor():
    from apps.accounts.models import User

    return User.objects.get_or_create(username="bench", defaults={"display_name": "bench"})[0]


def order_letters(cycle, *, again=True):
    """Order the letters of a cycle and return the job."""
    from apps.official_documents.domain.orders import Order, Which
    from apps.official_documents.services import order_documents

    which = Which.AGAIN if again else Which.MISSING
    order = Order(cycle.pk, ["feedback_letter"], which=which, verify_url=VERIFY)
    return order_documents(order, actor=actor(), at=AT)


def contents(cycle):
    """What stands in the letters, each with its dress: number, code and QR code as they are issued."""
    from apps.official_documents.domain.codes import code_from, shown_code
    from apps.official_documents.domain.dressing import dress_up
    from apps.official_documents.domain.templates import Mark
    from apps.official_documents.kit.kinds import common_values, kind_for

    kind = kind_for("feedback_letter")
    common = common_values(cycle, AT.date())
    for number, subject in enumerate(kind.subjects(cycle), start=1):
        content = kind.contents(subject)
        code = shown_code(code_from(number.to_bytes(7, "big")))
        dress = dress_up(
            kind.template, kind.passages, kind.switches, {**common, **kind.values(content)}, number=number, issue_no=1,
            issued_on=AT.date(), mark=Mark(code, f"{VERIFY}#{code}"),
        )  # fmt: skip
        yield content, dress


def official_letter(content, dress):
    """Set one letter as it is issued."""
    from apps.official_documents.domain.scopes import Format
    from apps.official_documents.kit.kinds import kind_for
    from apps.official_documents.kit.rendering import render

    return render(kind_for("feedback_letter"), content, dress, Format.PDF)


def platypus_styles():
    """Register the same font files and return body, heading and title styles at the same sizes."""
    from django.conf import settings
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (("BenchSerif", "NotoSerifSC-Regular.ttf"), ("BenchSans", "NotoSansSC-Bold.ttf")):
        font = TTFont(name, settings.FONTS_DIR / file)
        font.face.name = (
            name.encode()
        )  # else reportlab takes it for the official letters' font, or the other way round
        pdfmetrics.registerFont(font)
    body = ParagraphStyle(
        "body", fontName="BenchSerif", fontSize=16, leading=29, wordWrap="CJK", firstLineIndent=32
    )
    heading = ParagraphStyle("heading", parent=body, fontName="BenchSans")
    title = ParagraphStyle("title", parent=heading, fontSize=22, alignment=1, firstLineIndent=0)
    return body, heading, title


def words_of(content, dress):
    """Every word of the letter in order: ("number" | "title" | "text" | "heading" | "signed", words), and the table as ("table", rows)."""
    best = f"在测评各项中，“{content.items[-1].name}”（{content.items[-1].score}分）得分较高，望继续保持。"
    head = ["测评得分", "总分", f"{content.field}领域名次", "综合评价等次"]
    cells = [
        f"{content.ballot_score}分",
        f"{content.total}分",
        f"第{content.rank}名（共{content.n_in_field}人）",
        content.grade.label,
    ]
    return [
        ("number", dress.number),
        ("title", dress.title),
        ("flush", f"{content.name}同志："),
        ("text", dress.words["opening"]),
        ("heading", "一、考核结果"),
        ("table", [head, cells]),
        ("heading", "二、评价较好的方面"),
        ("text", best),
        ("heading", "三、存在的主要问题"),
        *(("text", f"{n}.{text}") for n, text in enumerate(content.problems, start=1)),
        ("heading", "四、整改要求"),
        ("text", dress.words["requirements"]),
        ("signed", dress.signer),
        ("signed", f"{AT.year}年{AT.month}月{AT.day}日"),
    ]  # fmt: skip


def platypus_letter(content, dress, styles):
    """Set the words of one letter the plain way: paragraphs, a table, nothing checked, no official page, no QR code."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    body, heading, title = styles
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "BenchSerif", 10.5)]
    story = []
    for kind, words in words_of(content, dress):
        if kind == "table":
            story.append(Table(words, colWidths=[39 * mm] * 4, style=grid))
        else:
            story.append(Paragraph(words, {"title": title, "heading": heading}.get(kind, body)))
        if kind == "title":
            story.append(Spacer(1, 29))
    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=37 * mm, bottomMargin=35 * mm
    ).build(story)
    return out.getvalue()


CSS = """
@font-face {{ font-family: serif1; src: url(file://{fonts}/NotoSerifSC-Regular.ttf) }}
@font-face {{ font-family: sans1; src: url(file://{fonts}/NotoSansSC-Bold.ttf) }}
@page {{ size: A4; margin: 37mm 26mm 35mm 28mm }}
body {{ font: 16pt/29pt serif1; margin: 0 }}
p {{ margin: 0; text-indent: 2em; text-align: justify }}
.heading {{ font-family: sans1 }}
.title {{ font: 22pt/29pt sans1; text-align: center; text-indent: 0; margin-bottom: 29pt }}
.flush, .number {{ text-indent: 0 }}
.signed {{ text-align: right }}
table {{ border-collapse: collapse; width: 100%; font-size: 10.5pt }}
td {{ border: 0.5pt solid black; text-align: center }}
"""


def as_html(content, dress):
    """The same words as the body of a page."""
    from html import escape

    def row(cells):
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"

    return "".join(
        f"<table>{''.join(map(row, words))}</table>"
        if kind == "table"
        else f'<p class="{kind}">{escape(words)}</p>'
        for kind, words in words_of(content, dress)
    )


def weasyprint_letter(content, dress):
    """Set a letter by weasyprint the way its documentation shows: one page of HTML with its styles in, one call."""
    import weasyprint
    from django.conf import settings

    css = CSS.format(fonts=settings.FONTS_DIR)
    html = f"<html lang=zh><style>{css}</style><body>{as_html(content, dress)}</body></html>"
    return weasyprint.HTML(string=html).write_pdf()


def prepared_weasyprint():
    """Return the same with style sheet and fonts read once for all letters; end in one line that says what is lacking."""
    from django.conf import settings

    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except ImportError:
        raise SystemExit("weasyprint is not installed: make test installs requirements-dev.txt") from None
    except OSError:
        raise SystemExit(
            "weasyprint needs the system's libpango: apt-get install libpangoft2-1.0-0"
        ) from None
    for name in ("weasyprint", "weasyprint.progress"):
        logging.getLogger(name).setLevel(logging.ERROR)
    config = FontConfiguration()
    css = weasyprint.CSS(string=CSS.format(fonts=settings.FONTS_DIR), font_config=config)

    def letter(content, dress):
        html = f"<html lang=zh><body>{as_html(content, dress)}</body></html>"
        return weasyprint.HTML(string=html).write_pdf(stylesheets=[css], font_config=config)

    return letter


def n_pages(pdf):
    import pypdfium2

    book = pypdfium2.PdfDocument(pdf)
    try:
        return len(book)
    finally:
        book.close()


class Made(NamedTuple):
    """What a job cost: its seconds, and the peak resident memory of its process in MB."""

    seconds: float
    peak_mb: float


def made_apart(n):
    """Let a process make ``n`` letters of the cycle, and nothing else."""
    command = [sys.executable, "-m", "benchmarks.documents", "--make", str(n)]
    done = subprocess.run(
        command, cwd=harness.ROOT, env=os.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return Made(*map(float, done.stdout.split()[-2:]))


def make_letters(n):
    """Make ``n`` letters by the job, as a worker does, and print its seconds and the peak resident memory in MB."""
    import django

    django.setup()
    from apps.cycles.models import ReviewCycle
    from apps.documents.services import run_job
    from apps.official_documents.domain.orders import Order, Which
    from apps.official_documents.services import order_documents

    cycle = ReviewCycle.objects.get()
    people = list(cycle.reviewees.values_list("pk", flat=True)[:n])
    order = Order(cycle.pk, ["feedback_letter"], which=Which.AGAIN, reviewee_ids=people, verify_url=VERIFY)
    job = order_documents(order, actor=actor(), at=AT)
    start = time.perf_counter()
    job = run_job(job.pk)
    seconds = time.perf_counter() - start
    assert (job.state, job.n_done) == ("done", n), job.error
    print(seconds, peak_mb())


def peak_mb():
    """The peak of this program alone; what getrusage tells begins with the process it was forked from."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def in_turns(letters, ways):
    """Set every letter each way, ten of them in turns, as a batch sets one after another; return processor seconds by way.

    Each way is one thread that computes and nothing else, so the processor's own clock tells the same on a busy machine.
    """
    taken = {name: [] for name in ways}
    for start in range(0, len(letters), BLOCK):
        for name, act in ways.items():
            for letter in letters[start : start + BLOCK]:
                begun = time.process_time()
                act(*letter)
                taken[name].append(time.process_time() - begun)
    return taken


def measure(bench):
    n = 150 if bench.quick else 1_000
    cycle = make_signed_cycle(n)
    letters = list(contents(cycle))
    styles, prepared = platypus_styles(), prepared_weasyprint()
    ours = official_letter

    def bare(*letter):
        return platypus_letter(*letter, styles)

    pages = {name: n_pages(act(*letters[0])) for name, act in (("a", ours), ("b", bare), ("c", prepared))}
    bench.figure("letters", n)
    bench.figure("pages of a letter: official, platypus, weasyprint", " ".join(map(str, pages.values())))
    whole = medians(in_turns(letters, {"ours": ours, "bare": bare}))
    few = letters[: 10 if bench.quick else 40]
    beside = medians(in_turns(few, {"ours": ours, "weasy": weasyprint_letter, "prepared": prepared}))
    told = {
        "bare platypus": whole["bare"],
        "official letter with code and QR": whole["ours"],
        "weasyprint": beside["weasy"],
        "weasyprint, fonts and styles kept between letters": beside["prepared"],
        "official letter beside weasyprint": beside["ours"],
    }
    for name, seconds in told.items():
        bench.figure(f"{name} (ms of processor time, median)", round(seconds * 1000, 2))
    kept = beside["prepared"] / beside["ours"]
    bench.figure("official letters / weasyprint, fonts and styles kept", round(kept, 1))
    bench.goal("official letters / bare platypus", whole["bare"] / whole["ours"], at_least=0.8)
    bench.goal("official letters / weasyprint", beside["weasy"] / beside["ours"], at_least=25)
    measure_job(bench, n)


def medians(taken):
    """Return the median of each way's letters."""
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def measure_job(bench, n):
    """The whole job, of 10 letters and of ``n``, each in a process of its own."""
    few, many = made_apart(10), made_apart(n)
    bench.figure(f"job of {n}: read, number, set, store, log, zip (letters/s)", round(n / many.seconds, 1))
    bench.figure("peak resident memory, job of 10 (MB)", round(few.peak_mb))
    bench.figure(f"peak resident memory, job of {n} (MB)", round(many.peak_mb))
    bench.goal(f"memory of {n} / memory of 10", many.peak_mb / few.peak_mb, at_most=1.5)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make_letters(int(sys.argv[2]))
        sys.exit(0)
    sys.exit(harness.run(__doc__, measure))
