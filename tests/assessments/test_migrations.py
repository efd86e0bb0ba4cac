"""Who withdrew a veto comes out of the log."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.assessments import services
from apps.assessments.models import Veto
from tests.factories.assessments import AT, make_veto
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import make_clerk, set_stage

BEFORE = [("assessments", "0002_adjustments_and_findings")]
AFTER = [("assessments", "0005_withdrawn_by_somebody")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_vetoes_of_old_tell_who_withdrew_them():
    cycle = make_cycle(stage="draft")
    reviewee = make_reviewee(cycle=cycle)
    set_stage(cycle, "reporting")
    clerk = make_clerk(cycle)
    standing, withdrawn = (make_veto(reviewee, actor=make_clerk(cycle)) for _ in range(2))
    services.withdraw_veto(withdrawn.pk, actor=clerk, at=AT)

    try:
        MigrationExecutor(connection).migrate(BEFORE)
    finally:
        MigrationExecutor(connection).migrate(AFTER)

    told = dict(Veto.objects.values_list("pk", "withdrawn_by"))
    assert told == {standing.pk: None, withdrawn.pk: clerk.pk}
