"""The ledger's pages: own items of a secretary, one item with its history, and the acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.domain.roles import Role
from apps.common.errors import DomainError, StaleVersion
from apps.duty_reports.domain.states import ProblemSource
from apps.rectification import services
from apps.rectification.domain.colours import latest_due
from apps.rectification.domain.states import ItemState
from apps.rectification.forms import ApplyForm, ExtendForm, PlanForm, ProblemForm, ProgressForm, VerifyForm
from apps.rectification.lists import colour_today, user_of
from apps.rectification.models import RectificationItem
from apps.rectification.policies import can_open_ledger, can_supervise, can_verify, can_work_on
from apps.rectification.selectors import history_of, items_visible_to, own_items

PLAN = ("measure", "responsible_leader", "responsible_person", "due_on")
UNPROCESSABLE = 422


@login_required
@require_GET
def own_item_list(request: HttpRequest) -> HttpResponse:
    """Show a secretary the own organizations' items, what has to be done first."""
    user = user_of(request)
    if not user.holds(Role.SECRETARY.value):
        raise PermissionDenied
    items = list(own_items(user))
    context = {
        "open_items": [(item, colour_today(item)) for item in items if not item.is_closed_out],
        "closed_items": [(item, "") for item in items if item.is_closed_out],
    }
    return render(request, "rectification/own_item_list.html", context)


@login_required
@require_GET
def item_detail(request: HttpRequest, item_id: int) -> HttpResponse:
    return _detail(request, _seen(request, item_id), {})


@login_required
@require_POST
def item_plan(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _held(request, item_id, can_work_on)
    form = PlanForm(request.POST, prefix="plan")
    if form.is_valid():
        try:
            services.plan_item(item.pk, **form.cleaned_data, actor=user_of(request), at=timezone.now())
        except StaleVersion:
            item.refresh_from_db()
            form.keep_after_conflict(item.version, {name: getattr(item, name) for name in PLAN})
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, item, "已保存整改措施。下一步：有了进展就填报，并附佐证材料。")
    return _detail(request, item, {"plan_form": form})


@login_required
@require_POST
def item_progress(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _held(request, item_id, can_work_on)
    form = ProgressForm(request.POST, request.FILES, prefix="progress")

    def save(data: dict[str, Any]) -> None:
        files = data.pop("evidence")
        services.report_progress(item.pk, **data, files=files, actor=user_of(request), at=timezone.now())

    return _act(request, item, "progress_form", form, save, "已填报进展。")


@login_required
@require_POST
def item_apply(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _held(request, item_id, can_work_on)

    def save(data: dict[str, Any]) -> None:
        services.apply_for_close_out(item.pk, **data, actor=user_of(request), at=timezone.now())

    form = ApplyForm(request.POST, prefix="apply")
    return _act(request, item, "apply_form", form, save, "已申请销号，等待组织部验收。")


@login_required
@require_POST
def item_verify(request: HttpRequest, item_id: int) -> HttpResponse:
    """Accept or send back. The applicant meets the service's refusal in words, not a bare 403."""
    item = _held(request, item_id, can_supervise)
    is_accepted = request.POST.get("decision") == "accept"

    def save(data: dict[str, Any]) -> None:
        services.verify_close_out(
            item.pk, accepted=is_accepted, **data, actor=user_of(request), at=timezone.now()
        )

    form = VerifyForm(request.POST, prefix="verify")
    done = "验收通过，已销号。" if is_accepted else "已退回，责任单位会收到通知。"
    return _act(request, item, "verify_form", form, save, done)


@login_required
@require_POST
def item_extend(request: HttpRequest, item_id: int) -> HttpResponse:
    item = _held(request, item_id, can_supervise)

    def save(data: dict[str, Any]) -> None:
        services.extend_deadline(item.pk, **data, actor=user_of(request), at=timezone.now())

    form = ExtendForm(request.POST, prefix="extend")
    return _act(request, item, "extend_form", form, save, "已办理延期，理由已记入整改记录。")


@login_required
@require_http_methods(["GET", "POST"])
def problem_create(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if not user.is_department_staff:
        raise PermissionDenied
    form = ProblemForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            item = services.add_problem_from_outside(
                data["cycle"].pk,
                organization_id=data["organization"].pk,
                source=ProblemSource(data["source"]),
                raised_by=data["raised_by"],
                text=data["text"],
                actor=user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, item, "已登记问题，并列入整改台账。")
    back = reverse("rectification:item_list")
    page = {
        "title": "登记巡察、检查发现的问题",
        "form": form,
        "intro": "只有处于“反馈整改”阶段的周期才能补充问题；登记后立即列入责任单位的整改台账。",
        "submit_label": "登记",
        "back_url": back,
        "crumbs": [("整改台账", back), ("登记问题", "")],
    }
    return render(request, "components/form_page.html", page)


def _seen(request: HttpRequest, item_id: int) -> RectificationItem:
    """Return an item in sight. No business with items: 403; out of sight: 404."""
    user = user_of(request)
    if not (can_open_ledger(user) or user.holds(Role.SECRETARY.value)):
        raise PermissionDenied
    return get_object_or_404(items_visible_to(user), pk=item_id)


def _held(
    request: HttpRequest, item_id: int, may: Callable[[Any, RectificationItem], bool]
) -> RectificationItem:
    item = _seen(request, item_id)
    if not may(user_of(request), item):
        raise PermissionDenied
    return item


def _act(
    request: HttpRequest,
    item: RectificationItem,
    name: str,
    form: Form,
    save: Callable[[dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """Do what a valid form asks; otherwise show the item with the form and what is wrong."""
    if form.is_valid():
        try:
            save(dict(form.cleaned_data))
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, item, done)
    item.refresh_from_db()
    return _detail(request, item, {name: form})


def _done(request: HttpRequest, item: RectificationItem, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("rectification:item_detail", item.pk)


def _detail(request: HttpRequest, item: RectificationItem, forms: dict[str, Form]) -> HttpResponse:
    user = user_of(request)
    may_work, may_supervise = can_work_on(user, item), can_supervise(user, item)
    is_workable = item.state in (ItemState.OPEN.value, ItemState.UNDER_WAY.value)
    context = {
        "item": item,
        "colour": colour_today(item),
        "history": history_of(item),
        "latest_due": latest_due(item.cycle.rectification_due_on, item.extended_to),
        "may_plan": may_work and is_workable,
        "may_report": may_work and item.state == ItemState.UNDER_WAY.value,
        "may_verify": can_verify(user, item) and item.state == ItemState.APPLIED.value,
        "is_own_application": item.state == ItemState.APPLIED.value and item.applied_by_id == user.pk,
        "may_extend": may_supervise and not item.is_closed_out,
        "crumbs": _crumbs(request),
    }
    answer = context | _blank_forms(item) | forms
    return render(request, "rectification/item_detail.html", answer, status=UNPROCESSABLE if forms else 200)


def _blank_forms(item: RectificationItem) -> dict[str, Form]:
    plan = {name: getattr(item, name) for name in (*PLAN, "version")}
    return {
        "plan_form": PlanForm(initial=plan, prefix="plan"),
        "progress_form": ProgressForm(initial={"percent": item.progress_percent}, prefix="progress"),
        "apply_form": ApplyForm(prefix="apply"),
        "verify_form": VerifyForm(prefix="verify"),
        "extend_form": ExtendForm(prefix="extend"),
    }


def _crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    if can_open_ledger(user_of(request)):
        return [("整改台账", reverse("rectification:item_list")), ("整改事项", "")]
    return [("我的整改", reverse("rectification:own_item_list")), ("整改事项", "")]
