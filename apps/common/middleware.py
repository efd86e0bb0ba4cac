"""The last door for a refusal that no view caught."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from apps.common.errors import DomainError


class DomainErrorMiddleware:
    """Show a ``DomainError`` as a page (409) in words instead of a server error.

    A request by htmx gets the words in the header ``X-Refusal`` (percent-encoded) and no body to swap in; the
    page's own script shows them above the content, which stays as it was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception alone."""
        if not isinstance(exception, DomainError):
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(
                status=409, headers={"X-Refusal": quote(exception.message), "HX-Reswap": "none"}
            )
        context = {"error": exception, "back_url": _way_back(request)}
        return render(request, "components/refusal.html", context, status=409)


def _way_back(request: HttpRequest) -> str:
    """Return the page the request came from, if it is one of ours."""
    referrer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referrer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return referrer if is_ours else "/"
