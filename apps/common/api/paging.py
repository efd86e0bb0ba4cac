"""Page numbers."""

from typing import Any

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.bodies import checked
from apps.common.kit.paging import COUNTED, UnboundedPaginator

MAX_PAGE_SIZE = 500


class PageQuery(serializers.Serializer[Any]):
    """The parameters of every list."""

    page = serializers.IntegerField(min_value=1, max_value=10**9, required=False, help_text="页码，从 1 起")
    page_size = serializers.IntegerField(
        min_value=1, max_value=MAX_PAGE_SIZE, required=False, help_text="每页条数，不填为 50"
    )


class Pagination(PageNumberPagination):
    """Page numbers. A page that is no number is malformed (400), one past the end is not there (404).

    Longer lists than ``COUNTED`` are not counted: ``count`` is null, ``next`` leads to the end all the same.
    """

    django_paginator_class = UnboundedPaginator
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        checked(PageQuery, request.query_params.dict())
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        paginator = self.page.paginator if self.page else None
        if isinstance(paginator, UnboundedPaginator) and paginator.is_cut:
            response.data["count"] = None
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = super().get_paginated_response_schema(schema)
        found["properties"]["count"] |= {
            "nullable": True,
            "description": f"条数；超过 {COUNTED} 条的不数，为 null，沿 next 可以读到底",
        }
        return found
