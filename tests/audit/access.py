"""The log is the audit administrator's."""

from tests.access import Access

ROWS = {
    "audit:entry_list": Access({"audit_admin": 200}),
    "audit:log_status": Access({"audit_admin": 200}),
    "audit:chain_check": Access({"audit_admin": 302}, method="post"),
    "audit:log_export": Access(
        {"audit_admin": 200},
        method="post",
        data=lambda world: {"since": world.audit_entry.at.date(), "until": world.audit_entry.at.date()},
    ),
    "audit:entry_detail": Access(
        {"audit_admin": 200},
        kwargs=lambda world: {"seq": world.audit_entry.pk},
        foreign="日志不分范围，审计管理员看全部",
    ),
}
