from django.apps import AppConfig

from apps.common.kit import navigation


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = "日志"

    def ready(self) -> None:
        from apps.audit.policies import can_read_log

        navigation.register(navigation.NavItem("日志", "audit:entry_list", 95, can_read_log, section="系统"))
