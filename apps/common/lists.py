"""The list page all lists are made of: search, filter, sort, paging, column choice, export of exactly what is shown.

A subclass names its columns, filters and search fields and returns the visible rows. Whatever the number of rows, one
page costs one bounded count and one read (plus what ``select_related`` and ``prefetch_related`` add).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from apps.common.domain.chinese_dates import parse_date
from apps.common.domain.text import search_words
from apps.common.errors import DomainError
from apps.common.kit.exports import ExportRequest, door
from apps.common.kit.paging import BoundedPaginator, gathered
from apps.common.kit.sheets import XLSX, SheetColumn, Table, workbook_bytes

PAGE_SIZES = (20, 50, 100)
CHUNK = 2_000  # rows a long export reads at a time
Choices = Sequence[tuple[str, str]] | Callable[[HttpRequest], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``value`` is an attribute path ("secretary.name") or a function of the row.

    ``sort`` names the model fields to order by (``None``: not sortable). ``url`` turns the cell into a link.
    ``template`` renders the cell with ``row`` and ``value`` in its context, for badges and the like.
    """

    key: str
    label: str
    value: str | Callable[[Any], Any]
    sort: tuple[str, ...] | None = None
    url: Callable[[Any], str | None] | None = None
    template: str = ""
    numeric: bool = False
    shown: bool = True
    width: float = 14
    number_format: str = "General"

    def read(self, row: Any) -> Any:
        """Return the cell's plain value."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for part in self.value.split("."):
            found = getattr(found, part, None)
            if found is None:
                return None
        return found


@dataclass(frozen=True, slots=True)
class Filter:
    """A drop-down. ``choices`` are pairs or a function of the request; ``apply`` narrows the rows to the chosen value.

    ``unchosen`` is what nothing chosen means, in words.
    """

    name: str
    label: str
    choices: Choices
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    unchosen: str = "全部"
    is_date: ClassVar[bool] = False

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the pairs offered to this request."""
        return list(self.choices(request) if callable(self.choices) else self.choices)

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Apply the chosen value; one that is not offered counts as none."""
        value = request.GET.get(self.name, "")
        return self.apply(rows, value) if self.chosen(request) else rows

    def chosen(self, request: HttpRequest) -> str:
        """Return the chosen value in words, empty for none."""
        value = request.GET.get(self.name, "")
        if not value:
            return ""
        return next((label for key, label in self.options(request) if str(key) == value), "")


@dataclass(frozen=True, slots=True)
class DateFilter:
    """A date box: "from" or "until", as ``apply`` says."""

    name: str
    label: str
    apply: Callable[[QuerySet[Any], date], QuerySet[Any]]
    is_date: ClassVar[bool] = True

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return []

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Apply the date; what is no date counts as none."""
        day = parse_date(request.GET.get(self.name, ""))
        return self.apply(rows, day) if day else rows

    def chosen(self, request: HttpRequest) -> str:
        """Return the date, empty for none."""
        day = parse_date(request.GET.get(self.name, ""))
        return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button in the page head. ``is_post`` sends a form; ``confirm`` is the question asked before."""

    label: str
    url: str
    is_primary: bool = False
    is_post: bool = False
    confirm: str = ""


class TooManyRows(DomainError):  # noqa: N818 -- a refusal, named like the others in this house
    """An export would be cut off, so it is refused instead."""

    code = "too_many_rows"


def field_filter(name: str, label: str, choices: Choices, lookup: str | None = None) -> Filter:
    """Return a filter on a plain field (or on ``lookup``)."""
    return Filter(name, label, choices, lambda rows, value: rows.filter(**{lookup or name: value}))


class ListPage(LoginRequiredMixin, View):
    """Base of every list page. GET shows, GET with ``export=xlsx`` sends exactly what is shown, all pages of it.

    Above ``max_export_rows`` a worker writes the file (``common.kit.exports``).
    """

    title: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter | DateFilter]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[str] = "搜索"
    default_sort: ClassVar[str] = ""
    page_size: ClassVar[int] = 20
    template_name: ClassVar[str] = "components/list_page.html"
    empty_text: ClassVar[str] = "这里还没有内容。"
    max_export_rows: ClassVar[int] = 10_000

    def get_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all rows this account may see."""
        raise NotImplementedError

    def is_allowed(self, request: HttpRequest) -> bool:
        """Tell whether the account may open the list at all; ``False`` answers 403."""
        return True

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the page shows beside the table.

        ``actions`` (a list of ``Action``), ``crumbs`` (pairs label, url), and for the empty list ``empty_hint``,
        ``empty_action_url``, ``empty_action_label``.
        """
        return {}

    def is_gathered(self, request: HttpRequest) -> bool:
        """Tell whether the rows stand so close together in their order that even many are better gathered and sorted."""
        return False

    def paginator(self, request: HttpRequest, rows: QuerySet[Any]) -> BoundedPaginator:
        """Return what counts the rows and cuts them into pages."""
        return BoundedPaginator(rows, self._page_size(request))

    def get_columns(self, request: HttpRequest) -> Sequence[Column]:
        return self.columns

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        """Narrow the rows to those with ``word`` in one of the search fields."""
        return rows.filter(_any_contains(self.search_fields, word))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.is_allowed(request):
            raise PermissionDenied
        columns = list(self.get_columns(request))
        shown = self._chosen(request, columns)
        rows = self._ordered(request, self._narrowed(request, self.get_rows(request)), columns)
        if request.GET.get("export") == "xlsx":
            return self._export(request, rows, shown)
        return self._page(request, rows, columns, shown)

    def _chosen(self, request: HttpRequest, columns: list[Column]) -> list[Column]:
        keys = set(request.GET.getlist("col"))
        return [c for c in columns if (c.key in keys if keys else c.shown)] or columns

    def _narrowed(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        for word in search_words(request.GET.get("q", "")) if self.search_fields else ():
            rows = self.search(rows, word)
        for one in self.filters:
            rows = one.narrowed(rows, request)
        return rows

    def _ordered(self, request: HttpRequest, rows: QuerySet[Any], columns: list[Column]) -> QuerySet[Any]:
        key = self._sort(request, columns)
        backwards, key = key.startswith("-"), key.removeprefix("-")
        column = next((c for c in columns if c.key == key), None)
        if column is None or column.sort is None:
            return rows
        names = [_turned(name) if backwards else name for name in column.sort]
        return rows.order_by(
            *names, "-pk" if backwards else "pk"
        )  # wholly turned round: one index serves both

    def _sort(self, request: HttpRequest, columns: list[Column]) -> str:
        """Return the key rows are sorted by, ``-`` in front for backwards; what no column sorts by counts as none."""
        asked = request.GET.get("sort", "")
        return asked if asked.removeprefix("-") in {c.key for c in columns if c.sort} else self.default_sort

    def _page(
        self, request: HttpRequest, rows: QuerySet[Any], columns: list[Column], shown: list[Column]
    ) -> HttpResponse:
        rows = gathered(rows) if self.is_gathered(request) else rows
        page = self.paginator(request, rows).get_page(request.GET.get("page"))
        sort = self._sort(request, columns)
        context = {
            "list": self,
            "page": page,
            "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
            "heads": [_head(request, column, sort) for column in shown],
            "columns": [(column, column in shown) for column in columns],
            "lines": [
                (row, [(column, column.read(row), _link(column, row)) for column in shown]) for row in page
            ],
            "filters": [(one, one.options(request), request.GET.get(one.name, "")) for one in self.filters],
            "query": request.GET.get("q", ""),
            "sort": sort,
        }
        return render(
            request, self.template_name, context | self._links(request, page) | self.page_context(request)
        )

    def _page_size(self, request: HttpRequest) -> int:
        size = request.GET.get("size", "")
        return int(size) if size.isdecimal() and int(size) in PAGE_SIZES else self.page_size

    def _links(self, request: HttpRequest, page: Page[Any]) -> dict[str, Any]:
        """Return the queries behind paging, page size, column choice, clearing and export."""
        narrowing = ("q", *(one.name for one in self.filters))
        cleared = _query(request, page=None, **dict.fromkeys(narrowing))
        kept = [(name, request.GET[name]) for name in ("sort", "size") if request.GET.get(name)]
        return {
            "is_narrowed": any(request.GET.get(name) for name in narrowing),
            "query_without_page": _query(request, page=None),
            "export_query": _query(request, export="xlsx", page=None),
            "cleared_query": cleared,
            "clear_url": f"{request.path}?{cleared}" if cleared else request.path,
            "default_columns_query": _query(request, col=None, page=None),
            "has_chosen_columns": "col" in request.GET,
            "kept_params": kept,
            "per_page": page.paginator.per_page,
            "size_links": [(size, _query(request, size=str(size), page=None)) for size in PAGE_SIZES],
        }

    def _export(self, request: HttpRequest, rows: QuerySet[Any], shown: list[Column]) -> HttpResponse:
        if isinstance(request, ExportRequest):
            request.take(
                self.title, rows.count, lambda n: self._table(request, rows.iterator(CHUNK), n, shown)
            )
            return HttpResponse()
        picked = list(rows[: self.max_export_rows + 1])
        if len(picked) > self.max_export_rows:
            return self._offer_long_export(request)
        response = HttpResponse(
            workbook_bytes(self._table(request, picked, len(picked), shown)), content_type=XLSX
        )
        name = quote(f"{self.title}{timezone.localtime():%Y%m%d%H%M}.xlsx")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response

    def _table(self, request: HttpRequest, rows: Iterable[Any], n_rows: int, shown: list[Column]) -> Table:
        now = timezone.localtime()
        notes = [
            f"导出时间：{now:%Y-%m-%d %H:%M}　导出人：{request.user}　共 {n_rows} 条",
            *self._conditions(request),
        ]
        return Table(
            title=self.title,
            columns=[SheetColumn(c.label, c.width, c.number_format) for c in shown],
            rows=([c.read(row) for c in shown] for row in rows),
            notes=notes,
            sheet_name=self.title,
        )

    def _offer_long_export(self, request: HttpRequest) -> HttpResponse:
        """Ask before a worker writes a file that takes longer than anybody waits for a page."""
        if not door():
            raise TooManyRows(
                f"符合条件的内容超过 {self.max_export_rows} 条，一次导不完，所以没有导出。请先用搜索或筛选缩小范围，再分几次导出。"
            )
        context = {
            "list": self,
            "door": door(),
            "query": _query(request, page=None),
            "back": f"{request.path}?{_query(request, export=None)}",
            "conditions": self._conditions(request),
        }
        return render(request, "components/long_export.html", context)

    def _conditions(self, request: HttpRequest) -> list[str]:
        """Return the line that says how the exported rows were narrowed, if they were."""
        parts = [f"搜索“{request.GET['q'].strip()}”"] if request.GET.get("q", "").strip() else []
        parts += [f"{one.label}：{one.chosen(request)}" for one in self.filters if one.chosen(request)]
        return [f"条件：{'；'.join(parts)}"] if parts else []


def _any_contains(fields: Sequence[str], word: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": word})
    return found


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _query(request: HttpRequest, /, **changes: str | None) -> str:
    """Return the current query string with changes; ``None`` takes a parameter out."""
    params = request.GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = value
    return params.urlencode()


def _head(request: HttpRequest, column: Column, sort: str) -> dict[str, Any]:
    is_current = bool(column.sort) and sort.lstrip("-") == column.key
    backwards = sort.startswith("-")
    turned = f"-{column.key}" if is_current and not backwards else column.key
    return {
        "column": column,
        "query": _query(request, sort=turned, page=None) if column.sort else "",
        "hint": f"按“{column.label}”{'降' if turned.startswith('-') else '升'}序排列",
        "direction": ("descending" if backwards else "ascending") if is_current else "",
    }


def _link(column: Column, row: Model) -> str | None:
    return column.url(row) if column.url else None
