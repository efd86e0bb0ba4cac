"""Rows of the roster workbook: cells in, typed rows and reasons out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from apps.organizations.domain.kinds import Field, OrganizationKind
from apps.rosters.domain.cells import Cell, CellProblem, read_code, read_day, read_phone, read_text
from apps.rosters.domain.columns import (
    ORGANIZATIONS,
    SAMPLE_PREFIX,
    SECRETARIES,
    RosterColumn,
    RosterSheet,
    most_alike,
)
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.phones import is_mobile

KINDS = {one.label: one.value for one in OrganizationKind}
FIELDS = {one.label: one.value for one in Field}
FIELD_ALIASES = {"非公": "两新", "两新/非公": "两新", "农村": "农区", "社区": "城市"}
GENDERS = {one.label: one.value for one in Gender}
KIND_LABELS = {one.value: one.label for one in OrganizationKind}
FIELD_LABELS = {one.value: one.label for one in Field}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why one row cannot be taken. ``row_no`` is the row as the spreadsheet program numbers it."""

    sheet: str
    row_no: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """A row of 党组织. ``None`` means: says nothing, keep what is stored."""

    row_no: int
    code: str
    name: str
    superior_code: str
    kind: str
    field: str
    founded_on: date | None
    abolished_on: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SecretaryRow:
    """A row of 书记: a person and one appointment. Empty texts and ``None`` mean: keep what is stored."""

    row_no: int
    name: str
    gender: str
    born_on: date | None
    phone: str
    organization_code: str
    post: str
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class SheetCells:
    """A worksheet below its head: where each column stands, and the rows with their numbers."""

    places: dict[str, int]
    rows: Sequence[tuple[int, Sequence[Cell]]]


class RowReader:
    """Reads the cells of one row after another and gathers what is wrong."""

    def __init__(self, sheet: RosterSheet, cells: SheetCells, problems: list[Problem]) -> None:
        self._sheet, self._places, self._problems = sheet, cells.places, problems
        self._columns = {column.key: column for column in sheet.columns}
        self._cells: Sequence[Cell] = ()
        self.row_no = 0

    def take(self, row_no: int, cells: Sequence[Cell]) -> None:
        """Go to a row."""
        self.row_no, self._cells = row_no, cells

    def raw(self, key: str) -> Cell:
        """Return the cell as it is; a column the sheet does not have is empty."""
        place = self._places.get(key, -1)
        return self._cells[place] if 0 <= place < len(self._cells) else None

    def text(self, key: str, read: Callable[[Cell], str] = read_text) -> str:
        """Return a text; required ones must not be empty, none may be too long."""
        value = read(self.raw(key))
        column = self._columns[key]
        if not value:
            if column.is_required:
                self.refuse(column, "", f"没有填{column.head}")
        elif len(value) > column.max_length:
            self.refuse(column, value, f"太长了，最多 {column.max_length} 个字")
            return value[: column.max_length]
        return value

    def day(self, key: str) -> date | None:
        """Return a day."""
        column = self._columns[key]
        try:
            day = read_day(self.raw(key))
        except CellProblem as problem:
            self.refuse(column, read_text(self.raw(key)), str(problem))
            return None
        if day is None and column.is_required:
            self.refuse(column, "", f"没有填{column.head}")
        return day

    def choice(self, key: str, labels: dict[str, str]) -> str:
        """Return the stored value of a label; an unknown one is refused with the label most like it."""
        label = self.text(key)
        label = FIELD_ALIASES.get(label, label) if key == "field" else label
        if label and label not in labels:
            alike = most_alike(label, list(labels))
            hint = f"，是不是“{alike}”？" if alike else ""
            self.refuse(
                self._columns[key],
                label,
                f"没有这个{self._columns[key].head}，应为：{'、'.join(labels)}{hint}",
            )
        return labels.get(label, "")

    def refuse(self, column: RosterColumn, value: str, reason: str) -> None:
        """Note a reason."""
        self._problems.append(Problem(self._sheet.name, self.row_no, column.head, value[:200], reason))

    def refuse_phone(self, phone: str) -> None:
        """Note that a number is none."""
        self.refuse(self._columns["phone"], phone, "手机号应是 11 位数字，以 1 开头")


def read_organizations(cells: SheetCells, problems: list[Problem]) -> list[OrganizationRow]:
    """Return the rows of 党组织; what is wrong goes to ``problems``, broken rows are returned as far as they can be read."""
    reader = RowReader(ORGANIZATIONS, cells, problems)
    rows = []
    for row_no, row in _filled(cells.rows):
        reader.take(row_no, row)
        if read_code(reader.raw("code")).startswith(SAMPLE_PREFIX):
            continue
        founded_on, abolished_on = reader.day("founded_on"), reader.day("abolished_on")
        rows.append(
            OrganizationRow(
                row_no, reader.text("code", read_code), reader.text("name"), reader.text("superior_code", read_code),
                reader.choice("kind", KINDS), reader.choice("field", FIELDS), founded_on, abolished_on,
                reader.text("note") or None,
            )
        )  # fmt: skip
    return rows


def read_secretaries(cells: SheetCells, problems: list[Problem]) -> list[SecretaryRow]:
    """Return the rows of 书记, likewise."""
    reader = RowReader(SECRETARIES, cells, problems)
    rows = []
    for row_no, row in _filled(cells.rows):
        reader.take(row_no, row)
        if read_text(reader.raw("name")).startswith(SAMPLE_PREFIX):
            continue
        phone = reader.text("phone", read_phone)
        if phone and not is_mobile(phone):
            reader.refuse_phone(phone)
        rows.append(
            SecretaryRow(
                row_no, reader.text("name"), reader.choice("gender", GENDERS), _first_of_month(reader.day("born_on")),
                phone, reader.text("organization_code", read_code), reader.text("post"), reader.day("started_on"),
                reader.day("ended_on"),
            )
        )  # fmt: skip
    return rows


def _filled(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterable[tuple[int, Sequence[Cell]]]:
    """Skip rows in which nothing stands."""
    return (
        (row_no, cells)
        for row_no, cells in rows
        if any(c is not None and c != "" and read_text(c) for c in cells)
    )


def _first_of_month(day: date | None) -> date | None:
    return day.replace(day=1) if day else None
