"""The fields (领域) for programs."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from apps.organizations.models import OrganizationField


class FieldSerializer(serializers.ModelSerializer[OrganizationField]):
    class Meta:
        model = OrganizationField
        fields = ("key", "label", "order_no", "retired_on")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(tags=["党组织"], summary="领域列表"),
    retrieve=extend_schema(tags=["党组织"], summary="一个领域"),
)
class FieldViewSet(viewsets.ReadOnlyModelViewSet[OrganizationField]):
    """Fields (领域): the keys that organizations and reviewees carry, with their names.

    A retired field is not given to organizations any more; those that have it keep it.
    """

    queryset = OrganizationField.objects.order_by("order_no", "key")
    serializer_class = FieldSerializer
