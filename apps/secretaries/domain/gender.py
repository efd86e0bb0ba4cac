"""Gender as the roster workbook states it."""

from apps.common.domain.labels import LabelledEnum


class Gender(LabelledEnum):
    """As in the roster workbook."""

    MALE = "male", "男"
    FEMALE = "female", "女"
