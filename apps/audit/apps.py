from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from apps.audit.kit import labels, rights
from apps.common.kit import navigation

APPEND_ONLY = ("SELECT", "INSERT")
RIGHTS = {
    "audit_auditentry": APPEND_ONLY,
    "audit_chaincheck": APPEND_ONLY,
    "audit_logcopy": APPEND_ONLY,
    "audit_logfault": APPEND_ONLY,
    "audit_logcut": ("SELECT",),
    "django_migrations": ("SELECT",),
}
LABELS = {
    "audit.exported": "导出日志",
    "audit.list_exported": "导出日志列表",
    "audit.check_requested": "要求核对日志",
    "audit.chain_broken": "核对发现日志断裂",
    "audit.alarm_raised": "多次被拒绝的告警",
    "audit.cut": "归档旧日志",
}
DETAILS = {
    "reason": "原因",
    "method": "请求方式",
    "path": "地址",
    "status": "答复",
    "account": "账号",
    "account_id": "账号编号",
    "n": "数量",
    "since": "自",
    "until": "至",
    "head": "末条散列",
    "first_seq": "首条序号",
    "last_seq": "末条序号",
    "broken_seq": "断裂处",
    "conditions": "条件",
}


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = "日志"

    def ready(self) -> None:
        from apps.audit.policies import can_read_log

        navigation.register(navigation.NavItem("日志", "audit:entry_list", 95, can_read_log, section="系统"))
        labels.register(LABELS)
        labels.register_details(DETAILS)
        rights.limit_rights(RIGHTS)
        post_migrate.connect(_after_migrating, sender=self)


def _after_migrating(**kwargs: Any) -> None:
    """All tables are there by now: who may do what with them is said anew. Emptying a test's database is no migration."""
    if "plan" not in kwargs:
        return
    from apps.audit.services.roles import grant_rights

    grant_rights()
