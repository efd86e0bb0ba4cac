"""The trail of a request, and one entry for each act that was refused."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.audit.domain.addresses import client_address, networks
from apps.audit.errors import LogNotWritten
from apps.audit.kit.trails import Trail, on_trail
from apps.audit.kit.unlogged import is_unlogged
from apps.audit.selectors import any_written, thing_of
from apps.audit.services.recording import record_refusal, write_refusals
from apps.common.errors import DomainError, gathered_refusals

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
FORBIDDEN, NOT_FOUND, CONFLICT = 403, 404, 409
REASONS = {FORBIDDEN: "没有这项权限", NOT_FOUND: "对象不存在，或不在其范围内", CONFLICT: "当前不能这样做"}
logger = logging.getLogger(__name__)


class AuditMiddleware:
    """Know from where each act comes; record what an account was refused: one entry, unless the act left one itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.proxies = networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trail = Trail(self._address(request), secrets.token_hex(8))
        with on_trail(trail), gathered_refusals() as gathered:
            response = self.get_response(request)
            _note_refusal(request, response, trail, gathered)
        return response

    def _address(self, request: HttpRequest) -> str:
        forwarded = request.headers.get("X-Forwarded-For", "")
        return client_address(request.META.get("REMOTE_ADDR", ""), forwarded, self.proxies)


def _note_refusal(
    request: HttpRequest, response: HttpResponse, trail: Trail, gathered: list[DomainError]
) -> None:
    """Write what was refused. That it cannot be written changes nothing for who was refused anyway, but is an alarm."""
    if not (trail.later or _is_refused(request, response, gathered)):
        return
    match = request.resolver_match
    if match is not None and is_unlogged(match.view_name):
        return
    try:
        if not trail.later:
            _record(request, response, trail, gathered)
        write_refusals(trail)
    except (Error, LogNotWritten):
        logger.critical("a refusal could not be written into the log", exc_info=True)


def _is_refused(request: HttpRequest, response: HttpResponse, gathered: list[DomainError]) -> bool:
    if request.method in SAFE:
        return response.status_code == FORBIDDEN
    return response.status_code in REASONS or bool(gathered)


def _record(request: HttpRequest, response: HttpResponse, trail: Trail, gathered: list[DomainError]) -> None:
    """Record the refusal of a request by an account, unless an act was done in it after all."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or any_written(trail.hashes):
        return
    match = request.resolver_match
    name = match.view_name if match else ""
    reason = gathered[-1].message if gathered else REASONS[response.status_code]
    record_refusal(
        name or "request",
        thing_of(match) if match else None,
        actor=user,
        at=timezone.now(),
        reason=reason,
        details={"method": request.method, "path": request.path[:300], "status": response.status_code},
    )
