"""Forms of people, appointments and elections."""

from apps.secretaries.forms.appointments import (
    AppointForm,
    CorrectAppointmentForm,
    EndAppointmentForm,
    ReasonForm,
    TransferForm,
)
from apps.secretaries.forms.elections import ElectionForm, ShiftForm, TermForm
from apps.secretaries.forms.people import (
    CreateSecretaryForm,
    EditSecretaryForm,
    ExportPhonesForm,
    PhotoForm,
    stored_person,
)

__all__ = [
    "AppointForm",
    "CorrectAppointmentForm",
    "CreateSecretaryForm",
    "EditSecretaryForm",
    "ElectionForm",
    "EndAppointmentForm",
    "ExportPhonesForm",
    "PhotoForm",
    "ReasonForm",
    "ShiftForm",
    "TermForm",
    "TransferForm",
    "stored_person",
]
