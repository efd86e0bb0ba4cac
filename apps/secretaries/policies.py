"""Who may keep people's records: department staff, inside their own subtree."""

from apps.common.domain.actors import Actor
from apps.secretaries.models import Appointment, Secretary
from apps.secretaries.selectors import appointments_edited_by, secretaries_edited_by


def can_edit_secretaries(user: Actor) -> bool:
    """Tell whether the account may keep anybody's record at all."""
    return bool(user.department_paths())


def can_edit_secretary(user: Actor, secretary: Secretary) -> bool:
    return can_edit_secretaries(user) and secretaries_edited_by(user).filter(pk=secretary.pk).exists()


def can_edit_appointment(user: Actor, appointment: Appointment) -> bool:
    return can_edit_secretaries(user) and appointments_edited_by(user).filter(pk=appointment.pk).exists()


def can_see_phone(user: Actor, secretary: Secretary) -> bool:
    """Tell whether the full number may be shown (and logged): to the person, and to the keeping department."""
    return user.secretary_id == secretary.pk or can_edit_secretary(user, secretary)
