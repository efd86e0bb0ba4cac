"""Enumerations that carry their Chinese label."""

from enum import Enum
from typing import Self


class LabelledEnum(Enum):
    """``GOOD = "good", "好"``: the value is stored, the label is shown."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # the default lets ``Grade("good")`` type-check
        member = object.__new__(cls)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return plain pairs for a model field, so that no migration imports this module."""
        return [(member.value, member.label) for member in cls]

    def __str__(self) -> str:
        return self.label
