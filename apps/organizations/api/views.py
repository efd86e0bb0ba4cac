"""The operations: reads, and each act through the service that the pages use."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.confirmation import NEEDS_A_PERSON_OR_TOKEN, require_confirmation
from apps.common.api.viewsets import ApiViewSet, found_or_404
from apps.common.domain.actors import Actor
from apps.organizations import services
from apps.organizations.api import bodies
from apps.organizations.api.rows import organizations_found, organizations_found_then
from apps.organizations.api.serializers import (
    ChangeSerializer,
    OrganizationSerializer,
    OrganizationThenSerializer,
)
from apps.organizations.domain.tree import NewOrganization
from apps.organizations.models import Organization
from apps.organizations.policies import can_edit_organization, can_edit_organizations, can_place_organization
from apps.organizations.selectors import organizations_visible_to
from apps.organizations.selectors.history import changes_of

May = Callable[[Actor, Organization], bool]
TAG = ["党组织"]


class OrganizationViewSet(ApiViewSet):
    """Organizations inside the account's subtrees."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer

    @extend_schema(tags=TAG, parameters=[bodies.OrganizationQuery], summary="党组织列表（现在或某一天）")
    def list(self, request: Request) -> Response:
        query = self.asked(bodies.OrganizationQuery)
        if "on" in query:
            return self.listed(organizations_found_then(self.actor, query), OrganizationThenSerializer)
        return self.listed(organizations_found(self.actor, query), OrganizationSerializer)

    @extend_schema(tags=TAG, parameters=[bodies.DayQuery], summary="一个党组织（现在或某一天）")
    def retrieve(self, request: Request, pk: int) -> Response:
        query = self.asked(bodies.DayQuery)
        if "on" in query:
            row = found_or_404(organizations_found_then(self.actor, query).filter(organization=pk))
            return self.shown(row, OrganizationThenSerializer)
        return self.shown(self._seen(pk), OrganizationSerializer)

    @extend_schema(
        tags=TAG, request=bodies.Founding, responses={201: OrganizationSerializer}, summary="新增党组织"
    )
    def create(self, request: Request) -> Response:
        if not can_edit_organizations(self.actor):
            raise PermissionDenied
        data = self.sent(bodies.Founding)
        superior = self._held(data.pop("superior"), can_edit_organization)
        made = services.create_organization(**data, superior_id=superior.pk, **self._by())
        return self.shown(made, OrganizationSerializer, status.HTTP_201_CREATED)

    @extend_schema(tags=TAG, request=bodies.Edit, summary="变更或更正")
    def partial_update(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_edit_organization)
        data = self.sent(bodies.Edit, field=organization.field)
        common = {
            "version": data.pop("version", None),
            "on": data.pop("on", None),
            "reason": data.pop("reason", ""),
        }
        return self._answer(services.edit_organization(organization.pk, changes=data, **common, **self._by()))

    @extend_schema(tags=TAG, responses=ChangeSerializer(many=True), summary="组织沿革")
    def history(self, request: Request, pk: int) -> Response:
        return self.listed(changes_of(self._seen(pk)), ChangeSerializer)

    @extend_schema(tags=TAG, request=bodies.Rename, summary="更名")
    def rename(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_edit_organization)
        data = {"version": None} | self.sent(bodies.Rename)
        return self._answer(services.rename_organization(organization.pk, **data, **self._by()))

    @extend_schema(tags=TAG, request=bodies.Move, summary="调整隶属")
    def move(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_place_organization)
        data = {"version": None} | self.sent(bodies.Move)
        superior = self._held(data.pop("superior"), can_edit_organization)
        moved = services.move_organization(organization.pk, superior_id=superior.pk, **data, **self._by())
        return self._answer(moved)

    @extend_schema(tags=TAG, request=bodies.Abolition, summary="撤销", description=NEEDS_A_PERSON_OR_TOKEN)
    def abolish(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_place_organization)
        require_confirmation(request, tokens_may=True)
        data = {"version": None} | self.sent(bodies.Abolition)
        return self._answer(services.abolish_organization(organization.pk, **data, **self._by()))

    @extend_schema(tags=TAG, request=bodies.Reinstatement, summary="恢复")
    def reinstate(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_place_organization)
        data = self.sent(bodies.Reinstatement)
        return self._answer(services.reinstate_organization(organization.pk, **data, **self._by()))

    @extend_schema(tags=TAG, request=bodies.Merger, summary="合并", description=NEEDS_A_PERSON_OR_TOKEN)
    def merge(self, request: Request) -> Response:
        if not can_edit_organizations(self.actor):
            raise PermissionDenied
        require_confirmation(request, tokens_may=True)
        data = self.sent(bodies.Merger)
        absorbed = [self._held(one, can_place_organization).pk for one in data.pop("absorbed")]
        into, new = data.pop("into", None), data.pop("into_new", None)
        goal = self._held(into, can_edit_organization).pk if new is None else self._new(new)
        return self._answer(services.merge_organizations(absorbed, into=goal, **data, **self._by()))

    @extend_schema(
        tags=TAG,
        request=bodies.Split,
        responses=OrganizationSerializer(many=True),
        summary="分设",
        description=NEEDS_A_PERSON_OR_TOKEN,
    )
    def split(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_place_organization)
        require_confirmation(request, tokens_may=True)
        data = {"version": None} | self.sent(bodies.Split)
        parts = [_part(one) for one in data.pop("parts")]
        made = services.split_organization(organization.pk, parts=parts, **data, **self._by())
        return Response(OrganizationSerializer(made, many=True).data)

    @extend_schema(tags=TAG, request=bodies.TakingBack, summary="撤回最近一次合并、分设或撤销的登记")
    def take_back(self, request: Request, pk: int) -> Response:
        organization = self._held(pk, can_place_organization)
        data = self.sent(bodies.TakingBack)
        return self._answer(services.take_back_last_act(organization.pk, **data, **self._by()))

    def _by(self) -> dict[str, Any]:
        return {"actor": self.actor, "at": timezone.now()}

    def _seen(self, pk: int) -> Organization:
        return found_or_404(organizations_visible_to(self.actor).filter(pk=pk))

    def _held(self, pk: int, may: May) -> Organization:
        """Find an organization, out of sight 404; 403 if the act is not the account's to do."""
        organization = self._seen(pk)
        if not may(self.actor, organization):
            raise PermissionDenied
        return organization

    def _new(self, data: dict[str, Any]) -> NewOrganization:
        superior = self._held(data.pop("superior"), can_edit_organization)
        return NewOrganization(**data, superior_id=superior.pk)

    def _answer(self, organization: Organization) -> Response:
        organization.refresh_from_db()
        return self.shown(organization, OrganizationSerializer)


def _part(data: dict[str, Any]) -> NewOrganization:
    subordinates = data.pop("subordinates", [])
    return NewOrganization(**data, subordinate_ids=tuple(subordinates))
