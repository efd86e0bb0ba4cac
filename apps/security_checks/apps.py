from django.apps import AppConfig

from apps.common.kit import navigation, self_checks


class SecurityChecksConfig(AppConfig):
    name = "apps.security_checks"
    verbose_name = "自查"

    def ready(self) -> None:
        """Offer the page to the three administrators, and the general evidence to the page."""
        from apps.security_checks.policies import can_read_self_check
        from apps.security_checks.selectors import accounts, log, machine

        navigation.register(
            navigation.NavItem("自查", "security_checks:overview", 96, can_read_self_check, section="系统")
        )
        for source in (
            machine.settings_findings,
            machine.machine_findings,
            accounts.login_findings,
            accounts.account_findings,
            log.database_findings,
            log.log_findings,
        ):
            self_checks.offer(source, is_general=True)
