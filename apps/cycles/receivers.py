"""What a cycle says to acts of lower apps."""

from django.dispatch import receiver

from apps.common.errors import NotAllowedNow
from apps.cycles.domain.stages import Stage
from apps.cycles.models import Reviewee
from apps.secretaries.models import Appointment
from apps.secretaries.signals import appointment_voiding


@receiver(appointment_voiding, dispatch_uid="cycles.keep_reported_appointments")
def keep_reported_appointments(sender: object, appointment: Appointment, **_: object) -> None:
    """An appointment somebody reported for is no mistaken entry: it stays."""
    reviews = Reviewee.objects.filter(
        secretary_id=appointment.secretary_id, organization_id=appointment.organization_id
    )
    began = reviews.exclude(cycle__stage=Stage.DRAFT.value).filter(
        cycle__year__gte=appointment.started_on.year
    )
    if appointment.ended_on is not None:
        began = began.filter(cycle__year__lte=appointment.ended_on.year)
    found = began.select_related("cycle").order_by("cycle__year").first()
    if found is not None:
        raise NotAllowedNow(
            f"{appointment.secretary}已按这一任职参加{found.cycle}述职，这条任职登记不能撤销。日期或职务写错请用“更正”，离任请用“免职”。"
        )
