"""Fields (领域) are rows: read in order, kept by each process, guarded by the database."""

import pytest
from django.db import Error, IntegrityError, InternalError, connection, transaction

from apps.organizations.domain.fields import PRESET_FIELDS, Field
from apps.organizations.models import Organization, OrganizationField, field_named, kept_fields
from apps.organizations.selectors.fields import (
    field_choices,
    field_labels,
    field_places,
    fields_among,
    offered_fields,
)
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db


def add_park():
    """The row another process has just written: nobody here has been told."""
    return OrganizationField.objects.create(key="park", label="园区", order_no=8)


def test_a_new_installation_has_the_seven_of_the_seed():
    assert dict(OrganizationField.objects.values_list("key", "label")) == PRESET_FIELDS
    assert list(field_labels().items()) == list(PRESET_FIELDS.items())
    assert field_choices() == list(PRESET_FIELDS.items())


def test_names_are_read_once_and_an_unknown_key_is_looked_up_at_once(django_assert_num_queries):
    add_park()
    with django_assert_num_queries(0):
        assert field_named("rural").label == "农区"
    with django_assert_num_queries(1):
        assert field_named("park").label == "园区"
    with django_assert_num_queries(0):
        assert make_park(field="park").get_field_display() == "园区"
    assert field_named("gone").label == "gone"


def make_park(**fields):
    return Organization(**fields)


def test_nobody_is_lost_who_belongs_to_a_field_this_process_has_not_heard_of():
    add_park()

    assert fields_among(["park", "urban", "nowhere", "rural"]) == [
        Field("rural"),
        Field("urban"),
        Field("park"),
        Field("nowhere"),
    ]
    assert field_places(["park", "urban"]) == {"urban": 0, "park": 1}


def test_what_is_kept_is_read_anew_when_it_is_old(settings):
    add_park()
    assert "park" not in field_labels()

    settings.FIELDS_KEPT_SECONDS = 0

    assert field_labels()["park"] == "园区"
    assert kept_fields.get()["park"] == Field("park")


def test_a_form_offers_no_retired_field_but_keeps_the_one_that_stands_there():
    OrganizationField.objects.filter(key="soe").update(retired_on="2026-01-01")

    assert "soe" not in [one.value for one in offered_fields()]
    assert "soe" in [one.value for one in offered_fields("soe")]


def test_the_database_lets_no_unknown_field_in():
    with pytest.raises(IntegrityError, match="organizations_organization_field_known"), transaction.atomic():
        make_organization(field="nowhere")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM organizations_organizationfield WHERE key = 'soe'",
        "UPDATE organizations_organizationfield SET key = 'state' WHERE key = 'soe'",
        "INSERT INTO organizations_organizationfield (key, label, order_no) VALUES ('Park 1', '园区', 8)",
        "INSERT INTO organizations_organizationfield (key, label, order_no) VALUES ('park', '农区', 8)",
    ],
)
def test_a_key_stays_for_ever_and_a_name_belongs_to_one(statement):
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert isinstance(refused.value, IntegrityError | InternalError)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_tests_that_commit_find_the_fields_as_installed(time):
    assert dict(OrganizationField.objects.values_list("key", "label")) == PRESET_FIELDS
    add_park()
