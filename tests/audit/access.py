"""The log is the audit administrator's."""

from tests.access import Access

ROWS = {
    "audit:entry_list": Access({"audit_admin": 200}),
    "audit:entry_detail": Access(
        {"audit_admin": 200},
        kwargs=lambda world: {"seq": world.audit_entry.pk},
        foreign="日志不分范围，审计管理员看全部",
    ),
}
