"""The kind: what is read, and where its words and tables come from."""

from collections.abc import Sequence
from typing import ClassVar

from apps.common.kit.sheets import Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kinds.reading import not_scored, person_line, run_of, signed_on
from apps.official_documents.kinds.result_sheet import pages, sheets
from apps.official_documents.kinds.result_sheet.contents import ResultContent, demonstration
from apps.official_documents.kit.kinds import DocumentKind
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.explanations import explain


class ResultSheetKind(DocumentKind[ResultContent]):
    """One sheet for each reviewee that has figures."""

    key = "result_sheet"
    label = "测评结果单"
    scope = Scope.REVIEWEE
    formats = (Format.PDF, Format.XLSX)
    order = 20
    fields: ClassVar = (
        NamedField("姓名", "本人姓名", "某某"),
        NamedField("领域", "所在领域", "城市"),
    )
    template = Template(title="{年}年度述职评议考核测评结果单", number="")

    def why_not(self, cycle: ReviewCycle) -> str:
        return not_scored(cycle, self.label)

    def subjects(self, cycle: ReviewCycle) -> list[Subject]:
        run = run_of(cycle)
        if run is None:
            return []
        rows = run.summaries.order_by("reviewee__order_no").values_list("reviewee_id", flat=True)
        return [Subject(cycle.pk, pk) for pk in rows]

    def contents(self, subject: Subject) -> ResultContent:
        cycle = ReviewCycle.objects.get(pk=subject.cycle_id)
        summary = ScoreSummary.objects.select_related("run__cycle__scheme", "reviewee").get(
            run=run_of(cycle), reviewee_id=subject.person
        )
        return ResultContent(person_line(summary), explain(summary), signed_on(cycle))

    def demonstration(self) -> ResultContent:
        return demonstration()

    def values(self, content: ResultContent) -> dict[str, str]:
        return {"姓名": content.line.name, "领域": content.line.field_label}

    def compose(self, paper: Paper, content: ResultContent, dress: Dress) -> None:  # noqa: ARG002 -- no wording of its own
        pages.write(paper, content)

    def tables(self, content: ResultContent, dress: Dress) -> Sequence[Table]:
        return sheets.tables(dress.title, content)
