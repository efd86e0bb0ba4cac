"""What an issued document is worth now."""

from apps.common.domain.labels import LabelledEnum


class DocumentState(LabelledEnum):
    """In force until another issue replaces it or it is revoked; outdated: what it tells has changed since."""

    CURRENT = "current", "有效"
    OUTDATED = "outdated", "待重新出具"
    REPLACED = "replaced", "已被替换"
    REVOKED = "revoked", "已作废"


class Delivery(LabelledEnum):
    """How the files of a batch are handed over."""

    SINGLE = "single", "逐份存放，不打包"
    ZIP = "zip", "打成一个压缩包"
    VOLUME = "volume", "合订成一个 PDF（双面打印，每份从单页起）"
