"""A secretary's card as a PDF."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.common.kit.requests import actor_of
from apps.insights.pdf import card_pdf
from apps.secretaries.models import Photo
from apps.secretaries.selectors import card_of, secretaries_visible_to, with_careers


@login_required
@require_GET
def secretary_card_pdf(request: HttpRequest, secretary_id: int) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    secretary = get_object_or_404(with_careers(secretaries_visible_to(actor)), pk=secretary_id)
    photo = Photo.objects.filter(pk=secretary.pk).values_list("content", flat=True).first()
    content = card_pdf(card_of(secretary, actor, today), bytes(photo) if photo else None, today)
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{secretary.name}书记卡片.pdf')}"
    return response
