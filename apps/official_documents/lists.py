"""The list of issued documents."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from apps.common.kit.requests import actor_of
from apps.common.lists import Action, Column, Filter, ListPage
from apps.cycles.domain.grades import Grade
from apps.grading.selectors import signed_grade_of
from apps.official_documents.domain.states import DocumentState
from apps.official_documents.kit.kinds import all_kinds
from apps.official_documents.models import IssuedDocument
from apps.official_documents.selectors import IN_FORCE, OF_STATE, documents_visible_to, managed_cycles
from apps.organizations.selectors.fields import field_choices

UNREAD = "unread"


def _cycles(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(str(pk), title) for pk, title in managed_cycles(actor_of(request)).values_list("pk", "title")]


def _kinds(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(kind.key, kind.label) for kind in all_kinds()]


def _states(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [*DocumentState.choices(), (UNREAD, "有效，本人未查收")]


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == UNREAD:
        personal = [kind.key for kind in all_kinds() if kind.is_for_person]
        return rows.filter(IN_FORCE, kind__in=personal, read_at__isnull=True)
    return rows.filter(OF_STATE[DocumentState(value)])


def _of_field(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(field=value) | rows.filter(reviewee__field=value)


def _of_grade(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow to persons whose grade is this one now, after any reconsideration."""
    found: QuerySet[Any] = rows.alias(signed_grade=Subquery(signed_grade_of("reviewee_id")))
    return found.filter(signed_grade=value)


def _detail(row: IssuedDocument) -> str:
    return reverse("official_documents:document_detail", args=[row.pk])


class DocumentList(ListPage):
    title = "文书"
    intro = (
        "已出具的全部文书。可以整批出具、打包、合订，也可以在每份文书的页面上重新出具、作废，查看谁下载过。"
    )
    template_name = "official_documents/document_list.html"
    search_fields = ("reviewee__name", "reviewee__organization_name", "title", "number_text", "code")
    search_hint = "姓名、党组织、标题、文号、核验码"
    default_sort = "-issued_at"
    empty_text = "还没有出具文书。"
    columns = (
        Column("title", "文书", "kind_label", sort=("kind", "-issued_at"), url=_detail, width=16),
        Column("about", "对象", "about", sort=("reviewee__order_no", "field"), width=34),
        Column("number", "文号", "number_text", sort=("number", "number_text"), width=18),
        Column("cycle", "年度", "cycle.year", sort=("-cycle__year", "number"), width=8),
        Column(
            "state",
            "状态",
            lambda row: row.state.label,
            template="official_documents/_state_cell.html",
            width=12,
        ),
        Column("issue_no", "第几次", "issue_no", sort=("issue_no",), numeric=True, width=8),
        Column("issued_at", "出具时间", "issued_at", sort=("issued_at",), width=18),
        Column(
            "issued_by", "出具人", "issued_by.display_name", sort=("issued_by__display_name",), shown=False
        ),
        Column(
            "read_at",
            "本人查收",
            "read_at",
            sort=("read_at",),
            template="official_documents/_read_cell.html",
            width=18,
        ),
        Column("code", "核验码", "shown_code", width=16, shown=False),
        Column("sha256", "PDF 的 SHA-256", "pdf.sha256", width=66, shown=False),
        Column(
            "files",
            "文件",
            lambda row: "、".join(one.label for one in row.files),
            template="official_documents/_files_cell.html",
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("kind", "种类", _kinds, lambda rows, value: rows.filter(kind=value)),
        Filter("cycle", "周期", _cycles, lambda rows, value: rows.filter(cycle_id=value)),
        Filter("field", "领域", field_choices, _of_field),
        Filter("state", "状态", _states, _in_state),
        Filter("grade", "等次", Grade.choices(), _of_grade),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[IssuedDocument]:
        rows = documents_visible_to(actor_of(request))
        return rows.select_related("cycle", "reviewee", "issued_by", "pdf", "xlsx", "docx")

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        cycle = request.GET.get("cycle", "")
        narrowed = f"?cycle={cycle}" if cycle.isdecimal() else ""
        order_url = f"{reverse('official_documents:order')}{narrowed}"
        return {
            "actions": [
                Action("模板", reverse("official_documents:template_list")),
                Action("核验", reverse("official_documents:verify")),
                Action("批量出具", order_url, is_primary=True),
            ],
            "empty_hint": "等次签发后，在“批量出具”里选择文书种类和人员。",
            "empty_action_url": order_url,
            "empty_action_label": "批量出具",
        }
