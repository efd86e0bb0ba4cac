from django.urls import path

from apps.secretaries import views
from apps.secretaries.lists import SecretaryList

app_name = "secretaries"
urlpatterns = [
    path("", SecretaryList.as_view(), name="secretary_list"),
    path("me/", views.own_card, name="own_card"),
    path("new/", views.secretary_create, name="secretary_create"),
    path("<int:secretary_id>/", views.secretary_detail, name="secretary_detail"),
    path("<int:secretary_id>/edit/", views.secretary_edit, name="secretary_edit"),
    path("<int:secretary_id>/phone/", views.secretary_phone, name="secretary_phone"),
    path("<int:secretary_id>/appointments/new/", views.appointment_create, name="appointment_create"),
    path("appointments/<int:appointment_id>/edit/", views.appointment_edit, name="appointment_edit"),
    path("appointments/<int:appointment_id>/end/", views.appointment_end, name="appointment_end"),
]
