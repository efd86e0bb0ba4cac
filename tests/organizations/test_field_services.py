"""Adding, renaming, ordering, retiring fields; a name that stands in papers stays."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError
from apps.cycles.models import FieldQuota
from apps.cycles.services import open_cycle
from apps.organizations.errors import FieldInUse, FieldNameTaken, LastField, UnknownField
from apps.organizations.models import OrganizationField
from apps.organizations.selectors.fields import field_labels
from apps.organizations.services import fields as services
from tests.factories.cycles import make_cycle, make_reviewee

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
WHO = {"actor": None, "at": AT}
SEVEN = ["rural", "urban", "new", "agency", "soe", "health", "education"]


def order():
    return list(OrganizationField.objects.values_list("key", flat=True))


def entries():
    return list(AuditEntry.objects.order_by("pk").values_list("action", "object_id", "details"))


def test_a_new_field_stands_last_and_is_known_at_once():
    park = services.add_field(" 园区 ", **WHO)

    assert (park.key, park.label, park.retired_on) == ("yuan-qu", "园区", None)
    assert order() == [*SEVEN, "yuan-qu"]
    assert field_labels()["yuan-qu"] == "园区"
    assert entries() == [("organizations.field_added", "yuan-qu", {"key": "yuan-qu", "name": "园区"})]


def test_keys_differ_where_names_sound_alike_and_fit_however_long_the_name():
    first, second = services.add_field("园区", **WHO), services.add_field("远去", **WHO)
    long, odd = services.add_field("高校院所创新创业创造综合体", **WHO), services.add_field("！", **WHO)

    assert (first.key, second.key, odd.key) == ("yuan-qu", "yuan-qu-2", "field")
    assert long.key == "gao-xiao-yuan-su"


def test_a_name_belongs_to_one_field():
    services.retire_field("soe", **WHO)

    with pytest.raises(FieldNameTaken, match="已经有名称为“农区”的领域，没有保存。请换一个名称"):
        services.add_field("农区", **WHO)
    with pytest.raises(FieldNameTaken, match="它已停用，可以在列表里恢复使用"):
        services.rename_field("new", label="国企", **WHO)


def test_a_field_no_opened_cycle_uses_may_be_renamed():
    make_reviewee(cycle=make_cycle(stage="draft"), field="new")

    services.rename_field("new", label="新兴领域", **WHO)
    services.rename_field("new", label="新兴领域", **WHO)

    assert field_labels()["new"] == "新兴领域"
    assert entries() == [("organizations.field_renamed", "new", {"name": ["两新", "新兴领域"]})]


@pytest.mark.parametrize("use", ["reviewee", "quota"])
def test_a_name_that_stands_in_papers_stays(use):
    cycle = make_cycle(stage="draft")
    if use == "reviewee":
        make_reviewee(cycle=cycle, field="new")
    else:
        FieldQuota.objects.create(scheme=cycle.scheme, field="new", good_quota=40)
    type(cycle).objects.filter(pk=cycle.pk).update(opened_at=AT)

    with pytest.raises(
        FieldInUse, match=r"“两新”已用于1个已启动的周期.*请新增一个领域，把党组织改到新领域，再停用“两新”"
    ):
        services.rename_field("new", label="新兴领域", **WHO)

    assert OrganizationField.objects.get(key="new").label == "两新"


def test_moving_goes_to_the_end_and_no_further():
    services.move_field("new", by=-1, **WHO)
    assert order()[:3] == ["rural", "new", "urban"]

    services.move_field("rural", by=-1, **WHO)
    services.move_field("rural", by=99, **WHO)

    assert order() == ["new", "urban", "agency", "soe", "health", "education", "rural"]
    assert list(field_labels()) == order()
    assert [details for _, _, details in entries()] == [{"order_no": [3, 2]}, {"order_no": [1, 7]}]


def test_retiring_and_bringing_back():
    assert services.retire_field("soe", **WHO).retired_on == date(2026, 12, 1)
    services.retire_field("soe", **WHO)
    assert services.reinstate_field("soe", **WHO).retired_on is None
    services.reinstate_field("soe", **WHO)

    assert [action for action, *_ in entries()] == [
        "organizations.field_retired",
        "organizations.field_reinstated",
    ]


def test_the_last_one_stays():
    for key in SEVEN[1:]:
        services.retire_field(key, **WHO)

    with pytest.raises(LastField, match="“农区”是唯一还在用的领域"):
        services.retire_field("rural", **WHO)


@pytest.mark.parametrize("act", [services.retire_field, services.reinstate_field])
def test_an_unknown_field_is_refused(act):
    with pytest.raises(UnknownField, match="没有代码为“nowhere”的领域"):
        act("nowhere", **WHO)


acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "rename", "move", "retire", "reinstate"]),
        st.integers(0, 9),
        st.sampled_from(["园区", "远去", "农区", "新兴领域", "高校"]),
        st.integers(-3, 3),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(acts)
def test_whatever_is_done_keys_stay_names_differ_and_one_is_offered(done):
    with transaction.atomic():
        known = list(SEVEN)
        for what, n, label, by in done:
            key = known[n % len(known)]
            try:
                known += _do(what, key, label, by)
            except DomainError:
                continue
        rows = list(OrganizationField.objects.all())
        transaction.set_rollback(True)

    assert sorted(one.key for one in rows) == sorted(known)
    assert len({one.label for one in rows}) == len(rows)
    assert [one.order_no for one in rows] == list(range(1, len(rows) + 1))
    assert any(one.retired_on is None for one in rows)


def _do(what, key, label, by):
    if what == "add":
        return [services.add_field(label, **WHO).key]
    if what == "rename":
        services.rename_field(key, label=label, **WHO)
    elif what == "move":
        services.move_field(key, by=by, **WHO)
    else:
        {"retire": services.retire_field, "reinstate": services.reinstate_field}[what](key, **WHO)
    return []


@pytest.mark.django_db(transaction=True)
def test_a_name_cannot_change_while_a_cycle_is_being_opened():
    """Real connections: the renaming waits for the opening and is refused then."""
    cycle = make_cycle(stage="draft")
    make_reviewee(cycle=cycle, field="new")
    outcome = {}

    def rename():
        try:
            services.rename_field("new", label="新兴领域", **WHO)
        except FieldInUse as refusal:
            outcome["refusal"] = refusal
        finally:
            connections.close_all()

    with transaction.atomic():
        open_cycle(cycle.pk, **WHO)
        other = threading.Thread(target=rename)
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(30)

    assert "1个已启动的周期" in outcome["refusal"].message
    assert OrganizationField.objects.get(key="new").label == "两新"
