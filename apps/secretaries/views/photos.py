"""A person's photo: shown, set, removed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.kit.requests import actor_of
from apps.secretaries import services
from apps.secretaries.forms import PhotoForm
from apps.secretaries.models import Photo, Secretary
from apps.secretaries.views.doors import form_answer, held, page_of, seen


@login_required
@require_GET
def photo(request: HttpRequest, secretary_id: int) -> HttpResponse:
    """Send the picture to those who may see the person. It is ours, a JPEG; no browser is to take it for anything else."""
    stored = Photo.objects.filter(pk=seen(request, secretary_id).pk).first()
    if stored is None:
        raise Http404
    response = HttpResponse(bytes(stored.content), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def photo_edit(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = held(request, secretary_id)
    form = PhotoForm(request.POST or None, request.FILES or None)

    def save(data: dict[str, Any]) -> Secretary:
        services.set_photo(secretary.pk, data["photo"].read(), actor=actor_of(request), at=timezone.now())
        return secretary

    return form_answer(request, form, save, "照片已保存。", page_of(request, "上传照片", secretary))


@login_required
@require_POST
def photo_remove(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = held(request, secretary_id)
    services.remove_photo(secretary.pk, actor=actor_of(request), at=timezone.now())
    messages.success(request, "照片已删除。")
    return redirect("secretaries:secretary_detail", secretary.pk)
