"""The page on which anybody in the network checks a document. A visitor learns what it is worth, never what it says."""

import hashlib
from typing import IO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.official_documents.domain.codes import read_code, shown_code
from apps.official_documents.forms import VerifyForm
from apps.official_documents.selectors import documents_visible_to
from apps.official_documents.selectors.pages import Verdict, verdict_on_code, verdict_on_hash


@require_http_methods(["GET", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Check a code or a file. What was typed goes into the body of the request, never into an address."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _answer(form)
        verdict = context["verdict"]
        context["link_id"] = _link_id(request, verdict) if isinstance(verdict, Verdict) else None
    return render(request, "official_documents/verify.html", context)


def _answer(form: VerifyForm) -> dict[str, object]:
    file = form.cleaned_data["file"]
    if file is not None:
        digest = _digest(file)
        return {"verdict": verdict_on_hash(digest), "digest": digest, "file_name": file.name}
    code = read_code(form.cleaned_data["code"])
    if not code:
        form.add_error(
            "code", "这不是一个完整的核验码，可能抄错了一位。请对照文书首页下方的 12 位核验码再输入。"
        )
        return {"verdict": None}
    return {"verdict": verdict_on_code(code), "code": shown_code(code)}


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _link_id(request: HttpRequest, verdict: Verdict) -> int | None:
    """Return the document's id for those who may see it anyway."""
    if verdict.document is None or not isinstance(request.user, User):
        return None
    is_visible = documents_visible_to(request.user).filter(pk=verdict.document.pk).exists()
    return verdict.document.pk if is_visible else None
