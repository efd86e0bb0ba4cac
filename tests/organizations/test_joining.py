"""Merging and splitting: every way they may end, and what is left of the organizations."""

from datetime import UTC, date, datetime

import pytest

from apps.audit.models import AuditEntry
from apps.organizations.domain.tree import NewOrganization
from apps.organizations.errors import (
    CodeTaken,
    CycleInTree,
    HasSubordinates,
    OrganizationGone,
    WrongDates,
    WrongMerger,
)
from apps.organizations.models import Organization, OrganizationChange
from apps.organizations.selectors.history import changes_of, organizations_as_of
from apps.organizations.services import (
    abolish_organization,
    merge_organizations,
    move_organization,
    reinstate_organization,
    rename_organization,
    split_organization,
)
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY, EVE = date(2026, 6, 30), date(2026, 6, 29)


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def merge(world, ids, into, *, on=DAY, **fields):
    values = {"reason": "县委〔2026〕6号", "actor": world.users["clerk"], "at": AT} | fields
    return merge_organizations(ids, into=into, on=on, **values)


def split(world, organization, parts, *, is_closed=False, on=DAY, **fields):
    values = {"reason": "分设", "version": None, "actor": world.users["clerk"], "at": AT} | fields
    return split_organization(organization.pk, parts=parts, is_closed=is_closed, on=on, **values)


def as_of(day):
    return {
        row.code: row.superior.code if row.superior else None
        for row in organizations_as_of(day).select_related("superior")
    }


def joined(world):
    return NewOrganization("J1", "甲乙镇党委", "committee", "rural", world.root.pk)


def test_merge_into_a_new_organization(world):
    goal = merge(world, [world.town.pk, world.other_town.pk], joined(world))

    world.town.refresh_from_db()
    world.branch.refresh_from_db()
    assert (goal.superior, goal.founded_on) == (world.root, DAY)
    assert world.town.abolished_on == DAY
    assert (world.branch.superior, world.branch.path) == (goal, f"{goal.path}{world.branch.pk}/")
    assert as_of(EVE) == {"R": None, "T1": "R", "T2": "R", "B1": "T1"}
    assert as_of(DAY) == {"R": None, "J1": "R", "B1": "J1"}
    towns = {world.town.pk, world.other_town.pk}
    assert set(changes_of(goal).get().counterparts) == towns
    assert [(row.kind, row.counterparts) for row in changes_of(world.town)] == [
        ("founded", []),
        ("merged", [goal.pk]),
    ]
    assert [row.kind for row in changes_of(world.branch)] == ["founded", "moved"]
    entry = AuditEntry.objects.get(action="organizations.merged")
    assert entry.details == {
        "absorbed": ["T1 甲镇党委", "T2 乙镇党委"], "into": "J1 甲乙镇党委", "on": "2026-06-30", "reason": "县委〔2026〕6号",
        "n_moved": 1, "end_appointments": False,
    }  # fmt: skip


def test_merge_into_an_existing_organization(world):
    goal = merge(world, [world.town.pk], world.other_town.pk)

    assert goal == world.other_town
    assert as_of(DAY) == {"R": None, "T2": "R", "B1": "T2"}
    last = changes_of(world.other_town).last()
    assert (last.kind, last.after, last.counterparts) == ("merged", {}, [world.town.pk])


def test_merge_takes_a_superior_together_with_its_subordinate(world):
    leaf = make_organization(superior=world.branch, code="L1")

    merge(world, [world.town.pk, world.branch.pk], world.other_town.pk)

    leaf.refresh_from_db()
    assert leaf.superior == world.other_town
    assert as_of(DAY) == {"R": None, "T2": "R", "L1": "T2"}


