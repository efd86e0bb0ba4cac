"""Key ceremony and slips: secrets go from memory to paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain import sealing
from apps.evaluations.domain.slips import Slip
from apps.evaluations.domain.states import SessionState
from apps.evaluations.forms import CardsForm, PrintForm, VoidForm
from apps.evaluations.models import EvaluationSession, SessionGroup
from apps.evaluations.pdf import cards_pdf, slips_pdf
from apps.evaluations.selectors import slip_lines
from apps.evaluations.services.keys import BEFORE_VOTING
from apps.evaluations.services.slips import PRINTABLE
from apps.evaluations.views.doors import held_session, paper_answer, user_of
from apps.evaluations.views.sessions import crumbs


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form")
def ceremony(request: HttpRequest, session_id: int) -> HttpResponse:
    """GET: the two steps of the ceremony. POST: prove that two printed cards fit."""
    session = held_session(request, session_id)
    form = CardsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.try_cards(session.pk, cards=form.cards(), actor=user_of(request), at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "试开成功：这两张钥匙卡能打开票箱。钥匙卡请当场密封。")
            return redirect("evaluations:session_detail", session.pk)
    context = {
        "session": session,
        "form": form,
        "fingerprint": sealing.fingerprint(bytes(session.public_key)) if session.public_key else "",
        "is_changeable": session.state in BEFORE_VOTING,
        "has_key": session.state != SessionState.DRAFT.value,
        "crumbs": crumbs(session, "密钥与钥匙卡"),
    }
    return render(request, "evaluations/ceremony.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@sensitive_variables("cards")
def key_make(request: HttpRequest, session_id: int) -> HttpResponse:
    """Make the key and answer its three cards as one PDF, once."""
    session = held_session(request, session_id)
    try:
        cards = services.make_key(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:ceremony", session.pk)
    session.refresh_from_db()
    fingerprint = sealing.fingerprint(bytes(session.public_key or b""))
    return paper_answer(cards_pdf(session.title, fingerprint, cards), f"key-cards-{session.pk}")


@login_required
@require_http_methods(["GET"])
def slips(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    context = {
        "session": session,
        "lines": slip_lines(session),
        "is_printable": session.state in PRINTABLE,
        "void_form": VoidForm(),
        "crumbs": crumbs(session, "测评票"),
    }
    return render(request, "evaluations/slips.html", context)


@login_required
@require_POST
@sensitive_variables("made")
def slips_print(request: HttpRequest, session_id: int, group_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    group = get_object_or_404(SessionGroup, pk=group_id, session=session)
    form = PrintForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(str(text) for errors in form.errors.values() for text in errors))
        return redirect("evaluations:slips", session.pk)
    try:
        made = services.issue_slips(
            session.pk,
            group_id=group.pk,
            n_slips=form.cleaned_data["n_slips"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:slips", session.pk)
    return _sheets(request, session, made)


@login_required
@require_POST
@sensitive_variables("made")
def slips_reprint(request: HttpRequest, session_id: int, group_id: int) -> HttpResponse:
    """Void the unused slips of a group and print as many new ones."""
    session = held_session(request, session_id)
    group = get_object_or_404(SessionGroup, pk=group_id, session=session)
    try:
        made = services.reprint_slips(
            session.pk, group_id=group.pk, actor=user_of(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:slips", session.pk)
    return _sheets(request, session, made)


@sensitive_variables("made")
def _sheets(request: HttpRequest, session: EvaluationSession, made: list[Slip]) -> HttpResponse:
    address = request.build_absolute_uri(reverse("evaluations:cast", args=[session.pk]))
    return paper_answer(slips_pdf(session.title, address, made), f"slips-{session.pk}")


@login_required
@require_POST
def slip_void(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    form = VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(str(text) for errors in form.errors.values() for text in errors))
        return redirect("evaluations:slips", session.pk)
    try:
        services.void_slip(
            session.pk, selector=form.cleaned_data["selector"], actor=user_of(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "这张测评票已作废。需要的话可以另打一张。")
    return redirect("evaluations:slips", session.pk)
