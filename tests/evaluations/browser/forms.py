"""Evaluation forms of every layout the casting page must carry, and halls that use them."""

from decimal import Decimal

from apps.cycles.domain.papers.presets import FOUR_GRADES, GRADES
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    Item,
    ItemKind,
    Option,
    Orientation,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)
from tests.factories.cycles import AT, make_cycle, make_paper, make_reviewee
from tests.factories.evaluations import make_hall, make_session


def scale(key, *options):
    """A scale of ``(key, label, value)`` or ``(key, label, value, low, high)``."""
    return Scale(
        key,
        key,
        tuple(
            Option(k, label, Decimal(v), *(Decimal(edge) for edge in band)) for k, label, v, *band in options
        ),
    )


def graded(key, text, **fields):
    return Item(key, text, ItemKind.GRADE, scale=GRADES, **fields)


OVERALL = scale("overall", ("a", "优秀", 95), ("b", "称职", 85), ("c", "基本称职", 70), ("d", "不称职", 40))
YES_NO = scale("agree", ("yes", "同意", 100), ("no", "不同意", 0))
BANDS = scale(
    "bands",
    ("a", "好", 95, 16, 20),
    ("b", "较好", 80, 11, 15),
    ("c", "一般", 65, 6, 10),
    ("d", "差", 40, 0, 5),
)

ONE_GRADE = PaperTemplate(title="述职测评表", items=(graded("overall", "总体评价"),), scales=(FOUR_GRADES,))

EVERY_KIND = PaperTemplate(
    title="综合测评表",
    subtitle="2026 年度",
    notes="请独立填写，不要商量。\n写文字时不要写自己的名字。",
    items=(
        graded("duty", "履行职责", section="工作"),
        Item("work", "工作成效", ItemKind.NUMBER, scale="bands", maximum=Decimal(20), section="工作"),
        Item("score", "综合得分", ItemKind.NUMBER, step=Decimal("0.5"), hint="可打半分"),
        Item("agree", "是否同意留任", ItemKind.YES_NO, scale="agree"),
        Item("rank", "名次", ItemKind.RANK),
        Item("advice", "建议", ItemKind.TEXT, max_chars=50),
    ),
    scales=(FOUR_GRADES, YES_NO, BANDS),
    comments=CommentPolicy.WHOLE,
    comment_max_chars=300,
    excludes_self=True,
)

MATRIX = PaperTemplate(
    title="民主测评表",
    items=(
        *(graded(key, text) for key, text in zip("abcde", "德能勤绩廉", strict=True)),
        Item("overall", "总体评价", ItemKind.GRADE, scale="overall", is_overall=True),
    ),
    scales=(FOUR_GRADES, OVERALL),
    orientation=Orientation.MATRIX,
)

WITH_LIMIT = PaperTemplate(
    title="限额测评表",
    items=(graded("overall", "总体评价", is_overall=True),),
    scales=(FOUR_GRADES,),
    rules=(
        ValidityRule(
            RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "overall", "answers": ["good"], "max_n": 1}
        ),
    ),
)

MUST_READ = PaperTemplate(
    title="测评表",
    notes="请先看完这段说明。",
    items=ONE_GRADE.items,
    scales=(FOUR_GRADES,),
    must_read_seconds=8,
)


def make_form_hall(*templates, n_reviewees=3, n_slips=2, state="open"):
    """A hall whose ballot consists of these forms."""
    cycle = make_cycle(stage="draft")
    scheme = cycle.scheme
    scheme.papers.all().delete()
    for template in templates:
        make_paper(scheme, template=template, name=template.title)
    scheme.frozen_at = cycle.opened_at = AT
    scheme.save(update_fields=["frozen_at"])
    cycle.stage = "meeting"
    cycle.save(update_fields=["stage", "opened_at"])
    for _ in range(n_reviewees):
        make_reviewee(cycle=cycle)
    return make_hall(session=make_session(cycle=cycle, planned=n_slips), n_slips=n_slips, state=state)
