from django.apps import AppConfig

from apps.common.kit import navigation


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from apps.accounts import receivers  # noqa: F401 -- connects the receivers
        from apps.accounts.domain.roles import Role
        from apps.audit.kit import labels

        wide = (Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.HEAD.value)
        navigation.register(
            navigation.NavItem(
                "账号与权限", "accounts:user_list", 90, lambda actor: actor.holds(*wide), section="系统"
            )
        )
        labels.register_details(
            {
                "username": "用户名",
                "role": "角色",
                "scope": "范围",
                "before": "原值",
                "display_name": "姓名",
                "is_active": "启用",
                "disabled_because": "停用原因",
                "days": "天数",
                "n_left": "剩余恢复码",
                "n_sessions": "登录数",
                "n_other_sessions": "同时在别处登录数",
                "may_write": "可以修改",
                "expires_at": "有效期至",
            }
        )
        labels.register(
            {
                "accounts.created": "建立账号",
                "accounts.renamed": "修改姓名",
                "accounts.disabled": "停用账号",
                "accounts.enabled": "启用账号",
                "accounts.password_reset": "重置密码",
                "accounts.password_changed": "修改密码",
                "accounts.role_granted": "授予角色",
                "accounts.role_revoked": "收回角色",
                "accounts.logged_in": "登录",
                "accounts.logged_out": "退出登录",
                "accounts.login_failed": "登录失败",
                "accounts.locked": "登录被锁定",
                "accounts.unlocked": "解除锁定",
                "accounts.password_expired": "密码到期，须更换",
                "accounts.factor_bound": "绑定验证器",
                "accounts.factor_passed": "通过二次验证",
                "accounts.factor_failed": "二次验证失败",
                "accounts.factor_removed": "解除二次验证",
                "accounts.factor_reset": "重置二次验证",
                "accounts.recovery_codes_renewed": "更换恢复码",
                "accounts.sessions_ended": "结束登录",
                "accounts.token_made": "新建接口令牌",
                "accounts.token_revoked": "作废接口令牌",
            }
        )
