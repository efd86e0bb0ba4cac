"""Stroke keys stored by the order of before are those of today after the migrations."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.common.domain.sort_keys import stroke_key
from apps.organizations.models import Organization
from apps.secretaries.models import Secretary

pytestmark = pytest.mark.django_db


def migrated(app):
    with connection.schema_editor() as editor:
        import_module(f"apps.{app}.migrations.0010_stroke_order").compute(apps, editor)


def test_stored_stroke_keys_are_computed_anew(world):
    Secretary.objects.update(name="王敏", stroke_key="old")
    Organization.objects.update(stroke_key="old")

    migrated("organizations")
    migrated("secretaries")

    assert {row.stroke_key for row in Secretary.objects.all()} == {stroke_key("王敏", is_person=True)}
    assert [row.name for row in Organization.objects.all() if row.stroke_key != stroke_key(row.name)] == []
