"""What facts mean for a line of the self-check. Ages are ``timedelta``; ``None`` means there never was one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from apps.common.domain.self_checks import Finding, met, missed, unseen

LEAST_LENGTH, MOST_FAILURES, LEAST_LOCK_MINUTES, MOST_IDLE_MINUTES = 8, 5, 15, 30
CHECKED_WITHIN, COPIED_WITHIN, BACKED_UP_WITHIN = (
    timedelta(hours=36),
    timedelta(hours=36),
    timedelta(hours=36),
)
MOST_DRIFT = timedelta(seconds=1)
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
N_ADMINISTRATORS = 3


@dataclass(frozen=True, slots=True)
class LoginRules:
    """``lock_minutes`` a name stays locked after ``n_failures``; ``idle_minutes`` until staff is signed out."""

    n_failures: int
    lock_minutes: float
    idle_minutes: float
    by_name: bool


@dataclass(frozen=True, slots=True)
class LogRights:
    """What the application's own connection may do with the log."""

    role: str
    is_superuser: bool
    owns_log: bool
    forbidden: tuple[str, ...]
    """Rights it has though it must not (UPDATE, DELETE …)."""
    n_triggers: int
    n_disabled: int


def judge_password_policy(least_length: int, validators: Collection[str], longest_days: int) -> Finding:
    """``longest_days``: age after which a password must be changed; 0 means never."""
    told = f"最少 {least_length} 位；校验：{'、'.join(validators) or '无'}；" + (
        f"每 {longest_days} 天更换" if longest_days else "不要求定期更换"
    )
    if least_length < LEAST_LENGTH or not validators:
        return missed(told, f"口令至少 {LEAST_LENGTH} 位并校验强度。")
    if not longest_days:
        return missed(told, "等保要求口令定期更换，请设置口令有效期。")
    return met(told)


def judge_logins(rules: LoginRules) -> Finding:
    """Failed tries lock the name (never a whole hall's address), and an idle session ends."""
    told = (
        f"连续输错 {rules.n_failures} 次锁定 {rules.lock_minutes:g} 分钟（按{'用户名' if rules.by_name else '地址'}）；"
        f"空闲 {rules.idle_minutes:g} 分钟退出"
    )
    holds = (
        0 < rules.n_failures <= MOST_FAILURES
        and rules.lock_minutes >= LEAST_LOCK_MINUTES
        and rules.by_name
        and 0 < rules.idle_minutes <= MOST_IDLE_MINUTES
    )
    return (
        met(told) if holds else missed(told, "请恢复设置：5 次以内锁定、至少 15 分钟、空闲 30 分钟以内退出。")
    )


def judge_two_factor(n_administrators: int, n_with_factor: int) -> Finding:
    """Every administrator has bound a second factor."""
    told = f"{n_administrators} 名管理员中 {n_with_factor} 名已绑定动态口令"
    if not n_administrators:
        return missed(told, "还没有管理员账号。")
    if n_with_factor < n_administrators:
        return missed(told, "没有绑定的管理员下次登录时按提示绑定。")
    return met(told)


def judge_administrators(n_by_role: Sequence[int], n_with_two_roles: int) -> Finding:
    """All three administrators are there, and nobody is two of them."""
    told = f"系统、安全、审计管理员分别 {'、'.join(map(str, n_by_role))} 人，兼任 {n_with_two_roles} 人"
    if n_with_two_roles:
        return missed(told, "一人只能担任其中一种，请收回多余的角色。")
    if 0 in n_by_role or len(n_by_role) != N_ADMINISTRATORS:
        return missed(told, "三种管理员都要有人担任。")
    return met(told)


def judge_accounts(told: str, n_wrong: int, remedy: str) -> Finding:
    """No account is as it should not be."""
    return missed(told, remedy) if n_wrong else met(told)


def judge_database_role(rights: LogRights) -> Finding:
    """The application is neither superuser nor owner of the tables."""
    told = f"应用程序以 {rights.role} 连接：{'超级用户' if rights.is_superuser else '非超级用户'}，{'是' if rights.owns_log else '不是'}表的属主"
    if rights.is_superuser or rights.owns_log:
        return missed(told, "请设置 OWNER_DATABASE_URL，让应用程序用单独的账号（见 docs/operations.md）。")
    return met(told)


def judge_log_protection(rights: LogRights) -> Finding:
    """The application cannot change the log, and the triggers are on for everybody else."""
    told = (
        f"{rights.role} 对日志表的多余权限：{'、'.join(rights.forbidden) or '无'}；"
        f"触发器 {rights.n_triggers} 个，停用 {rights.n_disabled} 个"
    )
    if rights.forbidden or rights.owns_log:
        return missed(told, "请分开属主账号和应用程序账号，再执行一次 migrate（见 docs/operations.md）。")
    if rights.n_disabled or not rights.n_triggers:
        return missed(told, "日志表的触发器被停用或删除：请查明是谁所为，再执行 migrate 或手工恢复。")
    return met(told)


