"""The workbook of figures: one sheet, one row per reviewee, three columns per imported component."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum

TEMPLATE_VERSION = "述评考考核得分表 2026-1"
SHEET, GUIDE_SHEET = "考核得分", "填写说明"
KEY_HEAD, NAME_HEAD, ORGANIZATION_HEAD, ERROR_HEAD = "编号", "姓名", "党组织", "错误原因"
FIXED_HEADS = (KEY_HEAD, NAME_HEAD, ORGANIZATION_HEAD)
MIN_LIKENESS = 0.6


class Part(Enum):
    """What one column of a component holds."""

    VALUE = "value"
    OUT_OF = "out_of"
    SOURCE = "source"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class ComponentColumns:
    """The columns of one imported component. ``full_marks`` is what 满分 is filled with."""

    component_id: int
    name: str
    full_marks: Decimal
    is_place: bool = False

    def head(self, part: Part) -> str:
        """Return the head of one of the columns."""
        if part is Part.VALUE:
            return f"{self.name}{'名次' if self.is_place else '得分'}"
        if part is Part.OUT_OF:
            return f"{self.name}{'参评总数' if self.is_place else '满分'}"
        return f"{self.name}{'依据' if part is Part.SOURCE else '版本'}"


def key_of(cycle_id: int, reviewee_id: int) -> str:
    """Return the key of a reviewee in the workbook. The letter keeps spreadsheet programs from making a date of it."""
    return f"K{cycle_id}-{reviewee_id}"


def cycle_stamp(cycle_id: int) -> str:
    """Return the line of the guide that says which cycle a workbook was made for."""
    return f"周期编号：{cycle_id}"


def plain_head(head: str) -> str:
    """Return a head without stars and spaces."""
    return "".join(head.replace("*", "").replace("＊", "").split())


@dataclass(frozen=True, slots=True)
class HeadReading:
    """Where the columns stand, which heads nobody knows (with the known one most like it, or ``""``), which stand twice."""

    key: int | None
    name: int | None
    parts: dict[tuple[int, Part], int]
    unknown: dict[int, str]
    repeated: tuple[str, ...]


def read_heads(heads: Sequence[str], columns: Sequence[ComponentColumns]) -> HeadReading:
    """Match the head row against the columns of the cycle."""
    known = {plain_head(one.head(part)): (one.component_id, part) for one in columns for part in Part}
    fixed: dict[str, int] = {}
    parts: dict[tuple[int, Part], int] = {}
    unknown: dict[int, str] = {}
    repeated = []
    for place, cell in enumerate(heads):
        head = plain_head(cell)
        if not head or head == ERROR_HEAD:
            continue
        if head in fixed or (head in known and known[head] in parts):
            repeated.append(head)
        elif head in FIXED_HEADS:
            fixed[head] = place
        elif head in known:
            parts[known[head]] = place
        else:
            unknown[place] = _most_alike(head, [*FIXED_HEADS, *known])
    return HeadReading(fixed.get(KEY_HEAD), fixed.get(NAME_HEAD), parts, unknown, tuple(repeated))


def _most_alike(word: str, known: Sequence[str]) -> str:
    found = get_close_matches(word, known, 1, MIN_LIKENESS)
    return found[0] if found else ""
