"""Checks of the sheet 党组织 against itself and the tree, and what would change."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache

from apps.organizations.domain.tree import OrganizationData, in_cycles
from apps.rosters.domain.afterwards import RowsByCode, TreeAfterwards, merge
from apps.rosters.domain.columns import ORGANIZATIONS, most_alike
from apps.rosters.domain.plan import Change, FieldChange, SheetPlan
from apps.rosters.domain.present import (
    FieldWords,
    Missing,
    PresentOrganization,
    PresentRoster,
    Reach,
    StoredRoster,
)
from apps.rosters.domain.rows import KIND_LABELS, VALUE_LENGTH, OrganizationRows, Problem

SUGGESTED = 20
SUPERIORS_KEPT = 1_000  # names: a superior is named by each of its subordinates
PADDED = (1, 2, 3)  # noughts that a spreadsheet program may have taken away
NOTHING = Missing(0, ())
SHEET = ORGANIZATIONS.name
HEADS = {column.key: column.head for column in ORGANIZATIONS.columns}
KEPT = "工作簿里没有，系统里保留不动"


class OrganizationChecks:
    """One run over the rows; ``merged`` is the tree as it would be afterwards, as far as the workbook speaks of it."""

    def __init__(
        self,
        read: OrganizationRows,
        fields: FieldWords,
        stored: StoredRoster,
        present: PresentRoster,
        reach: Reach,
    ) -> None:
        self._read, self._stored = read, stored
        self.present, self.reach = present.organizations, reach
        self._retired = fields.retired
        self.field_labels = {value: label for label, value in fields.values.items()}
        self.problems: list[Problem] = []
        self._n_suggested = 0
        self.by_code = RowsByCode(read)
        self.merged = TreeAfterwards(self.by_code, self.present)
        self.superior_name = lru_cache(SUPERIORS_KEPT)(self.merged.name)

    def run(self) -> list[Problem]:
        """Return everything wrong with the rows as a tree."""
        self._check_codes()
        self._check_roots()
        self._check_superiors()
        if not self.reach.is_everything:
            for row in self.by_code.in_order():
                self._check_reach(row)
        self._check_days()
        self._check_fields()
        self._check_cycles()
        self._check_abolished()
        return self.problems

    def suggestion(self, code: str) -> str:
        """Return the code most like an unknown one, in words: with the noughts a spreadsheet program took away, or a slip."""
        if self._n_suggested >= SUGGESTED:
            return ""
        self._n_suggested += 1
        names = {**self._stored.codes_like(code), **{known: one.name for known, one in self.merged.items()}}
        padded = next((f"{'0' * n}{code}" for n in PADDED if f"{'0' * n}{code}" in names), "")
        if padded:
            return f"。是不是“{padded}”{names[padded]}？编码开头的 0 可能被 Excel 去掉了"
        alike = most_alike(code, list(names))
        return f"。最接近的是“{alike}”{names[alike]}" if alike else ""

    def data(self) -> list[OrganizationData]:
        """Return the organizations to be written; nothing was found wrong."""
        wanted = (merge(row, self.present.get(row.code)) for row in self.by_code.in_order())
        return [one for one in wanted if not isinstance(one, PresentOrganization)]

    def plan(self, stored: StoredRoster) -> SheetPlan:
        """Return what would change; nothing was found wrong."""
        missing = stored.missing_organizations(self.by_code.keys(), self.reach) if self.by_code else NOTHING
        return SheetPlan(self._lines, missing, KEPT, SHEET)

    def _lines(self) -> Iterator[Change]:
        for row_no, row in zip(self._read.row_nos, self._read.rows, strict=True):
            stored, label = self.present.get(row.code), f"{row.name}（{row.code}）"
            wanted = merge(row, stored)
            if isinstance(wanted, PresentOrganization):
                yield Change(SHEET, row_no, "same", label)
            elif stored is None:
                yield Change(SHEET, row_no, "new", label, _place(wanted, self))
            else:
                yield Change(SHEET, row_no, "changed", label, "", _differences(stored, wanted, self))

    def _check_codes(self) -> None:
        for row_no, code in self.by_code.repeated():
            reason = f"编码与第 {self.by_code.row_no(code)} 行“{self.by_code.name(code)}”重复"
            self.problems.append(Problem(SHEET, row_no, HEADS["code"], code[:VALUE_LENGTH], reason))

    def _check_roots(self) -> None:
        roots = [code for code, superior in self._ways() if not superior]
        if not roots:
            return
        stored = next((code for code, one in self.present.items() if one.superior_code is None), "")
        root = stored or roots[0]
        for code in roots:
            if code != root:
                where = (
                    f"系统里的“{self.present[root].name}”（{root}）"
                    if stored
                    else f"第 {self.by_code.row_no(root)} 行“{self.by_code.name(root)}”"
                )
                reason = f"没有填上级编码。根组织只能有一个，已经是{where}"
                self._refuse(code, "superior_code", "", reason)

    def _check_superiors(self) -> None:
        named = set(self._read.superiors) - {None}
        is_suspect = bool(self.gone & named) or bool(named - self.merged.keys())
        for code, superior in self._ways():
            if superior == code:
                self._refuse(code, "superior_code", code, "上级编码是它自己的编码")
            elif is_suspect and superior and superior not in self.merged:
                reason = f"没有编码为“{superior}”的上级党组织：本表和系统里都没有{self.suggestion(superior)}"
                self._refuse(code, "superior_code", superior, reason)
            elif is_suspect and superior in self.gone and self._is_gone(superior) and code not in self.gone:
                self._refuse(code, "superior_code", superior, f"上级“{self.merged[superior].name}”已经撤销")

    def _ways(self) -> Iterator[tuple[str, str | None]]:
        """Yield code and superior of the rows."""
        return self.by_code.each(self._read.superiors)

    @cached_property
    def gone(self) -> set[str]:
        """The codes of the organizations that are abolished afterwards: an empty cell does not bring one back."""
        stored = {code for code, one in self.present.items() if one.abolished_on}
        return stored | {code for code, abolished_on in self._ends() if abolished_on}

    def _ends(self) -> Iterator[tuple[str, date | None]]:
        """Yield code and day of abolition of the rows."""
        return self.by_code.each(self._read.abolished_on)

    def _is_gone(self, code: str) -> bool:
        """Tell whether a superior is abolished already; one abolished by this workbook is told of at its own row."""
        row = self.by_code.get(code)
        return not (row and row.abolished_on)

    def _check_reach(self, row: OrganizationData) -> None:
        stored, superior = self.present.get(row.code), self.present.get(row.superior_code or "")
        if stored is not None and not self.reach.covers(stored):
            self._refuse(row.code, "code", row.code, f"“{stored.name}”不在您的管理范围内，不能修改")
        elif stored is not None and row.superior_code not in (None, stored.superior_code):
            before = self.present.get(stored.superior_code or "")
            if before is None or not self.reach.covers(before):
                reason = "它现在的上级不在您的管理范围内，不能调整隶属关系"
                self._refuse(row.code, "superior_code", row.superior_code, reason)
            elif superior is not None:
                self._check_superior_reach(row, superior)
        elif stored is None and superior is not None:
            self._check_superior_reach(row, superior)
        elif stored is None and not row.superior_code and not self.present:
            reason = "花名册还是空的，第一个根组织由系统管理员在服务器上用 import_roster 命令导入"
            self._refuse(row.code, "superior_code", "", reason)

    def _check_superior_reach(self, row: OrganizationData, superior: PresentOrganization) -> None:
        if not self.reach.covers(superior):
            self._refuse(
                row.code, "superior_code", row.superior_code, f"上级“{superior.name}”不在您的管理范围内"
            )

    def _check_days(self) -> None:
        for code in self.gone & self.by_code.keys():
            one = self.merged[code]
            if one.abolished_on and one.founded_on and one.abolished_on < one.founded_on:
                reason = f"撤销日期早于成立日期 {one.founded_on}"
                self._refuse(code, "abolished_on", str(one.abolished_on), reason)

    def _check_fields(self) -> None:
        for row in self.by_code.in_order() if self._retired else ():
            stored = self.present.get(row.code)
            if row.field in self._retired and (stored is None or stored.field != row.field):
                label = self.field_labels[row.field]
                self._refuse(row.code, "field", label, f"领域“{label}”已停用，请选择在用的领域")

    def _check_cycles(self) -> None:
        superiors = {code: one.superior_code for code, one in self.present.items()}
        superiors |= self._ways()
        for code in in_cycles(_doubtful(superiors)) & self.by_code.keys():
            if superiors[code] != code:
                reason = "上下级关系绕成了圈：顺着上级编码走不到根组织"
                self._refuse(code, "superior_code", superiors[code], reason)

    def _check_abolished(self) -> None:
        leaving = [(code, day) for code, day in self._ends() if day]
        if not leaving:
            return
        living = Counter(one.superior_code for one in self.merged.values() if one.abolished_on is None)
        for code, day in leaving:
            if living[code]:
                reason = f"还有 {living[code]} 个下级党组织没有撤销或调整到别处"
                self._refuse(code, "abolished_on", str(day), reason)

    def _refuse(self, code: str, key: str, value: str | None, reason: str) -> None:
        row_no, value = self.by_code.row_no(code), (value or "")[:VALUE_LENGTH]
        self.problems.append(Problem(SHEET, row_no, HEADS[key], value, reason))


def _doubtful(superiors: Mapping[str, str | None]) -> dict[str, str | None]:
    """Leave out those whose way up is short and good, which nearly all are: a root, or one whose superior was seen good."""
    good: dict[str | None, bool] = {None: True}  # a set of as many takes thrice the memory
    left = {}
    for code, superior in superiors.items():
        if superior in good or superior not in superiors:
            good[code] = True
        else:
            left[code] = superior
    return left


def _place(wanted: OrganizationData, checks: OrganizationChecks) -> str:
    where = checks.superior_name(wanted.superior_code) if wanted.superior_code else "无（根组织）"
    return f"{KIND_LABELS[wanted.kind]}，{checks.field_labels[wanted.field]}，上级：{where}"


def _differences(
    stored: PresentOrganization, wanted: OrganizationData, checks: OrganizationChecks
) -> tuple[FieldChange, ...]:
    fields = checks.field_labels
    return differing(
        ("名称", stored.name, wanted.name),
        ("上级", _name(stored.superior_code, checks), _name(wanted.superior_code, checks)),
        ("类型", KIND_LABELS.get(stored.kind), KIND_LABELS.get(wanted.kind)),
        ("领域", fields.get(stored.field, stored.field), fields.get(wanted.field)),
        ("成立日期", stored.founded_on, wanted.founded_on),
        ("撤销日期", stored.abolished_on, wanted.abolished_on),
        ("备注", stored.note, wanted.note),
    )


def _name(code: str | None, checks: OrganizationChecks) -> str:
    return f"{checks.merged.name(code)}（{code}）" if code else ""


def differing(*fields: tuple[str, object, object]) -> tuple[FieldChange, ...]:
    """Return head, before and after in words of the fields that differ."""
    return tuple((head, _shown(old), _shown(new)) for head, old, new in fields if old != new)


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "空")
