"""Refusals in words, whatever refused."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.common.errors import DomainError


def refuse_in_words(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal with ``{"code", "detail"}``: a broken rule with 409, malformed input with 400 and its fields."""
    if isinstance(exception, DomainError):
        return Response(
            {"code": exception.code, "detail": exception.message}, status=status.HTTP_409_CONFLICT
        )
    response = exception_handler(exception, context)
    if response is not None:
        response.data = _in_words(exception)
    return response


def _in_words(exception: Exception) -> dict[str, Any]:
    if isinstance(exception, exceptions.ValidationError):
        fields = exception.detail if isinstance(exception.detail, dict) else {"": exception.detail}
        return {
            "code": "invalid",
            "detail": "内容有不对的地方，没有办理。请按 fields 改好后再发。",
            "fields": fields,
        }
    if isinstance(exception, Http404):
        return {"code": "not_found", "detail": "没有找到，或不在您的范围内。"}
    if isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if isinstance(exception, exceptions.APIException):
        return {"code": _code_of(exception), "detail": str(exception.detail)}
    return {"code": "refused", "detail": ""}  # pragma: no cover -- DRF answers nothing else


def _code_of(exception: exceptions.APIException) -> str:
    codes = exception.get_codes()
    return codes if isinstance(codes, str) else exception.default_code
