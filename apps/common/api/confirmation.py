"""Dangerous acts through the machine interface: the counterpart of ``common.kit.reauthentication``."""

from rest_framework import exceptions
from rest_framework.request import Request

from apps.common.kit.reauthentication import is_confirmed

NEEDS = "危险操作：在网页登录后 5 分钟内或确认身份后才能办理（否则 403，confirmation_needed）"
NEEDS_A_PERSON = f"{NEEDS}，令牌不能办理。"
NEEDS_A_PERSON_OR_TOKEN = f"{NEEDS}；能修改的令牌在新建时已确认过身份，可以办理。"


class ConfirmationRequired(exceptions.PermissionDenied):
    """A dangerous act by somebody who did not just say again who it is."""

    default_detail = "这项操作要先在网页上确认身份（5 分钟内有效）。没有改动。"
    default_code = "confirmation_needed"


def require_confirmation(request: Request, *, tokens_may: bool = False) -> None:
    """Refuse a dangerous act unless the person at this session confirmed lately who it is.

    A token has nobody to ask. ``tokens_may`` lets it pass: who made it was asked then, and it was made to write.

    :raises ConfirmationRequired: otherwise, answered with 403.
    """
    is_by_token = request.auth is not None
    if not (tokens_may if is_by_token else is_confirmed(request._request)):  # noqa: SLF001 -- Django's request
        raise ConfirmationRequired
