"""What differs between two schemes, in words: last year's beside this year's.

Both are put into words first (``words.scheme_in_words``), so nothing that is said anywhere can change unnoticed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.common.domain.labels import LabelledEnum
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.words import Chapter, scheme_in_words


class Change(LabelledEnum):
    """What happened to one statement."""

    SAME = "same", "没有变化"
    CHANGED = "changed", "改动"
    ADDED = "added", "新增"
    REMOVED = "removed", "取消"
    MOVED = "moved", "顺序调整"


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of both schemes; an empty text: the scheme does not say it."""

    name: str
    before: str
    after: str
    change: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """One part of both schemes, side by side."""

    part: str
    title: str
    rows: tuple[Row, ...]

    @property
    def changed(self) -> tuple[Row, ...]:
        """The rows in which the two differ."""
        return tuple(row for row in self.rows if row.change is not Change.SAME)


def compare_schemes(before: SchemePlan, after: SchemePlan) -> tuple[Comparison, ...]:
    """Return every part of two schemes side by side, in the editor's order."""
    old, new = scheme_in_words(before), scheme_in_words(after)
    return tuple(
        Comparison(two.part, two.title, tuple(_rows(one, two))) for one, two in zip(old, new, strict=True)
    )


def _rows(old: Chapter, new: Chapter) -> Iterator[Row]:
    """Yield what the new one says, in its order; then what it no longer says. A move is told only where no text changed."""
    before, after = _by_name(old), _by_name(new)
    order = _places([name for name in before if name in after])
    places = _places([name for name in after if name in before])
    for name, text in after.items():
        if name not in before:
            yield Row(name, "", text, Change.ADDED)
        elif before[name] != text:
            yield Row(name, before[name], text, Change.CHANGED)
        else:
            yield _kept(name, text, order[name], places[name])
    for name, text in before.items():
        if name not in after:
            yield Row(name, text, "", Change.REMOVED)


def _kept(name: str, text: str, was: int, now: int) -> Row:
    if was == now:
        return Row(name, text, text, Change.SAME)
    return Row(name, f"{text}（排第{was}）", f"{text}（排第{now}）", Change.MOVED)


def _by_name(chapter: Chapter) -> dict[str, str]:
    """Return the statements by name; a second one of a name gets a number."""
    found: dict[str, str] = {}
    for one in chapter.statements:
        n_before = sum(1 for name in found if name == one.name or name.startswith(f"{one.name}（第"))
        found[f"{one.name}（第{n_before + 1}处）" if n_before else one.name] = one.text
    return found


def _places(names: list[str]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(names, start=1)}
