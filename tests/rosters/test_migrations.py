"""Previews of old imports are packed, and unpacked on the way back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.rosters.models import RosterImport
from apps.rosters.selectors import preview_lines
from tests.factories.rosters import make_import

UNPACKED = [("rosters", "0002_background_checks")]
PACKED = [("rosters", "0005_unpacked_lines_gone")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_previews_of_old_are_packed():
    one = make_import(actor=None)
    lines = list(preview_lines(one))
    assert len(lines) > 1

    try:
        MigrationExecutor(connection).migrate(UNPACKED)
        old = (
            MigrationExecutor(connection)
            .loader.project_state(UNPACKED)
            .apps.get_model("rosters", "RosterImport")
        )
        unpacked = old.objects.get(pk=one.pk).preview
    finally:
        MigrationExecutor(connection).migrate(PACKED)

    assert [tuple(line[:5]) for line in unpacked] == [line[:5] for line in lines]
    assert list(preview_lines(RosterImport.objects.get(pk=one.pk))) == lines
