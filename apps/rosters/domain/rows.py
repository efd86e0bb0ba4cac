"""Rows of the roster workbook: cells in, typed rows and reasons out.

A sheet is read column by column: equal cells are read once, and a check of a whole column costs less than one of its cells.
So are its rows kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar, cast

from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.domain.tree import OrganizationData
from apps.rosters.domain.cells import (
    Cell,
    CellProblem,
    read_column,
    read_day,
    read_phone,
    read_text,
    read_whole_code,
)
from apps.rosters.domain.columns import (
    RosterColumn,
    most_alike,
)
from apps.rosters.domain.packed import PackedTexts, Table
from apps.rosters.domain.present import FieldWords
from apps.rosters.domain.sheet_cells import SheetCells
from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.phones import is_mobile

KINDS = {one.label: one.value for one in OrganizationKind}
FIELD_ALIASES = {"非公": "两新", "两新/非公": "两新", "农村": "农区", "社区": "城市"}
GENDERS = {one.label: one.value for one in Gender}
KIND_LABELS = {one.value: one.label for one in OrganizationKind}
VALUE_LENGTH = 200
CODES_TOLD = 3
Value = TypeVar("Value")


class Problem(NamedTuple):
    """One reason why one row cannot be taken. ``row_no`` is the row as the spreadsheet program numbers it."""

    sheet: str
    row_no: int
    column: str
    value: str
    reason: str


class OrganizationRows(NamedTuple):
    """The rows of 党组织, their numbers and some of their columns, where a check needs no more.

    Days of ``None`` and empty notes mean: says nothing, keep what is stored.
    """

    row_nos: Sequence[int]
    codes: Sequence[str]
    names: PackedTexts
    superiors: Sequence[str | None]
    abolished_on: Sequence[date | None]
    rows: Table[OrganizationData]


class SecretaryRow(NamedTuple):
    """A row of 书记: a person and one appointment. Empty texts and ``None`` mean: keep what is stored.

    The only row of somebody who is not stored *is* that person (``people.Person``) and the entry of the term
    (``people.Entry``): nothing else has to be made of it.
    """

    row_no: int
    name: str
    gender: str
    born_on: date | None
    phone: str
    organization_code: str
    post: str
    started_on: date | None
    ended_on: date | None
    person_no: str = ""

    @property
    def rows(self) -> "tuple[SecretaryRow, ...]":
        """Return the rows of this person."""
        return (self,)

    @property
    def entries(self) -> "tuple[SecretaryRow, ...]":
        """Return the terms of this person: none if it is not known when the one began."""
        return () if self.started_on is None else (self,)

    @property
    def row(self) -> "SecretaryRow":
        """Return the row of this entry."""
        return self

    @property
    def person(self) -> "SecretaryRow":
        """Return the person of this entry."""
        return self

    @property
    def first_row(self) -> int:
        """Return the row the person is first met in."""
        return self.row_no

    @property
    def stored(self) -> None:
        """Return the same person or term as it is stored: there is none."""
        return None


class SecretaryRows(NamedTuple):
    """The rows of 书记, and some of their columns; ``months`` of birth by their first day."""

    names: PackedTexts
    phones: PackedTexts
    months: Sequence[date | None]
    organization_codes: PackedTexts
    person_nos: PackedTexts
    rows: Table[SecretaryRow]


# A row of a sheet from all its values, without a call of Python code for each.
ORGANIZATION = partial(tuple.__new__, OrganizationData)
SECRETARY = partial(tuple.__new__, SecretaryRow)


@dataclass(slots=True)
class Findings:
    """What reading gathers on its way: reasons against rows, and remarks that stop nothing."""

    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class SheetReader:
    """Reads the columns of one sheet, each once and for all, and gathers what is wrong."""

    def __init__(self, cells: SheetCells, found: Findings) -> None:
        self._cells, self._found = cells, found
        self._heads = {column.key: column for column in cells.sheet.all_columns}
        self.row_nos = cells.row_nos
        self._unread: dict[str, set[int]] = {}

    def texts(self, key: str) -> list[str]:
        """Return the texts of a column; required ones must not be empty, none may be too long."""
        return self._texts(self._heads[key], self._cells.take(key), read_text)

    def _texts(self, column: RosterColumn, cells: Sequence[Cell], read: Callable[[Cell], str]) -> list[str]:
        texts = self._read(column, cells, read, "")
        distinct = set(texts)
        if column.is_required and "" in distinct:
            self._refuse_empty(column, texts)
        if max(map(len, distinct), default=0) > column.max_length:
            reason = f"太长了，最多 {column.max_length} 个字"
            self._refuse_where(column, texts, lambda text: len(text) > column.max_length, reason)
            texts = [text[: column.max_length] for text in texts]
        return texts

    def codes(self, key: str) -> list[str]:
        """Return the codes of a column, and tell if a spreadsheet program has made numbers of them."""
        column, cells = self._heads[key], self._cells.take(key)
        codes = self._texts(column, cells, read_whole_code)
        if numbers := [n for n, cell in enumerate(cells) if isinstance(cell, float)]:
            self._tell_numbers(column, [f"第 {self.row_nos[n]} 行 {codes[n]}" for n in numbers])
        return codes

    def days(self, key: str) -> list[date | None]:
        """Return the days of a column."""
        column = self._heads[key]
        read = partial(read_day, is_1904=self._cells.is_1904)
        days = self._read(column, self._cells.take(key), read, None)
        if column.is_required and None in days:
            self._refuse_empty(column, days)
        return days

    def choices(
        self, key: str, labels: Mapping[str, str], offered: Sequence[str], aliases: Mapping[str, str]
    ) -> list[str]:
        """Return the stored values of labels; an unknown one is refused with those ``offered`` and the one most like it."""
        column = self._heads[key]
        texts = self.texts(key)
        known = {text: labels.get(aliases.get(text, text), "") for text in set(texts)}
        for wrong in [text for text, value in known.items() if text and not value]:
            alike = most_alike(wrong, offered)
            hint = f"，是不是“{alike}”？" if alike else ""
            reason = f"没有这个{column.head}，应为：{'、'.join(offered)}{hint}"
            self._refuse_where(column, texts, wrong.__eq__, reason)
        return list(map(known.__getitem__, texts))

    def phones(self, key: str) -> list[str]:
        """Return the mobile numbers of a column."""
        column = self._heads[key]
        numbers = self._texts(column, self._cells.take(key), read_phone)
        wrong = {number for number in numbers if number and not is_mobile(number)}
        if wrong:
            self._refuse_where(column, numbers, wrong.__contains__, "手机号应是 11 位数字，以 1 开头")
        return numbers

    def _read(
        self, column: RosterColumn, cells: Sequence[Cell], read: Callable[[Cell], Value], nothing: Value
    ) -> list[Value]:
        values, all_read = read_column(cells, read)
        if all_read:
            return cast("list[Value]", values)
        wrong = {n for n, value in enumerate(values) if isinstance(value, CellProblem)}
        self._unread[column.key] = wrong
        self._found.problems += [
            self._problem(column, n, read_text(cells[n]), str(values[n])) for n in sorted(wrong)
        ]
        return [nothing if isinstance(value, CellProblem) else value for value in values]

    def _refuse_empty(self, column: RosterColumn, values: Sequence[object]) -> None:
        self._found.problems += [
            self._problem(column, n, "", f"没有填{column.head}")
            for n, value in enumerate(values)
            if not value and n not in self._unread.get(column.key, ())
        ]

    def _refuse_where(
        self, column: RosterColumn, texts: Sequence[str], is_wrong: Callable[[str], bool], reason: str
    ) -> None:
        self._found.problems += [
            self._problem(column, n, text, reason) for n, text in enumerate(texts) if is_wrong(text)
        ]

    def _problem(self, column: RosterColumn, n: int, value: str, reason: str) -> Problem:
        return Problem(self._cells.sheet.name, self.row_nos[n], column.head, value[:VALUE_LENGTH], reason)

    def _tell_numbers(self, column: RosterColumn, places: Sequence[str]) -> None:
        some = "、".join(places[:CODES_TOLD])
        more = f"等 {len(places)} 处" if len(places) > CODES_TOLD else ""
        self._found.notices.append(
            f"工作表“{self._cells.sheet.name}”的“{column.head}”有的格子是数字而不是文本（{some}{more}）。"
            "编码若以 0 开头，Excel 已把它去掉，请核对；最好把这一列设为“文本”。"
        )


def read_organizations(cells: SheetCells, found: Findings, fields: FieldWords) -> OrganizationRows:
    """Return the rows of 党组织; broken rows are returned as far as they can be read."""
    offered = [label for label, value in fields.values.items() if value not in fields.retired]
    reader = SheetReader(cells, found)
    founded_on, abolished_on = reader.days("founded_on"), reader.days("abolished_on")
    codes, names = reader.codes("code"), PackedTexts(reader.texts("name"))
    superiors = [code or None for code in reader.codes("superior_code")]
    rows = Table(
        ORGANIZATION, codes, names, reader.choices("kind", KINDS, list(KINDS), {}),
        reader.choices("field", fields.values, offered, FIELD_ALIASES), superiors, founded_on, abolished_on,
        PackedTexts(reader.texts("note")),
    )  # fmt: skip
    return OrganizationRows(reader.row_nos, codes, names, superiors, abolished_on, rows)


def read_secretaries(cells: SheetCells, found: Findings) -> SecretaryRows:
    """Return the rows of 书记, likewise."""
    reader = SheetReader(cells, found)
    born_on = reader.days("born_on")
    first_of_month = {day: day and day.replace(day=1) for day in dict.fromkeys(born_on)}
    months = list(map(first_of_month.__getitem__, born_on))
    names, phones = PackedTexts(reader.texts("name")), PackedTexts(reader.phones("phone"))
    codes, numbers = PackedTexts(reader.codes("organization_code")), PackedTexts(reader.texts("person_no"))
    rows = Table(
        SECRETARY, reader.row_nos, names, reader.choices("gender", GENDERS, list(GENDERS), {}),
        months, phones, codes, reader.texts("post"), reader.days("started_on"),
        reader.days("ended_on"), numbers,
    )  # fmt: skip
    return SecretaryRows(names, phones, months, codes, numbers, rows)
