"""The district itself: roster by workbook, then accounts for every role."""

from dataclasses import dataclass
from datetime import date, datetime

from apps.accounts.domain.roles import Role
from apps.accounts.models import User
from apps.accounts.services import create_account, create_secretary_accounts, grant_role, reset_password
from apps.organizations.models import Organization
from apps.portal.management.demo.workbook import roster_workbook
from apps.rosters.services import check_workbook, confirm_import
from apps.secretaries.domain.terms import USUAL_YEARS
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.services import record_election

ROOT_CODE = "QH"
STAFF = (
    ("jingban", "组织部经办", Role.CLERK, ROOT_CODE),
    ("fuze", "组织部负责人", Role.HEAD, ROOT_CODE),
    ("liuwan", "柳湾镇组织委员", Role.CLERK, "QH-N01"),
    ("lingdao", "点评领导", Role.LEADER, ROOT_CODE),
    ("jijian", "纪检干部", Role.DISCIPLINE, ROOT_CODE),
    ("xitong", "系统管理员", Role.SYSTEM_ADMIN, None),
    ("anquan", "安全管理员", Role.SECURITY_ADMIN, None),
    ("shenji", "审计管理员", Role.AUDIT_ADMIN, None),
)
SHOWN_SECRETARY = "QH-N01"
ELECTIONS = 30


@dataclass(frozen=True, slots=True)
class Login:
    """What is printed once."""

    role: str
    username: str
    password: str

    @property
    def line(self) -> str:
        """The line people read: user name, one-time password, role."""
        return f"{self.username:<10} {self.password:<18} {self.role}"


def build_district(*, year: int, scale: int, at: datetime) -> None:
    """Import the roster and open the accounts; ``renew_logins`` gives them passwords that people may use."""
    workbook = roster_workbook(year=year, scale=scale)
    confirm_import(check_workbook("青禾区花名册.xlsx", workbook, actor=None, at=at).pk, actor=None, at=at)
    _hold_elections(year, at)
    codes = dict(Organization.objects.filter(depth__lte=1).values_list("code", "pk"))
    for username, display_name, role, code in STAFF:
        account = create_account(username, display_name, actor=None, at=at)
        grant_role(
            account.user.pk, role=role.value, scope_id=codes[code] if code else None, actor=None, at=at
        )
    _open_secretaries(at)


def _hold_elections(year: int, at: datetime) -> None:
    """Record the last election of the larger units, so that the due list has something to show; none is due soon."""
    units = Organization.objects.filter(depth=1, kind__in=USUAL_YEARS).order_by("code")
    for no, unit in enumerate(units[:ELECTIONS]):
        record_election(unit.pk, held_on=date(year - 1 - no % 2, 5 + no % 6, 20), actor=None, at=at)


def _open_secretaries(at: datetime) -> None:
    """Open an account for every secretary right below the district."""
    clerk = User.objects.get(username="jingban")
    units = Organization.objects.filter(depth=1)
    people = Secretary.objects.filter(appointments__organization__in=units).distinct()
    create_secretary_accounts(people, actor=clerk, at=at)


def renew_logins(*, at: datetime) -> list[Login]:
    """Give the demonstration's accounts new one-time passwords.

    :raises User.DoesNotExist: this is no demonstration district.
    """
    shown = Appointment.objects.select_related("organization", "secretary__user").get(
        organization__code=SHOWN_SECRETARY, ended_on=None
    )
    secretary = shown.secretary.user
    people = [
        (f"{role.label}（{called}）", User.objects.get(username=name)) for name, called, role, _ in STAFF
    ]
    people.append((f"党组织书记（{shown.organization}）", secretary))
    return [Login(label, user.username, reset_password(user.pk, actor=None, at=at)) for label, user in people]
