"""What the settings, the folders and the addresses of servers tell."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.common.domain.self_checks import Finding, met, missed, unseen
from apps.security_checks.domain import judgements

GUARDS = {
    "django.middleware.csrf.CsrfViewMiddleware": "跨站请求校验",
    "csp.middleware.CSPMiddleware": "内容安全策略",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "禁止嵌套",
    "django.middleware.security.SecurityMiddleware": "安全响应头",
}
WATCHED = ("Django", "djangorestframework", "reportlab", "openpyxl", "Pillow", "granian", "celery")


def settings_findings() -> Mapping[str, Finding]:
    """Answer the lines the settings answer."""
    redirects = bool(settings.SECURE_SSL_REDIRECT)
    secure = bool(settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE)
    transport = judgements.judge_transport(
        redirects=redirects, hsts_seconds=settings.SECURE_HSTS_SECONDS, secure_cookies=secure
    )
    return {
        "transport": transport,
        "clear_credentials": transport,
        "debugging": _debugging(),
        "input_checks": _guards(),
        "known_flaws": judgements.judge_known_flaws(_versions()),
        "malware": unseen(
            "上传只收规定的格式并逐个检查结构；没有接杀毒程序", "服务器上请安装杀毒软件并定期查杀文件目录。"
        ),
        "residual": _residual(),
        "personal_data": unseen(
            "只收姓名、性别、出生年月、手机和任职，按范围查看，导出有日志",
            "请对照单位的个人信息处理告知核对。",
        ),
        "storage_secrecy": missed("附件和手机号没有加密存储", "请使用加密磁盘。"),
        "redundancy": unseen("程序看不到数据库的备机", "请由系统管理员出示备机的配置。"),
    }


def machine_findings() -> Mapping[str, Finding]:
    """Answer the lines on servers and backups."""
    return {
        "queue_access": _connections(),
        "backup": judgements.judge_backup(_newest(settings.BACKUP_DIR), "备份", "SPK_BACKUP_DIR"),
        "offsite_backup": judgements.judge_backup(
            _newest(settings.OFFSITE_BACKUP_DIR), "异地备份", "SPK_OFFSITE_BACKUP_DIR"
        ),
    }


def _debugging() -> Finding:
    told = f"DEBUG {'开' if settings.DEBUG else '关'}；允许的访问域名：{'、'.join(settings.ALLOWED_HOSTS)}"
    if settings.DEBUG:
        return missed(told, "请关闭 DEBUG。")
    if "*" in settings.ALLOWED_HOSTS:
        return missed(told, "请用 ALLOWED_HOSTS 写明访问域名，不要用 *。")
    return met(told)


def _guards() -> Finding:
    gone = [label for name, label in GUARDS.items() if name not in settings.MIDDLEWARE]
    told = f"已启用：{'、'.join(label for label in GUARDS.values() if label not in gone)}；表单和接口逐项校验"
    return missed(told, f"请恢复：{'、'.join(gone)}。") if gone else met(told)


def _residual() -> Finding:
    told = f"关闭浏览器即退出；登录最长 {settings.SESSION_COOKIE_AGE // 3600} 小时；测评密封选票按期销毁"
    if not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE:
        return missed("关闭浏览器后仍保持登录", "请恢复 SESSION_EXPIRE_AT_BROWSER_CLOSE。")
    return met(told)


def _versions() -> list[str]:
    found = []
    for name in WATCHED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found


def _connections() -> Finding:
    database = settings.DATABASES["default"]
    host = "" if str(database["HOST"]).startswith("/") else database["HOST"]
    guard = f":{'x' if database['PASSWORD'] else ''}@" if database["PASSWORD"] else ""
    parts = {
        "数据库": judgements.judge_connection(f"postgresql://{guard}{host}/"),
        "队列": judgements.judge_connection(settings.REDIS_URL),
    }
    told = "；".join(f"{name}：{words}" for name, (_, words) in parts.items())
    if all(is_kept for is_kept, _ in parts.values()):
        return met(told)
    return missed(told, "请给没有口令的服务设置口令，并只在内部网络监听。")


def _newest(folder: str) -> timedelta | None:
    """Return the age of the newest file in a folder; ``None`` if there is none."""
    if not folder or not Path(folder).is_dir():
        return None
    moments = [path.stat().st_mtime for path in Path(folder).iterdir() if path.is_file()]
    return timezone.now() - datetime.fromtimestamp(max(moments), tz=UTC) if moments else None
