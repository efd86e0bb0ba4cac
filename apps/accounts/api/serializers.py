"""Accounts as they go out, and what comes in."""

from rest_framework import serializers

from apps.accounts.domain.roles import Role
from apps.accounts.models import RoleAssignment, User
from apps.common.api.bodies import Act
from apps.common.api.paging import PageQuery


class RoleSerializer(serializers.ModelSerializer[RoleAssignment]):
    """A role with the subtree it covers; administrators and secretaries have none."""

    role = serializers.ChoiceField(Role.choices())
    scope_name = serializers.CharField(source="scope.name", allow_null=True, default=None)

    class Meta:
        model = RoleAssignment
        fields = ("id", "role", "scope", "scope_name")
        read_only_fields = fields


class AccountSerializer(serializers.ModelSerializer[User]):
    """An account with its roles. Passwords, factors and tokens never go out."""

    roles = RoleSerializer(many=True)

    class Meta:
        model = User
        fields = ("id", "username", "display_name", "is_active", "secretary", "created_at", "roles")
        read_only_fields = fields


class AccountQuery(PageQuery):
    q = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="用户名或姓名")
    role = serializers.ChoiceField(Role.choices(), required=False)
    state = serializers.ChoiceField([("active", "启用"), ("disabled", "停用")], required=False)


class Grant(Act):
    role = serializers.ChoiceField(Role.choices())
    scope = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="范围：这个党组织和它的下级；管理员没有范围"
    )
