"""One mark: what may be answered to an item, and how many points an answer is worth.

An answer is text: the key of an option, a number as people write it ("17", "8.5"), or a rank ("3"). On paper one item may bear
several marks; they come as a list and mean nothing until ``validity`` has decided.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate

Answer = str | list[str]
PersonAnswers = Mapping[str, Answer]  # item key -> answer
Answers = Mapping[str, PersonAnswers]  # subject id as text -> its answers
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?", re.ASCII)
RANK = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)  # short, so that no hostile ballot makes int() refuse
FULL = Decimal(100)


def is_allowed(template: PaperTemplate, item: Item, answer: object, *, n_subjects: int) -> bool:
    """Tell whether ``answer`` is one of the answers the form offers for ``item``."""
    if not isinstance(answer, str):
        return False
    if item.kind is ItemKind.NUMBER:
        return _is_number_allowed(item, answer)
    if item.kind is ItemKind.RANK:
        return RANK.fullmatch(answer) is not None and int(answer) <= n_subjects
    return any(option.key == answer for option in template.options_of(item))


def _is_number_allowed(item: Item, answer: str) -> bool:
    if not NUMBER.fullmatch(answer):
        return False
    number = Decimal(answer)
    return item.minimum <= number <= item.maximum and (number - item.minimum) % item.step == 0


def points_of(template: PaperTemplate, item: Item, answer: str, *, n_subjects: int) -> Fraction:
    """Return the points, 0–100, of an allowed answer to a scored item.

    :raises ValueError: the answer is not allowed.
    """
    if not is_allowed(template, item, answer, n_subjects=n_subjects):
        raise ValueError("not an answer to this item")
    if item.kind is ItemKind.NUMBER:
        return Fraction((Decimal(answer) - item.minimum) * FULL) / Fraction(item.maximum - item.minimum)
    if item.kind is ItemKind.RANK:
        return Fraction((n_subjects - int(answer)) * 100, n_subjects - 1) if n_subjects > 1 else Fraction(100)
    return next(Fraction(option.value) for option in template.options_of(item) if option.key == answer)


def longest_answer(template: PaperTemplate, item: Item, *, n_subjects: int) -> str:
    """Return an answer to ``item`` than which none is longer; for the padding. Text items answer elsewhere: empty."""
    if item.kind is ItemKind.NUMBER:
        return "9" * (len(str(int(item.maximum))) + 3)  # whole digits, point, two decimals
    if item.kind is ItemKind.RANK:
        return str(n_subjects)
    return max((option.key for option in template.options_of(item)), key=len, default="")


def answered(answers: Answers, item_key: str) -> Sequence[tuple[str, str]]:
    """Return ``(subject, answer)`` of all single answers to one item; multiple marks are no answer."""
    return [
        (subject, answer) for subject, row in answers.items() if isinstance(answer := row.get(item_key), str)
    ]
