"""Accounts, their roles, and the part of the tree each role covers."""

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from apps.accounts.domain.roles import ADMIN_ROLES, DEPARTMENT_ROLES, SCOPED_ROLES, Role
from apps.accounts.domain.states import DisableReason
from apps.accounts.domain.usernames import canonical_username
from apps.accounts.models.separation import ADMINISTRATORS_APART, ROLES_APART
from apps.organizations.models import Organization
from apps.secretaries.models import Secretary


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of a name as it was typed; names are stored in one spelling."""
        return self.get(username=canonical_username(username or ""))


class User(AbstractBaseUser):
    """An account of a person on staff, a secretary, a leader or an administrator. Evaluators have none."""

    username = models.CharField("用户名", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_set_at = models.DateTimeField("自设密码时间", null=True, editable=False)
    secret_expires_at = models.DateTimeField("一次性密码有效期至", null=True, editable=False)
    disabled_because = models.CharField(
        "停用原因", max_length=20, choices=DisableReason.choices(), blank=True
    )
    disabled_at = models.DateTimeField("停用时间", null=True, editable=False)
    enabled_at = models.DateTimeField("重新启用时间", null=True, editable=False)
    secretary = models.OneToOneField(
        Secretary,
        verbose_name="对应书记",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="user",
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="accounts_user_username_lower", condition=models.Q(username=Lower("username"))
            ),
        ]
        triggers = [ADMINISTRATORS_APART]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def has_one_time_password(self) -> bool:
        """Tell whether the password was given, not chosen; false for an own one that has become too old."""
        return self.secret_expires_at is not None

    @cached_property
    def role_rows(self) -> "list[RoleAssignment]":
        """All roles with their scope, read once per request."""
        return list(RoleAssignment.objects.filter(user=self).select_related("scope").order_by("id"))

    def holds(self, *roles: str) -> bool:
        """Tell whether the account holds one of the roles."""
        return any(row.role in roles for row in self.role_rows)

    def paths_of(self, *roles: str) -> tuple[str, ...]:
        """Return the subtree paths in which the account holds one of the roles."""
        return tuple(row.scope.path for row in self.role_rows if row.role in roles and row.scope is not None)

    def scope_paths(self) -> tuple[str, ...]:
        """Return the subtree paths the account may look into, whatever the role."""
        return self.paths_of(*SCOPED_ROLES)

    def department_paths(self) -> tuple[str, ...]:
        """Return the subtree paths in which the account acts as department staff."""
        return self.paths_of(*DEPARTMENT_ROLES)

    @property
    def is_department_staff(self) -> bool:
        return self.holds(*DEPARTMENT_ROLES)


class RoleAssignment(models.Model):
    """One role of one account, with the subtree it covers (administrators have none)."""

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.CASCADE, related_name="roles")
    role = models.CharField("角色", max_length=20, choices=Role.choices())
    scope = models.ForeignKey(
        Organization, verbose_name="范围", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope"], name="accounts_roleassignment_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(role__in=ADMIN_ROLES),
                name="accounts_roleassignment_one_admin_role",
            ),
        ]
        triggers = [ROLES_APART]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
