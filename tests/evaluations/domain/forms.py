"""A small form of every countable kind of item, for tests without a database."""

from decimal import Decimal

from apps.cycles.domain.papers.templates import CommentPolicy, Item, ItemKind, Option, PaperTemplate, Scale
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject

SCALE = Scale(
    "s",
    "好、一般、差",
    (
        Option("good", "好", Decimal(95)),
        Option("fair", "一般", Decimal(75)),
        Option("poor", "差", Decimal(60)),
    ),
)
ITEMS = (
    Item("g", "总体", ItemKind.GRADE, scale="s"),
    Item("n", "打分", ItemKind.NUMBER, maximum=Decimal(10), step=Decimal("0.5")),
    Item("r", "名次", ItemKind.RANK, weight=Decimal(0)),
    Item("t", "建议", ItemKind.TEXT, weight=Decimal(0)),
)


def template(*, rules=(), items=ITEMS, comments=CommentPolicy.PER_PERSON):
    return PaperTemplate(title="测评表", items=items, scales=(SCALE,), rules=rules, comments=comments)


def form(*, n_parts=1, names="甲乙", **changes):
    """A form of ``n_parts`` equal parts; reviewees have the numbers 11, 12, …"""
    return BallotPaper(
        session_id=5,
        title="测试",
        parts=tuple(Part(str(n), 100 + n, f"表{n}", template(**changes)) for n in range(1, n_parts + 1)),
        subjects=tuple(
            Subject(10 + n, n, name, "甲街道党工委", "书记", "现场述职")
            for n, name in enumerate(names, start=1)
        ),
    )


FORM = form()
