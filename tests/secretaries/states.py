"""States of people's pages that the access table does not open by itself."""

from datetime import date

from django.urls import reverse

from apps.cycles.models import ReviewCycle
from apps.secretaries.models import Photo
from tests.browser.looks import State, open_menu, send
from tests.factories.cycles import make_reviewee
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment, make_secretary
from tests.organizations.states import LONG
from tests.secretaries.test_photos import picture

VETERAN = "欧阳㛃兰"


def make_veteran(world):
    """Somebody with 14 years of reviews, 20 posts, long names and a photo."""
    person = make_secretary(name=VETERAN, gender="female", born_on=date(1970, 5, 1), phone="13800001234")
    Photo.objects.create(secretary=person, content=picture(size=(360, 504)), digest="0")
    for n in range(20):
        unit = make_organization(superior=world.town, name=f"{LONG}{n}")
        until = date(2006 + n, 1, 1) if n < 17 else None
        make_appointment(secretary=person, organization=unit, post="党支部委员会书记、村民委员会主任、集体经济合作社理事长",
                         started_on=date(2005 + n, 1, 1), ended_on=until, end_reason="dismissed" if until else "")  # fmt: skip
    for year in range(2012, 2026):
        cycle = ReviewCycle.objects.create(
            year=year, title=f"{year}", host=world.root, stage="archived", created_at="2026-01-01T00:00Z"
        )
        make_reviewee(cycle=cycle, organization=unit, secretary=person, organization_name=LONG)
    return person


def prepare_veteran(world):
    world.veteran = make_veteran(world)


def prepare_newcomer(world):
    world.newcomer = make_secretary(name="无职")


def of_person(name, which="secretary"):
    return lambda world: reverse(f"secretaries:{name}", args=[getattr(world, which).pk])


def of_post(name):
    return lambda world: reverse(f"secretaries:{name}", args=[world.appointment.pk])


def reveal(window, world):
    button = window.get_by_role("button", name="显示")
    button.click()
    button.wait_for(state="detached")


ROW = "secretaries:"
STATES = [
    State(f"{ROW}secretary_detail", "veteran", "clerk", of_person("secretary_detail", "veteran"), prepare=prepare_veteran),
    State(f"{ROW}secretary_detail", "phone shown", "clerk", of_person("secretary_detail", "veteran"), act=reveal),
    State(f"{ROW}secretary_detail", "no post", "leader", of_person("secretary_detail", "newcomer"), prepare=prepare_newcomer, status=404),
    State(f"{ROW}secretary_card", "veteran", "clerk", of_person("secretary_card", "veteran")),
    State(f"{ROW}own_card", "by the secretary", "secretary", lambda world: reverse("secretaries:own_card")),
    State(f"{ROW}secretary_list", "columns", "clerk", lambda world: reverse("secretaries:secretary_list"), act=open_menu),
    State(f"{ROW}vacancy_list", "nothing found", "clerk", lambda world: f"{reverse('secretaries:vacancy_list')}?q=没有"),
    State(f"{ROW}secretary_create", "empty", "clerk", lambda world: reverse("secretaries:secretary_create"), act=send),
    State(f"{ROW}phone_export", "empty", "clerk", lambda world: reverse("secretaries:phone_export"), act=send),
    State(f"{ROW}photo_edit", "no file", "clerk", of_person("photo_edit"), act=send),
    State(f"{ROW}appointment_create", "empty", "clerk", of_person("appointment_create"), act=send),
    State(f"{ROW}appointment_end", "empty", "clerk", of_post("appointment_end"), act=send),
    State(f"{ROW}appointment_transfer", "empty", "clerk", of_post("appointment_transfer"), act=send),
    State(f"{ROW}appointment_void", "empty", "clerk", of_post("appointment_void"), act=send),
]  # fmt: skip
