"""Alarms of the log become messages to those who look after security."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from apps.accounts.domain.roles import Role
from apps.accounts.models import RoleAssignment
from apps.audit.signals import chain_broken, refusals_piled_up
from apps.notifications.services import notify


@receiver(refusals_piled_up)
def on_refusals_piled_up(
    actor_id: int, actor_label: str, n: int, minutes: int, at: datetime, **kwargs: Any
) -> None:
    title = f"告警：{actor_label} {minutes} 分钟内被拒绝 {n} 次"
    log = f"{reverse('audit:entry_list')}?account={actor_id}&outcome=refused"
    body = "可能有人在试探没有权限的内容，或账号被他人使用。请联系本人核实，必要时停用账号。"
    _tell(title, body, at, log)


@receiver(chain_broken)
def on_chain_broken(seq: int, reason: str, at: datetime, **kwargs: Any) -> None:
    body = f"{reason}。请保留现场，不要恢复备份，用另存的末条散列和副本查明改动。"
    _tell(f"告警：日志在第 {seq} 条断裂", body, at, reverse("audit:log_status"))


def _tell(title: str, body: str, at: datetime, log: str) -> None:
    """Tell both administrators; only the audit administrator can open the log."""
    notify(_holders(Role.AUDIT_ADMIN), title=title, body=body, url=log, at=at)
    notify(_holders(Role.SECURITY_ADMIN), title=title, body=body, at=at)


def _holders(role: Role) -> list[int]:
    rows = RoleAssignment.objects.filter(role=role.value, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))
