"""What accounts tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone

from apps.accounts.domain.roles import ADMIN_ROLES
from apps.accounts.models import User
from apps.common.domain.self_checks import Finding, missed, unseen
from apps.security_checks.domain import judgements
from apps.security_checks.domain.judgements import LoginRules

COMMON = "常见弱口令"
VALIDATORS = {
    "PolicyValidator": f"长度、字符种类、{COMMON}、与本人信息相近",
    "CommonPasswordValidator": COMMON,
    "UserAttributeSimilarityValidator": "与本人信息相近",
    "LengthValidator": "长度",
    "MinimumLengthValidator": "长度",
}
ADMIN_ROLE = Q(roles__role__in=ADMIN_ROLES)


def account_findings() -> Mapping[str, Finding]:
    """Answer the lines on accounts: one query, whatever their number."""
    numbers = _numbers(timezone.now())
    return {
        "two_factor": judgements.judge_two_factor(numbers["n_admins"], numbers["n_with_factor"]),
        "three_administrators": judgements.judge_administrators(
            [numbers[role] for role in ADMIN_ROLES], numbers["n_with_two"]
        ),
        "stale_accounts": judgements.judge_accounts(
            f"启用的账号 {numbers['n_active']} 个，其中 {numbers['n_stale']} 个 {settings.UNUSED_DAYS} 天没有登录",
            numbers["n_stale"],
            "请停用不再使用的账号。",
        ),
        "default_passwords": judgements.judge_accounts(
            f"程序不带默认账号；{numbers['n_initial']} 个账号还用初始口令，其中 {numbers['n_initial_old']} 个超过 {settings.INITIAL_SECRET_DAYS} 天",
            numbers["n_initial_old"],
            "请停用这些账号，或重发初始口令并督促本人登录修改。",
        ),
    }


def login_findings() -> Mapping[str, Finding]:
    """Answer the lines on signing in, from the settings."""
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    lengths = [one.get("OPTIONS", {}).get("min_length", 0) for one in validators]
    names = [
        VALIDATORS[name] for one in validators if (name := str(one["NAME"]).rpartition(".")[2]) in VALIDATORS
    ]
    rules = LoginRules(
        settings.AXES_FAILURE_LIMIT,
        float(settings.AXES_COOLOFF_TIME) * 60,
        settings.IDLE_SECONDS / 60,
        settings.AXES_LOCKOUT_PARAMETERS == ["username"],
    )
    return {
        "password_policy": judgements.judge_password_policy(
            max(lengths, default=0), names, settings.PASSWORD_DAYS
        ),
        "failed_logins": judgements.judge_logins(rules),
        "weak_passwords": _weak_passwords(names),
        "bypass": unseen(
            "发布前逐个地址试过不登录访问（tests/architecture/test_access.py）；运行中的系统不能自证",
            "测评机构可用未登录的浏览器抽查任意地址。",
        ),
        "access_bypass": unseen(
            "发布前对每个地址、每种角色、本范围和范围外的对象逐一试过（tests/*/access.py）；运行中的系统不能自证",
            "测评机构可用不同角色的账号互换地址抽查。",
        ),
    }


def _weak_passwords(names: list[str]) -> Finding:
    if not any(COMMON in name for name in names):
        return missed("设置口令时不比对常见弱口令", "请恢复常见口令校验。")
    return unseen(
        "设置口令时逐个比对常见弱口令；口令只存散列（Argon2），程序不能反查已有的",
        "测评机构可用口令检查工具抽查。",
    )


def _numbers(now: datetime) -> dict[str, int]:
    """Count everything about accounts at once, who holds a role under the role's name.

    Who never signed in counts from when the account was made.
    """
    unused_since = now - timedelta(days=settings.UNUSED_DAYS)
    unused = Q(last_login__lt=unused_since) | Q(last_login=None, created_at__lt=unused_since)
    initial_until = now - timedelta(days=settings.INITIAL_SECRET_DAYS)
    initial = Q(must_change_password=True)
    rows = User.objects.filter(is_active=True).annotate(
        n_admin_roles=Count("roles__role", filter=ADMIN_ROLE, distinct=True),
        confirmed=F("second_factor__confirmed_at"),
        **{_held(role): Count("roles", filter=Q(roles__role=role)) for role in ADMIN_ROLES},
    )
    is_admin = Q(n_admin_roles__gt=0)
    return rows.aggregate(
        n_active=Count("pk"),
        n_admins=Count("pk", filter=is_admin),
        n_with_factor=Count("pk", filter=is_admin & Q(confirmed__isnull=False)),
        n_with_two=Count("pk", filter=Q(n_admin_roles__gt=1)),
        n_stale=Count("pk", filter=unused),
        n_initial=Count("pk", filter=initial),
        n_initial_old=Count("pk", filter=initial & Q(created_at__lt=initial_until)),
        **{role: Count("pk", filter=Q(**{f"{_held(role)}__gt": 0})) for role in ADMIN_ROLES},
    )


def _held(role: str) -> str:
    """Return what it is called how often an account holds a role."""
    return f"n_as_{role}"
