"""States of a roster import."""

from apps.common.domain.labels import LabelledEnum


class ImportState(LabelledEnum):
    """Checking → checked → confirmed; or unreadable, refused because of errors, discarded by a person."""

    CHECKING = "checking", "正在预检"
    UNREADABLE = "unreadable", "不能读取"
    CHECKED = "checked", "预检通过"
    REFUSED = "refused", "有错误行"
    CONFIRMED = "confirmed", "已导入"
    DISCARDED = "discarded", "已放弃"
