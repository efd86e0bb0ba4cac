"""States of an import of figures."""

from apps.common.domain.labels import LabelledEnum


class ImportState(LabelledEnum):
    """Checked → confirmed, or refused because of errors, or discarded by a person."""

    CHECKED = "checked", "预检通过"
    REFUSED = "refused", "有错误"
    CONFIRMED = "confirmed", "已导入"
    DISCARDED = "discarded", "已放弃"
