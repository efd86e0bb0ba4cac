"""How long a session lives, and why it ended.

Source: GB/T 22239-2019, 8.1.4.1b; security reference A1, row 2: 15 minutes for administrators, 30 for everybody else, 12 hours at most.
"""

from datetime import datetime, timedelta

from apps.common.domain.labels import LabelledEnum

UNKNOWN_DEVICE = "未知设备"


class EndReason(LabelledEnum):
    """Why a session no longer counts."""

    IDLE = "idle", "长时间没有操作"
    ABSOLUTE = "absolute", "登录已满最长时限"
    ELSEWHERE = "elsewhere", "在别处登录"
    BY_OWNER = "by_owner", "本人在别处结束"
    BY_ADMIN = "by_admin", "管理员结束"
    PASSWORD = "password", "密码已改"
    DISABLED = "disabled", "账号停用"
    RIGHTS = "rights", "权限或二次验证有变"


def ends_at(signed_in_at: datetime, seen_at: datetime, idle: timedelta, absolute: timedelta) -> datetime:
    """Return when a session ends if nothing more is done: idle since ``seen_at``, or at its utmost age."""
    return min(seen_at + idle, signed_in_at + absolute)


def device_name(user_agent: str) -> str:
    """Return what people call a browser, such as ``Chrome · Windows``; ``未知设备`` if it does not say."""
    browsers = (("Edg", "Edge"), ("MicroMessenger", "微信"), ("QQBrowser", "QQ浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
                ("Safari", "Safari"))  # fmt: skip
    systems = (("Windows", "Windows"), ("HarmonyOS", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "iPhone"), ("iPad", "iPad"),
               ("Mac OS", "Mac"), ("Kylin", "麒麟"), ("UOS", "统信"), ("Linux", "Linux"))  # fmt: skip
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (browsers, systems)]
    return " · ".join(filter(None, found)) or UNKNOWN_DEVICE


def place_words(device: str, address: str) -> str:
    """Return where a sign-in was, in brackets: ``（Chrome · Windows，10.0.0.1）``; empty if nothing of it is known."""
    if not address:
        return f"（{device}）" if device not in {"", UNKNOWN_DEVICE} else ""
    return f"（{device or UNKNOWN_DEVICE}，{address}）"
