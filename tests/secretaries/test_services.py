"""Every way a write of a career may end."""

from datetime import UTC, date, datetime

import pytest

from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.secretaries.errors import AlreadyInOffice, OrganizationAbolished, WrongPeriod, WrongPhone
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.services import (
    appoint,
    correct_appointment,
    create_secretary,
    edit_secretary,
    end_appointment,
    reveal_phone,
)
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def actions():
    rows = AuditEntry.objects.filter(object_type="secretaries.secretary").order_by("seq")
    return list(rows.values_list("action", flat=True))


def test_create_with_a_first_appointment(world, clerk):
    made = create_secretary(
        name="单明", gender="male", phone="13800001234", organization_id=world.branch.pk, post="党支部书记",
        started_on=date(2026, 1, 1), actor=clerk, at=AT,
    )  # fmt: skip

    assert made.pinyin_key.startswith("ShanMing")
    assert made.appointments.get().organization == world.branch
    assert actions() == ["secretaries.created"]


def test_create_refuses_a_wrong_number(clerk):
    with pytest.raises(WrongPhone):
        create_secretary(name="张三", phone="12345", actor=clerk, at=AT)

    assert not Secretary.objects.filter(name="张三").exists()


def test_create_refuses_an_abolished_organization_and_keeps_nobody(world, clerk):
    gone = make_organization(superior=world.root, abolished_on=date(2020, 1, 1))

    with pytest.raises(OrganizationAbolished):
        create_secretary(
            name="张三", organization_id=gone.pk, post="书记", started_on=date(2021, 1, 1), actor=clerk, at=AT
        )

    assert not Secretary.objects.filter(name="张三").exists()


def test_edit_logs_phones_masked(world, clerk):
    edited = edit_secretary(
        world.secretary.pk, changes={"phone": "13900001234"}, version=1, actor=clerk, at=AT
    )

    assert (edited.phone, edited.version) == ("13900001234", 2)
    assert AuditEntry.objects.get(action="secretaries.edited").details == {"phone": ["", "139****1234"]}


def test_edit_with_nothing_new_changes_nothing(world, clerk):
    edited = edit_secretary(world.secretary.pk, changes={"name": "甲书记"}, version=1, actor=clerk, at=AT)

    assert (edited.version, actions()) == (1, [])


def test_edit_refuses_a_stale_version(world, clerk):
    with pytest.raises(StaleVersion):
        edit_secretary(world.secretary.pk, changes={"name": "丙"}, version=7, actor=clerk, at=AT)


def test_appoint(world, clerk):
    made = appoint(
        world.secretary.pk,
        organization_id=world.branch.pk,
        post="第一书记",
        started_on=date(2026, 1, 1),
        actor=clerk,
        at=AT,
    )

    assert (made.secretary, made.ended_on) == (world.secretary, None)
    assert actions() == ["secretaries.appointed"]


def test_appoint_refuses_the_post_already_held(world, clerk):
    with pytest.raises(AlreadyInOffice, match="现在就任"):
        appoint(
            world.secretary.pk,
            organization_id=world.town.pk,
            post="党委书记",
            started_on=date(2026, 1, 1),
            actor=clerk,
            at=AT,
        )


def test_appoint_refuses_the_same_appointment_twice(world, clerk):
    end_appointment(world.appointment.pk, on=date(2025, 1, 1), actor=clerk, at=AT)

    with pytest.raises(AlreadyInOffice, match="登记过"):
        appoint(
            world.secretary.pk,
            organization_id=world.town.pk,
            post="党委书记",
            started_on=date(2020, 1, 1),
            actor=clerk,
            at=AT,
        )


def test_end_and_again(world, clerk):
    end_appointment(world.appointment.pk, on=date(2026, 6, 30), actor=clerk, at=AT)
    again = end_appointment(world.appointment.pk, on=date(2026, 6, 30), actor=clerk, at=AT)

    assert again.ended_on == date(2026, 6, 30)
    assert actions() == ["secretaries.appointment_ended"]


def test_end_refuses_a_day_before_the_start(world, clerk):
    with pytest.raises(WrongPeriod):
        end_appointment(world.appointment.pk, on=date(2019, 6, 30), actor=clerk, at=AT)

    assert Appointment.objects.get(pk=world.appointment.pk).ended_on is None


def test_correct_and_again(world, clerk):
    values = {"post": "党委书记", "started_on": date(2020, 2, 1), "ended_on": None}
    correct_appointment(world.appointment.pk, **values, actor=clerk, at=AT)
    again = correct_appointment(world.appointment.pk, **values, actor=clerk, at=AT)

    assert again.started_on == date(2020, 2, 1)
    assert actions() == ["secretaries.appointment_corrected"]


def test_correct_refuses_a_period_that_ends_before_it_starts(world, clerk):
    with pytest.raises(WrongPeriod):
        correct_appointment(
            world.appointment.pk,
            post="党委书记",
            started_on=date(2020, 2, 1),
            ended_on=date(2020, 1, 1),
            actor=clerk,
            at=AT,
        )


def test_correct_refuses_to_become_another_appointment(world, clerk):
    other = make_appointment(
        secretary=world.secretary,
        organization=world.town,
        post="副书记",
        started_on=date(2018, 1, 1),
        ended_on=date(2019, 1, 1),
    )

    with pytest.raises(AlreadyInOffice):
        correct_appointment(
            other.pk,
            post="党委书记",
            started_on=date(2020, 1, 1),
            ended_on=date(2021, 1, 1),
            actor=clerk,
            at=AT,
        )


def test_reveal_phone_is_logged(clerk):
    person = make_secretary(phone="13800001234")

    assert reveal_phone(person.pk, actor=clerk, at=AT) == "13800001234"
    assert actions() == ["secretaries.phone_revealed"]
