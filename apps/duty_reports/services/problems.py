"""Problems: named by the author, by leaders, by inspection. They belong to the organization, whoever heads it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.services import check_version, touch_version
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee
from apps.duty_reports.domain.counting import clean_text
from apps.duty_reports.domain.states import ProblemSource
from apps.duty_reports.errors import BadProblem, ProblemInUse
from apps.duty_reports.models import Problem
from apps.duty_reports.services.locking import lock_for_writing
from apps.organizations.models import Organization

MAX_PROBLEM = 1000


@transaction.atomic
def add_problem(
    *,
    cycle_id: int,
    organization_id: int,
    reviewee_id: int | None = None,
    source: ProblemSource,
    raised_by: str = "",
    text: str,
    actor: User,
    at: datetime,
) -> Problem:
    """Record a problem of an organization in a cycle.

    :raises BadProblem: the text is empty or far too long, or reviewee, organization and cycle do not belong together.
    """
    cycle = ReviewCycle.objects.select_related("host").get(pk=cycle_id)
    _refuse_stranger(cycle, organization_id, reviewee_id)
    problem = Problem.objects.create(
        cycle=cycle,
        organization_id=organization_id,
        reviewee_id=reviewee_id,
        source=source.value,
        raised_by=raised_by.strip()[:60],
        text=_checked(text),
        created_at=at,
    )
    details = {"source": source.value, "cycle_id": cycle.pk}
    record_action("duty_reports.problem_added", problem, actor=actor, at=at, details=details)
    return problem


def _refuse_stranger(cycle: ReviewCycle, organization_id: int, reviewee_id: int | None) -> None:
    if cycle.stage in (Stage.DRAFT.value, Stage.ARCHIVED.value):
        raise BadProblem(f"“{cycle}”处于“{Stage(cycle.stage)}”阶段，不能登记问题。没有登记。")
    if not Organization.objects.filter(pk=organization_id, path__startswith=cycle.host.path).exists():
        raise BadProblem(f"这个党组织不在“{cycle.host}”之下，问题没有登记。")
    if reviewee_id is None:
        return
    same = Reviewee.objects.filter(pk=reviewee_id, cycle=cycle, organization_id=organization_id)
    if not same.exists():
        raise BadProblem("述职对象与所选的周期或党组织不一致，问题没有登记。")


def _checked(text: str) -> str:
    text = clean_text(text).strip()
    if not text:
        raise BadProblem("问题内容是空的，没有登记。")
    if len(text) > MAX_PROBLEM:
        raise BadProblem(f"一个问题最多{MAX_PROBLEM}字，现在{len(text)}字，没有登记。请拆成几条。")
    return text


@transaction.atomic
def add_own_problem(report_id: int, *, text: str, actor: User, at: datetime) -> Problem:
    """Let the author list a problem found in the own work, as long as the report may be written.

    :raises ReportingClosed: the author may not write now.
    :raises BadProblem: the text is empty or far too long.
    """
    reviewee = lock_for_writing(report_id).reviewee
    return add_problem(
        cycle_id=reviewee.cycle_id,
        organization_id=reviewee.organization_id,
        reviewee_id=reviewee.pk,
        source=ProblemSource.OWN_REPORT,
        raised_by=reviewee.name,
        text=text,
        actor=actor,
        at=at,
    )


@transaction.atomic
def remove_own_problem(report_id: int, *, problem_id: int, actor: User, at: datetime) -> None:
    """Let the author take a listed problem back, as long as the report may be written. Twice changes nothing.

    :raises ReportingClosed: the author may not write now.
    """
    reviewee = lock_for_writing(report_id).reviewee
    own = Problem.objects.filter(pk=problem_id, reviewee=reviewee, source=ProblemSource.OWN_REPORT.value)
    if own.exists():
        remove_problem(problem_id, actor=actor, at=at)


@transaction.atomic
def update_problem(
    problem_id: int, *, text: str, version: int | None = None, actor: User, at: datetime
) -> Problem:
    """Reword a problem.

    :raises StaleVersion: somebody else saved since the form was opened.
    :raises BadProblem: the text is empty or far too long.
    """
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    check_version(problem, version)
    text = _checked(text)
    if text == problem.text:
        return problem
    problem.text = text
    touch_version(problem)
    problem.save(update_fields=["text", "version"])
    record_action("duty_reports.problem_updated", problem, actor=actor, at=at)
    return problem


@transaction.atomic
def remove_problem(problem_id: int, *, actor: User, at: datetime) -> None:
    """Delete a problem on which nothing has been built yet.

    :raises ProblemInUse: rectification or something else stands on it.
    """
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    record_action("duty_reports.problem_removed", problem, actor=actor, at=at)
    try:
        with transaction.atomic():
            problem.delete()
    except ProtectedError as error:
        raise ProblemInUse("这个问题已经进入后续工作（点评或整改），不能删除。问题没有变化。") from error
