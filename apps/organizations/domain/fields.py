"""Fields of Party-building work (领域): reviewees are ranked within one.

Which fields there are is kept in a table that a district edits; pure rules are handed what they need of it.
"""

from dataclasses import dataclass, field

# Source: the seed text names these seven. A new installation starts with them, and invented examples use them.
PRESET_FIELDS = {
    "rural": "农区",
    "urban": "城市",
    "new": "两新",
    "agency": "机关",
    "soe": "国企",
    "health": "卫健",
    "education": "教育",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``value`` is stored, ``label`` is shown. Two with the same value are the same field."""

    value: str
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.label or self.value


def preset_field(value: str) -> Field:
    """Return one of the seven, for examples.

    :raises KeyError: it is none of them.
    """
    return Field(value, PRESET_FIELDS[value])
