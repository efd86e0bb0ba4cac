"""Feedback letter and summary table in the layout of official documents (GB/T 9704)."""

from decimal import Decimal

from apps.common.domain.chinese_dates import chinese_date
from apps.documents.kit.official import OfficialDocument
from apps.grading.domain.letters import LetterContent, SummaryLine, SummaryTable, appointment, strengths

LETTER_TITLE = "述职评议考核反馈意见书"
DASH = "—"
SUMMARY_HEAD = (
    "序号", "党组织", "姓名", "领域", "述职方式", "测评得分", "总分", "名次", "建议等次", "综合等次", "备注",
)  # fmt: skip
SUMMARY_WIDTHS = (11, 48, 18, 12, 18, 18, 15, 12, 18, 18, 37)
SUMMARY_ALIGN = "clcccrrcccl"


def feedback_letter(content: LetterContent) -> bytes:
    """Return one feedback letter as PDF."""
    document = OfficialDocument(
        LETTER_TITLE, number=f"〔{content.year}〕{content.number}号", recipient=f"{content.name}同志"
    )
    document.paragraph(
        f"{content.cycle_title}已经完成。根据述职评议、现场测评和研究审定情况，"
        f"现将您（{appointment(content.organization, content.post)}）的考核结果和有关意见反馈如下。"
    )
    _result(document, content)
    _strengths(document, content)
    _problems(document, content)
    _requirements(document, content)
    if content.issue_no > 1:
        document.paragraph(f"（本意见书为第{content.issue_no}次出具，此前出具的同时作废。）")
    document.signature(content.host, content.issued_on)
    return document.build()


def _result(document: OfficialDocument, content: LetterContent) -> None:
    document.heading("一、考核结果", level=1)
    document.table(
        ["测评得分", "总分", f"{content.field}领域名次", "综合评价等次"],
        [[_score(content.ballot_score), _score(content.total), _rank(content), content.grade.label]],
        widths_mm=[39, 39, 39, 39],
        align="cccc",
    )
    if content.total is None:
        document.paragraph("有效票较少，为保护填票人，得分不列示；名次和等次按实际得分确定。")


def _score(value: Decimal | None) -> str:
    return DASH if value is None else f"{value}分"


def _rank(content: LetterContent) -> str:
    return DASH if content.rank is None else f"第{content.rank}名（共{content.n_in_field}人）"


def _strengths(document: OfficialDocument, content: LetterContent) -> None:
    document.heading("二、评价较好的方面", level=1)
    best = strengths(content.items)
    if not best:
        document.paragraph("各项测评得分相近，没有明显突出的项目。")
        return
    names = "、".join(f"“{item.name}”（{item.score}分）" for item in best)
    document.paragraph(f"在测评各项中，{names}得分较高，望继续保持。")


def _problems(document: OfficialDocument, content: LetterContent) -> None:
    document.heading("三、存在的主要问题", level=1)
    if not content.problems:
        document.paragraph("会议点评和日常监督没有指出具体问题。请对照职责自查，主动查找不足。")
    for place, problem in enumerate(content.problems, start=1):
        document.paragraph(f"{place}.{problem.strip()}")


def _requirements(document: OfficialDocument, content: LetterContent) -> None:
    document.heading("四、整改要求", level=1)
    due = f"于{chinese_date(content.rectification_due_on)}前" if content.rectification_due_on else "及时"
    document.paragraph(
        f"请针对以上问题逐条制定整改措施，明确责任领导、责任人和完成时限，{due}完成整改。"
        "整改情况将作为下一年度述职评议考核的重要内容。"
    )


def summary_table(table: SummaryTable) -> bytes:
    """Return the summary table of a cycle as a landscape PDF."""
    document = OfficialDocument(table.title, landscape=True)
    state = f"签发日期：{chinese_date(table.signed_on)}" if table.signed_on else "等次尚未签发，供研究使用"
    document.paragraph(f"组织单位：{table.host}　　{state}　　共{len(table.lines)}人")
    document.table(
        SUMMARY_HEAD,
        [_row(place, line) for place, line in enumerate(table.lines, start=1)],
        widths_mm=SUMMARY_WIDTHS,
        align=SUMMARY_ALIGN,
    )
    document.signature(table.host, table.signed_on or table.made_on)
    return document.build()


def _row(place: int, line: SummaryLine) -> list[str]:
    return [
        str(place),
        line.organization,
        line.name,
        line.field,
        line.mode,
        DASH if line.ballot_score is None else str(line.ballot_score),
        DASH if line.total is None else str(line.total),
        DASH if line.rank is None else str(line.rank),
        line.proposed_grade or DASH,
        line.overall_grade or DASH,
        line.remark,
    ]
