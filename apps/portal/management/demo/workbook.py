"""The demonstration district as a roster workbook, so that it comes in by the door everybody uses."""

from datetime import date
from io import BytesIO

from openpyxl import Workbook

from apps.organizations.domain.fields import PRESET_FIELDS
from apps.organizations.domain.kinds import OrganizationKind
from apps.portal.management.demo.people import people
from apps.portal.management.demo.places import ROOT_CODE, ROOT_NAME, units

ORGANIZATION_HEAD = ("编码*", "名称*", "上级编码", "类型*", "领域*", "成立日期", "撤销日期", "备注")
SECRETARY_HEAD = ("姓名*", "性别", "出生年月", "手机", "党组织编码*", "职务*", "任职日期*", "免职日期")
FOUNDED = date(2006, 7, 1)


def roster_workbook(*, year: int, scale: int = 1) -> bytes:
    """Return the workbook of the district as it stands in ``year``; ``scale`` multiplies the branches."""
    book = Workbook()
    organizations = book.active
    assert organizations is not None  # noqa: S101 -- a new workbook has a sheet
    organizations.title = "党组织"
    secretaries = book.create_sheet("书记")
    organizations.append(ORGANIZATION_HEAD)
    secretaries.append(SECRETARY_HEAD)
    organizations.append((ROOT_CODE, ROOT_NAME, None, "党委", PRESET_FIELDS["agency"], FOUNDED, None, None))
    names = people(seed=2026)
    for no, unit in enumerate(units()):
        organizations.append(
            (unit.code, unit.name, ROOT_CODE, unit.kind.label, PRESET_FIELDS[unit.field], FOUNDED, None, None)
        )
        post = "党组书记" if unit.kind is OrganizationKind.LEADING_GROUP else "党组织书记"
        secretaries.append(_person(next(names), unit.code, post, date(year - 1 - no % 4, 3 + no % 6, 15)))
        for copy in range(scale):
            for place, branch in enumerate(unit.branches, start=1):
                code = f"{unit.code}-{copy * len(unit.branches) + place:03}"
                name = branch if copy == 0 else f"{branch}（{copy + 1}）"
                organizations.append(
                    (code, name, unit.code, "党支部", PRESET_FIELDS[unit.field], FOUNDED, None, None)
                )
                secretaries.append(
                    _person(next(names), code, "党支部书记", date(year - 1 - place % 3, 5, 10))
                )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _person(who: tuple[str, str, date, str], code: str, post: str, started_on: date) -> tuple[object, ...]:
    name, gender, born_on, phone = who
    return (name, "男" if gender == "male" else "女", born_on, phone, code, post, started_on, None)
