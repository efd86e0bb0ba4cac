"""The purge: what will go and what stays, a typed confirmation, and the certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apps.common.errors import DomainError
from apps.common.kit.reauthentication import reauthenticated
from apps.evaluations import services
from apps.evaluations.domain.states import SessionState
from apps.evaluations.forms import PurgeForm
from apps.evaluations.models import Credential, EvaluationSession, PaperEntry, UrnEntry
from apps.evaluations.pdf.certificate import CertificateData, certificate_pdf
from apps.evaluations.services.purge import is_hold_gone, why_not_yet
from apps.evaluations.views.doors import held_session, paper_answer, user_of
from apps.evaluations.views.sessions import crumbs


@login_required
@require_http_methods(["GET", "POST"])
@reauthenticated
def purge(request: HttpRequest, session_id: int) -> HttpResponse:
    """GET: what goes, what stays, from when on. POST with the typed word: do it."""
    session = held_session(request, session_id)
    form = PurgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.purge_session(session.pk, actor=user_of(request), at=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "密封选票、测评票凭证和封存钥匙文件已销毁。请打印销毁证明，办理其余各项。"
            )
            return redirect("evaluations:purge", session.pk)
    context = {
        "session": session,
        "form": form,
        "is_purged": session.state == SessionState.PURGED.value,
        "is_hold_gone": is_hold_gone(session),
        "report": session.purge_report,
        "why_not": why_not_yet(session, timezone.localdate()),
        "n_envelopes": UrnEntry.objects.filter(credential__session=session).count(),
        "n_slips": Credential.objects.filter(session=session).count(),
        "n_entries": PaperEntry.objects.filter(batch__session=session).count(),
        "crumbs": crumbs(session, "销毁"),
    }
    return render(request, "evaluations/purge.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def certificate(request: HttpRequest, session_id: int) -> HttpResponse:
    """The certificate, as often as it is wanted."""
    session = held_session(request, session_id)
    if session.purged_at is None:
        raise Http404("还没有销毁，没有证明可打印。")
    return paper_answer(certificate_pdf(_data(session)), f"purge-{session.pk}")


def _data(session: EvaluationSession) -> CertificateData:
    report = session.purge_report or {}
    codes = [
        ("公钥指纹", report.get("fingerprint", "")),
        ("回执清单总校验值", report.get("merkle_root", "")),
        ("测评表校验值", report.get("form_hash", "")),
        ("开箱评分校验值", report.get("marks_hash", "")),
    ]
    until = session.objection_ends_on
    return CertificateData(
        title=session.title,
        cycle=session.cycle.title,
        released_at=timezone.localtime(session.released_at) if session.released_at else None,
        objection_ends_on=f"{until:%Y年%m月%d日}" if until else "（未登记）",
        purged_at=timezone.localtime(session.purged_at or session.released_at),
        purged_by=report.get("purged_by", ""),
        n_envelopes=report.get("n_envelopes", 0),
        n_slips=report.get("n_slips", 0),
        n_paper_entries=report.get("n_paper_entries", 0),
        is_hold_gone=is_hold_gone(session),
        codes=[(name, code) for name, code in codes if code],
    )
