"""How a form is laid out, person by person and as one table: what the preview shows and paper prints.

Source: layouts of real forms, domain reference 2 (T1: a page per person; T5, T10: names by columns; T9: grouped rows).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from apps.cycles.domain.papers.sentences import answer_words, band_words
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate

WIDEST_TABLE = 28  # option columns; beyond, a table has one box per item instead of one column per option


@dataclass(frozen=True, slots=True)
class Question:
    """One item with what stands around it. ``options`` are empty unless one of them is chosen."""

    number: int
    item: Item
    options: tuple[Option, ...]
    bands: tuple[str, ...]
    answer: str

    @property
    def kind(self) -> str:
        """The kind as plain text, for templates."""
        return str(self.item.kind.value)

    @property
    def n_columns(self) -> int:
        """How many columns the item takes in a table."""
        return max(1, len(self.options))


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring items under one heading; the heading may be empty."""

    name: str
    questions: tuple[Question, ...]

    @property
    def n_columns(self) -> int:
        """How many columns the section takes in a table."""
        return sum(question.n_columns for question in self.questions)


def sections_of(template: PaperTemplate) -> tuple[Section, ...]:
    """Return the items of a form in order, neighbours of one section together, numbered from 1."""
    numbered = [_question(template, n, item) for n, item in enumerate(template.items, start=1)]
    runs = groupby(numbered, key=lambda question: question.item.section)
    return tuple(Section(name, tuple(run)) for name, run in runs)


def _question(template: PaperTemplate, number: int, item: Item) -> Question:
    options = template.options_of(item)
    printed = template.scale_of(item) if item.kind is ItemKind.NUMBER else None
    shown = printed.options if printed else options
    return Question(number, item, options, tuple(_bands(shown)), answer_words(template, item))


def _bands(options: Iterable[Option]) -> Iterable[str]:
    for option in options:
        if words := band_words(option):
            yield f"{option.label} {words}"


def has_sections(sections: Iterable[Section]) -> bool:
    """Tell whether any item stands under a heading."""
    return any(section.name for section in sections)


def is_wide(sections: Iterable[Section]) -> bool:
    """Tell whether a column per option would make the table too wide to read."""
    return sum(section.n_columns for section in sections) > WIDEST_TABLE
