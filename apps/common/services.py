"""What every write shares."""

from apps.common.errors import StaleVersion
from apps.common.models import VersionedModel


def check_version(thing: VersionedModel, expected: int | None) -> None:
    """Refuse when ``thing`` was saved by somebody else since the form was opened.

    ``expected`` is the version the form carried; ``None`` skips the check (commands, imports).

    :raises StaleVersion: the stored version differs.
    """
    if expected is not None and thing.version != expected:
        raise StaleVersion(
            "您打开页面之后，别人已经保存过这份内容。您填写的内容仍在页面上，请复制保存后刷新页面，核对新内容再提交。"
        )


def touch_version(thing: VersionedModel) -> None:
    """Raise the version by one; the caller saves ``version`` together with its other fields."""
    thing.version += 1