def judge_chain(age: timedelta | None, broken_seq: int | None, n_checked: int) -> Finding:
    """The chain was recomputed lately and held."""
    if age is None:
        return missed("还没有核对过", "请审计管理员在“日志”里核对一次，并确认定时任务在运行。")
    told = f"{told_age(age)}前核对，{n_checked} 条完好"
    if broken_seq is not None:
        return missed(f"{told}，第 {broken_seq} 条断裂", "请保留现场，查明改动（见“日志”）。")
    if age > CHECKED_WITHIN:
        return missed(told, "超过 36 小时没有核对：请确认定时任务（beat、worker）在运行。")
    return met(told)


def judge_copies(
    kept: timedelta | None, age: timedelta | None, folder: str, *, is_elsewhere: bool
) -> Finding:
    """Nothing is deleted within half a year, and what is new is copied every night to another disk.

    ``kept`` is the age of the oldest entry. Before the first night there can be no copy: that is neither good nor bad.
    """
    told = f"现存日志最早在 {told_age(kept)}前" if kept is not None else "还没有日志"
    told += "；不足 183 天的任何人都删不了；"
    if age is None and (kept is None or kept <= COPIED_WITHIN):
        return unseen(
            f"{told}启用不久，首份副本在夜里 2:30 自动生成", "" if is_elsewhere else _elsewhere(folder)
        )
    told += f"{told_age(age)}前做过副本" if age is not None else "还没有副本"
    if age is None or age > COPIED_WITHIN:
        return missed(told, f"每晚应有副本：请确认定时任务（beat、worker）在运行，{folder} 可写。")
    if not is_elsewhere:
        return missed(f"{told}，但与数据库在同一块磁盘", _elsewhere(folder))
    return met(f"{told}，在 {folder}")


def _elsewhere(folder: str) -> str:
    return (
        f"副本现在写在 {folder}，与数据库同一块磁盘，磁盘坏了两样都没有。请挂载另一台机器的共享目录（如 /mnt/audit），"
        "设环境变量 SPK_AUDIT_COPY_DIR=/mnt/audit 后重新启动；已有的副本文件一并移过去。"
    )


def judge_faults(n_faults: int) -> Finding:
    """An act that cannot be logged is not done; lately there was none."""
    told = f"日志写不进去时操作不执行；最近 7 天发生 {n_faults} 次"
    return missed(told, "请检查数据库和磁盘，查看程序日志中的 CRITICAL。") if n_faults else met(told)


def judge_clock(drift: timedelta) -> Finding:
    """Application and database agree on the time within a second."""
    told = f"应用程序与数据库的时钟相差 {abs(drift.total_seconds()):.2f} 秒"
    return met(told) if abs(drift) <= MOST_DRIFT else missed(told, "请让各台机器与同一个时间源对时（NTP）。")


def judge_transport(*, redirects: bool, hsts_seconds: int, secure_cookies: bool) -> Finding:
    """Everything goes over HTTPS."""
    told = f"HTTP {'转到' if redirects else '不转到'} HTTPS；HSTS {hsts_seconds} 秒；Cookie {'仅' if secure_cookies else '不限'} HTTPS"
    if redirects and hsts_seconds and secure_cookies:
        return met(told)
    return missed(told, "正式使用请用 config.settings.production，并在前面放提供 HTTPS 的反向代理。")


def judge_connection(url: str) -> tuple[bool, str]:
    """Tell whether a server's address keeps strangers out, and in what way."""
    parts = urlsplit(url)
    if "unix" in parts.scheme or "socket" in parts.scheme or not parts.hostname:
        return True, "本机套接字"
    if parts.hostname in LOOPBACK:
        return True, "仅本机"
    return (True, "有口令") if parts.password else (False, "没有口令")


def judge_backup(age: timedelta | None, what: str, variable: str) -> Finding:
    """A backup lies where the setting says, and is new enough."""
    if age is None:
        return missed(f"没有{what}，或没有设置它的目录", f"请安排{what}，并用 {variable} 指明目录。")
    told = f"最近的{what}在 {told_age(age)}前"
    return met(told) if age <= BACKED_UP_WITHIN else missed(told, f"{what}超过 36 小时，请检查备份任务。")


def judge_known_flaws(versions: Sequence[str]) -> Finding:
    """A program on an intranet cannot know the flaws found since it was made."""
    return unseen("已安装：" + "、".join(versions), "请由安全管理员对照漏洞通报核对版本，按时升级。")


def told_age(age: timedelta) -> str:
    """Return an age in words: minutes, hours, or days."""
    minutes = max(int(age.total_seconds() // 60), 0)
    if minutes < 60:  # noqa: PLR2004 -- an hour
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 60 * 48 else f"{minutes // 60 // 24} 天"
