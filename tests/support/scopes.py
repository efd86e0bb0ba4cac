"""Random districts, and who may see what of them by the plainest of all walks: up the superiors, one by one."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from apps.accounts.models import RoleAssignment, User
from apps.common.errors import DomainError
from apps.organizations.models import Organization
from apps.organizations.services import abolish_organization, merge_organizations, move_organization
from apps.secretaries.models import Appointment, Secretary
from tests.factories.organizations import make_organization

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
SCOPED = ("clerk", "head", "leader", "discipline")
DEPARTMENT = ("clerk", "head")


@dataclass(frozen=True)
class Plan:
    """``superiors[n]`` is the place above organization n + 1; places count from 0, the root. Places wrap around."""

    superiors: list[int]
    acts: list[tuple[str, int, int]]
    posts: list[tuple[int, int, bool]]  # person, organization, in office
    grants: list[tuple[int, str, int]]  # account, role, organization


@st.composite
def plans(draw, most=14):
    """Return a random tree, what happens to it, who serves where, and which account covers what."""
    n = draw(st.integers(2, most))
    place = st.integers(0, n - 1)
    return Plan(
        [draw(st.integers(0, below)) for below in range(n - 1)],
        draw(
            st.lists(
                st.tuples(st.sampled_from(["move", "move", "merge", "abolish"]), place, place), max_size=6
            )
        ),
        draw(st.lists(st.tuples(st.integers(0, 5), place, st.booleans()), max_size=8)),
        draw(
            st.lists(
                st.tuples(st.integers(0, 3), st.sampled_from(SCOPED), place),
                min_size=1,
                max_size=6,
                unique=True,
            )
        ),
    )


@dataclass
class District:
    """A plan carried out."""

    organizations: list[Organization]
    people: dict[int, Secretary] = field(default_factory=dict)
    accounts: dict[int, User] = field(default_factory=dict)

    def superiors(self):
        return dict(Organization.objects.values_list("pk", "superior_id"))

    def inside(self, user, *roles):
        """Return the ids of the organizations that stand under one the account covers in one of the roles."""
        above = self.superiors()
        tops = set(user.roles.filter(role__in=roles).values_list("scope_id", flat=True))
        return {pk for pk in above if tops & set(_way_up(pk, above))}

    def serving(self, places):
        """Return the ids of the people who hold or held a post at one of these places."""
        return {one.secretary_id for one in Appointment.objects.all() if one.organization_id in places}


def _way_up(pk, above):
    while pk is not None:
        yield pk
        pk = above[pk]


def carry_out(plan):
    """Build the district: found it, move and merge through the services, appoint, give roles."""
    district = District([make_organization(code="C000", name="组织0000", initials_key="zz0000")])
    for number, superior in enumerate(plan.superiors, start=1):
        found = make_organization(
            superior=district.organizations[superior],
            code=f"C{number:03d}",
            name=f"组织{number:04d}",
            initials_key=f"zz{number:04d}",
        )
        district.organizations.append(found)
    for act in plan.acts:
        _happen(district, *act)
    for place in plan.posts:
        _appoint(district, *place)
    for grant in plan.grants:
        _grant(district, *grant)
    return district


def _happen(district, act, one, other):
    first, second = district.organizations[one].pk, district.organizations[other].pk
    by = {"reason": "批复", "actor": None, "at": AT}
    try:
        if act == "move":
            move_organization(first, superior_id=second, version=None, **by)
        elif act == "merge":
            merge_organizations([first], into=second, on=DAY, **by)
        else:
            abolish_organization(first, on=DAY, version=None, **by)
    except DomainError:
        pass  # a broken rule changes nothing


def _appoint(district, person, place, in_office):
    secretary = district.people.get(person)
    if secretary is None:
        secretary = Secretary.objects.create(
            name=f"书记{person}号", pinyin_key=f"sj{person}", stroke_key=str(person)
        )
        district.people[person] = secretary
        user = User.objects.create(
            username=f"sec{person}", display_name=f"书记{person}号", secretary=secretary
        )
        RoleAssignment.objects.create(user=user, role="secretary")
    Appointment.objects.get_or_create(
        secretary=secretary, organization=district.organizations[place], post="委员", kind="other",
        started_on=date(2020, 1, 1), defaults={"ended_on": None if in_office else date(2024, 1, 1)},
    )  # fmt: skip


def _grant(district, account, role, place):
    user = district.accounts.get(account)
    if user is None:
        user = User.objects.create(username=f"acc{account}", display_name=f"账号{account}号", password="!")
        district.accounts[account] = user
    RoleAssignment.objects.get_or_create(user=user, role=role, scope=district.organizations[place])