def test_merge_takes_a_superior_together_with_one_further_down(world):
    middle = make_organization(superior=world.branch, code="M1")
    leaf = make_organization(superior=middle, code="L1")

    merge(world, [world.town.pk, middle.pk], world.other_town.pk)

    leaf.refresh_from_db()
    assert (leaf.superior, leaf.path) == (world.other_town, f"{world.other_town.path}{leaf.pk}/")
    assert as_of(DAY) == {"R": None, "T2": "R", "B1": "T2", "L1": "T2"}


def test_merge_twice_is_refused_with_the_reason(world):
    merge(world, [world.town.pk], world.other_town.pk)

    with pytest.raises(OrganizationGone, match="“甲镇党委”已于 2026-06-30 撤销"):
        merge(world, [world.town.pk], world.root.pk)


@pytest.mark.parametrize(
    ("absorbed", "into"),
    [(["town"], "town"), (["town"], "branch"), (["town", "town"], "other_town"), (["town"], None), (["root", "town"], None)],
)  # fmt: skip
def test_merge_refuses_what_cannot_be_joined(world, absorbed, into):
    ids = [getattr(world, name).pk for name in absorbed]
    goal = getattr(world, into).pk if into else joined(world)

    with pytest.raises(WrongMerger):
        merge(world, ids, goal)

    assert not Organization.objects.filter(abolished_on__isnull=False).exists()


def test_merge_refuses_a_used_code_and_keeps_everything(world):
    used = NewOrganization("B1", "新镇党委", "committee", "rural", world.root.pk)

    with pytest.raises(CodeTaken):
        merge(world, [world.town.pk, world.other_town.pk], used)

    assert as_of(DAY) == {"R": None, "T1": "R", "T2": "R", "B1": "T1"}


def test_merge_refuses_days_that_contradict_later_changes(world, clerk):
    rename_organization(
        world.town.pk,
        name="甲街道党工委",
        on=date(2026, 8, 1),
        reason="撤镇设街",
        version=None,
        actor=clerk,
        at=AT,
    )

    with pytest.raises(WrongDates, match="2026-08-01 有“更名”的记录"):
        merge(world, [world.town.pk], world.other_town.pk)


def test_merge_refuses_a_goal_that_did_not_exist_yet(world):
    young = make_organization(superior=world.root, name="新镇党委", founded_on=date(2026, 7, 1))

    with pytest.raises(WrongDates, match="“新镇党委”2026-07-01 才成立"):
        merge(world, [world.town.pk], young.pk)


def test_merge_refuses_when_a_subordinate_left_later(world, clerk):
    move_organization(
        world.branch.pk,
        superior_id=world.other_town.pk,
        on=date(2026, 9, 1),
        version=None,
        actor=clerk,
        at=AT,
    )

    with pytest.raises(WrongDates, match="到 2026-09-01 为止还是“甲镇党委”的下级"):
        merge(world, [world.town.pk], world.other_town.pk)


def test_future_is_refused(world):
    with pytest.raises(WrongDates, match="还没有到"):
        merge(world, [world.town.pk], world.other_town.pk, on=date(2026, 12, 2))


def test_split_and_live_on(world):
    leaf = make_organization(superior=world.branch, code="L1")
    parts = [
        NewOrganization("S1", "一村一支部", "branch", "rural", subordinate_ids=(leaf.pk,)),
        NewOrganization("S2", "一村二支部", "branch", "rural"),
    ]

    made = split(world, world.branch, parts)

    assert as_of(DAY) == {"R": None, "T1": "R", "T2": "R", "B1": "T1", "S1": "T1", "S2": "T1", "L1": "S1"}
    assert as_of(EVE) == {"R": None, "T1": "R", "T2": "R", "B1": "T1", "L1": "B1"}
    last = changes_of(world.branch).last()
    assert (last.kind, last.counterparts) == ("split", [one.pk for one in made])
    assert changes_of(made[0]).get().counterparts == [world.branch.pk]
    assert AuditEntry.objects.get(action="organizations.split").details["parts"] == [
        "S1 一村一支部",
        "S2 一村二支部",
    ]


