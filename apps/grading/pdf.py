"""Summary table in the layout of official documents (GB/T 9704)."""

from apps.common.domain.chinese_dates import chinese_date
from apps.documents.kit.official import OfficialDocument
from apps.grading.domain.summaries import SummaryLine, SummaryTable

DASH = "—"
SUMMARY_HEAD = (
    "序号", "党组织", "姓名", "领域", "述职方式", "测评得分", "总分", "名次", "建议等次", "综合等次", "备注",
)  # fmt: skip
SUMMARY_WIDTHS = (11, 48, 18, 12, 18, 18, 15, 12, 18, 18, 37)
SUMMARY_ALIGN = "clcccrrcccl"


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
