"""Secretaries for programs: what the account's pages show, read only; phone numbers masked as in the lists."""

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from apps.common.kit.requests import actor_of
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.selectors import secretaries_visible_to, with_careers


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    organization_code = serializers.CharField(source="organization.code")
    organization_name = serializers.CharField(source="organization.name")

    class Meta:
        model = Appointment
        fields = (
            "id",
            "organization",
            "organization_code",
            "organization_name",
            "post",
            "started_on",
            "ended_on",
        )
        read_only_fields = fields


class SecretarySerializer(serializers.ModelSerializer[Secretary]):
    phone = serializers.SerializerMethodField(help_text="138****1234")
    appointments = AppointmentSerializer(many=True)

    class Meta:
        model = Secretary
        fields = ("id", "name", "gender", "born_on", "phone", "appointments")
        read_only_fields = fields

    def get_phone(self, secretary: Secretary) -> str:
        return mask_phone(secretary.phone)


class SecretaryViewSet(viewsets.ReadOnlyModelViewSet[Secretary]):
    """People with an appointment inside the account's subtrees, and the account's own person."""

    queryset = Secretary.objects.none()
    serializer_class = SecretarySerializer

    def get_queryset(self) -> QuerySet[Secretary]:
        return with_careers(secretaries_visible_to(actor_of(self.request))).order_by("pinyin_key", "pk")
