"""What waits for whom because of grades."""

from datetime import date

import pytest
from django.urls import reverse

from apps.grading import services
from apps.grading.selectors.todos import grading_todos
from tests.factories.grading import (
    AT,
    RECORD,
    decide_all,
    make_deliberation,
    make_request,
    make_reviewed_deliberation,
    make_signed_deliberation,
)
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 25)


def titles(user):
    return [todo.title.rpartition("：")[2] for todo in grading_todos(user, TODAY)]


def test_undecided_grades_wait_for_the_clerk():
    deliberation = make_deliberation()

    assert titles(make_clerk(deliberation.cycle)) == ["还有等次没有审定"]


def test_meeting_waits_to_be_recorded():
    deliberation = make_deliberation()
    clerk = make_clerk(deliberation.cycle)
    services.decide_all_as_proposed(deliberation.cycle_id, actor=clerk, at=AT)

    before = titles(clerk)
    services.record_deliberation(deliberation.cycle_id, record=RECORD, version=None, actor=clerk, at=AT)

    assert (before, titles(clerk)) == (["填写研究审定的会议情况"], ["等次待另一人审核"])


def test_review_waits_for_another_person():
    deliberation = decide_all(make_deliberation())

    assert titles(make_clerk(deliberation.cycle)) == ["等次待您审核"]


def test_signature_waits_for_the_head():
    deliberation = make_reviewed_deliberation()

    assert titles(make_clerk(deliberation.cycle)) == ["等次待负责人签发"]
    assert titles(make_clerk(deliberation.cycle, "head")) == ["等次待您签发"]


def test_open_reconsiderations_wait(django_assert_max_num_queries):
    decision = make_signed_deliberation().decisions.first()
    clerk = make_clerk(decision.deliberation.cycle)
    make_request(decision)

    with django_assert_max_num_queries(3):  # one reads the account's roles
        [todo] = grading_todos(clerk, TODAY)

    assert (todo.title, todo.url) == (
        "复核申请：听取意见",
        f"{reverse('grading:reconsideration_list')}?state=requested",
    )
