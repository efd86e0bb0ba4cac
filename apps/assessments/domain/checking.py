"""The whole pre-check of a workbook of figures: cells and what is stored in, a plan out. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.assessments.domain.columns import (
    KEY_HEAD,
    NAME_HEAD,
    ComponentColumns,
    HeadReading,
    Part,
    read_heads,
)
from apps.assessments.domain.figures import (
    Figure,
    FigureProblem,
    doubled_places_in_words,
    figure_problem,
    read_number,
    source_problem,
)
from apps.assessments.domain.plan import Change, FigurePlan, Present, PresentFigure, Problem
from apps.common.domain.formats import plain_decimal
from apps.common.domain.text import normalized
from apps.rosters.domain.cells import Cell, read_code, read_text

KEY = re.compile(r"K(\d{1,18})-(\d{1,18})")
FIRST_ROW = 2


@dataclass(frozen=True, slots=True)
class FigureCells:
    """The sheet as uploaded: its head row and the rows below it, each as long as it was."""

    heads: list[str]
    rows: list[Sequence[Cell]]


def plan_figures(cells: FigureCells, present: Present) -> FigurePlan:
    """Check the sheet and say what would be written. With problems, the plan holds them and nothing to write."""
    return _Check(cells, present).run()


class _Check:
    def __init__(self, cells: FigureCells, present: Present) -> None:
        self._cells, self._present = cells, present
        self._reading: HeadReading = read_heads(cells.heads, present.columns)
        self._plan = FigurePlan()
        self._rows_of: dict[int, int] = {}
        self._row_no = 1
        self._row: Sequence[Cell] = ()

    def run(self) -> FigurePlan:
        self._check_heads()
        for row_no, row in enumerate(self._cells.rows, start=FIRST_ROW):
            if any(cell not in (None, "") for cell in row):
                self._take(row_no, row)
        if self._plan.problems:
            self._plan.figures, self._plan.changes, self._plan.n_unchanged = {}, [], 0
            self._plan.problems.sort(key=lambda one: one.row_no)
        else:
            self._note_missing()
            self._note_doubled_places()
        return self._plan

    def _check_heads(self) -> None:
        for place, alike in self._reading.unknown.items():
            head = self._cells.heads[place]
            hint = f"是不是“{alike}”？" if alike else ""
            if any(place < len(row) and row[place] not in (None, "") for row in self._cells.rows):
                reason = f"系统不认识这一列，没有读取。{hint}请改正列名，或删去这一列"
                self._refuse(head, head, reason)
            else:
                self._plan.remarks.append(f"列“{head}”系统不认识，是空的，没有读取。{hint}")

    def _take(self, row_no: int, row: Sequence[Cell]) -> None:
        self._row_no, self._row = row_no, row
        self._plan.n_rows += 1
        reviewee_id = self._person()
        if reviewee_id is None:
            return
        for columns in self._present.columns:
            if (columns.component_id, Part.VALUE) in self._reading.parts:
                self._figure(reviewee_id, columns)

    def _person(self) -> int | None:
        """Return whose row this is; what is wrong is noted."""
        key = read_code(self._cell(self._reading.key))
        found = KEY.fullmatch(key.upper())
        if reason := self._key_problem(key, found):
            self._refuse(KEY_HEAD, key, reason)
            return None
        assert found is not None  # noqa: S101 -- tells the type checker
        reviewee_id = int(found[2])
        person, name = self._present.people[reviewee_id], read_text(self._cell(self._reading.name))
        if name and _plain(name) != _plain(person.name):
            reason = f"编号 {key} 是{person.organization}的“{person.name}”，这一行写的是“{name}”。是不是排序或粘贴时错了行？"
            self._refuse(NAME_HEAD, name, reason)
            return None
        if reviewee_id in self._rows_of:
            self._refuse(KEY_HEAD, key, f"与第 {self._rows_of[reviewee_id]} 行是同一个人，请只留一行")
            return None
        self._rows_of[reviewee_id] = self._row_no
        return reviewee_id

    def _key_problem(self, key: str, found: "re.Match[str] | None") -> str:
        if not key:
            return "没有编号，系统认不出是谁。请重新下载表格，填在本人那一行"
        if found is None:
            return "不是系统给出的编号。请重新下载表格，编号列不要改动"
        if int(found[1]) != self._present.cycle_id:
            return "这是另一个周期的述职对象，不能录入到本周期"
        if int(found[2]) not in self._present.people:
            return "本周期没有这个述职对象。请删去这一行，或重新下载表格"
        return ""

    def _figure(self, reviewee_id: int, columns: ComponentColumns) -> None:
        n_before = len(self._plan.problems)
        value = self._number(columns, Part.VALUE)
        source = read_text(self._part(columns, Part.SOURCE))
        stored = self._present.figures.get((reviewee_id, columns.component_id))
        if value is None:
            if source and stored is None and len(self._plan.problems) == n_before:
                self._refuse(columns.head(Part.VALUE), "", "写了依据，没有填数字")
            return
        out_of = self._number(columns, Part.OUT_OF)
        if out_of is None:
            out_of = columns.full_marks
        if reason := figure_problem(value, out_of, is_place=columns.is_place):
            self._refuse(columns.head(Part.VALUE), plain_decimal(value), reason)
        if reason := source_problem(source):
            self._refuse(columns.head(Part.SOURCE), source, reason)
        if len(self._plan.problems) == n_before:
            self._compare(Figure(reviewee_id, value, out_of, source), columns, stored)

    def _compare(self, figure: Figure, columns: ComponentColumns, stored: PresentFigure | None) -> None:
        is_same = stored is not None and (figure.value, figure.out_of, figure.source) == (
            stored.value, stored.out_of, read_text(stored.source),
        )  # fmt: skip
        if is_same:
            self._plan.n_unchanged += 1
            return
        if self._changed_meanwhile(columns, stored):
            return
        self._plan.figures.setdefault(columns.component_id, []).append(figure)
        before = "" if stored is None else told(stored, columns)
        kind = "new" if stored is None else "changed"
        name = self._present.people[figure.reviewee_id].name
        after = told(figure, columns)
        self._plan.changes.append(Change(self._row_no, kind, name, columns.name, before, after))

    def _changed_meanwhile(self, columns: ComponentColumns, stored: PresentFigure | None) -> bool:
        """Refuse a cell that somebody else changed after the workbook was downloaded. Without its version nothing is compared."""
        head = columns.head(Part.VERSION)
        try:
            version = read_number(self._part(columns, Part.VERSION))
        except FigureProblem:
            self._refuse(
                head, read_text(self._part(columns, Part.VERSION)), "版本列被改动了，请重新下载表格再填"
            )
            return True
        now = 0 if stored is None else stored.version
        if version is None or version == now or stored is None:
            return False
        reason = f"您下载表格之后，别人已改为 {told(stored, columns)}。请核对；仍要改的，用错误表改好再传"
        self._refuse(columns.head(Part.VALUE), read_text(self._part(columns, Part.VALUE)), reason)
        return True

    def _number(self, columns: ComponentColumns, part: Part) -> Decimal | None:
        cell = self._part(columns, part)
        try:
            number = read_number(cell)
        except FigureProblem as problem:
            self._refuse(columns.head(part), read_text(cell), str(problem))
            return None
        if isinstance(cell, str) and number is not None and not cell.strip().isascii():
            self._plan.remarks.append(
                f"第 {self._row_no} 行“{columns.head(part)}”的全角数字“{cell.strip()}”按 {plain_decimal(number)} 读取。"
            )
        return number

    def _note_missing(self) -> None:
        """List who still lacks a figure of a component that the workbook has."""
        for columns in self._present.columns:
            if (columns.component_id, Part.VALUE) not in self._reading.parts:
                continue
            given = {one.reviewee_id for one in self._plan.figures.get(columns.component_id, ())}
            for reviewee_id, person in self._present.people.items():
                if (
                    reviewee_id not in given
                    and (reviewee_id, columns.component_id) not in self._present.figures
                ):
                    row_no = self._rows_of.get(reviewee_id, 0)
                    line = Change(row_no, "missing", person.name, columns.name, "", person.organization)
                    self._plan.changes.append(line)

    def _note_doubled_places(self) -> None:
        for columns in self._present.columns:
            if not columns.is_place:
                continue
            places = {
                reviewee_id: figure.value
                for (reviewee_id, component_id), figure in self._present.figures.items()
                if component_id == columns.component_id
            }
            places |= {one.reviewee_id: one.value for one in self._plan.figures.get(columns.component_id, ())}
            named = [(self._present.people[one].name, place) for one, place in places.items()]
            self._plan.remarks += [f"{columns.name}：{line}" for line in doubled_places_in_words(named)]

    def _part(self, columns: ComponentColumns, part: Part) -> Cell:
        return self._cell(self._reading.parts.get((columns.component_id, part)))

    def _cell(self, place: int | None) -> Cell:
        return self._row[place] if place is not None and place < len(self._row) else None

    def _refuse(self, column: str, value: str, reason: str) -> None:
        self._plan.problems.append(Problem(self._row_no, column, value[:200], reason))


def told(figure: Figure | PresentFigure, columns: ComponentColumns) -> str:
    """Return a figure as people read it."""
    value, out_of = plain_decimal(figure.value), plain_decimal(figure.out_of)
    numbers = f"第 {value} 名（共 {out_of}）" if columns.is_place else f"{value}/{out_of}"
    return f"{numbers}，{figure.source}"


def _plain(name: str) -> str:
    return "".join(normalized(name).split())
