"""Two clerks at once: what both confirm is written once, and neither overwrites the other unseen."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.assessments import services
from apps.assessments.models import ComponentScore
from tests.assessments.test_imports import check
from tests.factories.assessments import AT

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    start, outcomes = Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            outcomes.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


def test_two_workbooks_for_the_same_person_confirmed_at_once(full_cycle, clerk):
    imports = [check(full_cycle, clerk, D2=value, F2="通报") for value in (90, 80)]

    outcomes = at_once(
        *(lambda one=one: services.confirm_figures(one.pk, actor=clerk, at=AT) for one in imports)
    )

    assert sorted(one.state for one in outcomes) == ["confirmed", "refused"]
    assert ComponentScore.objects.get().version == 1


def test_the_same_workbook_confirmed_at_once_is_written_once(full_cycle, clerk):
    one = check(full_cycle, clerk, D2=90, F2="通报")

    outcomes = at_once(*(lambda: services.confirm_figures(one.pk, actor=clerk, at=AT) for _ in range(3)))

    assert [done.state for done in outcomes] == ["confirmed"] * 3
    assert ComponentScore.objects.get().version == 1
