"""The log with acts, refusals, a break, a copy and a cut."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from apps.audit.models import ChainCheck, LogCopy, LogCut, LogFault
from apps.audit.services import record_action, record_refusal
from tests.browser.looks import State, send

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
HEAD = "9f" * 32


def prepare_acts(world):
    clerk = world.users["clerk"]
    details = {
        "before": {"name": "甲乡党委", "code": "T1"},
        "after": {"name": "甲镇党委", "code": "T1"},
        "reason": "撤乡设镇",
    }
    world.edited = record_action("organizations.edited", world.town, actor=clerk, at=AT, details=details)
    for n in range(3):
        at = AT + timedelta(seconds=n)
        record_refusal("accounts:user_disable", clerk, actor=clerk, at=at, reason="没有这项权限")


def prepare_break(world):
    ChainCheck.objects.create(
        at=AT, n_checked=3, last_seq=3, head=HEAD, broken_seq=4, reason="内容与散列不符"
    )
    LogFault.objects.create(at=AT, action="organizations.edited", error="磁盘已满")
    LogCopy.objects.create(at=AT, first_seq=1, last_seq=3, head=HEAD, file_name="日志1-3.zip", sha256=HEAD)
    LogCut.objects.create(
        at=AT, first_seq=1, last_seq=2, head=HEAD, until=AT, file_name="日志1-2.zip", sha256=HEAD
    )


def export_nothing(window, world):
    for name in ("since", "until"):
        window.fill(f"[name={name}]", "")
    send(window, world, "导出")


def entry(world):
    return reverse("audit:entry_detail", args=[world.edited.pk])


LIST, STATUS = reverse("audit:entry_list"), reverse("audit:log_status")
STATES = [
    State("audit:entry_list", "of one account, refused", "audit_admin",
          lambda world: f"{LIST}?period=all&account={world.users['clerk'].pk}&outcome=refused", prepare=prepare_acts),
    State("audit:entry_list", "nothing found", "audit_admin", lambda world: f"{LIST}?period=all&q=没有"),
    State("audit:entry_list", "all columns", "audit_admin",
          lambda world: f"{LIST}?period=all&col=seq&col=at&col=actor&col=action&col=object&col=outcome&col=request&col=code&col=hash"),
    State("audit:entry_detail", "what it changed", "audit_admin", entry),
    State("audit:log_status", "broken, cut, copied", "audit_admin", lambda world: STATUS, prepare=prepare_break),
    State("audit:log_export", "empty dates", "audit_admin", lambda world: STATUS,
          act=export_nothing),
    State("audit:entry_list", "refused", "clerk", lambda world: LIST, status=403),
]  # fmt: skip
