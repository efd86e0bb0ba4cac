"""One holder of a post at a time: refusals in words, transfers, taking back, and what is told to others."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, connections, transaction

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.cycles.models import Reviewee
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.errors import AlreadyInOffice, NotInOffice, PostTaken, WrongPeriod
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import holds_office
from apps.secretaries.services import (
    Post,
    appoint,
    correct_appointment,
    end_appointment,
    save_roster_people,
    transfer,
    void_appointment,
)
from apps.secretaries.signals import appointment_voiding, left_office, took_office
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 30)


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


@pytest.fixture
def heard():
    """What the signals said, in order."""
    told = []

    def on_left(sender, **kwargs):
        told.append(("left", kwargs["secretary_id"], kwargs["on"]))

    def on_took(sender, **kwargs):
        told.append(("took", kwargs["secretary_id"], kwargs["on"]))

    left_office.connect(on_left)
    took_office.connect(on_took)
    yield told
    left_office.disconnect(on_left)
    took_office.disconnect(on_took)


def last_details(action):
    return AuditEntry.objects.filter(action=action).latest("seq").details


def test_a_taken_post_is_refused_with_name_and_days(world, clerk):
    other = make_secretary(name="丙")

    with pytest.raises(PostTaken) as refusal:
        appoint(
            other.pk, organization_id=world.town.pk, post="镇党委书记", started_on=DAY, actor=clerk, at=AT
        )

    assert refusal.value.message == (
        "“甲镇党委”的书记在这段时间由甲书记担任（党委书记，自 2020-01-01 起），同一时间只能有一位，所以没有保存。"
        "请先登记甲书记的免职日期；免职当天即可接任。"
    )
    assert not other.appointments.exists()


def test_a_successor_starts_on_the_day_the_predecessor_ends(world, clerk, heard):
    end_appointment(
        world.appointment.pk, on=DAY, reason=EndReason.RETIRED, note="青组干〔2026〕3号", actor=clerk, at=AT
    )
    other = make_secretary()
    made = appoint(
        other.pk, organization_id=world.town.pk, post="党委书记", started_on=DAY, actor=clerk, at=AT
    )

    assert made.kind == "secretary"
    assert heard == [("left", world.secretary.pk, DAY), ("took", other.pk, DAY)]
    assert last_details("secretaries.appointment_ended") == {
        "organization": "甲镇党委", "ended_on": ["", "2026-06-30"], "end_reason": ["", "retired"],
        "end_note": ["", "青组干〔2026〕3号"],
    }  # fmt: skip


def test_acting_and_first_secretary_stand_beside_the_secretary(world, clerk):
    for post, kind in (
        ("党委副书记（主持工作）", "acting"),
        ("第一书记", "first"),
        ("委员", "other"),
        ("副书记", "other"),
    ):
        one = make_secretary()
        made = appoint(one.pk, organization_id=world.town.pk, post=post, started_on=DAY, actor=clerk, at=AT)
        assert made.kind == kind

    assert Appointment.objects.filter(organization=world.town).count() == 5


def test_a_stated_kind_goes_before_the_words(world, clerk):
    one = make_secretary()

    with pytest.raises(PostTaken, match="甲书记担任"):
        appoint(one.pk, organization_id=world.town.pk, post="党建负责人", kind=AppointmentKind.SECRETARY,
                started_on=DAY, actor=clerk, at=AT)  # fmt: skip


def test_correcting_and_ending_later_look_at_the_successor(world, clerk):
    end_appointment(world.appointment.pk, on=DAY, actor=clerk, at=AT)
    make_appointment(organization=world.town, secretary=make_secretary(name="丁"), started_on=DAY)

    with pytest.raises(PostTaken, match="丁担任"):
        end_appointment(world.appointment.pk, on=date(2026, 7, 1), actor=clerk, at=AT)
    with pytest.raises(PostTaken, match="丁担任"):
        correct_appointment(
            world.appointment.pk,
            post="党委书记",
            started_on=date(2020, 1, 1),
            ended_on=None,
            actor=clerk,
            at=AT,
        )

    assert Appointment.objects.get(pk=world.appointment.pk).ended_on == DAY


def test_the_database_holds_the_rule_by_itself(world):
    with pytest.raises(IntegrityError, match="secretaries_appointment_one_holder"), transaction.atomic():
        make_appointment(organization=world.town, kind="secretary")


def test_transfer_ends_one_and_begins_another(world, clerk, heard):
    target = make_organization(superior=world.root, name="丙镇党委")
    new = transfer(
        world.appointment.pk, to=Post(target.pk, "党委书记", DAY), note="干部交流", actor=clerk, at=AT
    )

    old = Appointment.objects.get(pk=world.appointment.pk)
    assert (old.ended_on, old.end_reason, old.end_note) == (DAY, "transferred", "干部交流")
    assert (new.secretary, new.organization, new.started_on, new.ended_on) == (
        world.secretary,
        target,
        DAY,
        None,
    )
    assert heard == [("left", world.secretary.pk, DAY), ("took", world.secretary.pk, DAY)]
    assert holds_office(world.secretary.pk, DAY)
    assert last_details("secretaries.transferred")["to"] == ["丙镇党委", "党委书记"]


def test_transfer_to_a_taken_post_changes_nothing(world, clerk):
    with pytest.raises(PostTaken, match="乙书记担任"):
        transfer(world.appointment.pk, to=Post(world.other_town.pk, "党委书记", DAY), actor=clerk, at=AT)

    assert Appointment.objects.get(pk=world.appointment.pk).ended_on is None


def test_transfer_within_an_organization_turns_acting_into_secretary(world, clerk):
    acting = make_appointment(organization=world.branch, post="副书记（主持工作）")

    new = transfer(acting.pk, to=Post(world.branch.pk, "党支部书记", DAY), actor=clerk, at=AT)

    assert (new.kind, new.secretary_id) == ("secretary", acting.secretary_id)


def test_transfer_refuses_who_has_left_and_days_before_the_start(world, clerk):
    to = Post(world.branch.pk, "党支部书记", date(2019, 1, 1))
    with pytest.raises(WrongPeriod):
        transfer(world.appointment.pk, to=to, actor=clerk, at=AT)
    end_appointment(world.appointment.pk, on=DAY, actor=clerk, at=AT)
    with pytest.raises(NotInOffice, match="已于 2026-06-30 免去"):
        transfer(world.appointment.pk, to=Post(world.branch.pk, "党支部书记", DAY), actor=clerk, at=AT)


def test_an_appointment_somebody_reported_for_is_not_taken_back(world, clerk):
    with pytest.raises(NotAllowedNow, match="已按这一任职参加2026年度述职"):
        void_appointment(world.appointment.pk, reason="错", actor=clerk, at=AT)

    assert world.secretary.appointments.exists()


def test_a_mistaken_entry_goes_and_the_log_keeps_it(world, clerk, heard):
    Reviewee.objects.filter(pk=world.reviewee.pk).update(organization=world.branch)
    void_appointment(world.appointment.pk, reason="录错了人", actor=clerk, at=AT)

    assert not world.secretary.appointments.exists()
    assert not holds_office(world.secretary.pk, DAY)
    assert [one[0] for one in heard] == ["left"]
    details = last_details("secretaries.appointment_voided")
    assert (details["reason"], details["before"]["post"]) == ("录错了人", "党委书记")


def test_a_higher_app_may_refuse_the_taking_back(world, clerk):
    Reviewee.objects.filter(pk=world.reviewee.pk).update(organization=world.branch)

    def refuse(sender, appointment, **kwargs):
        raise AlreadyInOffice("有述职。")

    appointment_voiding.connect(refuse)
    try:
        with pytest.raises(AlreadyInOffice, match="有述职"):
            void_appointment(world.appointment.pk, reason="错", actor=clerk, at=AT)
    finally:
        appointment_voiding.disconnect(refuse)

    assert world.secretary.appointments.exists()


def test_an_import_may_end_one_and_begin_another_and_tells_who_left(world, clerk, heard):
    people = [PersonData(-1, None, "新书记", "", None, "")]
    ended = AppointmentData(world.appointment.pk, world.secretary.pk, "T1", "党委书记", date(2020, 1, 1), DAY)
    begun = AppointmentData(None, -1, "T1", "党委书记", DAY, None)

    save_roster_people(people, [begun, ended], organization_ids={"T1": world.town.pk}, actor=clerk, at=AT)

    assert list(world.town.appointments.order_by("started_on").values_list("kind", "ended_on")) == [
        ("secretary", DAY),
        ("secretary", None),
    ]
    assert heard == [("left", world.secretary.pk, DAY)]


def test_an_import_of_two_holders_writes_nothing(world):
    people = [PersonData(-1, None, "新书记", "", None, "")]
    second = AppointmentData(None, -1, "T1", "党委书记", DAY, None)

    with pytest.raises(PostTaken, match="什么都没有写入"):
        save_roster_people(people, [second], organization_ids={"T1": world.town.pk})

    assert world.town.appointments.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM secretaries_secretary WHERE name = '新书记'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_no", range(3))
def test_two_staff_appoint_at_once_and_one_gets_the_reason(world, round_no):
    """Real connections, released together: one wins, the other is told who did."""
    people = [make_secretary(name="先来"), make_secretary(name="后到")]
    gate, outcomes = threading.Barrier(2), {}

    def work(person):
        gate.wait()
        try:
            appoint(person.pk, organization_id=world.branch.pk, post="党支部书记", started_on=DAY,
                    actor=world.users["clerk"], at=AT)  # fmt: skip
            outcomes[person.name] = None
        except PostTaken as refusal:
            outcomes[person.name] = refusal.message
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    won, lost = sorted(outcomes, key=lambda name: outcomes[name] is not None)
    assert outcomes[won] is None
    assert f"由{won}担任（党支部书记，自 2026-06-30 起）" in outcomes[lost]
    assert world.branch.appointments.get().secretary.name == won
