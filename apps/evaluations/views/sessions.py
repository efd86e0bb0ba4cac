"""Set-up, detail with the three buttons, and release of a session."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.evaluations import services
from apps.evaluations.domain import sealing
from apps.evaluations.domain.checklists import Facts, Step, checklist
from apps.evaluations.domain.states import ORDER, SessionState
from apps.evaluations.forms import SessionForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.policies import can_list_sessions
from apps.evaluations.selectors import GroupSlips, cycles_for_sessions, group_slips
from apps.evaluations.views.doors import held_session, user_of

LIST = ("测评", "evaluations:session_list")
# Where each step of the checklist is done; the three big buttons stand on the page itself.
PAGES = {
    "key": ("evaluations:ceremony", "密钥与钥匙卡"),
    "trial": ("evaluations:ceremony", "密钥与钥匙卡"),
    "rehearsal": ("evaluations:rehearsal", "彩排"),
    "slips": ("evaluations:slips", "打印测评票"),
    "close": ("evaluations:turnout", "投票进度"),
    "urn": ("evaluations:ledger", "台账"),
    "verify": ("scoring:verification", "复核"),
    "purge": ("evaluations:purge", "销毁"),
    "finish": ("evaluations:rehearsal", "完成彩排"),
}
FROM = {"verify": SessionState.OPENED, "purge": SessionState.RELEASED}


def crumbs(session: EvaluationSession, last: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the session; a rehearsal stands below its session."""
    way = [(LIST[0], reverse(LIST[1]))]
    if session.rehearsal_of is not None:
        real = session.rehearsal_of
        way.append((real.title, reverse("evaluations:session_detail", args=[real.pk])))
    own = "彩排" if session.rehearsal_of_id else session.title
    way.append((own, reverse("evaluations:session_detail", args=[session.pk]) if last else ""))
    return [*way, (last, "")] if last else way


@login_required
@require_http_methods(["GET", "POST"])
def session_create(request: HttpRequest) -> HttpResponse:
    """Choose the cycle first (forms and groups depend on it), then the rest."""
    user = user_of(request)
    if not can_list_sessions(user):
        raise PermissionDenied
    cycles = list(cycles_for_sessions(user))
    wanted = request.GET.get("cycle", "")
    cycle = next((one for one in cycles if str(one.pk) == wanted), cycles[0] if cycles else None)
    form = SessionForm(request.POST or None, cycle=cycle) if cycle else None
    if cycle and form and request.method == "POST" and form.is_valid():
        made = _create(request, cycle, form)
        if made:
            return _after_creation(request, made)
    context = {
        "form": form,
        "cycles": cycles,
        "cycle": cycle,
        "crumbs": [(LIST[0], reverse(LIST[1])), ("新增测评场次", "")],
    }
    return render(request, "evaluations/session_create.html", context, status=_status(form))


def _status(form: SessionForm | None) -> int:
    return 422 if form is not None and form.errors else 200


def _create(request: HttpRequest, cycle: ReviewCycle, form: SessionForm) -> list[EvaluationSession]:
    user, now = user_of(request), timezone.now()
    try:
        if form.wants_urns_apart:
            return services.plan_session_per_hall(cycle.pk, plan=form.plan(), actor=user, at=now)
        return [services.plan_session(cycle.pk, plan=form.plan(), actor=user, at=now)]
    except DomainError as error:
        form.add_error(None, error.message)
        return []


def _after_creation(request: HttpRequest, made: list[EvaluationSession]) -> HttpResponse:
    if len(made) > 1:
        messages.success(
            request, f"已新增 {len(made)} 个测评场次，每个会场一个。请逐个设密钥、彩排、打印测评票。"
        )
        return redirect("evaluations:session_list")
    messages.success(request, "已新增测评场次。下一步：生成密钥，打印钥匙卡。")
    return redirect("evaluations:session_detail", made[0].pk)


