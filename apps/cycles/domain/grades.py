"""The four grades, from best to worst.

Source: reference practice since 2019 names them 好/较好/一般/差.
"""

from apps.common.domain.labels import LabelledEnum


class Grade(LabelledEnum):
    """Overall grade, and the options of a graded ballot item."""

    GOOD = "good", "好"
    FAIRLY_GOOD = "fairly_good", "较好"
    AVERAGE = "average", "一般"
    POOR = "poor", "差"


BEST_FIRST = tuple(Grade)
