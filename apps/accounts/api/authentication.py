"""Who asks: the account behind a token, as far as the token reaches."""

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework import exceptions, permissions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.accounts.domain.tokens import digest_of
from apps.accounts.models import ApiToken, User
from apps.accounts.services.tokens import note_used

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which reads the setting that names this module

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer spk_…``. One answer for every token that does not count, whatever the reason."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, typed = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now = timezone.now()
        token = ApiToken.objects.select_related("user").filter(digest=digest_of(typed.strip())).first()
        if token is None or not token.is_live(now) or not _is_usable(token.user):
            raise exceptions.AuthenticationFailed("令牌无效、已过期或已作废。请在“我的账号”里新建一个。")
        note_used(token, at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class MayCall(permissions.IsAuthenticated):
    """An account; a token that only reads may change nothing."""

    message = "这个令牌只能读取，没有改动。"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        return (
            request.method in permissions.SAFE_METHODS
            or not isinstance(request.auth, ApiToken)
            or request.auth.may_write
        )


def _is_usable(user: User) -> bool:
    return user.is_active and not user.must_change_password
