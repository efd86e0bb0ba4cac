"""What a tally is made from: one evaluation form, the rules for its marks, and what a single mark says."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from apps.cycles.domain.papers.answers import points_of
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate
from apps.cycles.domain.schemes import BlankRule, Denominator, EmptyGroupRule


class Pattern(NamedTuple):
    """What one torn-off mark says about one reviewee: an answer per counted item of the form; ``None`` = left blank.

    ``n_subjects``: among how many reviewees a rank was given; 0 on a form without ranks.
    """

    answers: tuple[str | None, ...]
    n_subjects: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of a review scheme that turns marks into a ballot score, whatever the form."""

    blank_rule: BlankRule = BlankRule.ABSTAIN
    blank_value: Fraction | None = None
    trim_each_side: int = 0
    trim_when_more_than: int = 5
    empty_group_rule: EmptyGroupRule = EmptyGroupRule.REDISTRIBUTE
    denominator: Denominator = Denominator.VALID


@dataclass(frozen=True)
class Form:
    """One evaluation form of the scheme. Free text is not counted; items of weight 0 are counted and not scored."""

    key: int
    name: str
    template: PaperTemplate

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The counted items, in the form's order."""
        return tuple(item for item in self.template.items if item.kind is not ItemKind.TEXT)

    @cached_property
    def weights(self) -> tuple[Fraction, ...]:
        """Their weights; 0 = not scored."""
        return tuple(Fraction(item.weight) if item.is_scored else Fraction(0) for item in self.items)

    @cached_property
    def all_weights(self) -> Fraction:
        """The sum of the weights."""
        return sum(self.weights, Fraction(0))

    @cached_property
    def has_ranks(self) -> bool:
        """Tell whether the number of reviewees matters for the points."""
        return any(item.kind is ItemKind.RANK for item in self.items)

    def points(self, place: int, answer: str, *, n_subjects: int) -> Fraction:
        """Return the points of an answer to the item at ``place``."""
        key = (place, answer, n_subjects)
        found = self._known_points.get(key)
        if found is None:
            found = points_of(self.template, self.items[place], answer, n_subjects=n_subjects)
            self._known_points[key] = found
        return found

    @cached_property
    def _known_points(self) -> dict[tuple[int, str, int], Fraction]:
        return {}
