"""What every machine interface shares: page numbers, and refusals in words."""

from typing import Any

from rest_framework import status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.common.errors import DomainError


class Pagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


def refuse_in_words(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a broken rule with 409 and ``{"code", "detail"}``; all else as DRF does."""
    if isinstance(exception, DomainError):
        return Response(
            {"code": exception.code, "detail": exception.message}, status=status.HTTP_409_CONFLICT
        )
    return exception_handler(exception, context)
