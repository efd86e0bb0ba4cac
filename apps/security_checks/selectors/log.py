"""What the log and the database's roles tell."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.audit.selectors import Ends, ends_of_log, watch_over_log
from apps.common.domain.self_checks import Finding, met, missed
from apps.security_checks.domain import judgements
from apps.security_checks.domain.judgements import LogRights

MIDDLEWARE = "apps.audit.middleware.AuditMiddleware"
FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
ASK = """
SELECT current_user, rolsuper, pg_has_role(current_user, relowner, 'MEMBER'),
       ARRAY(SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(current_user, pg_class.oid, name)),
       (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal),
       (SELECT count(*) FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal AND tgenabled NOT IN ('O', 'A')),
       clock_timestamp()
FROM pg_roles, pg_class WHERE rolname = current_user AND pg_class.oid = 'audit_auditentry'::regclass
"""


def database_findings() -> Mapping[str, Finding]:
    """Ask the database itself what this very connection may do: one query."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, [list(FORBIDDEN)])
        *about, clock = cursor.fetchone()
    rights = _rights(about)
    return {
        "database_role": judgements.judge_database_role(rights),
        "audit_protected": judgements.judge_log_protection(rights),
        "clock": judgements.judge_clock(timezone.now() - clock),
    }


def _rights(row: list[Any]) -> LogRights:
    role, is_superuser, owns, forbidden, n_triggers, n_disabled = row
    return LogRights(role, is_superuser, owns, tuple(forbidden), n_triggers, n_disabled)


def log_findings() -> Mapping[str, Finding]:
    """Answer the lines on the log: two queries."""
    now = timezone.now()
    watch, ends = watch_over_log(at=now), ends_of_log()
    return {
        "audit_on": _audit_on(ends),
        "audit_chain": judgements.judge_chain(
            now - watch.checked_at if watch.checked_at else None, watch.broken_seq, watch.n_checked or 0
        ),
        "audit_kept": judgements.judge_copies(
            now - ends.first.at if ends else None,
            now - watch.copied_at if watch.copied_at else None,
            str(settings.AUDIT_COPY_DIR),
            is_elsewhere=_is_elsewhere(),
        ),
        "audit_fails_closed": judgements.judge_faults(watch.n_faults),
    }


def _is_elsewhere() -> bool:
    """Tell whether the copies survive the disk of the database: theirs is another, or the database is on another machine."""
    host = connection.settings_dict["HOST"]
    is_remote = bool(host) and not host.startswith("/") and host not in judgements.LOOPBACK
    return is_remote or _disk_of(Path(settings.AUDIT_COPY_DIR)) != _disk_of(settings.VAR_DIR)


def _disk_of(folder: Path) -> int:
    """Return the file system a folder is on, or will be when it is made."""
    return next(one for one in (folder, *folder.parents) if one.exists()).stat().st_dev


def _audit_on(ends: Ends | None) -> Finding:
    told = f"已记 {ends.last.seq} 条；每次操作和每次被拒绝都记，投票除外（无记名）" if ends else "日志是空的"
    if MIDDLEWARE not in settings.MIDDLEWARE:
        return missed(told, "日志中间件被移除，被拒绝的操作没有记录，请恢复设置。")
    return met(told) if ends else missed(told, "还没有任何记录，请确认系统已启用。")
