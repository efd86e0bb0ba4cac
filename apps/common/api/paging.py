"""Page numbers."""

from typing import Any

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from apps.common.api.bodies import checked

MAX_PAGE_SIZE = 500


class PageQuery(serializers.Serializer[Any]):
    """The parameters of every list."""

    page = serializers.IntegerField(min_value=1, max_value=10**9, required=False, help_text="页码，从 1 起")
    page_size = serializers.IntegerField(
        min_value=1, max_value=MAX_PAGE_SIZE, required=False, help_text="每页条数，不填为 50"
    )


class Pagination(PageNumberPagination):
    """Page numbers. A page that is no number is malformed (400), one past the end is not there (404)."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        checked(PageQuery, request.query_params.dict())
        return super().paginate_queryset(queryset, request, view)
