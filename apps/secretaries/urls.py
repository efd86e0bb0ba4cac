from django.urls import path

from apps.secretaries.lists.elections import ElectionList
from apps.secretaries.lists.people import SecretaryList
from apps.secretaries.lists.vacancies import VacancyList
from apps.secretaries.views import appointments, elections, people, photos

app_name = "secretaries"
urlpatterns = [
    path("", SecretaryList.as_view(), name="secretary_list"),
    path("vacancies/", VacancyList.as_view(), name="vacancy_list"),
    path("elections/", ElectionList.as_view(), name="election_list"),
    path("phones/", people.phone_export, name="phone_export"),
    path("me/", people.own_card, name="own_card"),
    path("new/", people.secretary_create, name="secretary_create"),
    path("<int:secretary_id>/", people.secretary_detail, name="secretary_detail"),
    path("<int:secretary_id>/card/", people.secretary_card, name="secretary_card"),
    path("<int:secretary_id>/edit/", people.secretary_edit, name="secretary_edit"),
    path("<int:secretary_id>/phone/", people.secretary_phone, name="secretary_phone"),
    path("<int:secretary_id>/photo/", photos.photo, name="photo"),
    path("<int:secretary_id>/photo/edit/", photos.photo_edit, name="photo_edit"),
    path("<int:secretary_id>/photo/remove/", photos.photo_remove, name="photo_remove"),
    path("<int:secretary_id>/appointments/new/", appointments.appointment_create, name="appointment_create"),
    path("appointments/<int:appointment_id>/edit/", appointments.appointment_edit, name="appointment_edit"),
    path("appointments/<int:appointment_id>/end/", appointments.appointment_end, name="appointment_end"),
    path(
        "appointments/<int:appointment_id>/transfer/",
        appointments.appointment_transfer,
        name="appointment_transfer",
    ),
    path("appointments/<int:appointment_id>/void/", appointments.appointment_void, name="appointment_void"),
    path(
        "organizations/<int:organization_id>/elections/new/",
        elections.election_create,
        name="election_create",
    ),
    path("organizations/<int:organization_id>/term/", elections.term_edit, name="term_edit"),
    path("elections/<int:election_id>/edit/", elections.election_edit, name="election_edit"),
    path("elections/<int:election_id>/shift/", elections.election_shift, name="election_shift"),
    path("elections/<int:election_id>/void/", elections.election_void, name="election_void"),
]
