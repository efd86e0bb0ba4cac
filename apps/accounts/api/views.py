"""The operations: as the pages of accounts allow them."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import policies, services
from apps.accounts.api.serializers import AccountQuery, AccountSerializer, Grant, RoleSerializer
from apps.accounts.models import RoleAssignment, User
from apps.accounts.selectors import scopes_granted_by, users_visible_to, with_roles
from apps.common.api.confirmation import NEEDS_A_PERSON, require_confirmation
from apps.common.api.viewsets import ApiViewSet, found_or_404, words_in
from apps.organizations.models import Organization

TAGS = ["账号"]


class AccountViewSet(ApiViewSet):
    """Accounts the account may see."""

    queryset = User.objects.none()
    serializer_class = AccountSerializer

    @property
    def user(self) -> User:
        return cast("User", self.request.user)

    @extend_schema(tags=TAGS, parameters=[AccountQuery], summary="账号列表")
    def list(self, request: Request) -> Response:
        if not policies.can_list_accounts(self.user):
            raise PermissionDenied
        query = self.asked(AccountQuery)
        rows = with_roles(users_visible_to(self.user))
        for word in words_in(query.get("q", "")):
            rows = rows.filter(Q(username__icontains=word) | Q(display_name__icontains=word))
        if "role" in query:
            rows = rows.filter(pk__in=RoleAssignment.objects.filter(role=query["role"]).values("user"))
        if "state" in query:
            rows = rows.filter(is_active=query["state"] == "active")
        return self.listed(rows.order_by("username"), AccountSerializer)

    @extend_schema(tags=TAGS, summary="一个账号")
    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(pk)

    @extend_schema(tags=TAGS, request=None, summary="停用", description=NEEDS_A_PERSON)
    def disable(self, request: Request, pk: int) -> Response:
        account = self._managed(request, pk)
        services.disable_account(account.pk, actor=self.user, at=timezone.now())
        return self._answer(pk)

    @extend_schema(tags=TAGS, request=None, summary="启用", description=NEEDS_A_PERSON)
    def enable(self, request: Request, pk: int) -> Response:
        account = self._managed(request, pk)
        services.enable_account(account.pk, actor=self.user, at=timezone.now())
        return self._answer(pk)

    @extend_schema(
        tags=TAGS,
        request=Grant,
        responses={201: RoleSerializer},
        summary="授予角色",
        description=NEEDS_A_PERSON,
    )
    def grant(self, request: Request, pk: int) -> Response:
        account = self._seen(pk)
        if not policies.PowersOver(self.user, account).may_change_roles:
            raise PermissionDenied
        require_confirmation(request)
        data = self.sent(Grant)
        scope = self._scope(data.get("scope"))
        self._require_grant(account, data["role"], scope)
        row = services.grant_role(
            account.pk,
            role=data["role"],
            scope_id=scope.pk if scope else None,
            actor=self.user,
            at=timezone.now(),
        )
        return self.shown(row, RoleSerializer, status.HTTP_201_CREATED)

    @extend_schema(
        tags=TAGS,
        responses={204: OpenApiResponse(description="已收回")},
        summary="收回角色",
        description=NEEDS_A_PERSON,
    )
    def revoke(self, request: Request, pk: int, assignment_id: int) -> Response:
        account = self._seen(pk)
        rows = RoleAssignment.objects.filter(user=account, pk=assignment_id).select_related("scope")
        row = found_or_404(rows)
        self._require_grant(account, row.role, row.scope)
        require_confirmation(request)
        services.revoke_role(row.pk, actor=self.user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _seen(self, pk: int) -> User:
        return found_or_404(with_roles(users_visible_to(self.user)).filter(pk=pk))

    def _managed(self, request: Request, pk: int) -> User:
        account = self._seen(pk)
        if not policies.PowersOver(self.user, account).may_manage:
            raise PermissionDenied
        require_confirmation(request)
        return account

    def _answer(self, pk: int) -> Response:
        return self.shown(self._seen(pk), AccountSerializer)

    def _require_grant(self, account: User, role: str, scope: Organization | None) -> None:
        if not policies.PowersOver(self.user, account).may_grant(role, scope):
            raise PermissionDenied

    def _scope(self, pk: int | None) -> Organization | None:
        return None if pk is None else found_or_404(scopes_granted_by(self.user).filter(pk=pk))
