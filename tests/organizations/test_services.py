"""Every way a write of the tree may end."""

from datetime import UTC, date, datetime

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.organizations.domain.tree import PATH_LENGTH, OrganizationData
from apps.organizations.errors import (
    CodeTaken,
    CycleInTree,
    HasSubordinates,
    SecondRoot,
    SuperiorAbolished,
    TreeTooDeep,
    WrongDates,
)
from apps.organizations.models import Organization
from apps.organizations.services import (
    abolish_organization,
    create_organization,
    edit_organization,
    move_organization,
    reinstate_organization,
    save_roster_organizations,
)
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def create(superior, *, code="N1", actor=None):
    return create_organization(
        code=code, name="新党支部", kind="branch", field="rural", superior_id=superior.pk if superior else None,
        actor=actor, at=AT,
    )  # fmt: skip


def actions():
    rows = AuditEntry.objects.filter(object_type="organizations.organization").order_by("seq")
    return list(rows.values_list("action", flat=True))


def test_create_below_a_superior(world, clerk):
    made = create(world.town, actor=clerk)

    assert (made.path, made.depth) == (f"{world.town.path}{made.pk}/", 2)
    assert made.pinyin_key.startswith("XinDangZhiBu")
    assert actions() == ["organizations.created"]


def test_create_the_first_root():
    made = create(None)

    assert (made.path, made.depth, made.superior) == (f"{made.pk}/", 0, None)


def test_create_refuses_a_second_root(world, clerk):
    with pytest.raises(SecondRoot):
        create(None, actor=clerk)


def test_create_refuses_a_used_code(world, clerk):
    with pytest.raises(CodeTaken, match="编码“T1”已被“甲镇党委”使用"):
        create(world.root, code="T1", actor=clerk)


def test_create_refuses_an_abolished_superior(world, clerk):
    gone = make_organization(superior=world.root, abolished_on=date(2020, 1, 1))

    with pytest.raises(SuperiorAbolished):
        create(gone, actor=clerk)


def test_edit_keeps_what_stood_there_in_the_log(world, clerk):
    edited = edit_organization(
        world.branch.pk,
        changes={"name": "甲镇一村党总支", "kind": "general_branch"},
        version=1,
        actor=clerk,
        at=AT,
    )

    assert (edited.name, edited.kind, edited.field, edited.version) == (
        "甲镇一村党总支",
        "general_branch",
        "rural",
        2,
    )
    assert edited.pinyin_key.startswith("JiaZhenYiCunDangZongZhi")
    assert AuditEntry.objects.get(action="organizations.edited").details == {
        "name": ["甲镇一村党支部", "甲镇一村党总支"],
        "kind": ["branch", "general_branch"],
    }


def test_edit_with_nothing_new_changes_nothing(world, clerk):
    edited = edit_organization(
        world.branch.pk, changes={"name": world.branch.name}, version=1, actor=clerk, at=AT
    )

    assert (edited.version, actions()) == (1, [])


def test_edit_refuses_a_stale_version(world, clerk):
    edit_organization(world.branch.pk, changes={"name": "先存的"}, version=1, actor=clerk, at=AT)

    with pytest.raises(StaleVersion):
        edit_organization(world.branch.pk, changes={"name": "后存的"}, version=1, actor=clerk, at=AT)

    assert Organization.objects.get(pk=world.branch.pk).name == "先存的"


def test_edit_refuses_a_used_code(world, clerk):
    with pytest.raises(CodeTaken):
        edit_organization(world.branch.pk, changes={"code": "T1"}, version=1, actor=clerk, at=AT)


def test_edit_refuses_founding_after_abolition(clerk, world):
    gone = make_organization(superior=world.root, abolished_on=date(2020, 1, 1))

    with pytest.raises(WrongDates):
        edit_organization(gone.pk, changes={"founded_on": date(2021, 1, 1)}, version=1, actor=clerk, at=AT)


def test_move_takes_the_whole_subtree_along(world, clerk):
    leaf = make_organization(superior=world.branch)

    moved = move_organization(world.branch.pk, superior_id=world.other_town.pk, version=1, actor=clerk, at=AT)

    leaf.refresh_from_db()
    assert (moved.superior, moved.path) == (world.other_town, f"{world.other_town.path}{moved.pk}/")
    assert (leaf.path, leaf.depth) == (f"{moved.path}{leaf.pk}/", 3)
    assert AuditEntry.objects.get(action="organizations.moved").details == {
        "superior": ["甲镇党委", "乙镇党委"],
        "on": "2026-12-01",
        "reason": "",
    }


