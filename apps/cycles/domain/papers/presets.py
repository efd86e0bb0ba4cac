"""Evaluation forms to start from, named after their layout, never after a place.

Source: reference practice of real forms (T1, T5, T9, T10, T13, T18, T23 of the domain reference).
"""

from decimal import Decimal

from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale

GRADES = "grades"
FOUR_GRADES = Scale(
    GRADES,
    "好、较好、一般、差",
    tuple(
        Option(grade.value, grade.label, Decimal(value))
        for grade, value in zip(BEST_FIRST, (95, 85, 75, 60), strict=True)
    ),
)


def graded_item(key: str, text: str, weight: int | Decimal, hint: str = "", *, section: str = "") -> Item:
    """Return an item answered by one of the four grades."""
    return Item(key, text, ItemKind.GRADE, weight=Decimal(weight), hint=hint, section=section, scale=GRADES)


STANDARD = PaperTemplate(
    title="述职评议测评表",
    scales=(FOUR_GRADES,),
    items=(
        graded_item("duty", "履行第一责任人职责", 30, "对抓基层党建工作的认识，亲自研究、亲自推动的情况。"),
        graded_item("tasks", "重点任务和工作成效", 30, "年度党建重点任务落实情况和实际效果。"),
        graded_item("problems", "查摆问题和整改落实", 20, "问题找得准不准，上年度问题整改到不到位。"),
        graded_item("overall", "总体评价", 20, "对该同志抓基层党建工作的总体看法。"),
    ),
)
