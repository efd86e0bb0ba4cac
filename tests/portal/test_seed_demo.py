"""The demonstration district is whole at every stage; journeys, pictures and newcomers all rely on it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.audit.services import verify_chain
from apps.cycles.models import ReviewCycle, Reviewee
from apps.duty_reports.models import DutyReport, FollowUp
from apps.evaluations.models import EvaluationSession, OpenedMark
from apps.grading.models import GradeDecision
from apps.meetings.models import ReviewMeeting
from apps.official_documents.models import IssuedDocument
from apps.organizations.models import Organization
from apps.rectification.models import RectificationItem

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def seed(until):
    out = StringIO()
    call_command("seed_demo", "--until", until, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_district_stands_just_before_this_years_meeting():
    logins = seed("meeting")

    last, this = ReviewCycle.objects.order_by("year")
    assert (last.stage, this.stage) == ("rectifying", "meeting")
    assert Organization.objects.filter(depth=1).count() == 60
    assert Organization.objects.filter(kind="branch").count() == 300
    assert Organization.objects.filter(depth=1).values("field").distinct().count() == 7
    assert Reviewee.objects.filter(cycle=this).count() == 40
    assert set(DutyReport.objects.filter(reviewee__cycle=this).values_list("state", flat=True)) == {
        "approved"
    }
    assert ReviewMeeting.objects.get(cycle=this).lots_drawn_at is not None
    assert EvaluationSession.objects.get(cycle=this).state == "draft"
    assert User.objects.get(username="jingban").check_password(logins["jingban"])
    check_last_year(last, this)


def check_last_year(last, this):
    """Complete with documents, and its open items handed down to this year's reports."""
    assert OpenedMark.objects.filter(subject__session__cycle=last).count() == 40 * (27 + 48)
    assert GradeDecision.objects.filter(deliberation__cycle=last).exclude(overall_grade="").count() == 40
    assert IssuedDocument.objects.filter(cycle=last, kind="feedback_letter").count() == 40
    n_open = RectificationItem.objects.filter(cycle=last).exclude(state="closed_out").count()
    assert n_open > 5
    assert FollowUp.objects.filter(report__reviewee__cycle=this).count() == n_open
    assert verify_chain().holds


def test_seeding_refuses_a_database_that_is_in_use():
    seed("roster")

    with pytest.raises(CommandError, match="已有党组织"):
        seed("roster")


def test_renewed_logins_replace_the_old_ones():
    old = seed("roster")["jingban"]
    out = StringIO()

    call_command("demo_logins", stdout=out)

    clerk = User.objects.get(username="jingban")
    new = out.getvalue().splitlines()[0].split()[1]
    assert not clerk.check_password(old)
    assert clerk.check_password(new)