def test_move_leaves_neighbours_with_longer_numbers_alone(world, clerk):
    """1/2/ must not drag 1/21/ along."""
    neighbour = make_organization(superior=world.root)
    Organization.objects.filter(pk=neighbour.pk).update(path=f"{world.branch.path.rstrip('/')}1/")

    move_organization(world.branch.pk, superior_id=world.other_town.pk, version=1, actor=clerk, at=AT)

    neighbour.refresh_from_db()
    assert neighbour.path == f"{world.branch.path.rstrip('/')}1/"


def test_move_up_again_restores_paths(world, clerk):
    leaf = make_organization(superior=world.branch)
    before = leaf.path

    move_organization(world.branch.pk, superior_id=world.root.pk, version=1, actor=clerk, at=AT)
    move_organization(world.branch.pk, superior_id=world.town.pk, version=2, actor=clerk, at=AT)

    leaf.refresh_from_db()
    assert (leaf.path, leaf.depth) == (before, 3)


def test_move_to_where_it_is_changes_nothing(world, clerk):
    move_organization(world.branch.pk, superior_id=world.town.pk, version=1, actor=clerk, at=AT)

    assert actions() == []


@pytest.mark.parametrize("below", ["town", "branch"])
def test_move_refuses_a_circle(world, clerk, below):
    with pytest.raises(CycleInTree):
        move_organization(world.town.pk, superior_id=getattr(world, below).pk, version=1, actor=clerk, at=AT)


def test_move_refuses_an_abolished_superior(world, clerk):
    gone = make_organization(superior=world.root, abolished_on=date(2020, 1, 1))

    with pytest.raises(SuperiorAbolished):
        move_organization(world.branch.pk, superior_id=gone.pk, version=1, actor=clerk, at=AT)


def test_move_refuses_what_no_longer_fits(world, clerk):
    deep = make_organization(superior=world.branch)
    fill = "9" * (PATH_LENGTH - len(deep.path) - 1)
    Organization.objects.filter(pk=deep.pk).update(path=f"{deep.path}{fill}/")
    target = make_organization(superior=make_organization(superior=world.other_town))

    with pytest.raises(TreeTooDeep):
        move_organization(world.branch.pk, superior_id=target.pk, version=1, actor=clerk, at=AT)


def test_abolish_and_again(world, clerk):
    abolish_organization(world.branch.pk, on=date(2026, 6, 30), version=1, actor=clerk, at=AT)
    again = abolish_organization(world.branch.pk, on=date(2026, 7, 1), version=2, actor=clerk, at=AT)

    assert again.abolished_on == date(2026, 6, 30)
    assert actions() == ["organizations.abolished"]


def test_abolish_refuses_while_subordinates_live(world, clerk):
    with pytest.raises(HasSubordinates, match="还有 1 个下级"):
        abolish_organization(world.town.pk, on=date(2026, 6, 30), version=1, actor=clerk, at=AT)


def test_abolish_refuses_a_day_before_founding(world, clerk):
    young = make_organization(superior=world.root, founded_on=date(2025, 1, 1))

    with pytest.raises(WrongDates):
        abolish_organization(young.pk, on=date(2024, 1, 1), version=1, actor=clerk, at=AT)


def test_reinstate_and_again(world, clerk):
    gone = make_organization(superior=world.town, abolished_on=date(2020, 1, 1))

    reinstate_organization(gone.pk, actor=clerk, at=AT)
    again = reinstate_organization(gone.pk, actor=clerk, at=AT)

    assert again.abolished_on is None
    assert actions() == ["organizations.reinstated"]


def test_reinstate_refuses_below_an_abolished_superior(world, clerk):
    upper = make_organization(superior=world.town, abolished_on=date(2020, 1, 1))
    gone = make_organization(superior=upper, abolished_on=date(2020, 1, 1))

    with pytest.raises(SuperiorAbolished):
        reinstate_organization(gone.pk, actor=clerk, at=AT)


def test_roster_rows_cost_the_same_for_one_and_for_many(world, django_assert_num_queries):
    def rows(prefix, n):
        return [OrganizationData(f"{prefix}{i}", f"组织{i}", "branch", "rural", "T1") for i in range(n)]

    for prefix, n in (("N", 1), ("M", 200)):
        with django_assert_num_queries(9):
            save_roster_organizations(rows(prefix, n))

    assert Organization.objects.filter(superior=world.town).count() == 202
