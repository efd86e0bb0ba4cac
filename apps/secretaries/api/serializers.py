"""People and appointments as they go out."""

from rest_framework import serializers

from apps.secretaries.domain.gender import Gender
from apps.secretaries.domain.kinds import AppointmentKind
from apps.secretaries.domain.phones import mask_phone
from apps.secretaries.domain.reasons import EndReason
from apps.secretaries.models import Appointment, Secretary


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """A post held from ``started_on`` until before ``ended_on``; null is still in office."""

    organization_code = serializers.CharField(source="organization.code")
    organization_name = serializers.CharField(source="organization.name")
    secretary_name = serializers.CharField(source="secretary.name")
    kind = serializers.ChoiceField(AppointmentKind.choices())
    end_reason = serializers.ChoiceField(EndReason.choices(), allow_blank=True)

    class Meta:
        model = Appointment
        fields = (
            "id", "secretary", "secretary_name", "organization", "organization_code", "organization_name", "post", "kind",
            "started_on", "ended_on", "end_reason", "end_note",
        )  # fmt: skip
        read_only_fields = fields


class SecretarySerializer(serializers.ModelSerializer[Secretary]):
    """A person with the whole career, present posts first."""

    gender = serializers.ChoiceField(Gender.choices(), allow_blank=True)
    phone = serializers.SerializerMethodField(help_text="打码的手机号，如 138****1234")
    appointments = AppointmentSerializer(many=True)

    class Meta:
        model = Secretary
        fields = ("id", "name", "gender", "born_on", "phone", "appointments", "version")
        read_only_fields = fields

    def get_phone(self, secretary: Secretary) -> str:
        return mask_phone(secretary.phone)
