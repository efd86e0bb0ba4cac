"""What happens to organizations later leaves past years as they were; what was stored before history was kept has one."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.cycles.models import Reviewee
from apps.organizations import services
from apps.organizations.domain.tree import NewOrganization, OrganizationData
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod
from apps.organizations.selectors.history import organizations_as_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
WHO = {"actor": None, "at": AT}


def test_rename_field_move_and_merger_leave_an_open_cycle_as_it_was(world):
    before = list(Reviewee.objects.order_by("pk").values())
    titles = [str(one) for one in world.cycle.reviewees.all()]
    town = world.town.pk

    services.rename_organization(
        town, name="甲街道党工委", on=date(2026, 3, 1), reason="撤镇设街", version=None, **WHO
    )
    services.edit_organization(town, changes={"field": "urban"}, on=date(2026, 3, 1), version=None, **WHO)
    services.move_organization(
        town, superior_id=world.other_town.pk, on=date(2026, 4, 1), version=None, **WHO
    )
    new = NewOrganization("J1", "新街道党工委", "work_committee", "urban", world.root.pk)
    services.merge_organizations(
        [town, world.other_town.pk], into=new, on=date(2026, 5, 1), reason="合并", **WHO
    )

    assert list(Reviewee.objects.order_by("pk").values()) == before
    assert [str(one) for one in world.cycle.reviewees.all()] == titles == ["甲镇党委 甲书记"]
    assert [one.field for one in world.cycle.reviewees.all()] == ["rural"]
    then = organizations_as_of(date(2026, 2, 28)).get(organization=town)
    assert (then.name, then.field, then.superior) == ("甲镇党委", "rural", world.root)


def test_organizations_stored_before_get_their_history():
    """The migration gives each its founding, its abolition and its initials, once."""
    migration = import_module("apps.organizations.migrations.0004_history_of_existing")
    root = Organization.objects.create(
        code="R", name="区委", kind="committee", field="agency", path="1/", pinyin_key="q", stroke_key="q",
        founded_on=date(2000, 1, 1), abolished_on=date(2010, 1, 1),
    )  # fmt: skip
    undated = Organization.objects.create(
        code="U",
        name="甲镇党委",
        kind="committee",
        field="rural",
        path="2/",
        superior=root,
        pinyin_key="j",
        stroke_key="j",
    )

    for _ in range(2):
        with connection.schema_editor() as editor:
            migration.fill(apps, editor)

    kinds = OrganizationChange.objects.order_by("pk").values_list("organization__code", "kind", "on")
    assert list(kinds) == [
        ("R", "founded", date(2000, 1, 1)),
        ("U", "founded", None),
        ("R", "abolished", date(2010, 1, 1)),
    ]
    periods = OrganizationPeriod.objects.order_by("code").values_list(
        "code", "begins_on", "ends_on", "superior"
    )
    assert list(periods) == [("R", date(2000, 1, 1), date(2010, 1, 1), None), ("U", None, None, root.pk)]
    undated.refresh_from_db()
    assert undated.initials_key == "jzdw"


def test_first_change_of_an_organization_without_history_tells_its_past_too(world):
    """Rows made by hand have none; nothing of what they were is lost."""
    made = Organization.objects.create(
        code="H", name="手工支部", kind="branch", field="rural", superior=world.town, path=f"{world.town.path}9/",
        pinyin_key="s", stroke_key="s", founded_on=date(2020, 1, 1),
    )  # fmt: skip

    services.rename_organization(made.pk, name="新支部", on=date(2026, 1, 1), reason="", version=None, **WHO)

    periods = OrganizationPeriod.objects.filter(organization=made).order_by("begins_on")
    assert list(periods.values_list("name", "begins_on", "ends_on")) == [
        ("手工支部", date(2020, 1, 1), date(2026, 1, 1)),
        ("新支部", date(2026, 1, 1), None),
    ]


def test_roster_that_changes_many_costs_the_same_and_tells_each_change(world, django_assert_num_queries):
    def rows(n, name):
        return [OrganizationData(f"N{i}", f"{name}{i}", "branch", "rural", "T1") for i in range(n)]

    services.save_roster_organizations(rows(200, "旧"), at=AT)
    for n in (1, 200):
        with django_assert_num_queries(12):
            services.save_roster_organizations(rows(n, f"新{n}"), at=AT)

    changes = OrganizationChange.objects.filter(organization__code="N0").order_by("pk")
    assert list(changes.values_list("kind", "reason", "before", "after"))[1:] == [
        ("renamed", "花名册导入", {"name": "旧0"}, {"name": "新10"}),
        ("renamed", "花名册导入", {"name": "新10"}, {"name": "新2000"}),
    ]


def test_roster_takes_an_abolition_back_and_states_another_day(world):
    def state(**fields):
        values = {"founded_on": date(2020, 1, 1)} | fields
        services.save_roster_organizations(
            [OrganizationData("N1", "支部", "branch", "rural", "T1", **values)], at=AT
        )

    def lived():
        rows = OrganizationPeriod.objects.filter(code="N1").order_by("begins_on")
        return list(rows.values_list("begins_on", "ends_on"))

    state(abolished_on=date(2024, 1, 1))
    assert lived() == [(date(2020, 1, 1), date(2024, 1, 1))]
    state(abolished_on=date(2025, 1, 1))
    assert lived() == [(date(2020, 1, 1), date(2025, 1, 1))]
    state(abolished_on=date(2023, 1, 1))
    assert lived() == [(date(2020, 1, 1), date(2023, 1, 1))]
    state()
    assert lived()[-1] == (date(2026, 12, 1), None)
    state(founded_on=date(2019, 1, 1))
    assert lived()[0][0] == date(2019, 1, 1)
