"""The sheets and columns of the roster workbook.

Source: design.md section 8, "Roster workbook". A star marks what must be filled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest

TEMPLATE_VERSION = "述评考花名册模板 2026-2"
VERSION_NAME = "SPK_ROSTER_TEMPLATE"  # the defined name that carries the version where nobody sees it
VERSION_START = "述评考花名册模板"
ERROR_COLUMN = "错误原因"
GUIDE_SHEET = "填写说明"
SAMPLE_PREFIX = "示例"
MIN_LIKENESS = 0.6
HEAD_WITHIN = 10  # rows above the head may hold a title, a note, who filled it in
HEADS_TO_BE_HEAD = 3


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column. ``title`` ends in a star if it must be filled; ``hint`` is the comment at its head.

    ``max_length`` is what the table can hold.
    """

    key: str
    title: str
    hint: str
    max_length: int = 40
    width: float = 14
    sample: str = ""

    @property
    def head(self) -> str:
        """Return the title without its star."""
        return self.title.removesuffix("*")

    @property
    def is_required(self) -> bool:
        """Tell whether the cell must be filled."""
        return self.title.endswith("*")


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """One worksheet."""

    name: str
    columns: tuple[RosterColumn, ...]
    more: tuple[RosterColumn, ...] = ()

    @property
    def all_columns(self) -> tuple[RosterColumn, ...]:
        """Return the columns of the template, and those that only an export has."""
        return (*self.columns, *self.more)

    def heads(self) -> dict[str, RosterColumn]:
        """Return the columns by plain head."""
        return {column.head: column for column in self.all_columns}


ORGANIZATIONS = RosterSheet(
    "党组织",
    (
        RosterColumn("code", "编码*", "全区唯一的编码，系统按它认组织。重复导入时编码相同的行更新原来的组织。", 40, 18, "示例-0102"),
        RosterColumn("name", "名称*", "党组织全称。", 120, 34, "示例镇前进村党支部"),
        RosterColumn("superior_code", "上级编码", "上级党组织的编码，上级可以在本表里，也可以已在系统里。只有根组织留空。", 40, 18, "示例-01"),
        RosterColumn("kind", "类型*", "从下拉列表选择：党委、党工委、党组、党总支、党支部。", 20, 10, "党支部"),
        RosterColumn("field", "领域*", "从下拉列表选择：农区、城市、两新、机关、国企、卫健、教育。", 20, 8, "农区"),
        RosterColumn("founded_on", "成立日期", "写成 2021-07-01、2021.7.1 或 2021年7月1日都可以。留空表示不改动。", 20, 13, "1998-07-01"),
        RosterColumn("abolished_on", "撤销日期", "已撤销的组织填撤销日期。留空表示不改动。", 20, 13, ""),
        RosterColumn("note", "备注", "可不填。留空表示不改动。", 300, 24, "这一行是示例，导入时自动跳过"),
    ),
)  # fmt: skip
SECRETARIES = RosterSheet(
    "书记",
    (
        RosterColumn("name", "姓名*", "一人多职写成多行，姓名和手机（或出生年月）写得一样。", 60, 12, "示例张三"),
        RosterColumn("gender", "性别", "男或女。留空表示不改动。", 10, 6, "男"),
        RosterColumn("born_on", "出生年月", "写成 1980-05、1980.05 或 1980年5月。留空表示不改动。", 20, 12, "1980-05"),
        RosterColumn("phone", "手机", "11 位手机号。系统用它区分同名的人。留空表示不改动。", 20, 14, "13800001234"),
        RosterColumn("organization_code", "党组织编码*", "任职的党组织的编码，可以在“党组织”表里，也可以已在系统里。", 40, 18, "示例-0102"),
        RosterColumn("post", "职务*", "如：党委书记、党总支书记、党支部书记。", 60, 14, "党支部书记"),
        RosterColumn("started_on", "任职日期*", "写成 2021-07-01、2021.7.1 或 2021年7月1日都可以。", 20, 13, "2021-03-01"),
        RosterColumn("ended_on", "免职日期", "仍在任的留空。", 20, 13, ""),
    ),
    (
        RosterColumn("person_no", "人员编号", "系统导出时写上，用来认人。请不要改动；新增的人留空。", 20, 10, ""),
    ),
)  # fmt: skip
SHEETS = (ORGANIZATIONS, SECRETARIES)


@dataclass(frozen=True, slots=True)
class HeadReading:
    """What the head row of a sheet says: where each column stands, what is missing, unknown or there twice.

    ``reason_place`` is that of the column of reasons in an error workbook that comes back; ``None``: there is none.
    """

    places: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    repeated: tuple[str, ...]
    reason_place: int | None = None


def read_heads(sheet: RosterSheet, cells: Sequence[str]) -> HeadReading:
    """Match the head row against the sheet's columns. ``unknown`` pairs a head with the known one most like it, or ``""``."""
    known = sheet.heads()
    places: dict[str, int] = {}
    unknown, repeated = [], []
    reason_place = None
    for place, cell in enumerate(cells):
        head = plain_head(cell)
        if not head:
            continue
        if head == ERROR_COLUMN:
            reason_place = place
        elif head not in known:
            unknown.append((head, most_alike(head, list(known))))
        elif known[head].key in places:
            repeated.append(head)
        else:
            places[known[head].key] = place
    missing = tuple(c.head for c in sheet.columns if c.is_required and c.key not in places)
    return HeadReading(places, missing, tuple(unknown), tuple(repeated), reason_place)


def find_head(sheet: RosterSheet, top: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Return the index of the head row among the first rows of a sheet, and its heads.

    Above it may stand a title. A head of two rows, some cells of it merged downwards, is read as one: where the lower cell
    says nothing known, the upper one counts. Where no row looks like a head it is the first.
    """
    known = sheet.heads().keys()
    scores = [sum(plain_head(cell) in known for cell in row) for row in top[:HEAD_WITHIN]]
    if not scores or max(scores) < HEADS_TO_BE_HEAD:
        return 0, list(top[0]) if top else []
    at = scores.index(max(scores))
    upper: Sequence[str] = top[at - 1] if at else ()
    heads = [
        above if plain_head(above) in known and plain_head(cell) not in known else cell
        for cell, above in zip_longest(top[at], upper, fillvalue="")
    ]
    return at, heads


def plain_head(cell: str) -> str:
    """Return a head without stars and spaces."""
    return "".join(cell.replace("*", "").replace("＊", "").split())


def most_alike(word: str, known: Sequence[str]) -> str:
    """Return the known word most like ``word``, or ``""`` if none is."""
    found = get_close_matches(word, known, 1, MIN_LIKENESS)
    return found[0] if found else ""
