from datetime import UTC, datetime

import pytest

from apps.cycles.signals import cycle_opened
from apps.duty_reports.models import FollowUp
from apps.grading.signals import grades_signed_off
from apps.rectification.models import RectificationItem
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.duty_reports import make_problem
from tests.factories.rectification import make_item

AT = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_sign_off_turns_problems_into_items():
    cycle = make_cycle(stage="rectifying")
    problem = make_problem(cycle=cycle, organization=make_reviewee(cycle=cycle).organization)

    grades_signed_off.send(None, cycle_id=cycle.pk, actor=make_user("head", cycle.host), at=AT)

    assert RectificationItem.objects.get().problem == problem


def test_opening_the_next_cycle_asks_for_open_items_in_its_new_reports():
    item = make_item()
    opened = make_cycle(stage="reporting", host=item.cycle.host, year=item.cycle.year + 1)
    old = item.problem.reviewee
    reviewee = make_reviewee(cycle=opened, organization=old.organization, secretary=old.secretary)

    cycle_opened.send(None, cycle_id=opened.pk, actor=make_user("clerk", opened.host), at=AT)

    row = FollowUp.objects.get()
    assert (row.report.reviewee, row.problem, row.source_year) == (
        reviewee,
        item.problem.text,
        item.cycle.year,
    )
