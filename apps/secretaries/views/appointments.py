"""Acts that change a career."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.common.kit.requests import actor_of
from apps.secretaries import services
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.forms import (
    AppointForm,
    CorrectAppointmentForm,
    EndAppointmentForm,
    ReasonForm,
    TransferForm,
)
from apps.secretaries.models import Appointment
from apps.secretaries.selectors import leadership_of
from apps.secretaries.views.doors import form_answer, held, held_appointment, page_of


@login_required
@require_http_methods(["GET", "POST"])
def appointment_create(request: HttpRequest, secretary_id: int) -> HttpResponse:
    secretary = held(request, secretary_id)
    actor = actor_of(request)
    form = AppointForm(request.POST or None, actor=actor)

    def appoint(data: dict[str, Any]) -> Appointment:
        organization = data.pop("organization")
        made = services.appoint(
            secretary.pk, organization_id=organization.pk, **data, actor=actor, at=timezone.now()
        )
        warn_of_two_leaders(request, made)
        return made

    return form_answer(request, form, appoint, "已登记任职。", page_of(request, "登记任职", secretary))


@login_required
@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = held_appointment(request, appointment_id)
    form = EndAppointmentForm(request.POST or None, initial={"on": timezone.localdate()})

    def end(data: dict[str, Any]) -> Appointment:
        return services.end_appointment(appointment.pk, **data, actor=actor_of(request), at=timezone.now())

    page = page_of(request, "登记免职", appointment.secretary) | {
        "intro": f"{_told(appointment)}，{appointment.started_on} 任职。换岗位请用“调任”，一次办完。",
        "submit_label": "登记免职",
        "confirm": f"登记{appointment.secretary}免去“{appointment.organization}”{appointment.post}？",
    }
    return form_answer(request, form, end, "已登记免职。", page)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_transfer(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = held_appointment(request, appointment_id)
    actor = actor_of(request)
    form = TransferForm(
        request.POST or None, actor=actor, initial={"started_on": timezone.localdate(), "post": appointment.post}
    )  # fmt: skip

    def move(data: dict[str, Any]) -> Appointment:
        to = services.Post(data["organization"].pk, data["post"], data["started_on"], data["kind"])
        made = services.transfer(appointment.pk, to=to, note=data["note"], actor=actor, at=timezone.now())
        warn_of_two_leaders(request, made)
        return made

    page = page_of(request, "调任", appointment.secretary) | {
        "intro": f"{_told(appointment)}，{appointment.started_on} 任职。保存后原职务免去，新职务开始，历年记录都保留。",
        "submit_label": "登记调任",
    }
    return form_answer(request, form, move, "已登记调任。", page)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_edit(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = held_appointment(request, appointment_id)
    form = CorrectAppointmentForm(request.POST or None, appointment=appointment)

    def correct(data: dict[str, Any]) -> Appointment:
        return services.correct_appointment(
            appointment.pk, **data, actor=actor_of(request), at=timezone.now()
        )

    page = page_of(request, "更正任职", appointment.secretary) | {
        "intro": f"{appointment.organization}。这里只改录入时的差错；真的变动请用“免职”或“调任”。",
    }
    return form_answer(request, form, correct, "已更正。", page)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_void(request: HttpRequest, appointment_id: int) -> HttpResponse:
    appointment = held_appointment(request, appointment_id)
    form = ReasonForm(request.POST or None)

    def take_back(data: dict[str, Any]) -> object:
        return services.void_appointment(
            appointment.pk, reason=data["reason"], actor=actor_of(request), at=timezone.now()
        )

    page = page_of(request, "撤销任职登记", appointment.secretary) | {
        "intro": f"{_told(appointment)}，{appointment.started_on} 任职。只撤销录错的登记：撤销后任职经历里不再有这一条，日志里留有原样和原因。离任请用“免职”。",
        "submit_label": "撤销登记",
        "confirm": f"撤销{_told(appointment)}的任职登记？撤销后要重新登记才能恢复。",
    }
    return form_answer(request, form, take_back, "已撤销这条任职登记。", page)


def warn_of_two_leaders(request: HttpRequest, made: Appointment) -> None:
    """Point out that somebody acts for a secretary who is in office. It happens (long leave), so it is no rule."""
    found = leadership_of(made.organization_id, made.started_on)
    if found.secretary is None or found.acting is None:
        return
    if made.kind == AppointmentKind.ACTING.value:
        messages.warning(
            request,
            f"“{made.organization}”现有书记{found.secretary.secretary}在任。主持工作一般只在书记空缺或长期离岗时登记，请核对。",
        )
    elif made.kind == AppointmentKind.SECRETARY.value:
        messages.warning(
            request,
            f"{found.acting.secretary}仍登记为主持“{made.organization}”工作。如已不再主持，请到其卡片登记免职。",
        )


def _told(appointment: Appointment) -> str:
    return f"{appointment.secretary}：{appointment.organization}{appointment.post}"
