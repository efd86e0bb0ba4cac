"""The steward's desk: what became of a slip in hand, and taking over a sealed ballot from a phone that cannot send.

The server is told a slip's number only, answers with one word and writes it down nowhere. What a phone shows goes from the camera
to the casting address inside the browser; nothing of it passes through this module.
"""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.evaluations.domain.states import SlipState
from apps.evaluations.forms import SlipForm
from apps.evaluations.models import EvaluationSession
from apps.evaluations.selectors import slip_state
from apps.evaluations.views.doors import held_session, user_of
from apps.evaluations.views.sessions import crumbs

MOST_PER_MINUTE = 20
WORDS = {
    SlipState.ONLINE: ("good", "已交", "选票已在票箱里。截止前本人可用原票重新提交，以最后一次为准。"),
    SlipState.UNUSED: ("warn", "未交", "票箱里还没有这张票的选票。请本人提交，或用下面的“代收密封选票”。"),
    SlipState.PAPER: ("info", "已换纸质", "这张票已换领纸质测评表，请填写纸质表投入票箱。"),
    SlipState.VOID: ("bad", "作废", "这张票已经作废，请换一张新票。"),
    SlipState.SPOILED: ("bad", "作废", "这张票已按污损收回，请换一张新票。"),
}
TOO_MANY = f"一分钟内最多查 {MOST_PER_MINUTE} 张，请稍等一分钟再查。"
UNKNOWN = "本场次没有这张票。请核对票上印的场次名称和票号。"


@login_required
@never_cache
@require_GET
def steward(request: HttpRequest, session_id: int) -> HttpResponse:
    return render(request, "evaluations/steward.html", _context(held_session(request, session_id)))


@login_required
@never_cache
@require_POST
@sensitive_post_parameters("selector")
@sensitive_variables("form", "answer")
def steward_slip(request: HttpRequest, session_id: int) -> HttpResponse:
    """Tell in one word what became of a slip; by htmx only the answer, otherwise the whole page."""
    session = held_session(request, session_id)
    form = SlipForm(request.POST)
    if not _may_ask(user_of(request), session):
        answer, status = ("bad", "查得太快", TOO_MANY), 429
    elif not form.is_valid():
        answer, status = ("bad", "没有认出", str(next(iter(form.errors.values()))[0])), 200
    else:
        answer, status = _look_up(session, form.cleaned_data["selector"]), 200
    if request.headers.get("HX-Request") == "true":
        return render(request, "evaluations/_steward_answer.html", {"answer": answer})
    context = _context(session) | {"answer": answer}
    return render(request, "evaluations/steward.html", context, status=status)


@sensitive_variables()
def _look_up(session: EvaluationSession, selector: str) -> tuple[str, str, str]:
    state = slip_state(session, selector)
    return WORDS[state] if state else ("bad", "查不到", UNKNOWN)


def _may_ask(user: User, session: EvaluationSession) -> bool:
    """Count the questions of one account in one minute, so that nobody lists a hall slip by slip."""
    kept = f"steward:{session.pk}:{user.pk}"
    if cache.add(kept, 1, 60):
        return True
    try:
        return cache.incr(kept) <= MOST_PER_MINUTE
    except ValueError:  # the minute has just passed
        return True


def _context(session: EvaluationSession) -> dict[str, object]:
    return {
        "session": session,
        "form": SlipForm(),
        "submit_url": reverse("evaluations:cast_submit", args=[session.pk]),
        "crumbs": crumbs(session, "帮办台"),
    }
