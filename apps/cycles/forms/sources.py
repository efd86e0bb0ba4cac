"""What the rows of the scheme editor may point at: the scheme's forms, their items of options, the parts of the total.

A form is called by its place, an item "place.key", an option "place.scale:key", so that no name typed by people is a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.cycles.domain.papers.templates import Item
from apps.cycles.domain.plans import PaperPlan, SchemePlan

NOTHING = ("", "请选择")


@dataclass(frozen=True, slots=True)
class Sources:
    """The choices of one scheme."""

    papers: tuple[PaperPlan, ...]
    component_names: tuple[str, ...]

    @classmethod
    def of(cls, plan: SchemePlan) -> "Sources":
        return cls(plan.papers, tuple(part.name for part in plan.components))

    def _items(self) -> list[tuple[int, Item]]:
        return [
            (place, item)
            for place, paper in enumerate(self.papers)
            for item in paper.template.items
            if paper.template.options_of(item)
        ]

    def paper_choices(self) -> list[tuple[str, str]]:
        """Return the forms by name, as a ballot score names them; nothing stands for the only one."""
        named = [(paper.name, paper.name) for paper in self.papers]
        return named if len(named) > 1 else [("", ""), *named]

    def item_choices(self) -> list[tuple[str, str]]:
        """Return the items whose options can be counted."""
        several = len(self.papers) > 1
        return [
            NOTHING,
            *(
                (f"{place}.{item.key}", f"{self.papers[place].name}：{item.text}" if several else item.text)
                for place, item in self._items()
            ),
        ]

    def scales(self) -> dict[str, str]:
        """Return the scale of each of these items."""
        return {f"{place}.{item.key}": f"{place}.{item.scale}" for place, item in self._items()}

    def option_choices(self) -> list[tuple[str, str]]:
        """Return every option of their scales once."""
        found: dict[str, str] = {}
        for place, item in self._items():
            for option in self.papers[place].template.options_of(item):
                found.setdefault(f"{place}.{item.scale}:{option.key}", option.label)
        return list(found.items())

    def item_value(self, paper: str, item: str) -> str:
        """Return what the box of an item shows; empty if there is no such item any more."""
        place = next((n for n, one in enumerate(self.papers) if not paper or one.name == paper), None)
        value = f"{place}.{item}"
        return value if value in self.scales() else ""

    def option_values(self, item_value: str, options: Sequence[str]) -> list[str]:
        """Return what the boxes of these options show."""
        scale = self.scales().get(item_value)
        return [f"{scale}:{one}" for one in options] if scale else []

    def named(self, item_value: str) -> tuple[str, str]:
        """Return the form's name and the item's key; both empty for nothing chosen."""
        place, _, key = item_value.partition(".")
        if not place.isdecimal() or int(place) >= len(self.papers):
            return "", ""
        return self.papers[int(place)].name, key

    def options_named(self, item_value: str, values: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of those options that belong to the item's scale."""
        scale = self.scales().get(item_value)
        pairs = (value.rpartition(":") for value in values)
        return tuple(key for prefix, _, key in pairs if prefix == scale)
