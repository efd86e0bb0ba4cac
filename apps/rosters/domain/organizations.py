"""Checks of the sheet 党组织 against itself and the tree, and what would change."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from apps.organizations.domain.tree import OrganizationData, in_cycles
from apps.rosters.domain.columns import ORGANIZATIONS, most_alike
from apps.rosters.domain.plan import Change, ImportPlan
from apps.rosters.domain.present import PresentOrganization, PresentRoster, Reach
from apps.rosters.domain.rows import FIELD_LABELS, KIND_LABELS, OrganizationRow, Problem

SUGGESTED = 20
SHEET = ORGANIZATIONS.name
HEADS = {column.key: column.head for column in ORGANIZATIONS.columns}


class OrganizationChecks:
    """One run over the rows; ``merged`` is the tree as it would be afterwards."""

    def __init__(self, rows: Sequence[OrganizationRow], present: PresentRoster, reach: Reach) -> None:
        self.rows, self.present, self.reach = rows, present.organizations, reach
        self.by_code: dict[str, OrganizationRow] = {}
        self.problems: list[Problem] = []
        self._n_suggested = 0
        for row in rows:
            self._note(row)
        self.merged: dict[str, OrganizationData] = {code: _kept(one) for code, one in self.present.items()}
        self.merged |= {code: merge(row, self.present.get(code)) for code, row in self.by_code.items()}

    def run(self) -> list[Problem]:
        """Return everything wrong with the rows as a tree."""
        self._check_roots()
        for row in self.by_code.values():
            self._check_superior(row)
            self._check_reach(row)
            self._check_days(row)
        self._check_cycles()
        self._check_abolished()
        return self.problems

    def _note(self, row: OrganizationRow) -> None:
        first = self.by_code.get(row.code)
        if first is not None:
            self._refuse(row, "code", row.code, f"编码与第 {first.row_no} 行“{first.name}”重复")
        elif row.code:
            self.by_code[row.code] = row

    def _check_roots(self) -> None:
        stored = [code for code, one in self.present.items() if one.superior_code is None]
        root = stored[0] if stored else ""
        for row in self.by_code.values():
            if row.superior_code:
                continue
            if root and row.code != root:
                where = (
                    f"系统里的“{self.present[root].name}”（{root}）"
                    if root in self.present
                    else f"第 {self.by_code[root].row_no} 行“{self.by_code[root].name}”"
                )
                self._refuse(row, "superior_code", "", f"没有填上级编码。根组织只能有一个，已经是{where}")
            root = root or row.code

    def _check_superior(self, row: OrganizationRow) -> None:
        code = row.superior_code
        if not code:
            return
        if code == row.code:
            self._refuse(row, "superior_code", code, "上级编码是它自己的编码")
        elif code not in self.merged:
            self._refuse(
                row,
                "superior_code",
                code,
                f"没有编码为“{code}”的上级党组织：本表和系统里都没有{self._suggestion(code)}",
            )
        elif self._is_gone(code) and not self.merged[row.code].abolished_on:
            self._refuse(row, "superior_code", code, f"上级“{self.merged[code].name}”已经撤销")

    def _is_gone(self, code: str) -> bool:
        """Tell whether a superior is abolished already; one abolished by this workbook is told of at its own row."""
        row = self.by_code.get(code)
        return self.merged[code].abolished_on is not None and not (row and row.abolished_on)

    def _suggestion(self, code: str) -> str:
        if self._n_suggested >= SUGGESTED:
            return ""
        self._n_suggested += 1
        alike = most_alike(code, list(self.merged))
        return f"。最接近的是“{alike}”{self.merged[alike].name}" if alike else ""

    def _check_reach(self, row: OrganizationRow) -> None:
        if self.reach.is_everything:
            return
        stored, superior = self.present.get(row.code), self.present.get(row.superior_code)
        if stored is not None and not self.reach.covers(stored):
            self._refuse(row, "code", row.code, f"“{stored.name}”不在您的管理范围内，不能修改")
        elif stored is not None and (stored.superior_code or "") != row.superior_code and row.superior_code:
            before = self.present.get(stored.superior_code or "")
            if before is None or not self.reach.covers(before):
                self._refuse(
                    row,
                    "superior_code",
                    row.superior_code,
                    "它现在的上级不在您的管理范围内，不能调整隶属关系",
                )
            elif superior is not None and not self.reach.covers(superior):
                self._refuse(
                    row, "superior_code", row.superior_code, f"上级“{superior.name}”不在您的管理范围内"
                )
        elif stored is None and superior is not None and not self.reach.covers(superior):
            self._refuse(row, "superior_code", row.superior_code, f"上级“{superior.name}”不在您的管理范围内")
        elif stored is None and not row.superior_code and not self.present:
            self._refuse(
                row,
                "superior_code",
                "",
                "花名册还是空的，第一个根组织由系统管理员在服务器上用 import_roster 命令导入",
            )

    def _check_days(self, row: OrganizationRow) -> None:
        one = self.merged[row.code]
        if one.founded_on and one.abolished_on and one.abolished_on < one.founded_on:
            self._refuse(row, "abolished_on", str(one.abolished_on), f"撤销日期早于成立日期 {one.founded_on}")

    def _check_cycles(self) -> None:
        round_ones = in_cycles({code: one.superior_code for code, one in self.merged.items()})
        for code in round_ones & self.by_code.keys():
            row = self.by_code[code]
            if row.superior_code != code:
                self._refuse(
                    row, "superior_code", row.superior_code, "上下级关系绕成了圈：顺着上级编码走不到根组织"
                )

    def _check_abolished(self) -> None:
        living = Counter(one.superior_code for one in self.merged.values() if one.abolished_on is None)
        for row in self.by_code.values():
            if row.abolished_on and living[row.code]:
                self._refuse(
                    row,
                    "abolished_on",
                    str(row.abolished_on),
                    f"还有 {living[row.code]} 个下级党组织没有撤销或调整到别处",
                )

    def _refuse(self, row: OrganizationRow, key: str, value: str, reason: str) -> None:
        self.problems.append(Problem(SHEET, row.row_no, HEADS[key], value[:200], reason))


def merge(row: OrganizationRow, stored: PresentOrganization | None) -> OrganizationData:
    """Return the organization as it would be: what the row leaves empty stays as stored."""
    return OrganizationData(
        code=row.code,
        name=row.name,
        kind=row.kind,
        field=row.field,
        superior_code=row.superior_code or None,
        founded_on=row.founded_on or (stored.founded_on if stored else None),
        abolished_on=row.abolished_on or (stored.abolished_on if stored else None),
        note=row.note if row.note is not None else (stored.note if stored else ""),
    )


def plan_organizations(checks: OrganizationChecks, plan: ImportPlan) -> None:
    """Add what would change to the plan; ``checks`` found nothing wrong."""
    for code, row in checks.by_code.items():
        wanted, stored = checks.merged[code], checks.present.get(code)
        if stored is None:
            plan.changes.append(
                Change(SHEET, row.row_no, "new", f"{row.name}（{code}）", _place(wanted, checks))
            )
        elif detail := _differences(stored, wanted, checks):
            plan.changes.append(Change(SHEET, row.row_no, "changed", f"{row.name}（{code}）", detail))
        else:
            plan.n_unchanged += 1
            continue
        plan.organizations.append(wanted)
    plan.changes += [
        Change(SHEET, 0, "gone", f"{one.name}（{code}）", "工作簿里没有，系统里保留不动")
        for code, one in checks.present.items()
        if checks.by_code
        and code not in checks.by_code
        and one.abolished_on is None
        and checks.reach.covers(one)
    ]


def _kept(one: PresentOrganization) -> OrganizationData:
    return OrganizationData(
        one.code, one.name, one.kind, one.field, one.superior_code, one.founded_on, one.abolished_on, one.note
    )


def _place(wanted: OrganizationData, checks: OrganizationChecks) -> str:
    superior = checks.merged.get(wanted.superior_code or "")
    return f"{KIND_LABELS[wanted.kind]}，{FIELD_LABELS[wanted.field]}，上级：{superior.name if superior else '无（根组织）'}"


def _differences(stored: PresentOrganization, wanted: OrganizationData, checks: OrganizationChecks) -> str:
    if (
        stored.name, stored.superior_code, stored.kind, stored.field, stored.founded_on, stored.abolished_on, stored.note
    ) == (
        wanted.name, wanted.superior_code, wanted.kind, wanted.field, wanted.founded_on, wanted.abolished_on, wanted.note
    ):  # fmt: skip
        return ""
    pairs: list[tuple[str, object, object]] = [
        ("名称", stored.name, wanted.name),
        ("上级", _name(stored.superior_code, checks), _name(wanted.superior_code, checks)),
        ("类型", KIND_LABELS.get(stored.kind), KIND_LABELS.get(wanted.kind)),
        ("领域", FIELD_LABELS.get(stored.field), FIELD_LABELS.get(wanted.field)),
        ("成立日期", stored.founded_on, wanted.founded_on),
        ("撤销日期", stored.abolished_on, wanted.abolished_on),
        ("备注", stored.note, wanted.note),
    ]
    return describe(pairs)


def _name(code: str | None, checks: OrganizationChecks) -> str:
    one = checks.merged.get(code or "")
    return f"{one.name}（{code}）" if one else ""


def describe(pairs: Sequence[tuple[str, object, object]]) -> str:
    """Return "名称：旧 → 新；…" for the pairs that differ."""
    return "；".join(f"{head}：{_shown(old)} → {_shown(new)}" for head, old, new in pairs if old != new)


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "空")
