"""Starting a draft's scheme anew from a preset, after seeing what it holds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.errors import DomainError, StaleVersion
from apps.cycles import services
from apps.cycles.domain.comparison import compare_schemes
from apps.cycles.domain.presets import ALL, preset_label
from apps.cycles.domain.stages import Stage
from apps.cycles.domain.words import scheme_in_words
from apps.cycles.lists import account
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import plan_of
from apps.cycles.views.doors import crumbs, managed_cycle

TOLD = ("groups", "components", "adjustments")  # chapters that tell presets apart
CONFLICT = (
    "您打开页面之后，别人改过这个周期的方案，所以没有替换。请先看一遍现在的方案，再决定要不要套用样式。"
)


@login_required
@require_http_methods(["GET", "POST"])
def scheme_preset(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Offer the presets beside each other; a POST replaces the draft's scheme by one of them."""
    cycle = managed_cycle(request, cycle_id)
    if request.method == "POST":
        return _replace(request, cycle)
    if cycle.stage != Stage.DRAFT.value:
        messages.info(request, "周期已经启动，方案已冻结，只能查看。")
        return redirect("cycles:cycle_detail", cycle.pk)
    stored = plan_of(cycle.scheme)
    cards = [
        (
            preset,
            [chapter for chapter in scheme_in_words(preset.plan) if chapter.part in TOLD],
            sum(len(part.changed) for part in compare_schemes(stored, preset.plan)),
        )
        for preset in ALL
    ]
    context = {"cycle": cycle, "cards": cards, "crumbs": crumbs(cycle, "套用样式")}
    return render(request, "cycles/scheme_preset.html", context)


def _replace(request: HttpRequest, cycle: ReviewCycle) -> HttpResponse:
    preset, version = request.POST.get("preset", ""), request.POST.get("version", "")
    try:
        services.apply_preset(
            cycle.pk,
            preset=preset,
            version=int(version) if version.isdecimal() else 0,
            actor=account(request),
            at=timezone.now(),
        )
    except StaleVersion:
        messages.error(request, CONFLICT)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"方案已换成样式“{preset_label(preset)}”。每个数都还能改，启动时才冻结。")
    return redirect("cycles:cycle_detail", cycle.pk)
