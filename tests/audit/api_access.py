"""The log by machine is the audit administrator's."""

from tests.access import Access

ROWS = {
    "api-audit-entry-list": Access({"audit_admin": 200}, anonymous=401),
    "api-audit-entry-detail": Access(
        {"audit_admin": 200},
        anonymous=401,
        kwargs=lambda world: {"seq": world.audit_entry.pk},
        foreign="日志不分范围，审计管理员看全部",
    ),
}
