"""The short way of what a whole hall asks at once: past sessions, cookies, messages and page headers, which it must not touch anyway.

Behind SecurityMiddleware, so that plain HTTP is still turned away where HTTPS is demanded. The same views stand in the URL map
and answer the same; this only saves a third of the server's work for a ballot and half of it for a hall screen.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from apps.evaluations.views.halls import hall_part
from apps.evaluations.views.submitting import JSON, cast_status, cast_submit

View = Callable[[HttpRequest, Any], HttpResponse]
Way = tuple[re.Pattern[str], Callable[[str], Any], View]
SOME_SESSION, SOME_HALL = 7_205_000_001, "a-hall-key"  # stand in the address while its pattern is made
NOT_MODIFIED = 304  # has no body


class ShortWayMiddleware:
    """Hand JSON of the casting page, and what hall screens ask again and again, straight to its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.posted = [
            _way("evaluations:cast_submit", cast_submit, SOME_SESSION, r"([0-9]{1,15})", int),
            _way("evaluations:cast_status", cast_status, SOME_SESSION, r"([0-9]{1,15})", int),
        ]
        self.asked = [_way("evaluations:hall_part", hall_part, SOME_HALL, r"([^/]+)", str)]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for pattern, read, view in self._ways(request):
            if match := pattern.fullmatch(request.path_info):
                try:
                    return _whole(view(request, read(match[1])))
                except Http404:
                    break  # the page that says so takes the long way
        return self.get_response(request)

    def _ways(self, request: HttpRequest) -> list[Way]:
        if request.method == "GET":
            return self.asked
        return self.posted if request.method == "POST" and request.content_type == JSON else []


def _way(name: str, view: View, place: object, gap: str, read: Callable[[str], Any]) -> Way:
    """Return the address of a view as the URL map has it, with a gap for its one argument."""
    address = re.escape(reverse(name, args=[place]))
    return re.compile(address.replace(re.escape(str(place)), gap)), read, view


def _whole(response: HttpResponse) -> HttpResponse:
    if response.status_code != NOT_MODIFIED:
        response["Content-Length"] = str(len(response.content))
    return response
