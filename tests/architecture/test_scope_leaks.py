"""Whatever the tree, however it was moved about: nobody gets a row from outside the own subtrees, by any way."""

from contextlib import contextmanager
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from apps.accounts.lists import UserList
from apps.accounts.models import RoleAssignment, User
from apps.accounts.selectors import users_visible_to
from apps.common.kit.sheets import XLSX
from apps.organizations.api.rows import organizations_found, organizations_found_then
from apps.organizations.lists import OrganizationList
from apps.organizations.selectors import organizations_edited_by, organizations_visible_to
from apps.rosters.selectors import n_rows_for_export, organization_lines, secretary_lines
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import appointments_edited_by, appointments_visible_to, secretaries_visible_to
from tests.support.scopes import DAY, DEPARTMENT, SCOPED, Plan, carry_out, plans

BACKEND = "django.contrib.auth.backends.ModelBackend"
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
MOVED_IN_AND_OUT = Plan(
    [0, 0, 1, 3], [("move", 3, 2), ("move", 1, 4), ("merge", 3, 0)], [(0, 4, True), (1, 2, False)],
    [(0, "clerk", 1), (1, "head", 2), (1, "leader", 4), (2, "head", 0)],
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=120, suppress_health_check=QUIET)
@example(plan=MOVED_IN_AND_OUT)
@given(plan=plans())
def test_reads_return_exactly_what_stands_under_the_scope(plan):
    with undone():
        district = carry_out(plan)
        for user in fresh(district):
            seen, held = district.inside(user, *SCOPED), district.inside(user, *DEPARTMENT)

            assert ids(organizations_visible_to(user)) == seen
            assert ids(organizations_edited_by(user)) == held
            assert ids(organizations_found(user, {})) == seen
            assert ids(organizations_found(user, {"q": "组织"})) == seen
            assert {row.organization_id for row in organizations_found_then(user, {"on": DAY})} <= seen
            assert ids(OrganizationList().get_rows(asked_by(user))) == seen
            assert ids(secretaries_visible_to(user)) == district.serving(seen)
            assert ids(appointments_visible_to(user)) == appointments_at(seen)
            assert ids(appointments_edited_by(user)) == appointments_at(held)
            assert {line[0] for line in organization_lines(user)} == codes(district, held)
            assert {line[4] for line in secretary_lines(user)} <= codes(district, held)
            assert n_rows_for_export(user) == len(held) + len(appointments_at(held))


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=QUIET)
@example(plan=MOVED_IN_AND_OUT)
@given(plan=plans())
def test_accounts_seen_are_the_own_one_and_those_below_a_head(plan):
    with undone():
        district = carry_out(plan)
        for user in fresh(district):
            headed = district.inside(user, "head")
            staff = RoleAssignment.objects.filter(role__in=DEPARTMENT, scope__in=headed)
            below = set(staff.values_list("user_id", flat=True))
            secretaries = User.objects.filter(secretary__in=district.serving(headed))

            assert ids(users_visible_to(user)) == {user.pk} | below | ids(secretaries)
            assert ids(UserList().get_rows(asked_by(user))) <= {user.pk} | below | ids(secretaries)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=QUIET)
@example(plan=MOVED_IN_AND_OUT, word="组织")
@given(plan=plans(most=9), word=st.sampled_from(["", "组织", "C0", "书记", "zz"]))
def test_no_answer_of_the_web_holds_a_row_from_outside(plan, word):
    with undone():
        district = carry_out(plan)
        for user in fresh(district):
            client = Client()
            client.force_login(user, backend=BACKEND)
            seen = district.inside(user, *SCOPED)
            hidden = codes(district, {one.pk for one in district.organizations} - seen)
            strangers = names_out_of_sight(district, user, seen)
            for url in ORGANIZATION_PAGES:
                assert not hidden & words_in(client, url, word, hidden), (url, user)
            for url in PEOPLE_PAGES:
                assert not strangers & words_in(client, url, word, strangers), (url, user)
            if held := codes(district, district.inside(user, *DEPARTMENT)):
                assert exported(client) == held
            counted = client.get("/api/v1/organizations/").json()["count"]
            assert counted == len(seen)


ORGANIZATION_PAGES = (
    "/organizations/?size=100",
    "/organizations/?export=xlsx",
    "/organizations/tree/",
    "/organizations/options/?field=typed",
    "/api/v1/organizations/?page_size=100",
    f"/api/v1/organizations/?on={DAY}",
)
PEOPLE_PAGES = (
    "/secretaries/?size=100",
    "/secretaries/?export=xlsx",
    "/accounts/?size=100",
    "/accounts/?export=xlsx",
    "/api/v1/secretaries/",
    "/api/v1/appointments/",
    "/api/v1/accounts/",
)


def words_in(client, url, word, wanted):
    """Return which of the wanted words the answer holds."""
    more = urlencode({"q": word, "typed": word} if word else {})
    response = client.get(f"{url}{'&' if '?' in url else '?'}{more}")
    assert response.status_code in {200, 302, 403, 404}
    text = sheet_text(response) if response.headers.get("Content-Type") == XLSX else body(response).decode()
    return {one for one in wanted if one in text}


def exported(client):
    """Return the codes in the rows of an exported roster."""
    book = load_workbook(BytesIO(body(client.post("/rosters/export/"))))
    return {row[0] for row in book.get_sheet_by_name("党组织").to_python()[1:]}


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def sheet_text(response):
    book = load_workbook(BytesIO(body(response)))
    return "\n".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


@contextmanager
def undone():
    """Take back what happens inside, so that examples do not meet."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fresh(district):
    return [User.objects.get(pk=one.pk) for one in district.accounts.values()]


def ids(rows):
    return set(rows.values_list("pk", flat=True))


def codes(district, pks):
    return {one.code for one in district.organizations if one.pk in pks}


def appointments_at(places):
    return set(Appointment.objects.filter(organization__in=places).values_list("pk", flat=True))


def names_out_of_sight(district, user, seen):
    served = district.serving(seen)
    return {one.name for one in district.people.values() if one.pk not in served}


def asked_by(user):
    request = RequestFactory().get("/")
    request.user = user
    return request