@login_required
@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    if session.state != SessionState.DRAFT.value or session.rehearsal_of_id is not None:
        messages.error(request, "已经生成密钥，测评表随之冻结，场次不能再修改。")
        return redirect("evaluations:session_detail", session.pk)
    form = SessionForm(request.POST or None, cycle=session.cycle, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_session(session.pk, plan=form.plan(), actor=user_of(request), at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已保存。测评表按会议现在的议程排列。")
            return redirect("evaluations:session_detail", session.pk)
    context = {"session": session, "form": form, "crumbs": crumbs(session, "修改")}
    return render(request, "evaluations/session_edit.html", context, status=_status(form))


@login_required
@require_POST
def session_delete(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.delete_session(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:session_detail", session.pk)
    messages.success(request, f"已删除测评场次“{session.title}”。")
    return redirect("evaluations:session_list")


@login_required
@require_GET
def session_detail(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    state = SessionState(session.state)
    slips = group_slips(session)
    rehearsal = session.rehearsals.first()
    steps = session_steps(session, slips, rehearsal)
    context = {
        "session": session,
        "state": state,
        "steps": steps,
        "now": next((step.key for step, _, _ in steps if step.is_now), ""),
        "rehearsal": rehearsal,
        "papers": session.papers.select_related("paper"),
        "halls": session.halls.all(),
        "slips": slips,
        "n_subjects": session.subjects.count(),
        "n_issued": sum(group.n_issued for group in slips),
        "n_planned": sum(group.group.n_planned for group in slips),
        "fingerprint": sealing.fingerprint(bytes(session.public_key)) if session.public_key else "",
        "is_closed": ORDER.index(state) >= ORDER.index(SessionState.CLOSED),
        "is_opened": ORDER.index(state) >= ORDER.index(SessionState.OPENED),
        "cast_url": request.build_absolute_uri(reverse("evaluations:cast", args=[session.pk])),
        "crumbs": crumbs(session),
    }
    return render(request, "evaluations/session_detail.html", context)


def session_steps(
    session: EvaluationSession,
    slips: list[GroupSlips] | None = None,
    rehearsal: EvaluationSession | None = None,
) -> list[tuple[Step, str, str]]:
    """Return the checklist of a session: each step with address and name of the page where it is done."""
    facts = _facts(session, group_slips(session) if slips is None else slips, rehearsal)
    return [(step, *_page_of(step.key, session)) for step in checklist(facts)]


def _facts(session: EvaluationSession, slips: list[GroupSlips], rehearsal: EvaluationSession | None) -> Facts:
    return Facts(
        state=SessionState(session.state),
        is_rehearsal=session.rehearsal_of_id is not None,
        has_key=session.public_key is not None or session.purged_at is not None,
        is_key_tested=session.key_tested_at is not None,
        has_running_rehearsal=rehearsal is not None,
        groups_without_slips=[
            one.group.voter_group.name for one in slips if one.group.n_planned and not one.n_issued
        ],
        is_meeting_stage=session.cycle.stage == Stage.MEETING.value,
        is_objection_over=_is_objection_over(session),
        is_verified=bool(session.verification and session.verification.get("agrees")),
    )


def _is_objection_over(session: EvaluationSession) -> bool:
    return session.objection_ends_on is not None and timezone.localdate() > session.objection_ends_on


def _page_of(key: str, session: EvaluationSession) -> tuple[str, str]:
    """Return address and name of the page where a step is done; empty for the buttons of this page, and before its time."""
    name, label = PAGES.get(key, ("", ""))
    too_early = FROM.get(key, SessionState.DRAFT)
    if not name or ORDER.index(SessionState(session.state)) < ORDER.index(too_early):
        return "", ""
    return reverse(name, args=[session.pk]), label


@login_required
@require_POST
def voting_open(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.open_voting(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:session_detail", session.pk)
    messages.success(request, "投票已经开始。")
    return redirect("evaluations:turnout", session.pk)


@login_required
@require_POST
def voting_close(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.close_voting(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:session_detail", session.pk)
    messages.success(request, "投票已经截止，台账相符。下一步：监票人核对台账，持两张钥匙卡开箱。")
    return redirect("evaluations:ledger", session.pk)


@login_required
@require_POST
@reauthenticated
def release(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    try:
        services.release_results(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "测评结果已发布。全部场次发布后，周期进入“评定等次”阶段。")
    return redirect("evaluations:session_detail", session.pk)