def test_split_and_close(world):
    part = NewOrganization(
        "S1", "甲街道党工委", "work_committee", "urban", subordinate_ids=(world.branch.pk,)
    )

    split(world, world.town, [part], is_closed=True)

    assert as_of(DAY) == {"R": None, "S1": "R", "T2": "R", "B1": "S1"}
    assert changes_of(world.town).last().after == {"exists": False}


def test_split_refuses_subordinates_without_a_place(world):
    with pytest.raises(HasSubordinates, match="还有 1 个下级没有去向"):
        split(
            world,
            world.town,
            [NewOrganization("S1", "甲街道党工委", "work_committee", "urban")],
            is_closed=True,
        )

    assert not Organization.objects.filter(code="S1").exists()


def test_split_refuses_the_root_nothing_and_a_subordinate_named_twice(world):
    part = NewOrganization("S1", "新", "branch", "urban", subordinate_ids=(world.branch.pk,))
    other = NewOrganization("S2", "新二", "branch", "urban", subordinate_ids=(world.branch.pk,))

    for organization, parts in ((world.root, [part]), (world.town, []), (world.town, [part, other])):
        with pytest.raises(WrongMerger):
            split(world, organization, parts)


def test_split_refuses_whoever_is_not_right_below(world):
    leaf = make_organization(superior=world.branch, code="L1", name="一小组")
    stranger = make_organization(superior=None, code="X1", name="外单位")
    part = NewOrganization(
        "S1", "新", "branch", "urban", subordinate_ids=(world.branch.pk, leaf.pk, stranger.pk)
    )

    with pytest.raises(WrongMerger) as refused:
        split(world, world.town, [part])

    assert f"“一小组”、编号 {stranger.pk}现在不是“甲镇党委”的直接下级" in refused.value.message
    assert not Organization.objects.filter(code="S1").exists()


def test_split_refuses_an_abolished_organization(world, clerk):
    abolish_organization(world.branch.pk, on=DAY, version=None, actor=clerk, at=AT)

    with pytest.raises(OrganizationGone):
        split(world, world.branch, [NewOrganization("S1", "新", "branch", "urban")])


def test_move_refuses_a_day_on_which_it_would_be_a_circle(world, clerk):
    """The other town stood below the town until September: before that the town cannot go below it."""
    move_organization(
        world.other_town.pk, superior_id=world.town.pk, on=date(2026, 1, 1), version=None, actor=clerk, at=AT
    )
    move_organization(
        world.other_town.pk, superior_id=world.root.pk, on=date(2026, 9, 1), version=None, actor=clerk, at=AT
    )

    with pytest.raises(CycleInTree, match="曾在“甲镇党委”之下"):
        move_organization(
            world.town.pk, superior_id=world.other_town.pk, on=DAY, version=None, actor=clerk, at=AT
        )
    move_organization(
        world.town.pk, superior_id=world.other_town.pk, on=date(2026, 9, 1), version=None, actor=clerk, at=AT
    )

    assert as_of(date(2026, 8, 31))["T2"] == "T1"
    assert as_of(date(2026, 9, 1))["T1"] == "T2"


def test_reinstate_on_a_day_and_as_a_mistake(world, clerk):
    for organization, on in ((world.branch, date(2026, 9, 1)), (world.other_town, None)):
        abolish_organization(organization.pk, on=DAY, version=None, actor=clerk, at=AT)
        reinstate_organization(organization.pk, on=on, reason="恢复", actor=clerk, at=AT)

    assert as_of(DAY) == {"R": None, "T1": "R", "T2": "R"}
    assert as_of(date(2026, 9, 1)) == {"R": None, "T1": "R", "T2": "R", "B1": "T1"}


def test_history_is_never_changed_nor_removed(world):
    from django.db.utils import InternalError

    with pytest.raises(InternalError, match="Cannot update or delete"):
        OrganizationChange.objects.filter(organization=world.town).update(reason="改写")
