"""The lines of the self-check: those with no trade-off in a level assessment, one miss of which fails the system.

Source: T/ISEAA 001-2020 (判例), application part, and GB/T 22239-2019 as in the security reference, A1. ``level`` 3 is asked of a
system of level 3 only.
"""

from dataclasses import dataclass

from apps.common.domain.labels import LabelledEnum


class Group(LabelledEnum):
    """The part of the standard a line belongs to."""

    IDENTITY = "identity", "身份鉴别"
    ACCESS = "access", "访问控制"
    AUDIT = "audit", "安全审计"
    INTRUSION = "intrusion", "入侵防范"
    DATA = "data", "数据安全与备份"
    PERSONAL = "personal", "剩余信息与个人信息"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line."""

    key: str
    group: Group
    title: str
    clause: str
    level: int = 2


REQUIREMENTS = (
    Requirement("password_policy", Group.IDENTITY, "有口令复杂度和更换要求", "8.1.4.1a"),
    Requirement("weak_passwords", Group.IDENTITY, "没有弱口令", "8.1.4.1a"),
    Requirement("default_passwords", Group.IDENTITY, "没有默认口令、没有长期未改的初始口令", "8.1.4.2b"),
    Requirement("failed_logins", Group.IDENTITY, "登录失败有处理，空闲会退出", "8.1.4.1b"),
    Requirement("clear_credentials", Group.IDENTITY, "口令不以明文传输", "8.1.4.1c"),
    Requirement("two_factor", Group.IDENTITY, "管理员用双因素登录", "8.1.4.1d"),
    Requirement("bypass", Group.IDENTITY, "身份鉴别不能绕过", "8.1.4.1a"),
    Requirement("stale_accounts", Group.ACCESS, "没有长期不用的账号", "8.1.4.2c"),
    Requirement("three_administrators", Group.ACCESS, "系统、安全、审计管理员分开", "8.1.4.2d"),
    Requirement("access_bypass", Group.ACCESS, "访问控制不能绕过", "8.1.4.2e"),
    Requirement("database_role", Group.ACCESS, "应用程序的数据库权限最小", "8.1.4.2d"),
    Requirement("audit_on", Group.AUDIT, "每个用户的操作都有日志", "8.1.4.3a"),
    Requirement("audit_protected", Group.AUDIT, "日志改不了、删不掉", "8.1.4.3c"),
    Requirement("audit_chain", Group.AUDIT, "日志完好，按时核对", "8.1.4.3c"),
    Requirement("audit_kept", Group.AUDIT, "日志保存半年以上，另有副本", "8.1.4.3c"),
    Requirement("audit_fails_closed", Group.AUDIT, "日志不能中断", "8.1.4.3d"),
    Requirement("clock", Group.AUDIT, "时间一致", "8.1.5.4"),
    Requirement("input_checks", Group.INTRUSION, "输入有校验，页面有防护", "8.1.4.4d"),
    Requirement("debugging", Group.INTRUSION, "调试功能关闭", "8.1.4.4b"),
    Requirement("known_flaws", Group.INTRUSION, "没有可利用的已知漏洞", "8.1.4.4e"),
    Requirement("malware", Group.INTRUSION, "上传文件查毒", "8.1.4.5"),
    Requirement("transport", Group.DATA, "通信保密完整", "8.1.4.7a"),
    Requirement("queue_access", Group.DATA, "数据库和队列不对外敞开", "8.1.4.4b"),
    Requirement("storage_secrecy", Group.DATA, "重要数据加密存储", "8.1.4.8b", level=3),
    Requirement("backup", Group.DATA, "有本地备份", "8.1.4.9a"),
    Requirement("offsite_backup", Group.DATA, "有异地备份", "8.1.4.9b"),
    Requirement("redundancy", Group.DATA, "有热冗余", "8.1.4.9c", level=3),
    Requirement("residual", Group.PERSONAL, "退出后不留敏感信息", "8.1.4.10a"),
    Requirement("personal_data", Group.PERSONAL, "个人信息只收必要的，不越权使用", "8.1.4.11a"),
)
