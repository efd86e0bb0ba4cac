"""The kind."""

from collections.abc import Sequence
from typing import ClassVar

from apps.common.kit.sheets import Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Passage, Template
from apps.official_documents.kinds.annual_report import pages, sheets
from apps.official_documents.kinds.annual_report.contents import ReportContent, read
from apps.official_documents.kinds.annual_report.demonstration import demonstration
from apps.official_documents.kinds.reading import not_signed_off
from apps.official_documents.kit.kinds import DocumentKind

OPENING = "按照党组织书记抓基层党建工作述职评议考核的有关规定，{组织单位}组织开展了{周期名称}。现将有关情况报告如下。"


class AnnualReportKind(DocumentKind[ReportContent]):
    """One report for the year."""

    key = "annual_report"
    label = "年度情况报告"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.XLSX, Format.DOCX)
    order = 55
    passages: ClassVar = (
        Passage("opening", "开头", OPENING),
        Passage("next_steps", "下步打算", "", is_optional=True),
    )
    template = Template(title="关于{周期名称}情况的报告")

    def why_not(self, cycle: ReviewCycle) -> str:
        return not_signed_off(cycle, self.label)

    def contents(self, subject: Subject) -> ReportContent:
        return read(ReviewCycle.objects.select_related("host", "scheme").get(pk=subject.cycle_id))

    def demonstration(self) -> ReportContent:
        return demonstration()

    def compose(self, paper: Paper, content: ReportContent, dress: Dress) -> None:
        pages.write(paper, content, dress)

    def tables(self, content: ReportContent, dress: Dress) -> Sequence[Table]:
        return sheets.tables(dress.title, content)
