"""Taking back what was recorded by mistake: everything is as it was, on every day, and the log says why."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.organizations.domain.tree import NewOrganization
from apps.organizations.errors import CannotTakeBack
from apps.organizations.models import Organization
from apps.organizations.selectors.history import changes_of, organizations_as_of
from apps.organizations.services import (
    abolish_organization,
    create_organization,
    merge_organizations,
    move_organization,
    rename_organization,
    split_organization,
    take_back_last_act,
)
from apps.secretaries.models import Appointment
from apps.secretaries.services import appoint
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_secretary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 30)
BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW = NewOrganization("J1", "甲乙镇党委", "committee", "rural")


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def merge(world, absorbed, into, **more):
    new = NewOrganization("J1", "甲乙镇党委", "committee", "rural", world.root.pk)
    ids, actor = [one.pk for one in absorbed], world.users["clerk"]
    return merge_organizations(ids, into=into or new, on=DAY, reason="县委批复", actor=actor, at=AT, **more)


def split(world, organization, below=()):
    part = NewOrganization(
        "S1", "甲街道党工委", "work_committee", "urban", subordinate_ids=tuple(one.pk for one in below)
    )
    return split_organization(
        organization.pk, parts=[part], is_closed=True, on=DAY, reason="分设", version=None,
        actor=world.users["clerk"], at=AT,
    )  # fmt: skip


def take_back(world, organization, at=AT + timedelta(hours=1)):
    return take_back_last_act(organization.pk, reason="选错了组织", actor=world.users["clerk"], at=at)


def trees():
    """The tree now, and on days before, on and after the act."""
    now = set(
        Organization.objects.filter(abolished_on=None).values_list(
            "code", "name", "superior", "path", "depth"
        )
    )
    days = (DAY - timedelta(1), DAY, DAY + timedelta(1))
    return [
        now,
        *(
            {(one.organization_id, one.code, one.name, one.superior_id) for one in organizations_as_of(day)}
            for day in days
        ),
    ]


def acts(world):
    """Every kind of act, with the organization on whose page it is taken back."""
    leaf = make_organization(superior=world.branch)
    towns = [world.town, world.other_town]
    return {
        "merge into a new one": lambda: (merge(world, towns, None), world.town)[1],
        "merge, from the new one": lambda: merge(world, towns, None),
        "merge into another": lambda: (merge(world, [world.town], world.other_town.pk), world.other_town)[1],
        "merge with its subordinate": lambda: (merge(world, [world.town, world.branch], None), world.branch)[
            1
        ],
        "split": lambda: (split(world, world.town, [world.branch]), world.town)[1],
        "abolish": lambda: abolish_organization(
            leaf.pk, on=DAY, version=None, actor=world.users["clerk"], at=AT
        ),
    }


@pytest.mark.parametrize(
    "act",
    ["merge into a new one", "merge, from the new one", "merge into another", "merge with its subordinate", "split", "abolish"],
)  # fmt: skip
def test_everything_is_as_it_was(world, act):
    do = acts(world)[act]
    before = trees()
    organization = do()
    assert trees() != before

    take_back(world, organization)

    assert trees() == before
    last = changes_of(organization).last()
    assert (last.kind, last.reason) == ("taken_back", "选错了组织")
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.details["reason"]) == ("organizations.taken_back", "选错了组织")


def test_it_can_be_done_right_with_the_same_code_and_not_taken_back_twice(world):
    merge(world, [world.town, world.other_town], None)
    take_back(world, world.town)

    with pytest.raises(CannotTakeBack, match="没有可以撤回"):
        take_back(world, world.town)
    assert merge(world, [world.town, world.branch], None).code == "J1"


def test_posts_ended_with_it_are_held_on(world, clerk):
    merge(world, [world.town, world.other_town], None, end_appointments=True)
    ended = Appointment.objects.get(pk=world.appointment.pk)

    take_back(world, world.town)

    again = Appointment.objects.get(pk=world.appointment.pk)
    assert (ended.ended_on, ended.end_reason) == (DAY, "abolished")
    assert (again.ended_on, again.end_reason) == (None, "")


def rename_since(world, made):
    rename_organization(
        made.pk, name="新名", on=DAY, reason="", version=None, actor=None, at=AT + timedelta(1)
    )


def move_since(world, made):
    other = make_organization(superior=world.root)
    move_organization(
        world.branch.pk, superior_id=other.pk, on=DAY, version=None, actor=None, at=AT + timedelta(1)
    )


def found_since(world, made):
    create_organization(
        code="N1", name="新支部", kind="branch", field="rural", superior_id=made.pk, founded_on=DAY, actor=None,
        at=AT + timedelta(minutes=1),
    )  # fmt: skip


def appoint_since(world, made):
    appoint(
        make_secretary(name="新任").pk,
        organization_id=made.pk,
        post="党委书记",
        started_on=DAY,
        actor=None,
        at=AT,
    )


@pytest.mark.parametrize(
    ("since", "words"),
    [(rename_since, "又有“更名”"), (move_since, "又有“调整隶属”"), (found_since, "后来又有了“新支部”"), (appoint_since, "新任")],
)  # fmt: skip
def test_what_rests_on_it_is_named(world, since, words):
    made = merge(world, [world.town, world.other_town], None)
    since(world, made)

    with pytest.raises(CannotTakeBack, match=words):
        take_back(world, world.town)

    assert Organization.objects.get(pk=world.town.pk).abolished_on == DAY


def test_old_acts_and_other_changes_stay(world):
    merge(world, [world.town], world.other_town.pk)

    with pytest.raises(CannotTakeBack, match="30 天"):
        take_back(world, world.town, at=AT + timedelta(31))
    with pytest.raises(CannotTakeBack):
        take_back(world, world.branch)  # only moved along: it is taken back where it was recorded


def test_what_touches_another_department_is_its_superiors(world):
    merge(world, [world.town], world.other_town.pk)

    with pytest.raises(CannotTakeBack, match="不在您的范围内"):
        take_back_last_act(world.town.pk, reason="x", actor=world.users["outsider_clerk"], at=AT)


def test_page_says_what_it_does_and_does_it(world, client, clerk):
    client.force_login(clerk, backend=BACKEND)
    client.post(
        reverse("organizations:organization_abolish", args=[world.branch.pk]),
        {"on": "2026-06-30", "reason": "选错", "version": world.branch.version},
    )
    url = reverse("organizations:organization_take_back", args=[world.branch.pk])

    history = client.get(reverse("organizations:organization_history", args=[world.branch.pk]))
    asked = client.get(url).content.decode()
    done = client.post(url, {"reason": "选错了"}, follow=True).content.decode()

    assert url in history.content.decode()
    assert "“甲镇一村党支部”恢复" in asked
    assert "恢复到登记以前的样子" in done
    assert client.get(url).status_code == 302
