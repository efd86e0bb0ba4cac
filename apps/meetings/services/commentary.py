"""Commentary and the problems split from it."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.duty_reports import services as duty_reports
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.models import Problem
from apps.meetings.errors import CommentaryHasProblems, NotOnAgenda, TextMissing
from apps.meetings.models import Commentary, CommentaryProblem
from apps.meetings.services.locks import RECORD, locked_meeting, require_stage

# Autosave writes every few seconds; the log tells of one sitting of one author once.
ONE_SITTING = timedelta(minutes=10)


@transaction.atomic
def record_commentary(
    meeting_id: int,
    *,
    reviewee_id: int,
    leader_name: str,
    text: str,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> Commentary:
    """Write down what one leader says about one reviewee; saving again replaces the text.

    ``version`` is the one the page was opened with, 0 for a commentary that the page believes to be new, ``None`` to
    skip the check.

    :raises MeetingClosed: the cycle is not between meeting and sign-off.
    :raises NotOnAgenda: the person does not speak at this meeting.
    :raises StaleVersion: somebody else saved it meanwhile.
    :raises TextMissing: no leader is named.
    """
    meeting = locked_meeting(meeting_id)
    require_stage(meeting.cycle, RECORD, "记录点评")
    leader_name = leader_name.strip()
    if not leader_name:
        raise TextMissing("请填写点评领导的姓名。")
    if not meeting.agenda.filter(reviewee_id=reviewee_id).exists():
        raise NotOnAgenda("此人不在本次会议的议程中，不能记录点评。请先把他（她）加入议程。")
    key = {"meeting": meeting, "reviewee_id": reviewee_id, "leader_name": leader_name}
    commentary = Commentary.objects.select_for_update(of=("self",)).filter(**key).first()
    if commentary is None:
        commentary = Commentary.objects.create(**key, text=text, recorded_by=actor, recorded_at=at)
        record_action("meetings.commentary_recorded", commentary, actor=actor, at=at)
        return commentary
    return _rewrite_commentary(commentary, text, version, actor=actor, at=at)


def _rewrite_commentary(
    commentary: Commentary, text: str, version: int | None, *, actor: User, at: datetime
) -> Commentary:
    check_version(commentary, version)
    if commentary.text == text:
        return commentary
    is_new_sitting = commentary.recorded_by_id != actor.pk or at - commentary.recorded_at > ONE_SITTING
    commentary.text, commentary.recorded_by, commentary.recorded_at = text, actor, at
    touch_version(commentary)
    commentary.save(update_fields=["text", "recorded_by", "recorded_at", "version"])
    if is_new_sitting:
        record_action("meetings.commentary_recorded", commentary, actor=actor, at=at)
    return commentary


@transaction.atomic
def remove_commentary(commentary_id: int, *, actor: User, at: datetime) -> None:
    """Delete a commentary recorded by mistake.

    :raises MeetingClosed: the cycle is not between meeting and sign-off.
    :raises CommentaryHasProblems: problems were taken from it; remove them first.
    """
    commentary = _locked_commentary(commentary_id)
    if commentary.problem_links.exists():
        raise CommentaryHasProblems("这条点评已拆分出问题，不能直接删除。请先逐条移除问题，再删除点评。")
    record_action(
        "meetings.commentary_removed",
        commentary,
        actor=actor,
        at=at,
        details={"leader": commentary.leader_name},
    )
    commentary.delete()


@transaction.atomic
def add_commentary_problem(commentary_id: int, *, text: str, actor: User, at: datetime) -> Problem:
    """Turn a sentence of a commentary into a problem. The same words twice give the same problem.

    :raises MeetingClosed: the cycle is not between meeting and sign-off.
    :raises TextMissing: the text is empty.
    """
    commentary = _locked_commentary(commentary_id)
    text = _problem_text(text)
    known = commentary.problem_links.select_related("problem").filter(problem__text=text).first()
    if known is not None:
        return known.problem
    problem = duty_reports.add_problem(
        cycle_id=commentary.meeting.cycle_id,
        organization_id=commentary.reviewee.organization_id,
        reviewee_id=commentary.reviewee_id,
        source=ProblemSource.COMMENTARY,
        raised_by=commentary.leader_name,
        text=text,
        actor=actor,
        at=at,
    )
    CommentaryProblem.objects.create(commentary=commentary, problem=problem)
    return problem


@transaction.atomic
def update_commentary_problem(
    problem_id: int, *, text: str, version: int | None = None, actor: User, at: datetime
) -> Problem:
    """Reword a problem that was split from a commentary.

    :raises MeetingClosed: the cycle is not between meeting and sign-off.
    :raises TextMissing: the text is empty.
    """
    link = CommentaryProblem.objects.get(problem_id=problem_id)
    _locked_commentary(link.commentary_id)
    return duty_reports.update_problem(
        problem_id, text=_problem_text(text), version=version, actor=actor, at=at
    )


@transaction.atomic
def remove_commentary_problem(problem_id: int, *, actor: User, at: datetime) -> None:
    """Take a problem back out of a commentary; the commentary stays. Removing it twice changes nothing.

    :raises MeetingClosed: the cycle is not between meeting and sign-off.
    """
    link = CommentaryProblem.objects.filter(problem_id=problem_id).first()
    if link is None:
        return
    _locked_commentary(link.commentary_id)
    link.delete()
    duty_reports.remove_problem(problem_id, actor=actor, at=at)


def _locked_commentary(commentary_id: int) -> Commentary:
    commentary = (
        Commentary.objects.select_for_update(of=("self",))
        .select_related("meeting__cycle", "reviewee")
        .get(pk=commentary_id)
    )
    require_stage(commentary.meeting.cycle, RECORD, "修改点评")
    return commentary


def _problem_text(text: str) -> str:
    bare = text.strip()
    if not bare:
        raise TextMissing("问题内容是空的。请写明问题后再确认。")
    return bare
