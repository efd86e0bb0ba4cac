"""Key ceremony and slips: secrets go from memory to paper."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.evaluations import services
from apps.evaluations.domain import sealing
from apps.evaluations.domain.slips import Slip
from apps.evaluations.forms import CardsForm, HallForm, PrintForm, SlipForm
from apps.evaluations.models import Credential, EvaluationSession, SessionGroup
from apps.evaluations.pdf import SlipSheet, cards_pdf, slips_pdf
from apps.evaluations.selectors import group_slips
from apps.evaluations.services.keys import BEFORE_VOTING
from apps.evaluations.services.slips import PRINTABLE
from apps.evaluations.views.doors import held_session, paper_answer, user_of, words_of
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
            services.try_cards(
                session.pk, cards=form.cards(), hold=form.hold_text, actor=user_of(request), at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "试开成功：这两张钥匙卡能打开票箱。钥匙卡和封存页请当场分别密封。")
            return redirect("evaluations:session_detail", session.pk)
    context = {
        "session": session,
        "form": form,
        "fingerprint": sealing.fingerprint(bytes(session.public_key)) if session.public_key else "",
        "is_changeable": session.state in BEFORE_VOTING,
        "has_key": session.public_key is not None,
        "crumbs": crumbs(session, "密钥与钥匙卡"),
    }
    return render(request, "evaluations/ceremony.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@reauthenticated(keep_body=False)
@sensitive_variables("printed")
def key_make(request: HttpRequest, session_id: int) -> HttpResponse:
    """Make the key and answer its three cards and the sealed page as one PDF, once."""
    session = held_session(request, session_id)
    try:
        printed = services.make_key(session.pk, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:ceremony", session.pk)
    session.refresh_from_db()
    fingerprint = sealing.fingerprint(bytes(session.public_key or b""))
    pdf = cards_pdf(session.title, fingerprint, printed, is_rehearsal=session.rehearsal_of_id is not None)
    return paper_answer(pdf, f"key-cards-{session.pk}")


@login_required
@require_GET
def slips(request: HttpRequest, session_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    groups = group_slips(session)
    context = {
        "session": session,
        "groups": groups,
        "has_halls": session.halls.exists(),
        "n_issued": sum(group.n_issued for group in groups),
        "is_printable": session.state in PRINTABLE,
        "form": SlipForm(),
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
        return _refused(request, session, words_of(form))
    try:
        made = services.issue_slips(
            session.pk,
            group_id=group.pk,
            n_slips=form.cleaned_data["n_slips"],
            hall_id=form.cleaned_data["hall"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        return _refused(request, session, error.message)
    return _sheets(request, group, form.cleaned_data["hall"], made)


@login_required
@require_POST
@sensitive_variables("made")
def slips_reprint(request: HttpRequest, session_id: int, group_id: int) -> HttpResponse:
    """Void the unused slips of a group (in one hall) and print as many new ones."""
    session = held_session(request, session_id)
    group = get_object_or_404(SessionGroup, pk=group_id, session=session)
    form = HallForm(request.POST)
    if not form.is_valid():
        return _refused(request, session, words_of(form))
    hall_id = form.cleaned_data["hall"]
    try:
        made = services.reprint_slips(
            session.pk, group_id=group.pk, hall_id=hall_id, actor=user_of(request), at=timezone.now()
        )
    except DomainError as error:
        return _refused(request, session, error.message)
    return _sheets(request, group, hall_id, made)


@sensitive_variables("made")
def _sheets(request: HttpRequest, group: SessionGroup, hall_id: int | None, made: list[Slip]) -> HttpResponse:
    session = group.session
    hall = session.halls.filter(pk=hall_id).first() if hall_id else None
    sheet = SlipSheet(
        title=session.title,
        address=request.build_absolute_uri(reverse("evaluations:cast", args=[session.pk])),
        group_no=group.voter_group.order_no,
        hall=hall.name if hall else "",
        is_rehearsal=session.rehearsal_of_id is not None,
    )
    return paper_answer(slips_pdf(sheet, made), f"slips-{session.pk}")


class _SlipService(Protocol):
    def __call__(self, session_id: int, *, selector: str, actor: User, at: datetime) -> Credential: ...


def _one_slip(service: _SlipService, done: str) -> Callable[[HttpRequest, int], HttpResponse]:
    """Return the view that does one thing to the slip in hand. Its number goes into no message and no log."""

    @login_required
    @require_POST
    @sensitive_post_parameters("selector")
    def view(request: HttpRequest, session_id: int) -> HttpResponse:
        session = held_session(request, session_id)
        form = SlipForm(request.POST)
        if not form.is_valid():
            return _refused(request, session, words_of(form))
        try:
            service(
                session.pk,
                selector=form.cleaned_data["selector"],
                actor=user_of(request),
                at=timezone.now(),
            )
        except DomainError as error:
            return _refused(request, session, error.message)
        messages.success(request, done)
        return redirect("evaluations:slips", session.pk)

    return view


slip_void = _one_slip(services.void_slip, "这张测评票已作废。需要的话可以另打一张。")
slip_spoil = _one_slip(services.spoil_slip, "已按污损收回这张测评票。请本人另抽一张。")
slip_exchange = _one_slip(
    services.exchange_slip, "这张测评票已换领纸质测评表，线上不再计。请收回测评票，发给本人一张纸质测评表。"
)


def _refused(request: HttpRequest, session: EvaluationSession, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("evaluations:slips", session.pk)
