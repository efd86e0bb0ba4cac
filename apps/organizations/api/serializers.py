"""Organizations as they go out."""

from typing import Any

from rest_framework import serializers

from apps.organizations.domain.history import ChangeKind
from apps.organizations.domain.kinds import OrganizationKind
from apps.organizations.models import Organization, OrganizationChange, OrganizationPeriod


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """An organization. Asked for a past day, ``code``, ``name``, ``kind``, ``field``, ``superior`` are those of that day."""

    field = serializers.CharField(help_text="领域的代码，见 fields")
    kind = serializers.ChoiceField(OrganizationKind.choices())
    depth = serializers.IntegerField(allow_null=True, help_text="层级，根为 0；按日期查询时为空")
    version = serializers.IntegerField(
        allow_null=True, help_text="修改时带上它，别人改过就会拒绝（409）；按日期查询时为空"
    )

    class Meta:
        model = Organization
        fields = (
            "id", "code", "name", "kind", "field", "superior", "depth", "founded_on", "abolished_on", "note", "version",
        )  # fmt: skip
        read_only_fields = fields


class OrganizationThenSerializer(serializers.ModelSerializer[OrganizationPeriod]):
    """The same for a past day; ``founded_on``, ``abolished_on`` and ``note`` as they are known today."""

    id = serializers.IntegerField(source="organization_id")
    depth = serializers.ReadOnlyField(default=None)
    founded_on = serializers.DateField(source="organization.founded_on")
    abolished_on = serializers.DateField(source="organization.abolished_on")
    note = serializers.CharField(source="organization.note")
    version = serializers.ReadOnlyField(default=None)

    class Meta:
        model = OrganizationPeriod
        fields = OrganizationSerializer.Meta.fields
        read_only_fields = fields

    def to_representation(self, instance: OrganizationPeriod) -> dict[str, Any]:
        return super().to_representation(instance) | {"depth": None, "version": None}


class ChangeSerializer(serializers.ModelSerializer[OrganizationChange]):
    """One change of one organization; ``on`` null: from the very beginning."""

    kind = serializers.ChoiceField(ChangeKind.choices())
    before = serializers.DictField(child=serializers.JSONField(allow_null=True))
    after = serializers.DictField(child=serializers.JSONField(allow_null=True))
    counterparts = serializers.ListField(
        child=serializers.IntegerField(), help_text="合并、分设的另一方（编号）"
    )

    class Meta:
        model = OrganizationChange
        fields = (
            "id",
            "kind",
            "on",
            "reason",
            "before",
            "after",
            "counterparts",
            "recorded_by",
            "recorded_at",
        )
        read_only_fields = fields
