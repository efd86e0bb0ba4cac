"""The operations: reads, and each act through the service that the pages use."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.viewsets import ApiViewSet, found_or_404, words_in
from apps.organizations.models import Organization
from apps.organizations.selectors import organizations_edited_by, organizations_visible_to
from apps.secretaries import services
from apps.secretaries.api import bodies
from apps.secretaries.api.serializers import AppointmentSerializer, SecretarySerializer
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.policies import can_edit_appointment, can_edit_secretaries, can_edit_secretary
from apps.secretaries.selectors import (
    appointments_listed_for,
    appointments_visible_to,
    in_office_on,
    matching_people,
    secretaries_listed_for,
    secretaries_visible_to,
    where_main,
    with_careers,
)

TAGS = ["书记与任职"]


class PeopleViewSet(ApiViewSet):
    """What both sides share: who acts, and which organization a body names."""

    def _by(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": timezone.now()}

    def _place(self, pk: int) -> Organization:
        """Find the organization of a post; out of sight 404, another department's 403."""
        organization = found_or_404(organizations_visible_to(self.actor).filter(pk=pk))
        if not organizations_edited_by(self.actor).filter(pk=organization.pk).exists():
            raise PermissionDenied
        return organization

    def _seen(self, pk: int) -> Secretary:
        return found_or_404(with_careers(secretaries_visible_to(self.actor)).filter(pk=pk))

    def _held(self, pk: int) -> Secretary:
        secretary = self._seen(pk)
        if not can_edit_secretary(self.actor, secretary):
            raise PermissionDenied
        return secretary


class SecretaryViewSet(PeopleViewSet):
    """People with an appointment inside the account's subtrees, and the account's own person."""

    queryset = Secretary.objects.none()
    serializer_class = SecretarySerializer

    @extend_schema(tags=TAGS, parameters=[bodies.SecretaryQuery], summary="书记列表")
    def list(self, request: Request) -> Response:
        query = self.asked(bodies.SecretaryQuery)
        rows = with_careers(secretaries_listed_for(self.actor))
        for word in words_in(query.get("q", "")):
            rows = matching_people(rows, word)
        if "state" in query:
            is_open = Q(main__isnull=False, main__ended_on__isnull=query["state"] == "in_office")
            rows = where_main(rows, is_open)
        if "organization" in query:
            present = Appointment.objects.filter(ended_on=None, organization=query["organization"])
            rows = rows.filter(pk__in=present.values("secretary"))
        return self.listed(rows.order_by("pinyin_key", "pk"), SecretarySerializer)

    @extend_schema(tags=TAGS, summary="一位书记")
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.shown(self._seen(pk), SecretarySerializer)

    @extend_schema(
        tags=TAGS, request=bodies.NewSecretary, responses={201: SecretarySerializer}, summary="新增书记"
    )
    def create(self, request: Request) -> Response:
        if not can_edit_secretaries(self.actor):
            raise PermissionDenied
        data = self.sent(bodies.NewSecretary)
        place = self._place(data.pop("organization"))
        made = services.create_secretary(**data, organization_id=place.pk, **self._by())
        return self.shown(self._seen(made.pk), SecretarySerializer, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=bodies.PersonEdit, summary="修改个人信息")
    def partial_update(self, request: Request, pk: int) -> Response:
        secretary = self._held(pk)
        data = self.sent(bodies.PersonEdit)
        version = data.pop("version", None)
        services.edit_secretary(secretary.pk, changes=data, version=version, **self._by())
        return self.shown(self._seen(pk), SecretarySerializer)


class AppointmentViewSet(PeopleViewSet):
    """Appointments to organizations inside the account's subtrees, and those of the account's own person."""

    queryset = Appointment.objects.none()
    serializer_class = AppointmentSerializer

    @extend_schema(tags=TAGS, parameters=[bodies.AppointmentQuery], summary="任职列表")
    def list(self, request: Request) -> Response:
        query = self.asked(bodies.AppointmentQuery)
        rows = appointments_listed_for(self.actor)
        names = ("organization", "secretary", "kind")
        rows = rows.filter(**{name: query[name] for name in names if name in query})
        if "on" in query:
            rows = rows.filter(in_office_on(query["on"]))
        return self.listed(rows.order_by("-started_on", "pk"), AppointmentSerializer)

    @extend_schema(tags=TAGS, summary="一项任职")
    def retrieve(self, request: Request, pk: int) -> Response:
        return self._answer(pk)

    @extend_schema(
        tags=TAGS, request=bodies.Appointing, responses={201: AppointmentSerializer}, summary="登记任职"
    )
    def create(self, request: Request) -> Response:
        if not can_edit_secretaries(self.actor):
            raise PermissionDenied
        data = self.sent(bodies.Appointing)
        secretary, place = self._held(data.pop("secretary")), self._place(data.pop("organization"))
        made = services.appoint(secretary.pk, organization_id=place.pk, **_with_kind(data), **self._by())
        return self._answer(made.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=bodies.Correction, summary="更正误登的任职")
    def partial_update(self, request: Request, pk: int) -> Response:
        one = self._kept(pk)
        data = self.sent(bodies.Correction)
        stored: dict[str, Any] = {name: getattr(one, name) for name in ("post", "started_on", "ended_on")}
        if "post" not in data:
            stored["kind"] = AppointmentKind(one.kind)
        services.correct_appointment(pk, **(stored | _with_kind(data)), **self._by())
        return self._answer(pk)

    @extend_schema(tags=TAGS, request=bodies.Ending, summary="登记免职")
    def end(self, request: Request, pk: int) -> Response:
        self._kept(pk)
        data = self.sent(bodies.Ending)
        reason = EndReason(data.pop("reason")) if "reason" in data else None
        services.end_appointment(pk, reason=reason, **data, **self._by())
        return self._answer(pk)

    @extend_schema(
        tags=TAGS,
        request=bodies.Transfer,
        responses={201: AppointmentSerializer},
        summary="调任：免去原职并任新职",
    )
    def transfer(self, request: Request, pk: int) -> Response:
        self._kept(pk)
        data = self.sent(bodies.Transfer)
        place, note = self._place(data.pop("organization")), data.pop("note", "")
        post = services.Post(place.pk, data.pop("post"), **_with_kind(data))
        return self._answer(
            services.transfer(pk, to=post, note=note, **self._by()).pk, status.HTTP_201_CREATED
        )

    @extend_schema(
        tags=TAGS,
        request=bodies.Voiding,
        responses={204: OpenApiResponse(description="已撤销")},
        summary="撤销误登的任职",
    )
    def void(self, request: Request, pk: int) -> Response:
        self._kept(pk)
        services.void_appointment(pk, **self.sent(bodies.Voiding), **self._by())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _kept(self, pk: int) -> Appointment:
        one = found_or_404(appointments_visible_to(self.actor).filter(pk=pk))
        if not can_edit_appointment(self.actor, one):
            raise PermissionDenied
        return one

    def _answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        return self.shown(
            found_or_404(appointments_visible_to(self.actor).filter(pk=pk)), AppointmentSerializer, code
        )


def _with_kind(data: dict[str, Any]) -> dict[str, Any]:
    return data | ({"kind": AppointmentKind(data["kind"])} if "kind" in data else {})
