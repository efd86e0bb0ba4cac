"""Lists of accounts."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.domain.roles import Role
from apps.accounts.domain.states import DisableReason
from apps.accounts.models import RoleAssignment, User
from apps.accounts.policies import can_create_accounts, can_create_secretary_accounts, can_list_accounts
from apps.accounts.selectors import posts_without_account, units_headed_by, users_visible_to, with_roles
from apps.common.lists import Action, Column, Filter, ListPage
from apps.organizations.models import Organization
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import posts_matching


def _roles(user: User) -> str:
    rows = user.roles.all()
    return "；".join(
        f"{row.get_role_display()}{f'（{row.scope.name}）' if row.scope else ''}" for row in rows
    )


def in_role(rows: QuerySet[User], role: str) -> QuerySet[User]:
    """Narrow to accounts that hold a role, in whatever scope."""
    return rows.filter(pk__in=RoleAssignment.objects.filter(role=role).values("user"))


STATES: dict[str, dict[str, Any]] = {
    "1": {"is_active": True},
    "0": {"is_active": False},
    "new": {"is_active": True, "last_login": None},
    "waiting": {"is_active": True, "must_change_password": True},
}


class UserList(ListPage):
    title = "账号与权限"
    columns = (
        Column(
            "username",
            "用户名",
            "username",
            sort=("username",),
            url=lambda user: reverse("accounts:user_detail", args=[user.pk]),
            width=18,
        ),
        Column("display_name", "姓名", "display_name", sort=("display_name",)),
        Column("roles", "角色与范围", _roles, width=40),
        Column(
            "is_active", "状态", lambda user: "启用" if user.is_active else "停用", sort=("is_active",),
            template="accounts/_state_cell.html",
        ),
        Column("last_login", "最近登录", "last_login", sort=("last_login",), width=18),
        Column("created_at", "建立时间", "created_at", sort=("created_at",), width=18, shown=False),
    )  # fmt: skip
    filters = (
        Filter("role", "角色", Role.choices(), in_role),
        Filter(
            "state",
            "状态",
            (
                ("1", "启用"),
                ("0", "停用"),
                ("new", "从未登录"),
                ("waiting", "待改密码"),
                *DisableReason.choices(),
            ),
            lambda rows, value: rows.filter(
                **STATES.get(value, {"disabled_because": value, "is_active": False})
            ),
        ),
    )
    search_fields = ("username", "display_name")
    search_hint = "用户名或姓名"
    default_sort = "username"
    empty_text = "还没有可以管理的账号。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and can_list_accounts(request.user)

    def get_rows(self, request: HttpRequest) -> QuerySet[User]:
        assert isinstance(request.user, User)  # noqa: S101 -- behind the login
        return with_roles(users_visible_to(request.user))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        assert isinstance(request.user, User)  # noqa: S101 -- behind the login
        actions = []
        if can_create_secretary_accounts(request.user):
            actions.append(Action("建立书记账号", reverse("accounts:secretary_list"), is_primary=True))
        if can_create_accounts(request.user):
            actions.append(Action("新增账号", reverse("accounts:user_create"), is_primary=not actions))
        return {"actions": actions}


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the units to choose from, read once per request."""
    assert isinstance(request.user, User)  # noqa: S101 -- behind the login
    known: list[tuple[str, str]] | None = getattr(request, "account_units", None)
    if known is None:
        known = [(str(unit.pk), unit.name) for unit in units_headed_by(request.user)]
        setattr(request, "account_units", known)  # noqa: B010 -- unknown to the request's type
    return known


class SecretaryList(ListPage):
    """Present posts whose secretary cannot sign in yet."""

    title = "没有账号的书记"
    intro = "一次为本范围内的书记建立账号。一次性密码只在建立时给出一次，平台不保存，请当场打印或保存后分发。"
    template_name = "accounts/secretary_list.html"
    columns = (
        Column("name", "姓名", "secretary.name", sort=("secretary__pinyin_key",)),
        Column("organization", "党组织", "organization.name", sort=("organization__path",), width=30),
        Column("post", "职务", "post", width=20),
        Column("started_on", "任职日期", "started_on", sort=("started_on",)),
    )
    search_fields = ("secretary__name", "organization__name")  # told to :meth:`search`
    search_hint = "姓名、党组织、拼音或编码"
    filters = (
        Filter(
            "under",
            "单位",
            _units,
            lambda rows, value: rows.filter(
                organization__path__startswith=Organization.objects.get(pk=value).path
            ),
        ),
    )
    empty_text = "本范围内在任书记都已有账号。"

    def is_allowed(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and can_create_secretary_accounts(request.user)

    def get_rows(self, request: HttpRequest) -> QuerySet[Appointment]:
        assert isinstance(request.user, User)  # noqa: S101 -- behind the login
        return posts_without_account(request.user)

    def search(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        return posts_matching(rows, word)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "crumbs": [("账号与权限", reverse("accounts:user_list")), (self.title, "")],
            "batch_size": BATCH,
        }


BATCH = 40  # five sheets of slips; hashing a password well takes time: some 25 ms each
