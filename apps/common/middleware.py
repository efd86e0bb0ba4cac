"""The last door for a refusal that no view caught."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.common.errors import DomainError


class DomainErrorMiddleware:
    """Show a ``DomainError`` as a page (409) in words instead of a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception alone."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "components/refusal.html", {"error": exception}, status=409)
