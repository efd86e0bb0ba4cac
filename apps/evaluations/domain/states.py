"""States of an evaluation session and of a slip. Both only move forward; the database enforces it."""

from apps.common.domain.labels import LabelledEnum


class SessionState(LabelledEnum):
    """Source: design.md section 5."""

    DRAFT = "draft", "准备"
    KEYED = "keyed", "已设密钥"
    REHEARSED = "rehearsed", "已彩排"
    OPEN = "open", "正在投票"
    CLOSED = "closed", "已截止"
    OPENED = "opened", "已开箱"
    RELEASED = "released", "已发布"
    PURGED = "purged", "已销毁"


ORDER = tuple(SessionState)


class SlipState(LabelledEnum):
    """What became of a slip. No person, no time."""

    UNUSED = "unused", "未交"
    ONLINE = "online", "线上"
    PAPER = "paper", "纸质"
    VOID = "void", "作废"
    SPOILED = "spoiled", "污损"


class Screen(LabelledEnum):
    """What the hall screen shows; staff switch it from the remote control."""

    WELCOME = "welcome", "填写说明"
    AGENDA = "agenda", "议程与倒计时"
    TURNOUT = "turnout", "投票进度"
