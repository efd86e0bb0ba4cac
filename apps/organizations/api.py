"""Organizations for programs: what the account's pages show, read only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets

from apps.common.kit.requests import actor_of
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.models import Organization, OrganizationField
from apps.organizations.selectors import organizations_visible_to


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = (
            "id", "code", "name", "kind", "field", "superior", "depth", "founded_on", "abolished_on", "note",
        )  # fmt: skip
        read_only_fields = fields


class OrganizationViewSet(viewsets.ReadOnlyModelViewSet[Organization]):
    """Organizations inside the account's subtrees."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer

    def get_queryset(self) -> QuerySet[Organization]:
        rows = organizations_visible_to(actor_of(self.request)).order_by("path")
        wanted: dict[str, Any] = {
            name: self.request.query_params[name]
            for name in ("code", "field", "kind")
            if self.request.query_params.get(name)
        }
        return rows.filter(**wanted)

    @extend_schema(
        parameters=[
            OpenApiParameter("code", str, description="编码"),
            OpenApiParameter("field", str, description="领域的代码，见 `/api/v1/fields/`"),
            OpenApiParameter("kind", str, enum=[one.value for one in OrganizationKind], description="类型"),
        ]
    )
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """List visible organizations, superiors first."""
        return super().list(request, *args, **kwargs)


class FieldSerializer(serializers.ModelSerializer[OrganizationField]):
    class Meta:
        model = OrganizationField
        fields = ("key", "label", "order_no", "retired_on")
        read_only_fields = fields


class FieldViewSet(viewsets.ReadOnlyModelViewSet[OrganizationField]):
    """Fields (领域): the keys that organizations and reviewees carry, with their names.

    A retired field is not given to organizations any more; those that have it keep it.
    """

    queryset = OrganizationField.objects.order_by("order_no", "key")
    serializer_class = FieldSerializer
